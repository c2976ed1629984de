"""Cut a video into segments that each play alone, without encoding it again.

A segment begins at a key frame and holds whole groups of pictures. Where a group is open,
its first pictures in the order of display need the group before: they go with that one,
which then ends with a repetition of the key frame. Whether a segment decodes to the very
frames of the video is not taken for granted, but tried out (`Segment.is_same`).
"""

from __future__ import annotations

import io
import zlib
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from smnb._extras import require
from smnb._video.reader import Reader, is_shown
from smnb.errors import InvalidInputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smnb._video.reader import Source

CONTAINERS = {
    "video/mp4": "mp4",
    "video/quicktime": "mov",
    "video/x-matroska": "matroska",
    "video/webm": "webm",
}
"""What a segment is written as, by its content type."""

# A container's own bytes: its header, and what it says of each picture.
_HEADER_BYTES, _PICTURE_BYTES = 4096, 32


class Place(NamedTuple):
    """A frame of a video: its index, when it is shown, and a checksum of its pixels."""

    frame: int
    time_s: float
    checksum: int


@dataclass(frozen=True, eq=False)
class Segment:
    """A piece of a video, which plays alone.

    Parameters
    ----------
    places
        Its frames, as the whole video has them.
    content
        The piece as a file; None if it cannot be written.
    extra
        Frames that it shows after its own.
    """

    places: tuple[Place, ...]
    content: bytes | None = field(repr=False)
    extra: int = 0

    def is_same(self) -> bool:
        """Decode it, and say whether its frames are exactly those of the video."""
        if self.content is None:
            return False
        expected = [place.checksum for place in self.places]
        try:
            with Reader(self.content) as reader:
                found = [_checksum(reader) for _ in reader]
                reader.raise_for_damage()
        except InvalidInputError:
            return False
        return found[: len(expected)] == expected and (
            len(found) == len(expected) + self.extra
        )


class _Group:
    """A key frame, and what follows it up to the next."""

    def __init__(self, key: Any) -> None:
        self.packets = [key]

    @property
    def key(self) -> Any:
        return self.packets[0]

    @property
    def leading(self) -> list[Any]:
        """The pictures that are shown before the key frame, and may need what was before."""
        return [p for p in self.packets[1:] if p.pts < self.key.pts]

    @property
    def own(self) -> list[Any]:
        """The key frame, and what is shown after it."""
        return [p for p in self.packets if p.pts >= self.key.pts]

    @property
    def size_bytes(self) -> int:
        return _size_bytes(self.packets)


def segments(
    source: Source, *, limit_bytes: int, content_type: str
) -> Iterator[Segment]:
    """Yield a video's segments, in order; together they show each frame once.

    Parameters
    ----------
    limit_bytes
        The largest; a group of pictures that is larger by itself has no content.
    content_type
        One of `CONTAINERS`.

    Raises
    ------
    InvalidInputError
        If nothing can be read. Or, once all that can be read was yielded, if the file
        breaks off or parts of it cannot be decoded.
    """
    with Reader(source) as packets, Reader(source) as pictures:
        for parts, following in _gathered(_groups(packets), limit_bytes):
            own = [packet for part in parts for packet in part.own]
            for part in parts[1:]:
                own += part.leading
            tail = following.leading if following is not None else []
            count = sum(map(is_shown, [*own, *tail]))
            places = tuple(
                Place(pictures.index, pictures.time_s, _checksum(pictures))
                for _ in islice(pictures, count)
            )
            if not places:
                break
            chosen = _in_order(parts, following if tail else None)
            content = None
            if _HEADER_BYTES + _size_bytes(chosen) <= limit_bytes:
                content = _written(packets.stream, chosen, CONTAINERS[content_type])
            yield Segment(places, content, extra=1 if tail else 0)
        rest = tuple(
            Place(pictures.index, pictures.time_s, _checksum(pictures))
            for _ in pictures
        )
        if rest:
            yield Segment(rest, None)
        pictures.raise_for_damage()


