"""One poller for all who look: reads while somebody does, and sends what changed.

The same thread serves the server's sockets and a kernel's widgets. While nobody can see
anything it waits, and asks nothing of anybody.
"""

from __future__ import annotations

import itertools
import logging
import threading
import time
from typing import TYPE_CHECKING, Any, Final, Protocol

from smnb.jupyter.reader import Reader
from smnb.jupyter.shapes import Snapshot

if TYPE_CHECKING:
    from smnb.jupyter.jobs import Jobs
    from smnb.jupyter.place import Place
    from smnb.jupyter.shapes import Row

_JOB_S: Final = 0.25  # progress is told so often at most
_FAULT_S: Final = 10.0
_log: Final = logging.getLogger(__name__)
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
        self._reader: Reader | None = None
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
            try:
                wait_s = self._turn()
            except Exception:  # noqa: BLE001  or nobody would be told any more
                _log.exception("smnb: the panel could not be brought up to date")
                wait_s = _FAULT_S

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

    def _reader_of_place(self) -> Reader:
        reader = self._reader
        if reader is None or not reader.is_of(self._place):
            if reader is not None:
                reader.close()
                self._last = None  # of another place
            reader = self._reader = Reader(self._place, self._model_paths)
        return reader

    def _publish(self, reader: Reader) -> None:
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
    rows = [
        row
        for row in full["rows"]
        if before.get(row["key"]) is not row and before.get(row["key"]) != row
    ]
    gone = [key for key in before if key not in now]
    old: Any = last
    new: Any = full
    if not rows and not gone and all(old[name] == new[name] for name in _META):
        return None
    return Snapshot(**{**full, "full": False, "rows": rows, "gone": gone})
