"""Pieces of a video (frames, or a segment of it) gathered into the parts of requests."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from smnb._routes import size_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from smnb._payload import Payload
    from smnb.errors import SmnbError


class Shown(NamedTuple):
    """A frame: its index in the video, and when it is shown.

    Parameters
    ----------
    quality, size
        What it was encoded with, where that is less than was asked for, so that it
        fits; size as (width, height).
    """

    frame: int
    time_s: float
    quality: int | None = None
    size: tuple[int, int] | None = None


class Piece(NamedTuple):
    """What a request may hold one or many of: an encoded frame, or a segment.

    Parameters
    ----------
    shown
        The frames in it.
    content
        None if it is not sent: it was answered before, or there is an `error`.
    extra
        Frames that a segment shows after its own.
    """

    shown: tuple[Shown, ...]
    content: bytes | None
    content_type: str = ""
    error: SmnbError | None = None
    extra: int = 0


@dataclass(eq=False)
class Part:
    """What travels in one request.

    Parameters
    ----------
    place
        Counts all parts of a run, in order.
    number
        What it is reported as; the same in a run that goes on with an earlier one.
    contents
        One for each frame, or the one of a segment; empty if there is nothing to send:
        it was answered before, or there is an `error`.
    size_bytes, content_bytes
        Of the body as it will be at most, and of the contents alone.
    extra
        Frames that a segment shows after its own.
    payload
        The body, once it is made of `contents`.
    window, throttled_at
        When it was last sent, as `Window` counts, and when first throttled.
    """

    place: int
    number: int
    shown: list[Shown] = field(default_factory=list)
    contents: list[bytes] = field(default_factory=list)
    content_type: str = ""
    size_bytes: int = 0
    content_bytes: int = 0
    error: SmnbError | None = None
    extra: int = 0
    payload: Payload | None = None
    window: int = 0
    throttled_at: float | None = None

    def add(self, piece: Piece, size_bytes: float) -> None:
        """Add a piece that has content, which takes so much in the body."""
        assert piece.content is not None  # noqa: S101  the packer sees to it
        self.shown += piece.shown
        self.contents.append(piece.content)
        self.content_type = piece.content_type
        self.content_bytes += len(piece.content)
        self.extra = piece.extra
        self.size_bytes += math.ceil(size_bytes)


class Packer:
    """Gathers pieces, given in order, into parts; each is yielded when it is full.

    Parameters
    ----------
    limit_bytes
        The largest body of a request.
    packing
        How several share a body (`PACKINGS`); None puts each into a part of its own.
    answered
        Number of the part that a frame travelled in, where that was answered before.
        Between such parts, the others fill and count as they did then.
    """

    def __init__(
        self, limit_bytes: int, packing: str | None, answered: Mapping[int, int]
    ) -> None:
        self._limit_bytes = limit_bytes
        self._packing = packing
        self._answered = answered
        self._part = Part(0, 0)

    def add(self, piece: Piece) -> Iterator[Part]:
        """Take the next piece; yield the parts that are complete by now."""
        if piece.content is None:
            number = self._part.number
            if piece.error is None:
                number = self._answered[piece.shown[0].frame]
                if number < self._part.number:  # another frame of the one before
                    return
            yield from self.flush()
            self._part.number = number
            self._part.shown, self._part.error = list(piece.shown), piece.error
            yield from self.flush()
            return
        size_bytes = size_in(self._packing, len(piece.content))
        if not self._has_room(piece, size_bytes):
            yield from self.flush()
        self._part.add(piece, size_bytes)
        if self._packing is None:
            yield from self.flush()

    def _has_room(self, piece: Piece, size_bytes: float) -> bool:
        if self._part.size_bytes + size_bytes > self._limit_bytes:
            return False
        # Arrays share a body only if they have one shape.
        first = self._part.contents[0] if self._part.contents else piece.content
        assert first is not None  # noqa: S101  as in Part.add
        return self._packing != "npy" or len(first) == len(piece.content or b"")

    def flush(self) -> Iterator[Part]:
        """Yield the part that is not full, if there is one."""
        part = self._part
        if part.shown:
            self._part = Part(part.place + 1, part.number + 1)
            yield part
