"""Cut a video into what travels: frames as pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smnb import _video
from smnb._routing import FRAME_TYPE
from smnb._split.parts import Piece, Shown
from smnb.errors import InvalidInputError, SmnbError

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from smnb._video import Frame, Source

_BYTES_A_PIXEL = 3


class Frames:
    """The frames of a video.

    Parameters
    ----------
    limit_bytes
        The largest picture.
    answered
        Frames that were answered before: they are neither encoded nor sent.
    """

    def __init__(
        self, source: Source, *, limit_bytes: int, answered: Container[int]
    ) -> None:
        self._source = source
        self._limit_bytes = limit_bytes
        self._answered = answered
        self.info = _video.probe(source)
        self.damage: InvalidInputError | None = None
        """The error with which reading ended early, if it did."""

    @property
    def unit_bytes(self) -> int:
        """What a decoded frame takes in memory."""
        return self.info.width * self.info.height * _BYTES_A_PIXEL

    def units(self) -> Iterator[Frame]:
        """Yield the frames; of a damaged file, those before the damage."""
        some = False
        try:
            for frame in _video.frames(self._source):
                some = True
                yield frame
        except InvalidInputError as damage:
            if not some:
                raise
            self.damage = damage

    def encode(self, frame: Frame) -> Piece:
        """Convert and encode a frame; safe from any thread."""
        shown = (Shown(frame.index, frame.time_s),)
        if frame.index in self._answered:
            return Piece(shown, None)
        try:
            jpeg = _video.encode_jpeg(frame.bgr, max_bytes=self._limit_bytes)
        except SmnbError as error:
            return Piece(shown, None, error=error)
        return Piece(shown, jpeg, FRAME_TYPE)
