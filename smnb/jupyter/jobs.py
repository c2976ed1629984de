"""Long work that the panel starts: in threads, told as it goes on, and stopped."""

from __future__ import annotations

import secrets
import threading
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from smnb import _explain
from smnb._progress import told_to
from smnb.errors import DeploymentFailedError, NotFoundError, SmnbError
from smnb.jupyter.shapes import Job, Phase

if TYPE_CHECKING:
    from collections.abc import Callable

Deed: TypeAlias = Literal["deploy", "update", "delete", "measure"]
State: TypeAlias = Literal["running", "done", "failed", "stopped"]

_KEPT: Final = 20
# What the SDK's lines begin with, in the order of a deploy, and what is done then.
_STEPS: Final = (
    ("uploading", 1, "Uploading"),
    ("✓ uploaded", 2, "Creating model and configuration"),
)
_STEP_COUNT: Final = 4


@dataclass(frozen=True)
class _Now:
    """How far a job is."""

    state: State = "running"
    phase: Phase | None = None
    text: str = ""
    fix: str = ""
    ended_at: float | None = None


class Work:
    """One job: the reporter of the SDK's call, which it stops by raising.

    Parameters
    ----------
    call
        Does it, and returns how it ended, in words.
    text
        What it is, in words.
    model_path
        What is deployed, relative to the server's root.
    """

    def __init__(
        self,
        deed: Deed,
        endpoint: str,
        call: Callable[[], str],
        text: str,
        changed: Callable[[], None],
        model_path: str | None = None,
    ) -> None:
        self.id = secrets.token_hex(8)
        self.deed: Final = deed
        self.endpoint: Final = endpoint
        self._model_path = model_path
        self._text = text
        self._call = call
        self._changed = changed
        self._started_at = time.time() * 1000
        self._stopping = threading.Event()
        self._stopped = False
        self._last_words = ""
        phase = _phase(1, "Checking the model") if deed == "deploy" else None
        self._now = _Now(phase=phase, text=text)

    @property
    def shape(self) -> Job:
        """The job as the panel shows it."""
        now = self._now
        return Job(
            id=self.id,
            deed=self.deed,
            endpoint=self.endpoint,
            state=now.state,
            phase=now.phase,
            started_at=self._started_at,
            ended_at=now.ended_at,
            text=now.text,
            fix=now.fix,
            model_path=self._model_path,
            can_stop=self._may_stop,
        )

    @property
    def _may_stop(self) -> bool:
        is_running = self._now.state == "running" and not self._stopping.is_set()
        return is_running and self.deed != "delete"

    @property
    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self._now.state == "running"

    def stop(self) -> None:
        """End it at the SDK's next word, which undoes what it made."""
        if self._may_stop:
            self._stopping.set()
            self._set(text=f"Stopping: {self._now.text}")

    def run(self) -> None:
        """Do the work, in the thread that calls."""
        try:
            with told_to(self):
                text = self._call()
        except KeyboardInterrupt:
            words = self._last_words.removeprefix("Stopped. ")
            what = "Measuring " if self.deed == "measure" else ""
            self._end("stopped", f"{what}{self.endpoint} was stopped. {words}".strip())
        except SmnbError as error:
            self._end("failed", *self._failure(error))
        except Exception as error:
            kind = type(error).__name__
            self._end("failed", self._failed(f"smnb failed ({kind})."))
            raise
        else:
            self._end("done", text)

    def line(self, text: str) -> None:
        """Take a line of the SDK's as the present step."""
        self._tell(text)

    def now(self, text: str) -> None:
        """Take the SDK's changing line."""
        self._tell(text)

    def done(self, text: str | None = None) -> None:
        """Keep the last words: how a stopped call ended is in them."""
        self._last_words = text or ""
        if not self._stopped:
            self._tell(self._last_words)

    def _tell(self, text: str) -> None:
        if self._stopping.is_set() and not self._stopped:
            self._stopped = True  # once: what it made must be removed undisturbed
            raise KeyboardInterrupt
        if self.deed == "measure" and text:
            doing = text.removeprefix(f"{self.endpoint} · ")
            self._set(text=f"{self._text}: {doing}")
        if self.deed != "deploy":
            return
        for beginning, index, label in _STEPS:
            if text.startswith(beginning):
                words = text.partition(" · ")[2]
                self._step(index, f"{label} {words}".strip() if words else label)
        if text.startswith(f"{self.endpoint} is Creating"):
            self._step(3, "Starting container")

    def _step(self, index: int, label: str) -> None:
        last = self._now.phase
        since = time.time() * 1000
        if last is not None and last["index"] == index:
            since = last["since"]
        phase = _phase(index, label, since)
        if phase != last:
            self._set(phase=phase)

    def _failure(self, error: SmnbError) -> tuple[str, str]:
        """Return what went wrong, its cause where the log tells, and what to do."""
        told = _explain.from_text(error.what)
        if isinstance(error, DeploymentFailedError) and told is not None:
            return self._failed(told.cause), error.hint.removeprefix(told.cause).strip()
        return self._failed(error.what.partition("\n")[0]), error.hint

    def _failed(self, what: str) -> str:
        words = {
            "deploy": f"{self.endpoint} did not start",
            "update": f"The update of {self.endpoint} failed",
            "delete": f"{self.endpoint} is not deleted",
            "measure": f"{self.endpoint} was not measured",
        }
        reason = what.removeprefix(f"{self.endpoint}: ")
        reason = reason.removeprefix(f"{self.endpoint} was not deployed. ")
        return f"{words[self.deed]}: {reason}"

    def _end(self, state: State, text: str, fix: str = "") -> None:
        ended_at = time.time() * 1000
        self._now = _Now(state=state, text=text, fix=fix, ended_at=ended_at)
        self._changed()

    def _set(self, *, phase: Phase | None = None, text: str | None = None) -> None:
        now = self._now
        self._now = replace(now, phase=phase or now.phase, text=text or now.text)
        self._changed()


