"""Frames that exist only once: of a capture that is open, or from any iterator."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import TYPE_CHECKING, Any

from smnb._extras import require
from smnb._video.choosing import Chooser
from smnb._video.reading import Frame, VideoInfo
from smnb.errors import InvalidInputError

if TYPE_CHECKING:
    from smnb._video.video import Video

_DEFAULT_FPS = 25.0
_MOST_FPS = 1000  # what some cameras state is no rate


class Live:
    """A video of which each frame can be had once, and none is known before.

    Parameters
    ----------
    source
        An open ``cv2.VideoCapture``, or an iterator of frames.
    """

    def __init__(self, source: Any) -> None:
        self.label = type(source).__name__
        is_capture = is_capture_like(source)
        self._fps = _rate(source) if is_capture else _DEFAULT_FPS
        shown = _captured(source, self._fps) if is_capture else _given(source)
        first = next(shown, None)
        if first is None:
            raise InvalidInputError(
                f"There is no frame in the {self.label}.",
                hint="An iterator gives its frames once; is it used up, or closed?",
            )
        self._first_s, bgr = first
        self._shown = chain([first], shown)
        self._height, self._width = bgr.shape[:2]
        self._count, self._last_s = 0, 0.0

    @property
    def info(self) -> VideoInfo:
        """What has been seen of it so far."""
        return VideoInfo(
            label=self.label,
            codec="",
            width=self._width,
            height=self._height,
            fps=self._fps,
            frame_count=self._count,
            duration_s=self._last_s + 1 / self._fps,
            size_bytes=0,
            rotation_deg=0,
            taken_count=0,
        )

    def frames(self, video: Video) -> Iterator[Frame]:
        """Yield the frames that `video` asks for; once."""
        chooser = Chooser(video)
        for index, (shown_s, bgr) in enumerate(self._shown):
            time_s = shown_s - self._first_s
            if chooser.is_over(time_s):
                return
            self._count, self._last_s = index + 1, time_s
            if chooser.takes(index, time_s):
                yield Frame(index, time_s, bgr)


def is_live(source: Any) -> bool:
    """Say whether a value gives frames itself, and is no file."""
    if is_capture_like(source):
        return True
    return isinstance(source, Iterator) and not hasattr(source, "read")


def is_capture_like(source: Any) -> bool:
    """Say whether a value is read like ``cv2.VideoCapture``."""
    return all(hasattr(source, name) for name in ("read", "isOpened", "get"))


def _rate(capture: Any) -> float:
    cv2 = require("cv2", purpose="Reading a capture")
    fps = float(capture.get(cv2.CAP_PROP_FPS))
    return fps if 0 < fps < _MOST_FPS else _DEFAULT_FPS


def _captured(capture: Any, fps: float) -> Iterator[tuple[float, Any]]:
    """Yield what is left in a capture; a camera, which tells no times, by its rate."""
    cv2 = require("cv2", purpose="Reading a capture")
    index, latest_s = 0, -1.0
    while True:
        there, bgr = capture.read()
        if not there:
            return
        time_s = float(capture.get(cv2.CAP_PROP_POS_MSEC)) / 1000
        if index and not time_s > latest_s:
            time_s = latest_s + 1 / fps
        latest_s = time_s
        yield time_s, bgr
        index += 1


def _given(frames: Iterator[Any]) -> Iterator[tuple[float, Any]]:
    numpy = require("numpy", purpose="Frames as arrays")
    for index, frame in enumerate(frames):
        pixels = numpy.asarray(
            frame.convert("RGB") if hasattr(frame, "convert") else frame
        )
        if pixels.dtype != numpy.uint8 or pixels.shape[2:] not in ((), (3,)):
            raise InvalidInputError(
                f"Frame {index} is an array of {pixels.dtype}, of shape {pixels.shape}.",
                hint="A frame is uint8 of shape (height, width, 3), red first, or "
                "(height, width); or a PIL image.",
            )
        yield index / _DEFAULT_FPS, pixels if pixels.ndim == 2 else pixels[:, :, ::-1]  # noqa: PLR2004  dimensions
