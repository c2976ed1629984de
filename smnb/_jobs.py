"""A job: a running request that its caller does not wait for."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import TYPE_CHECKING, Any

from smnb.errors import WaitTimeoutError

if TYPE_CHECKING:
    from collections.abc import Callable

    from smnb._invocation import Reply
    from smnb._progress import Reporter


class Job:
    """One request that is being worked on.

    Made by `Endpoint.submit`; works in a thread of this process.
    """

    def __init__(self, label: str, work: Callable[[Reporter], Reply]) -> None:
        self._label = label
        self._progress = JobProgress()
        self._future: Future[Reply] = Future()
        self._work = work
        self._thread = threading.Thread(
            target=self._run, name=f"smnb-job-{label}", daemon=True
        )
        self._thread.start()

    def _run(self) -> None:
        self._future.set_running_or_notify_cancel()
        try:
            self._future.set_result(self._work(self._progress))
        except BaseException as error:  # noqa: BLE001  handed to result()
            self._future.set_exception(error)

    def __repr__(self) -> str:
        doing = f" · {self._progress.text}" if self._progress.text else ""
        return f"Job {self._label} · {self.status}{doing if not self.done else ''}"

    @property
    def done(self) -> bool:
        """Whether the answer, or the failure, is there."""
        return self._future.done()

    @property
    def status(self) -> str:
        """``"running"``, ``"completed"`` or ``"failed"``."""
        if not self._future.done():
            return "running"
        return "failed" if self._future.exception() else "completed"

    @property
    def progress(self) -> str:
        """What it does at the moment, for people."""
        return self._progress.text

    def reply(self, timeout_s: float | None = None) -> Reply:
        """Wait for the answer, and return it with how it came about.

        Parameters
        ----------
        timeout_s
            None waits as long as it takes.

        Raises
        ------
        WaitTimeoutError
            If it is not there when the time is up; the job goes on.
        SmnbError
            If the request failed, as `Endpoint.invoke` would have raised it.
        """
        try:
            return self._future.result(timeout_s)
        except FutureTimeoutError:
            if self._future.done():
                raise
            raise WaitTimeoutError(
                f"{self!r} after {timeout_s:g} s.",
                hint="It goes on: call .result() again, or look at .status.",
            ) from None

    def result(self, timeout_s: float | None = None) -> Any:
        """Wait for the prediction, and return it; see `reply`."""
        return self.reply(timeout_s).value


class JobProgress:
    """Keeps the line that `Progress` would show."""

    def __init__(self) -> None:
        self.text = ""

    def now(self, text: str) -> None:
        """Change the line."""
        self.text = text

    def line(self, text: str) -> None:
        """Change the line."""
        self.text = text

    def done(self, text: str | None = None) -> None:
        """End with `text`, or with what was there."""
        self.text = text or self.text
