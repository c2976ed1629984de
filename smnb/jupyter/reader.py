"""Read one place as often as is due; keep what went wrong; put a snapshot together.

The local backend is asked by its health route whether anything has changed, which is no
use of it: it may stop although a panel is open. Then what was last known stays; it is
started again by the next call, and by a panel that has not listed it yet, since the
endpoints of an earlier day are there.
"""

from __future__ import annotations

import logging
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from smnb import _runtime_file
from smnb._hosting import TAG_ENDPOINT, twin_name
from smnb.errors import SmnbError
from smnb.jupyter import problems
from smnb.jupyter.shapes import Snapshot
from smnb.jupyter.views import burn
from smnb.jupyter.views.rows import Setting, row
from smnb.jupyter.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Callable

    from smnb._session import Session
    from smnb.jupyter.jobs import Jobs
    from smnb.jupyter.place import Place
    from smnb.jupyter.seen import Seen
    from smnb.jupyter.shapes import Problem, Row

# Seconds between two looks: while something changes, and while nothing does.
_LOCAL_S: Final = (0.4, 1.0)
_AWS_S: Final = (2.0, 30.0)
_FAILED_S: Final = 10.0
_log: Final = logging.getLogger(__name__)
_FIRST_THROTTLED_S, _LONGEST_THROTTLED_S = 8.0, 60.0


class Reader:
    """Reads one place as often as is due, and keeps what went wrong."""

    def __init__(self, place: Place, model_paths: dict[str, str]) -> None:
        self._place = place
        self._note = place.note
        self._model_paths = model_paths
        self._watch: Watch | None = None
        self._session: Session | None = None
        self._mark: tuple[Any, Any] | None = None
        self._next = 0.0
        self._read_at: float | None = None
        self._problem: Problem | None = None
        self._throttled_s = _FIRST_THROTTLED_S
        self._made: dict[str, _Made] = {}
        self.is_read = False

    def is_of(self, place: Place) -> bool:
        """Whether it reads what `place` shows now."""
        return place.note == self._note

    @property
    def left_s(self) -> float:
        """Seconds until it is to look again."""
        return max(0.0, self._next - time.monotonic())

    def close(self) -> None:
        """Begin nothing any more."""
        if self._watch is not None:
            self._watch.close()

    def last_update_s(self, name: str) -> float | None:
        """Return how long the last update of an endpoint took, if it was seen."""
        return None if self._watch is None else self._watch.update_took_s.get(name)

    def read(self, told: Callable[[], None], *, anew: bool) -> None:
        """Look, and read what changed."""
        try:
            self._look(told, anew=anew)
        except Exception as error:  # noqa: BLE001  told, and logged if nobody foresaw it
            self._fail(error)
        else:
            self._problem = None
            self._throttled_s = _FIRST_THROTTLED_S
            self._read_at = time.time()
            quick, slow = _AWS_S if self._bills else _LOCAL_S
            changing = self._watch is not None and self._watch.changing
            self._next = time.monotonic() + (quick if changing else slow)
        self.is_read = True

    def snapshot(self, jobs: Jobs) -> Snapshot:
        """Return all that is known now."""
        region = self._place.target()["region"] or ""
        rows = self._rows(region)
        stale = self._problem is not None and self._read_at is not None
        return Snapshot(
            seq=0,
            at=time.time() * 1000,
            full=True,
            target=self._place.target(),
            follows_kernel=self._place.follows_kernel,
            targets=self._place.targets(),
            burn=burn.burn(rows, region=region, bills=self._bills),
            counts=burn.counts(rows),
            rows=rows,
            gone=[],
            problem=self._problem,
            stale_since=(self._read_at or 0.0) * 1000 if stale else None,
            jobs=jobs.shapes(),
        )

    @property
    def _bills(self) -> bool:
        return self._note.target == "aws"

    def _look(self, told: Callable[[], None], *, anew: bool) -> None:
        if self._rests(anew=anew):
            return
        watch = self._open()
        mark = self._daemon_mark()
        if anew or mark is None or mark != self._mark:
            watch.read(told)
            self._mark = mark
        else:
            watch.catch_up(told)

    def _rests(self, *, anew: bool) -> bool:
        """Whether a local backend has stopped, or never ran, and is to be left alone."""
        if self._note.target != "local":
            return False
        found = self._place.local_daemon()
        if found is None:
            return True
        has_stopped = _runtime_file.health(found) is None
        return has_stopped and self._watch is not None and not anew

    def _open(self) -> Watch:
        if self._watch is None:
            session = self._place.looking()
            if self._bills:
                with suppress(SmnbError):  # the badge can do without
                    self._place.session().account  # noqa: B018  asked once, and kept
            self._session = session
            self._watch = Watch(session, self._model_paths)
        return self._watch

    def _daemon_mark(self) -> tuple[Any, Any] | None:
        """Return what differs when a local backend has changed; None where that is unknown."""
        url = None if self._session is None else self._session.target.endpoint_url
        answer = _runtime_file.ask(url, timeout_s=1.0) if url else None
        if answer is None or "changes" not in answer:
            return None
        return answer.get("instance_id"), answer["changes"]

    def _fail(self, error: Exception) -> None:
        if not isinstance(error, SmnbError):
            _log.error("smnb: the endpoints could not be read", exc_info=error)
        wait_s = _FAILED_S
        problem = problems.of(error, self._session).problem
        if problem["code"] == "throttled":
            wait_s = self._throttled_s
            self._throttled_s = min(2 * wait_s, _LONGEST_THROTTLED_S)
        problem["retry_at"] = (time.time() + wait_s) * 1000
        self._problem = problem
        self._next = time.monotonic() + wait_s

    def _rows(self, region: str) -> list[Row]:
        if self._watch is None:
            return []
        seen = self._watch.seen
        names = {one.listed.name for one in seen}
        twins = {
            one.listed.name: one
            for one in seen
            if _is_twin(one) and _main(one) in names
        }
        setting = Setting(self._watch.session, region, self._bills, time.time(), twins)
        made = {
            one.listed.key: self._made_row(one, setting)
            for one in seen
            if one.listed.name not in twins
        }
        self._made = made
        return [kept.row for kept in made.values()]

    def _made_row(self, seen: Seen, setting: Setting) -> _Made:
        """Return a row, made anew when what it says may have changed, or each minute."""
        twin = setting.twins.get(twin_name(seen.listed.name))
        minute = int(setting.now // 60)
        last = self._made.get(seen.listed.key)
        if last is not None and (last.seen, last.twin, last.minute) == (
            seen,
            twin,
            minute,
        ):
            return last
        return _Made(seen, twin, minute, row(seen, setting))


class _Made(NamedTuple):
    """A row, and what it was made of."""

    seen: Seen
    twin: Seen | None
    minute: int
    row: Row


def _is_twin(seen: Seen) -> bool:
    return seen.found.kind == "async" and _main(seen) not in ("", seen.listed.name)


def _main(seen: Seen) -> str:
    return seen.found.tags.get(TAG_ENDPOINT, "")