def why_not_cut(source: Source, *, limit_bytes: int, content_type: str) -> str | None:
    """Say why a video cannot be cut, by its first two segments; None if it can be."""
    cut = segments(source, limit_bytes=limit_bytes, content_type=content_type)
    try:
        for segment in islice(cut, 2):
            if segment.content is None:
                return (
                    "a group of its pictures is larger than a request, or "
                    f"{content_type} cannot hold its codec"
                )
            if not segment.is_same():
                return "they do not decode to the same frames"
    except InvalidInputError:
        pass  # told when it is sent, with what can be read
    finally:
        cut.close()  # type: ignore[attr-defined]  # a generator
    return None


def _groups(reader: Reader) -> Iterator[_Group]:
    group: _Group | None = None
    for packet in reader.packets():
        if packet.pts is None:
            continue
        if packet.is_keyframe:
            if group is not None:
                yield group
            group = _Group(packet)
        elif group is not None:
            group.packets.append(packet)
    if group is not None:
        yield group


def _gathered(
    groups: Iterator[_Group], limit_bytes: int
) -> Iterator[tuple[list[_Group], _Group | None]]:
    """Yield as many groups as fit together, with the one that follows them."""
    gathered: list[_Group] = []
    size_bytes = _HEADER_BYTES
    for group in groups:
        tail_bytes = _size_bytes([group.key, *group.leading]) if group.leading else 0
        if gathered and size_bytes + group.size_bytes + tail_bytes > limit_bytes:
            yield gathered, group
            gathered, size_bytes = [], _HEADER_BYTES
        gathered.append(group)
        size_bytes += group.size_bytes
    if gathered:
        yield gathered, None


def _in_order(parts: list[_Group], following: _Group | None) -> list[Any]:
    """Return the packets of a segment in the order of decoding."""
    chosen = list(parts[0].own)
    for part in parts[1:]:
        chosen += part.packets
    if following is not None:
        chosen += [following.key, *following.leading]
    return chosen


def _size_bytes(packets: list[Any]) -> int:
    size_bytes: int = sum(packet.size + _PICTURE_BYTES for packet in packets)
    return size_bytes


def _written(stream: Any, packets: list[Any], container: str) -> bytes | None:
    """Return packets as a file; None if the container cannot hold them."""
    av = require("av", purpose="Cutting a video")
    file = io.BytesIO()
    first = min(packet.pts for packet in packets)
    stamps = [(packet.pts, packet.dts) for packet in packets]
    try:
        with av.open(file, "w", format=container) as output:
            copy = output.add_stream_from_template(stream, opaque=True)
            for packet in packets:
                packet.pts -= first
                # Matroska leaves out those before the first picture is shown.
                packet.dts = None if packet.dts is None else packet.dts - first
                packet.stream = copy
                output.mux(packet)
    except (av.error.FFmpegError, ValueError):
        return None
    finally:  # the next segment may repeat some of them
        for packet, (pts, dts) in zip(packets, stamps, strict=True):
            packet.stream = stream
            packet.pts, packet.dts = pts, dts
    return file.getvalue()


def _checksum(reader: Reader) -> int:
    """Return a checksum of a picture's pixels and orientation, not of what pads its rows."""
    picture = reader.picture
    numpy = require("numpy", purpose="Cutting a video")
    pixel_format = picture.format
    one_plane = len(picture.planes) == 1
    bits = (
        pixel_format.padded_bits_per_pixel
        if one_plane
        else pixel_format.components[0].bits
    )
    checksum: int = zlib.crc32(repr((pixel_format.name, reader.orientation)).encode())
    for plane in picture.planes:
        rows = numpy.frombuffer(plane, numpy.uint8).reshape(plane.height, -1)
        width_bytes = plane.width * -(-bits // 8)
        checksum = zlib.crc32(numpy.ascontiguousarray(rows[:, :width_bytes]), checksum)
    return checksum
