"""Decode, encode and send at the same time, within a bound of bytes, in parallel.

Whoever calls `run` decodes. Encoders and senders are threads of their own, which hand
over directly: a part is sent the moment that its last piece is encoded. Being throttled
narrows the window of requests; what was throttled is sent again before anything new.
"""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from typing import TYPE_CHECKING, Any, Protocol

from smnb import _retry
from smnb._window import Window
from smnb._workers import Workers

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from smnb._split.parts import Packer, Part, Piece

ENCODERS = min(4, os.cpu_count() or 1)
# Windows hears no Ctrl-C in a longer wait; a job looks as often whether it shall stop.
_NAP_S = 0.1
# Decoded pictures that wait: enough for encoders to be never idle.
_MOST_DECODED = 4 * ENCODERS
_MOST_DECODED_BYTES = 48 * 1024 * 1024
# Requests' worth of bytes that wait, beside those in flight.
_MOST_WAITING = 2


class Stages(Protocol):
    """What is done with what passes through. Nothing here may block but `send`."""

    def encode(self, unit: Any) -> Sequence[Piece]:
        """Encode what was decoded; in an encoder's thread."""

    def send(self, part: Part) -> Any:
        """Send a part and read its answer; in a sender's thread."""

    def landed(self, part: Part, answer: Any, error: Exception | None) -> None:
        """Take an answer, or why there is none: one at a time, in any order."""

    def turn(self) -> None:
        """Look after things now and then, in the caller's thread; may raise to stop."""