class Jobs:
    """The jobs of one server, those that ended among them: the last twenty.

    Parameters
    ----------
    changed
        Is called when one of them has changed, by any thread.
    """

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._jobs: dict[str, Work] = {}
        self._lock = threading.Lock()

    def start(
        self,
        deed: Deed,
        endpoint: str,
        text: str,
        call: Callable[[], str],
        model_path: str | None = None,
    ) -> str:
        """Begin a job; return its id."""
        work = Work(deed, endpoint, call, text, self._changed, model_path)
        with self._lock:
            self._jobs[work.id] = work
            ended = [key for key, job in self._jobs.items() if not job.is_running]
            for key in ended[: max(0, len(self._jobs) - _KEPT)]:
                del self._jobs[key]
        name = f"smnb-{deed}-{endpoint}"
        threading.Thread(target=work.run, name=name, daemon=True).start()
        self._changed()
        return work.id

    def stop(self, identity: str) -> None:
        """Stop a job, as Ctrl-C would.

        Raises
        ------
        NotFoundError
            If there is none of this id.
        """
        with self._lock:
            work = self._jobs.get(identity)
        if work is None:
            raise NotFoundError(
                "There is no such job any more.",
                hint="The list shows what became of it.",
            )
        work.stop()

    def stop_all(self, *, wait_s: float = 5.0) -> None:
        """Stop all, and wait a while for what they undo: the server ends."""
        running = [work for work in self._all() if work.is_running]
        for work in running:
            work.stop()
        deadline = time.monotonic() + wait_s
        while any(work.is_running for work in running) and time.monotonic() < deadline:
            time.sleep(0.05)

    @property
    def running(self) -> bool:
        """Whether one of them goes on."""
        return any(work.is_running for work in self._all())

    def shapes(self) -> list[Job]:
        """Return all of them as the panel shows them, the oldest first."""
        return [work.shape for work in self._all()]

    def _all(self) -> list[Work]:
        with self._lock:
            return list(self._jobs.values())


def _phase(index: int, label: str, since: float | None = None) -> Phase:
    return Phase(
        index=index,
        of=_STEP_COUNT,
        label=label,
        since=time.time() * 1000 if since is None else since,
        last_took_s=None,
    )
