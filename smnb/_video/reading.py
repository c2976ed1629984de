"""What a video holds, and its frames: all in order, or single ones."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any

from smnb._extras import require
from smnb._video.choosing import Chooser, count
from smnb._video.pixels import UPRIGHT, Orientation, is_decoded, orientation, to_bgr
from smnb._video.reader import Reader, Source, is_shown
from smnb._video.video import Video

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from fractions import Fraction

# Content types outside video/ that hold moving pictures.
_MOVING_TYPES = {"application/mp4", "application/mxf", "application/ogg", "image/gif"}


@dataclass(frozen=True)
class VideoInfo:
    """What a video holds.

    Parameters
    ----------
    label
        What messages call it: its file name, or ``"video"``.
    codec
        Name of the codec, for example ``"h264"``.
    width, height
        Size in pixels as it is shown, that is after rotation.
    fps
        Mean frames a second.
    frame_count
        Frames, counted in the file: exact unless it is damaged or coded in fields.
    duration_s
        From the start of the first frame to the end of the last.
    size_bytes
        Size of the file.
    rotation_deg
        Clockwise turn that makes the stored pictures upright: 0, 90, 180 or 270.
    taken_count
        Of these frames, those that were asked for.
    """

    label: str
    codec: str
    width: int
    height: int
    fps: float
    frame_count: int
    duration_s: float
    size_bytes: int
    rotation_deg: int
    taken_count: int


@dataclass(frozen=True, eq=False)
class Frame:
    """One frame of a video.

    Parameters
    ----------
    index
        Its place in the order of display, from 0.
    time_s
        When it is shown, counted from the first frame.
    picture
        The picture as it was decoded, or an array of BGR; `bgr` holds its pixels.
    orientation
        How the picture is turned.
    """

    index: int
    time_s: float
    picture: Any = field(repr=False)
    orientation: Orientation = field(default=UPRIGHT, repr=False)

    @cached_property
    def bgr(self) -> Any:
        """Pixels as uint8 of shape (height, width, 3), upright, blue first.

        Converted by the thread that first asks for them.
        """
        if is_decoded(self.picture):
            return to_bgr(self.picture, self.orientation)
        return require("numpy", purpose="Frames").ascontiguousarray(self.picture)


def is_video(content_type: str) -> bool:
    """Say whether a content type stands for moving pictures.

    Examples
    --------
    >>> is_video("video/mp4"), is_video("image/gif"), is_video("image/jpeg")
    (True, True, False)
    """
    plain = content_type.partition(";")[0].strip().lower()
    return plain.startswith("video/") or plain in _MOVING_TYPES


def probe(source: Source, video: Video | None = None) -> VideoInfo:
    """Read what a video holds, from its packets and its first picture.

    Parameters
    ----------
    video
        Says which frames are taken, which `VideoInfo.taken_count` counts.

    Raises
    ------
    InvalidInputError
        If it cannot be opened, holds no video, or no picture in it can be decoded.
    """
    with Reader(source) as reader:
        context = reader.stream.codec_context
        span = _Span()
        picture: Any = None
        for packet in chain(reader.packets(), [None]):
            if picture is None:
                picture = next(iter(reader.decode(packet)), None)
            if packet is not None and is_shown(packet):
                span.add(packet)
        if picture is None:
            reader.raise_for_damage()
        duration_s = span.duration_s(reader.stream.time_base, reader.fps)
        how = orientation(picture)
        width, height = picture.width, picture.height
        return VideoInfo(
            label=reader.label,
            codec=context.codec.canonical_name,
            width=height if how.transposed else width,
            height=width if how.transposed else height,
            fps=span.count / duration_s,
            frame_count=span.count,
            duration_s=duration_s,
            size_bytes=(
                len(source) if isinstance(source, bytes) else source.stat().st_size
            ),
            rotation_deg=how.clockwise_deg,
            taken_count=span.taken_count(video, reader.stream.time_base, duration_s),
        )


def frames(source: Source, video: Video | None = None) -> Iterator[Frame]:
    """Yield the frames of a video in display order, in flat memory.

    The file is closed when the iterator ends or is dropped.

    Parameters
    ----------
    video
        Which of them; None takes all. Its own source is not looked at.

    Raises
    ------
    InvalidInputError
        If nothing can be read. Or, once all that can be read was yielded, if the file
        breaks off or parts of it cannot be decoded; a frame at the break may be torn.
    """
    chooser = Chooser(video or Video(source))
    with Reader(source) as reader:
        while reader.advance():
            if chooser.is_over(reader.time_s):
                return
            if reader.time_s < chooser.earliest_s:
                # Where frames are far apart, what is between them is not decoded.
                if not reader.advance_to(chooser.earliest_s, counted=True):
                    break
                if chooser.is_over(reader.time_s):
                    return
            if chooser.takes(reader.index, reader.time_s):
                yield Frame(
                    reader.index, reader.time_s, reader.picture, reader.orientation
                )
        reader.raise_for_damage()


def frames_at(source: Source, times_s: Mapping[int, float]) -> Iterator[Frame]:
    """Yield single frames in display order, decoding little more than these.

    Parameters
    ----------
    times_s
        Time of each wanted frame by its index, both as `frames` gives them.

    Raises
    ------
    InvalidInputError
        If the file cannot be read, or breaks off before the last of them.
    """
    missing = dict(sorted(times_s.items()))
    with Reader(source) as reader:
        for index, time_s in sorted(times_s.items()):
            found = reader.advance_to(time_s) and reader.time_s == time_s
            if not found or reader.picture.is_corrupt:
                break  # Some formats seek badly; then all is decoded up to there.
            yield Frame(index, time_s, reader.picture, reader.orientation)
            del missing[index]
    if missing:
        last = max(missing)
        for frame in frames(source):
            if frame.index in missing:
                yield frame
            if frame.index == last:
                return


class _Span:
    """Counts packets, and the time from the first in display order to the last."""

    def __init__(self) -> None:
        self.count = 0
        self._stamps: list[int] = []
        self._last: tuple[int, int] = (-(1 << 63), 0)

    def add(self, packet: Any) -> None:
        self.count += 1
        stamp = packet.dts if packet.pts is None else packet.pts
        if stamp is not None:
            self._stamps.append(stamp)
            self._last = max(self._last, (stamp, packet.duration or 0))

    def duration_s(self, tick_s: Fraction, fps: float) -> float:
        """Return the time from the first frame's start to the last one's end."""
        first = min(self._stamps, default=0)
        last, last_ticks = self._last if self._stamps else (0, 0)
        if last_ticks:
            return float((last - first + last_ticks) * tick_s)
        if first == last:
            return self.count / fps
        return float((last - first) * tick_s) * self.count / (self.count - 1)

    def taken_count(
        self, video: Video | None, tick_s: Fraction, duration_s: float
    ) -> int:
        """Count the frames that `video` asks for."""
        if video is None or not video.chooses:
            return self.count
        if len(self._stamps) == self.count:
            stamps = sorted(self._stamps)
            times_s = (float((stamp - stamps[0]) * tick_s) for stamp in stamps)
        else:
            times_s = (duration_s * i / self.count for i in range(self.count))
        return count(video, times_s)