class Pipeline:
    """One passage of a video.

    Parameters
    ----------
    concurrency
        Requests in flight at most.
    unit_bytes
        What a decoded unit takes in memory.
    part_bytes
        The largest body of a request.
    """

    def __init__(
        self,
        stages: Stages,
        packer: Packer,
        *,
        concurrency: int,
        unit_bytes: int,
        part_bytes: int,
        patience: _retry.Patience = _retry.PATIENT,
    ) -> None:
        self._stages = stages
        self._packer = packer
        self._concurrency = concurrency
        self._patience = patience
        self._window = Window(concurrency, patience)
        fitting = _MOST_DECODED_BYTES // max(1, unit_bytes)
        self._most_decoded = max(ENCODERS, min(_MOST_DECODED, fitting))
        self._most_encoded_bytes = (concurrency + _MOST_WAITING) * part_bytes
        self._encoders = Workers(ENCODERS, "smnb-encode")
        self._senders = Workers(concurrency, "smnb-send")
        lock = threading.Lock()
        self._decoded = threading.Condition(lock)
        self._ready = threading.Condition(lock)
        self._room = threading.Condition(lock)
        self._units: deque[tuple[int, Any]] = deque()
        self._pieces: dict[int, Sequence[Piece]] = {}
        self._parts: deque[Part] = deque()
        self._taken = self._packed = 0
        self._encoded_bytes = 0
        self._waiting_senders = self._started_senders = 0
        self._flying = self._unanswered = 0
        self._over = False
        self._broken: BaseException | None = None

    def run(self, units: Iterable[Any]) -> None:
        """Pass all units through; returns when the last part is answered.

        Raises
        ------
        BaseException
            What `units`, `turn` or a thread raised. Nothing is waited for then.
        """
        for _ in range(ENCODERS):
            self._encoders.submit(self._encode_all)
        try:
            for unit in units:
                self._stages.turn()
                self._take(unit)
            self._wait(lambda: self._packed < self._taken)
            with self._room:
                self._send(self._packer.flush())
            self._wait(lambda: self._unanswered > 0)
        finally:
            with self._room:
                self._over = True
                self._units.clear()
                self._parts.clear()
                self._decoded.notify_all()
                self._ready.notify_all()
            self._encoders.shutdown()
            self._senders.shutdown()

    def _take(self, unit: Any) -> None:
        """Hand a unit to the encoders, as soon as there is room for it."""
        if self._is_full():  # looked at without the lock: it can only get emptier
            self._wait(self._is_full)
        with self._room:
            self._units.append((self._taken, unit))
            self._taken += 1
            self._decoded.notify()

    def _is_full(self) -> bool:
        return (
            self._taken - self._packed >= self._most_decoded
            or self._encoded_bytes >= self._most_encoded_bytes
        )

    def _wait(self, while_: Any) -> None:
        while while_():
            with self._room:
                if while_() and self._broken is None:
                    self._room.wait(_NAP_S)
            if self._broken is not None:
                raise self._broken
            self._stages.turn()

    def _encode_all(self) -> None:
        try:
            while (taken := self._next_unit()) is not None:
                number, unit = taken
                pieces = self._stages.encode(unit)
                del taken, unit  # a picture is not kept while the next is waited for
                with self._room:
                    self._pack(number, pieces)
        except BaseException as error:  # noqa: BLE001  raised by run()
            self._break(error)

    def _next_unit(self) -> tuple[int, Any] | None:
        with self._decoded:
            while not self._units:
                if self._over:
                    return None
                self._decoded.wait()
            return self._units.popleft()

    def _pack(self, number: int, pieces: Sequence[Piece]) -> None:
        """Put a unit in its place; pack what is complete up to there. Holds the lock."""
        self._pieces[number] = pieces
        self._encoded_bytes += sum(len(piece.content or b"") for piece in pieces)
        while (following := self._pieces.pop(self._packed, None)) is not None:
            self._packed += 1
            for piece in following:
                self._send(self._packer.add(piece))
        self._room.notify()

    def _send(self, parts: Iterable[Part]) -> None:
        """Line up parts for the senders. Holds the lock."""
        for part in parts:
            if not part.contents:
                self._stages.landed(part, None, part.error)
                continue
            self._unanswered += 1
            self._parts.append(part)
            if self._waiting_senders:
                self._ready.notify()
            elif self._started_senders < self._concurrency and not self._over:
                self._started_senders += 1
                self._senders.submit(self._send_all)

    def _send_all(self) -> None:
        try:
            while (part := self._next_part()) is not None:
                answer, error = None, None
                try:
                    answer = self._stages.send(part)
                except Exception as failure:  # noqa: BLE001  told with the others
                    error = failure
                with self._room:
                    self._land(part, answer, error)
                del part, answer, error
        except BaseException as error:  # noqa: BLE001  raised by run()
            self._break(error)

    def _next_part(self) -> Part | None:
        """Wait for a part to send, and for room in the window."""
        with self._ready:
            while not self._over:
                rest_s = self._window.rest_s
                if rest_s <= 0 and self._parts and self._flying < self._window.room:
                    self._flying += 1
                    part = self._parts.popleft()
                    part.window = self._window.number
                    return part
                self._waiting_senders += 1
                self._ready.wait(rest_s if rest_s > 0 else None)
                self._waiting_senders -= 1
            return None

    def _land(self, part: Part, answer: Any, error: Exception | None) -> None:
        """Take the end of a request. Holds the lock."""
        self._flying -= 1
        if self._over:
            return
        if error is None:
            room = self._window.room
            self._window.widen()
            if self._window.room > room:
                self._ready.notify()
        elif _retry.is_throttling(error) and self._may_wait(part):
            self._window.narrow(part.window)
            self._parts.appendleft(part)
            return
        self._encoded_bytes -= part.content_bytes
        self._unanswered -= 1
        self._stages.landed(part, answer, error)
        self._room.notify()

    def _may_wait(self, part: Part) -> bool:
        now = time.monotonic()
        if part.throttled_at is None:
            part.throttled_at = now
        return now - part.throttled_at < self._patience.total_s

    def _break(self, error: BaseException) -> None:
        with self._room:
            self._broken = self._broken or error
            self._room.notify()
