"""The answers on a video's frames, in order, and what can be made of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from smnb import _video
from smnb._extras import require
from smnb._results import drawing, markup
from smnb._text import seconds_text
from smnb.errors import InvalidInputError, SmnbError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from PIL import Image

    from smnb._results.drawing import Draw

_REPR_TILES = 5
_REPR_TILE_BYTES = 20_000  # so that all of them stay under 150 kB as base64


@dataclass(frozen=True)
class FrameResult:
    """What the model answered on one frame.

    Parameters
    ----------
    frame
        The frame's index in the video, from 0.
    time_s
        When it is shown, counted from the first frame.
    part
        Number of the request that it travelled in, from 0.
    value
        The decoded answer; None if it failed.
    error
        Why there is no answer, else None.
    frame_count
        Frames that the answer is for, from this one on: more than 1 where a segment
        got one answer as a whole.
    quality, size
        What it was encoded with, where that is less than was asked for, so that it fits
        a request; size as (width, height).
    latency_ms
        From sending the request that it travelled in to having read its answer; None if
        it failed.
    """

    frame: int
    time_s: float
    part: int
    value: Any
    error: Exception | None = None
    frame_count: int = 1
    quality: int | None = None
    size: tuple[int, int] | None = None
    latency_ms: float | None = field(default=None, compare=False)


class VideoResult(Sequence[FrameResult]):
    """The answers on the frames of a video, in their order.

    A slice is again a `VideoResult`, of these frames.

    Parameters
    ----------
    label
        What the video is called.
    info
        Facts on it.
    results
        One for each frame that was sent, in order.
    source
        The video itself, to draw on; None if its frames existed only once.
    video
        What was sent of it; None if that is each frame as it is.
    damage
        The error with which reading the video ended early, if it did.
    """

    def __init__(
        self,
        label: str,
        info: _video.VideoInfo,
        results: Iterable[FrameResult],
        source: _video.Source | None,
        *,
        video: _video.Video | None = None,
        damage: SmnbError | None = None,
    ) -> None:
        self.label = label
        self.info = info
        self.damage = damage
        self._results = list(results)
        self._source = source
        self._video = video

    def __len__(self) -> int:
        return len(self._results)

    def __iter__(self) -> Iterator[FrameResult]:
        return iter(self._results)

    @overload
    def __getitem__(self, place: int) -> FrameResult: ...
    @overload
    def __getitem__(self, place: slice) -> VideoResult: ...
    def __getitem__(self, place: int | slice) -> FrameResult | VideoResult:
        if isinstance(place, slice):
            return self._of(self._results[place])
        return self._results[place]

    @property
    def values(self) -> list[Any]:
        """The answers; None where there is none."""
        return [result.value for result in self]

    @property
    def frames(self) -> list[int]:
        """Index of each frame in the video."""
        return [result.frame for result in self]

    @property
    def times_s(self) -> list[float]:
        """When each frame is shown, counted from the first of the video."""
        return [result.time_s for result in self]

    @property
    def failed(self) -> VideoResult:
        """The frames without an answer; each has its `error`."""
        return self._of(result for result in self if result.error is not None)

    def to_frame(self) -> Any:
        """Return a pandas DataFrame with a row for each frame.

        Its columns are ``frame``, ``time_s``, ``part`` and ``prediction``.

        Raises
        ------
        MissingExtraError
            If pandas is not installed.
        """
        pandas = require("pandas", purpose="A DataFrame")
        columns = {
            "frame": self.frames,
            "time_s": self.times_s,
            "part": [result.part for result in self],
            "prediction": pandas.Series(self.values, dtype=object),
        }
        return pandas.DataFrame(columns)

    def contact_sheet(
        self,
        draw: Draw | None = None,
        *,
        tiles: int = 12,
        columns: int = 4,
        width: int = 960,
    ) -> Image.Image:
        """Return one picture of several frames, with the answers drawn on them.

        Parameters
        ----------
        draw
            ``draw(image, value)`` draws an answer on a PIL image in place, or returns
            another one. Left out, the boxes of a detector are drawn: lists of dicts
            with a ``box`` of left, top, right and bottom in pixels.
        tiles
            How many frames at most: those with an answer first, evenly spread.
        columns
            Frames in a row.
        width
            Of the whole picture, in pixels.

        Raises
        ------
        InvalidInputError
            If there is no frame, or the video cannot be read any more.
        """
        chosen = self._spread(tiles)
        if not chosen:
            raise InvalidInputError(
                f"There is no frame of {self.label} to show.",
                hint="Ask for a tile at least, of a result with frames.",
            )
        pictures = self._drawn(chosen, draw or drawing.boxes)
        captioned = [(image, _caption(result)) for result, image in pictures]
        return drawing.sheet(captioned, columns=columns, width=width)

    def annotate(self, path: str | Path, draw: Draw | None = None) -> Path:
        """Write the frames as a video, with the answers drawn on them.

        Each frame is shown at its own time; there is no sound.

        Parameters
        ----------
        path
            File to write: .mp4, .mov or .mkv.
        draw
            As for `contact_sheet`.

        Returns
        -------
        Path
            The file.

        Raises
        ------
        InvalidInputError
            If there is no frame, the video cannot be read any more, or the file's suffix
            is another.
        """
        if not self:
            raise InvalidInputError(
                f"There is no frame of {self.label} to write.",
                hint="Take a result with frames.",
            )
        path = Path(path).expanduser()
        pictures = self._drawn(self._results, draw or drawing.boxes)
        _video.write_video(path, ((r.time_s, image) for r, image in pictures))
        return path

    def __repr__(self) -> str:
        return " · ".join(self._facts())

    def _repr_html_(self) -> str:
        try:
            pictures = list(self._drawn(self._spread(_REPR_TILES), drawing.boxes))
        except SmnbError:  # The file may be gone by now; the answers are not.
            pictures = []
        return markup.card(
            self.label,
            repr(self),
            [
                markup.Tile(_small(image), _caption(result))
                for result, image in pictures
            ],
            [
                markup.Moment(result.time_s, _answers(result), result.error is not None)
                for result in self
            ],
        )

    def _of(self, results: Iterable[FrameResult]) -> VideoResult:
        return VideoResult(
            self.label,
            self.info,
            results,
            self._source,
            video=self._video,
            damage=self.damage,
        )

    def _facts(self) -> Iterator[str]:
        """Yield what a reader wants to know at once."""
        yield f"{len(self)} frame{'s' * (len(self) != 1)}"
        if self:
            span_s = self[-1].time_s - self[0].time_s + 1 / self.info.fps
            yield f"{seconds_text(span_s)} of video"
        yield f"{sum(_answers(result) > 0 for result in self)} with an answer"
        failed = self.failed
        if failed:
            yield f"{len(failed)} failed, the first at {_clock(failed[0].time_s)}"
        fitted = [result for result in self if result.size is not None]
        if fitted:
            yield f"{len(fitted)} sent coarser, to fit a request{_coarsest(fitted)}"
        if self.damage is not None:
            yield "the file is damaged"

    def _spread(self, count: int) -> list[FrameResult]:
        """Choose frames evenly: those with an answer, then others up to `count`."""
        answered = [result for result in self if _answers(result)]
        others = [result for result in self if not _answers(result)]
        chosen = _evenly(answered, count)
        chosen += _evenly(others, count - len(chosen))
        return sorted(chosen, key=lambda result: result.frame)

    def _drawn(
        self, results: Iterable[FrameResult], draw: Draw
    ) -> Iterator[tuple[FrameResult, Image.Image]]:
        if self._source is None:
            raise InvalidInputError(
                f"The frames of {self.label} existed only once: they cannot be shown.",
                hint="Write them to a file, and send that.",
            )
        by_frame = {result.frame: result for result in results}
        times_s = {frame: result.time_s for frame, result in by_frame.items()}
        for frame in _video.frames_at(self._source, times_s):
            result = by_frame[frame.index]
            image = drawing.image_of(self._as_sent(frame.bgr, result))
            if result.value is not None:
                image = draw(image, result.value) or image
            yield result, image

    def _as_sent(self, bgr: Any, result: FrameResult) -> Any:
        """Return the pixels that the model got: answers are in their coordinates."""
        if self._video is not None:
            bgr = _video.as_sent(bgr, self._video)
        if result.size is not None:
            bgr = _video.resized(bgr, result.size)
        return bgr


def _answers(result: FrameResult) -> int:
    """Count what was answered on a frame: the items of a list, else 1, or 0 for nothing."""
    value = result.value
    if value is None:
        return 0
    try:
        size = len(value)
    except TypeError:
        return 1
    return size if isinstance(value, list) else min(size, 1)


def _coarsest(fitted: list[FrameResult]) -> str:
    """Write the lowest quality and the smallest size of what did not fit."""
    qualities = [result.quality for result in fitted if result.quality is not None]
    sizes = {result.size for result in fitted if result.size is not None}
    texts = [f"quality {min(qualities)}"] if qualities else []
    width, height = min(sizes)
    texts.append(f"{width} x {height}")
    return f" (down to {', '.join(texts)})"


def _evenly(results: list[FrameResult], count: int) -> list[FrameResult]:
    """Choose `count` of them, the first and the last included."""
    if count >= len(results):
        return results
    last = len(results) - 1
    return [results[round(last * i / max(count - 1, 1))] for i in range(count)]


def _caption(result: FrameResult) -> str:
    failed = " · failed" * (result.error is not None)
    return f"frame {result.frame} · {_clock(result.time_s)}{failed}"


def _clock(time_s: float) -> str:
    """Write a position in a video, exact enough to tell frames apart."""
    minutes, seconds = divmod(time_s, 60)
    return f"{minutes:.0f}:{seconds:05.2f}" if minutes else f"{seconds:.2f} s"


def _small(image: Image.Image) -> bytes:
    """Encode a frame for an HTML representation."""
    numpy = require("numpy", purpose="Showing a video")
    tile = drawing.fitted(image.convert("RGB"), 2 * markup.TILE_WIDTH)
    bgr = numpy.asarray(tile)[:, :, ::-1]
    return _video.encode_jpeg(bgr, quality=80, max_bytes=_REPR_TILE_BYTES)
