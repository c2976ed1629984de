"""Cut a video into what travels: frames as pictures."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from smnb import _video
from smnb._routes import ARRAY_TYPE, content_limit
from smnb._split.parts import Piece, Shown
from smnb.errors import InvalidInputError, SmnbError

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from smnb._routes import Split
    from smnb._split.clip import Clip
    from smnb._video import Frame

_BYTES_A_PIXEL = 3


class Frames:
    """The frames of a video.

    Parameters
    ----------
    answered
        Frames that were answered before: they are neither encoded nor sent.
    """

    def __init__(self, clip: Clip, route: Split, *, answered: Container[int]) -> None:
        self._clip = clip
        self._answered = answered
        self._limit_bytes = content_limit(route.packing, route.part_bytes)
        as_arrays = route.frame_type == ARRAY_TYPE
        self._video = replace(clip.video, format="raw") if as_arrays else clip.video
        self.damage: InvalidInputError | None = None
        """The error with which reading ended early, if it did."""

    @property
    def unit_bytes(self) -> int:
        """What a decoded frame takes in memory."""
        info = self._clip.info
        return info.width * info.height * _BYTES_A_PIXEL

    def units(self) -> Iterator[Frame]:
        """Yield the frames; of a damaged file, those before the damage."""
        some = False
        try:
            for frame in self._clip.frames():
                some = True
                yield frame
        except InvalidInputError as damage:
            if not some:
                raise
            self.damage = damage

    def encode(self, frame: Frame) -> Piece:
        """Convert and encode a frame; safe from any thread."""
        shown = Shown(frame.index, frame.time_s)
        if frame.index in self._answered:
            return Piece((shown,), None)
        try:
            encoded = _video.encode_frame(
                frame.bgr, self._video, max_bytes=self._limit_bytes
            )
        except SmnbError as error:
            return Piece((shown,), None, error=error)
        if encoded.fitted:
            size = encoded.width, encoded.height
            shown = shown._replace(quality=encoded.quality, size=size)
        return Piece((shown,), encoded.content, self._video.content_type)
