"""One poller for all who look: reads while somebody does, and sends what changed.

The same thread serves the server's sockets and a kernel's widgets. While nobody can see
anything it waits, and asks nothing of anybody.

The local backend is asked by its health route whether anything has changed, which is no
use of it: it may stop although a panel is open. Then what was last known stays; it is
started again by the next call, and by a panel that has not listed it yet, since the
endpoints of an earlier day are there.
"""

from __future__ import annotations

import itertools
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, Protocol

from smnb import _runtime_file
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
_JOB_S: Final = 0.25  # progress is told so often at most
_FAILED_S: Final = 10.0
_FIRST_THROTTLED_S, _LONGEST_THROTTLED_S = 8.0, 60.0
_META: Final = (
    *("target", "follows_kernel", "targets", "burn", "counts", "problem"),
    *("stale_since", "jobs"),
)


class Client(Protocol):
    """Whoever is sent snapshots: a socket, or a widget; called by the poller's thread."""

    def send(self, snapshot: Snapshot) -> None:
        """Take a snapshot; must not wait."""

    def is_there(self) -> bool:
        """Whether it still has somebody who looks, as far as it can know."""


class Poller:
    """Reads the endpoints of a place for its clients.

    Parameters
    ----------
    model_paths
        What endpoints were deployed from, by their names, as far as that is known.
    """

    def __init__(self, place: Place, jobs: Jobs, model_paths: dict[str, str]) -> None:
        self._place = place
        self._jobs = jobs
        self._model_paths = model_paths
        self._clients: dict[Client, bool] = {}
        self._changed = threading.Condition()
        self._wanted = False
        self._told = False
        self._closed = False
        self._thread: threading.Thread | None = None
        self._reader: _Reader | None = None
        self._numbers = itertools.count(1)
        self._last: Snapshot | None = None

    def join(self, client: Client) -> None:
        """Send `client` what is known now, and from then on what changes."""
        with self._changed:
            self._clients[client] = True
            if self._last is not None:
                client.send(self._last)
            if self._thread is None and not self._closed:
                self._thread = threading.Thread(
                    target=self._run, name="smnb-poller", daemon=True
                )
                self._thread.start()
            self._changed.notify_all()

    def watching(self, client: Client, *, visible: bool) -> None:
        """Note whether anybody sees `client`; whoever comes back is sent all."""
        with self._changed:
            if client not in self._clients:
                return
            comes_back = visible and not self._clients[client]
            self._clients[client] = visible
            if comes_back and self._last is not None:
                client.send(self._last)
            self._changed.notify_all()

    def leave(self, client: Client) -> None:
        """Send `client` nothing any more."""
        with self._changed:
            self._clients.pop(client, None)

    def refresh(self) -> None:
        """Read anew at once, since something was done."""
        with self._changed:
            self._wanted = True
            self._changed.notify_all()

    def tell(self) -> None:
        """Send what jobs say, without reading anything."""
        with self._changed:
            self._told = True
            self._changed.notify_all()

    def row(self, name: str) -> Row | None:
        """Return what was last known of an endpoint."""
        last = self._last
        rows = [] if last is None else last["rows"]
        return next((row for row in rows if row["name"] == name), None)

    def last_update_s(self, name: str) -> float | None:
        """Return how long the last update of an endpoint took, if it was seen."""
        return None if self._reader is None else self._reader.last_update_s(name)

    def close(self) -> None:
        """End the thread; one that waits for AWS ends by itself."""
        with self._changed:
            self._closed = True
            self._clients.clear()
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join(timeout=1.0)
        if self._reader is not None:
            self._reader.close()

    def _run(self) -> None:
        wait_s = 0.0
        while self._wait(wait_s):
            wait_s = self._turn()

    def _wait(self, seconds: float) -> bool:
        """Wait until it is time to look, or there is something to tell; False at the end."""
        with self._changed:
            self._changed.wait_for(
                lambda: self._wanted or self._told or self._closed, timeout=seconds
            )
            self._changed.wait_for(lambda: self._closed or self._is_watched())
            return not self._closed

    def _is_watched(self) -> bool:
        clients = self._clients.items()
        return any(visible and client.is_there() for client, visible in clients)

    def _turn(self) -> float:
        """Look once and send what changed; return how long to wait then."""
        with self._changed:
            wanted, told = self._wanted, self._told
            self._wanted = self._told = False
        reader = self._reader_of_place()
        if told and not wanted and reader.is_read:
            self._publish(reader)
            time.sleep(_JOB_S)
            return reader.left_s
        reader.read(lambda: self._publish(reader), anew=wanted)
        self._publish(reader)
        return reader.left_s

    def _reader_of_place(self) -> _Reader:
        reader = self._reader
        if reader is None or not reader.is_of(self._place):
            if reader is not None:
                reader.close()
                self._last = None  # of another place
            reader = self._reader = _Reader(self._place, self._model_paths)
        return reader

    def _publish(self, reader: _Reader) -> None:
        full = reader.snapshot(self._jobs)
        last = self._last
        if last is None:
            change: Snapshot | None = full
        else:
            change = difference(last, full)
        if change is None:
            return
        full["seq"] = change["seq"] = next(self._numbers)
        with self._changed:
            self._last = full
            for client, visible in list(self._clients.items()):
                if visible:
                    client.send(change)


def difference(last: Snapshot, full: Snapshot) -> Snapshot | None:
    """Return what is new in a snapshot, as one that is not full; None if nothing is."""
    before = {row["key"]: row for row in last["rows"]}
    now = {row["key"] for row in full["rows"]}
    rows = [row for row in full["rows"] if before.get(row["key"]) != row]
    gone = [key for key in before if key not in now]
    old: Any = last
    new: Any = full
    if not rows and not gone and all(old[name] == new[name] for name in _META):
        return None
    return Snapshot(**{**full, "full": False, "rows": rows, "gone": gone})


class _Reader:
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
        except SmnbError as error:
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

    def _fail(self, error: SmnbError) -> None:
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
        return [row(one, setting) for one in seen if one.listed.name not in twins]


def _is_twin(seen: Seen) -> bool:
    return seen.found.kind == "async" and _main(seen) not in ("", seen.listed.name)


def _main(seen: Seen) -> str:
    from smnb._hosting import TAG_ENDPOINT

    return seen.found.tags.get(TAG_ENDPOINT, "")
