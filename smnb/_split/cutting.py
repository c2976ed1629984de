"""Cut a video into what travels: frames as pictures, or segments of the file."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from smnb import _video
from smnb._routes import ARRAY_TYPE, content_limit
from smnb._split.parts import Piece, Shown
from smnb.errors import InvalidInputError, SmnbError

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping

    from smnb._routes import Split
    from smnb._split.clip import Clip
    from smnb._video import Frame, Segment

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

    def encode(self, frame: Frame) -> list[Piece]:
        """Convert and encode a frame; safe from any thread."""
        return [self.encode_one(frame)]

    def encode_one(self, frame: Frame, *, always_told: bool = False) -> Piece:
        """Convert and encode a frame.

        Parameters
        ----------
        always_told
            Whether quality and size are told also if it fits as asked.
        """
        shown = Shown(frame.index, frame.time_s)
        if frame.index in self._answered:
            return Piece((shown,), None)
        try:
            encoded = _video.encode_frame(
                frame, self._video, max_bytes=self._limit_bytes
            )
        except SmnbError as error:
            return Piece((shown,), None, error=error)
        if encoded.fitted or always_told:
            size = encoded.width, encoded.height
            shown = shown._replace(quality=encoded.quality, size=size)
        return Piece((shown,), encoded.content, self._video.content_type)


class Segments:
    """The segments of a video; one that cannot be cut goes as frames, if these are taken.

    Parameters
    ----------
    answered
        Number of the part that a frame travelled in, where that was answered before.
    """

    def __init__(
        self, clip: Clip, route: Split, *, answered: Mapping[int, int]
    ) -> None:
        self._clip = clip
        self._route = route
        self._answered = answered
        frames = Frames(clip, route, answered=answered)
        self._frames = frames if route.or_frames else None
        self.damage: InvalidInputError | None = None
        """The error with which reading ended early, if it did."""

    @property
    def unit_bytes(self) -> int:
        """What a segment takes in memory, at most."""
        return self._route.part_bytes

    def units(self) -> Iterator[Segment]:
        """Yield the segments; of a damaged file, those before the damage."""
        some = False
        try:
            for segment in self._clip.segments(self._route):
                some = True
                yield segment
        except InvalidInputError as damage:
            if not some:
                raise
            self.damage = damage

    def encode(self, segment: Segment) -> list[Piece]:
        """Try out whether a segment plays alone; safe from any thread."""
        shown = tuple(Shown(place.frame, place.time_s) for place in segment.places)
        if self._was_sent(segment):
            return [Piece(shown, None)]
        if segment.is_same():
            type_ = self._route.frame_type
            return [Piece(shown, segment.content, type_, extra=segment.extra)]
        if self._frames is not None and self._clip.file is not None:
            times_s = {place.frame: place.time_s for place in segment.places}
            found = _video.frames_at(self._clip.file, times_s)
            return [self._frames.encode_one(frame, always_told=True) for frame in found]
        first, last = shown[0].frame, shown[-1].frame
        error = InvalidInputError(
            f"Frames {first} to {last} cannot be cut out of {self._clip.label} without "
            "encoding them again.",
            hint='Let the model take frames as well: add "image/jpeg" to its ACCEPTS.',
        )
        return [Piece(shown, None, error=error)]

    def _was_sent(self, segment: Segment) -> bool:
        """Whether it was answered before, as a whole."""
        numbers = {self._answered.get(place.frame) for place in segment.places}
        return len(numbers) == 1 and None not in numbers
