"""One open video: its packets, its pictures in display order, and their true times.

Counts and times come from packets and pictures, never from the file's header: headers
are wrong for edit lists, transport streams, fragmented files and many AVI.
"""

from __future__ import annotations

import io
from bisect import bisect_left
from contextlib import suppress
from functools import cached_property
from heapq import heappop, heappush
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from smnb._extras import require
from smnb._video.losses import Losses, ranges_text
from smnb._video.matroska import breaks_off
from smnb._video.pixels import Orientation, orientation, to_bgr
from smnb.errors import DamagedVideoError, InvalidInputError

if TYPE_CHECKING:
    from collections.abc import Iterator

Source: TypeAlias = Path | bytes

_DEFAULT_FPS = 25
# Shorter ways are decoded through; for longer ones it pays to ask where a seek lands.
_SEEK_FROM_S = 0.5
_BACK_S = (0, 1, 5, 25)
_LONGEST_GOP = 1000
_VP8_IS_SHOWN = 0x10  # RFC 6386, section 9.1: show_frame


class Reader:
    """An open video with a position: `picture` is the one at hand, shown at `time_s`.

    Parameters
    ----------
    source
        The file or its content.
    one_by_one
        Whether pictures are decoded one after the other: slower, but where the file is
        damaged none is lost of those that several threads have at hand.

    Raises
    ------
    InvalidInputError
        If it cannot be opened or holds no video.
    """

    def __init__(self, source: Source, *, one_by_one: bool = False) -> None:
        self.label = source.name if isinstance(source, Path) else "video"
        self._av = require("av", purpose="Reading a video")
        self._source = source
        self._scout: Any = None
        self._one_by_one = one_by_one
        self._latest_s = -1.0
        self._first_stamp = 0
        self._may_jump = True
        self._damage: list[str] = []
        self._losses = Losses()
        self._orientations: dict[float, Orientation] = {}
        self._begin()

    def _begin(self) -> None:
        """Open it, before its first picture."""
        self._container = self._open()
        self.stream = self._video_stream(self._container)
        self._tick_s = self.stream.time_base
        # Never "SLICE": with PyAV 14, HEVC coded in wavefronts then hangs.
        self.stream.thread_type = "NONE" if self._one_by_one else "AUTO"
        self.picture: Any = None
        self.time_s = 0.0
        self._passed = -1
        self._landed: int | None = None
        self._has_jumped = False
        # AVI numbers frames as they are stored; shown in another order, the next picture
        # always has the lowest number that is left.
        self._in_file_order = self._container.format.name == "avi"
        self._slots: list[int] = []
        self._pictures: Iterator[Any] = self._decoded()

    def __enter__(self) -> Reader:  # noqa: PYI034  Self is not in Python 3.10
        return self

    def __exit__(self, *error: object) -> None:
        # What is running holds this reader, and so the decoder's pictures.
        self._pictures = iter(())
        self.picture = None
        self._container.close()
        if self._scout is not None:
            self._scout.close()

    def __iter__(self) -> Iterator[tuple[Any, float]]:
        """Yield each picture from here on, with its time from the first one, in s."""
        while self.advance():
            yield self.picture, self.time_s

    @property
    def fps(self) -> float:
        """The pace that the file states, for where it gives no times."""
        return float(self.stream.average_rate or _DEFAULT_FPS)

    @property
    def index(self) -> int:
        """The place of the picture in the order of display, from 0."""
        if self._landed is None:
            return self._passed
        first, landed = (
            bisect_left(self._all_stamps, stamp)
            for stamp in (self._first_stamp, self._landed)
        )
        return landed - first + self._passed

    @property
    def orientation(self) -> Orientation:
        """How the picture is turned; looked at once for each angle that there is."""
        angle = self.picture.rotation
        if angle not in self._orientations:
            self._orientations[angle] = orientation(self.picture)
        return self._orientations[angle]

    @property
    def bgr(self) -> Any:
        """The pixels of the picture, upright."""
        return to_bgr(self.picture, self.orientation)

    @property
    def can_seek(self) -> bool:
        """Whether each picture carries its time, which tells where a seek has led."""
        return not self._in_file_order and self.picture.pts is not None

    def advance(self) -> bool:
        """Go to the next picture; False if there is none."""
        picture = next(self._pictures, None)
        if picture is None:
            return False
        stamp = heappop(self._slots) if self._slots else picture.pts
        if self.picture is None:
            self._first_stamp = stamp or 0
        elif stamp is None:
            self.time_s += 1 / self.fps
        if stamp is not None:
            # As the fraction would, at a tenth of its time.
            ticks = (stamp - self._first_stamp) * self._tick_s.numerator
            self.time_s = ticks / self._tick_s.denominator
        self._losses.came(stamp, is_torn=bool(picture.is_corrupt))
        self._passed += 1
        if self._has_jumped:
            self._has_jumped, self._landed, self._passed = False, stamp, 0
        self.picture = picture
        self._latest_s = max(self._latest_s, self.time_s)
        return True

    def advance_to(
        self, time_s: float, *, patience: int | None = None, counted: bool = False
    ) -> bool:
        """Go on to the first picture at or after `time_s`; False if there is none.

        Parameters
        ----------
        patience
            Take the picture at hand after so many if it is still earlier.
        counted
            Whether `index` is needed: then seek only where that can be told.
        """
        if self.picture is None and not self.advance():
            return False
        if (
            time_s - self.time_s > _SEEK_FROM_S
            and self.can_seek
            and self._may_jump
            and (not counted or self._can_count)
        ):
            self._jump_towards(time_s)
            if self._has_jumped and (not self.advance() or self.time_s > time_s):
                # What is refreshed bit by bit is whole only some pictures after the key
                # frame: the way leads through all of them.
                self._container.close()
                self._begin()
                self._may_jump = False
        while self.picture is None or (self.time_s < time_s and patience != 0):
            if not self.advance():
                return False
            patience = None if patience is None else patience - 1
        return True

    def packets(self) -> Iterator[Any]:
        """Yield the stream's packets up to the end, or to where reading fails."""
        try:
            for packet in self._container.demux(self.stream):
                if not packet.size:  # the demuxer's end mark, or a dropped frame
                    continue
                if packet.is_corrupt:
                    self._note_damage("some of it is incomplete")
                yield packet
        except self._av.error.FFmpegError as error:
            self._note_damage(_reason(error))
        else:
            if breaks_off(self._source):
                self._note_damage("it breaks off")

    def decode(self, packet: Any) -> list[Any]:
        """Decode a packet, or with None what is left in the decoder; note failures."""
        try:
            pictures: list[Any] = self.stream.decode(packet)
        except self._av.error.FFmpegError as error:
            self._note_damage(_reason(error))
            return []
        return pictures

    def raise_for_damage(self) -> None:
        """Raise if not all of it could be read, or nothing."""
        if self.picture is None:
            raise self.unreadable("no picture in it can be decoded")
        if self._damage:
            is_listed = "mp4" in self._container.format.name  # others' counts are wrong
            declared = self.stream.frames if is_listed else 0
            missing = self._losses.ranges(self._all_stamps, self._first_stamp, declared)
            which = ranges_text(missing) if missing else "frames"
            raise DamagedVideoError(
                f"{self.label} is damaged: {which} missing or incomplete; the last "
                f"that can be read is at {self._latest_s:.2f} s ({self._damage[0]}).",
                hint="To have the rest, copy the file again from where it comes from.",
                missing=missing,
            )

    def unreadable(self, reason: str) -> InvalidInputError:
        """Return the error for what is no video."""
        return InvalidInputError(
            f"{self.label} cannot be read as a video: {reason}.",
            hint="Check that a player shows it; a recording that broke off may have to "
            "be repaired first.",
        )

    def _open(self) -> Any:
        # An absolute path cannot be taken for a protocol, as a:b.mp4 would be.
        file = (
            str(self._source.absolute())
            if isinstance(self._source, Path)
            else io.BytesIO(self._source)
        )
        # PyAV 19 reads titles in any encoding by itself, and has no such option.
        old = int(self._av.__version__.partition(".")[0]) < 19  # noqa: PLR2004
        lenient = {"metadata_errors": "ignore"} if old else {}
        try:
            return self._av.open(file, **lenient)
        except self._av.error.FFmpegError as error:
            raise self.unreadable(_reason(error)) from error

    def _video_stream(self, container: Any) -> Any:
        """Return the first stream of moving pictures; a cover image is none."""
        cover = self._av.stream.Disposition.attached_pic
        for stream in container.streams.video:
            if not stream.disposition & cover:
                return stream
        container.close()
        raise self.unreadable("there are no pictures in it")

    def _decoded(self) -> Iterator[Any]:
        sent = came = 0
        for packet in chain(self.packets(), [None]):
            if packet is not None and (sent or packet.is_keyframe) and is_shown(packet):
                sent += 1
                self._losses.sent(packet.dts if self._in_file_order else packet.pts)
            if self._in_file_order and packet is not None and packet.dts is not None:
                heappush(self._slots, packet.dts)
            pictures = self.decode(packet)
            came += len(pictures)
            yield from pictures
        if came < sent and not self._one_by_one and not self._is_interlaced:
            yield from self._rest_one_by_one()

    @property
    def _is_interlaced(self) -> bool:
        """Whether two packets may make one picture."""
        return self.picture is not None and self.picture.interlaced_frame

    def _rest_one_by_one(self) -> Iterator[Any]:
        """Decode again what follows the pictures so far: threads may have lost some."""
        with Reader(self._source, one_by_one=True) as reader:
            for picture, time_s in reader:
                if time_s > self._latest_s:
                    yield picture
            self._damage += reader._damage

    def _note_damage(self, reason: str) -> None:
        # A recording cut anywhere starts with packets that need what was cut off.
        if self.picture is not None:
            self._damage.append(reason)

    def _jump_towards(self, time_s: float) -> None:
        """Seek to a key frame between here and `time_s`, if there is one.

        Where a seek lands is tried out with a second demuxer: seeking loses the decoder's
        state, and often the key frame lies behind. Some formats land anywhere, with the
        next key frame too late; then the start is moved back.
        """
        tick_s = self.stream.time_base
        here, target = (
            self._first_stamp + round(seconds / tick_s)
            for seconds in (self.time_s, time_s)
        )
        try:
            for back_s in _BACK_S:
                start = target - round(back_s / tick_s)
                if start <= here:
                    return
                key = self._key_frame_from(start)
                if key is not None and key <= target:
                    if key > here:
                        self._container.seek(start, stream=self.stream)
                        self._pictures = self._decoded()
                        self._has_jumped = True
                        self._losses.jumped()
                    return
        except self._av.error.FFmpegError:
            return  # Not every format can seek; then the way leads through all frames.

    @cached_property
    def _can_count(self) -> bool:
        """Whether the stamps of all packets tell the index of each picture."""
        return not self._is_interlaced and self._first_stamp in self._all_stamps

    @cached_property
    def _all_stamps(self) -> list[int]:
        """When each picture is shown, in order; empty where that is not known."""
        stamps: list[int | None] = []
        with self._open() as container, suppress(self._av.error.FFmpegError):
            packets = container.demux(self._video_stream(container))
            # Where it fails, what came before is kept.
            stamps.extend(p.pts for p in packets if p.size and is_shown(p))
        known = [stamp for stamp in stamps if stamp is not None]
        return sorted(known) if len(known) == len(stamps) else []

    def _key_frame_from(self, start: int) -> int | None:
        """Return the stamp of the first key frame from where a seek to `start` lands."""
        if self._scout is None:
            self._scout = self._open()
        stream = self._video_stream(self._scout)
        self._scout.seek(start, stream=stream)
        for packet in islice(self._scout.demux(stream), _LONGEST_GOP):
            if packet.is_keyframe:
                return packet.pts  # type: ignore[no-any-return]
        return None


def is_shown(packet: Any) -> bool:
    """Say whether a packet makes a picture; some only serve to predict others."""
    if packet.is_discard:
        return False
    codec = packet.stream.codec_context.name
    return codec != "vp8" or bool(bytes(packet)[0] & _VP8_IS_SHOWN)


def _reason(error: Any) -> str:
    return str(error.strerror).lower()
