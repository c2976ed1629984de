"""A job: a running request that its caller does not wait for."""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future, wait
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import TYPE_CHECKING, Any

from smnb import _html
from smnb._control import Control
from smnb._stop import stoppable
from smnb._text import seconds_text
from smnb.errors import JobCancelledError, WaitTimeoutError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator
    from concurrent.futures import Executor

    from smnb._invocation import Reply
    from smnb._split.pace import Pace

_LOOKS_EVERY_S = 0.05


class Job:
    """One request that is being worked on, by a thread of this process.

    Made by `Endpoint.submit`, or by `smnb.job` for one that went through S3. Can be
    awaited: ``await job`` is its ``result()``.

    Parameters
    ----------
    label
        What is sent where.
    work
        Does it; called once, in a thread of `workers`.
    one_request
        Whether all of it is one synchronous request, which nothing can take back.
    """

    def __init__(
        self,
        label: str,
        work: Callable[[Control], Reply],
        workers: Executor,
        *,
        one_request: bool = False,
        id_: str | None = None,
    ) -> None:
        self._label = label
        self._work = work
        self._one_request = one_request
        self._progress = JobProgress()
        self._control = Control(self._progress, id_)
        self._future: Future[Reply] = Future()
        self._lock = threading.Lock()
        self._created = time.monotonic()
        self._ended: float | None = None
        workers.submit(self._run)

    def _run(self) -> None:
        with self._lock:
            if self._future.done():  # cancelled while it was queued
                return
            self._future.set_running_or_notify_cancel()
        try:
            reply = self._work(self._control)
        except BaseException as error:  # noqa: BLE001  handed to result()
            self._end()
            self._future.set_exception(error)
        else:
            self._end()
            self._future.set_result(reply)
        del self._work  # with the payload, which may be large

    def _end(self) -> None:
        self._ended = time.monotonic()

    def __repr__(self) -> str:
        return " · ".join(["Job " + self.id, self._label, *self._state()])

    def _repr_html_(self) -> str:
        status, *more = self._state()
        rows = [("id", self.id), ("status", status)]
        rows += [("", text) for text in more]
        return _html.card(f"Job {self._label}", "", rows)

    def _state(self) -> list[str]:
        """Return the status, and what else there is to say."""
        status = self.status
        took = seconds_text(self.took_s)
        if status == "failed":
            return [status, took, str(self.error).splitlines()[0]]
        if self.done:
            return [status, took]
        eta = "" if self.eta_s is None else f"{seconds_text(self.eta_s)} left"
        return [text for text in (status, self.progress or took, eta) if text]

    @property
    def id(self) -> str:
        """16 hexadecimal digits; `smnb.job` finds a job that went through S3 by it."""
        return self._control.id

    @property
    def done(self) -> bool:
        """Whether the answer, or the failure, is there."""
        return self._future.done()

    @property
    def status(self) -> str:
        """``"queued"``, ``"running"``, ``"completed"``, ``"failed"`` or ``"cancelled"``.

        Queued is what waits for a place among the requests in flight from here. AWS
        does not tell whether it has begun with an asynchronous request: that is running.
        """
        if self._future.running():
            return "running"
        if not self._future.done():
            return "queued"
        if isinstance(self._future.exception(), JobCancelledError):
            return "cancelled"
        return "failed" if self._future.exception() else "completed"

    @property
    def progress(self) -> str:
        """What it does at the moment, for people."""
        return self._progress.text

    @property
    def share(self) -> float | None:
        """How much of a video is done, or of an upload, from 0 to 1; else None."""
        return self._control.share

    @property
    def eta_s(self) -> float | None:
        """Seconds until it is done, at its present speed; None where nothing tells.

        Known of a video in parts, and of an upload (until that is done).
        """
        return None if self.done else self._control.eta_s

    @property
    def took_s(self) -> float:
        """Seconds from submitting it until it was done, or until now."""
        return (self._ended or time.monotonic()) - self._created

    @property
    def upload_s(self) -> float | None:
        """Seconds that its upload to S3 took; None until it is over, and without one."""
        return self._control.upload_s

    @property
    def pace(self) -> Pace | None:
        """Of a video in parts, its frames: `total`, `done`, and of these `failed`."""
        return self._control.pace

    @property
    def error(self) -> BaseException | None:
        """Why it failed; None if it did not, or is not done."""
        return self._future.exception() if self._future.done() else None

    def cancel(self) -> bool:
        """Stop the job where that is possible.

        What is queued here is never sent; of a video, no further part is sent. AWS
        cannot take back an asynchronous request that it has accepted: it is no longer
        waited for, and its input is removed, so that it fails if it is still queued at
        AWS.

        Returns
        -------
        bool
            False if it is too late: the job is done, or its only request has been sent
            (that one is not sent again if it fails).
        """
        with self._lock:
            self._control.stop()
            if self._future.done():
                return False
            if self._future.running():
                return not self._one_request
            self._end()
            self._future.set_exception(
                JobCancelledError(
                    f"The job {self.id} was cancelled before it was sent.",
                    hint="Submit its input again to have it done.",
                )
            )
            return True

    @stoppable
    def reply(self, timeout_s: float | None = None) -> Reply:
        """Wait for the answer, and return it with how it came about.

        Parameters
        ----------
        timeout_s
            Seconds; None waits as long as it takes.

        Raises
        ------
        WaitTimeoutError
            If it is not there when the time is up; the job goes on.
        JobCancelledError
            If it was cancelled.
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
        """Wait for the prediction, and return it.

        Parameters
        ----------
        timeout_s
            Seconds; None waits as long as it takes.

        Raises
        ------
        SmnbError
            As `reply` does.
        """
        return self.reply(timeout_s).value

    def __iter__(self) -> Iterator[Any]:
        """Yield the results of a video's frames as they are answered, in order.

        A frame that failed has its `error`. Other jobs yield their one prediction.

        Raises
        ------
        SmnbError
            At the end, as `result` does.
        """
        told = 0
        while True:
            done = self.done  # before looking: what comes later is seen next time
            arrived = self._control.arrived[told:]
            yield from arrived
            told += len(arrived)
            if done:
                break
            if not arrived:
                self._pause()
        value = self.result()
        if not told:
            yield value

    @stoppable
    def _pause(self) -> None:
        wait([self._future], _LOOKS_EVERY_S)

    def __await__(self) -> Generator[Any, None, Any]:
        return self._awaited().__await__()

    async def _awaited(self) -> Any:
        import asyncio

        # Shielded: a task that stops waiting does not stop the job.
        reply = await asyncio.shield(asyncio.wrap_future(self._future))
        return reply.value


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
