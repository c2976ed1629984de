"""What is sent of a video: its source, which frames of it, and how they are encoded."""

from __future__ import annotations

from dataclasses import dataclass, field
from numbers import Integral
from pathlib import Path
from typing import Any, Final

from smnb.errors import InvalidInputError

FORMATS: Final = {
    "jpeg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "raw": "application/x-npy",
}
"""How a frame may be encoded, each with its content type."""

_BEST_QUALITY = 100
_URL_SCHEMES = ("http://", "https://", "s3://")


@dataclass(frozen=True, eq=False)
class Video:
    """A video, and what is sent of it.

    Parameters
    ----------
    source
        A path; bytes; a binary file; an ``http(s)://`` or ``s3://`` URL; an open
        ``cv2.VideoCapture``; or an iterator of frames, which count as 25 a second: PIL
        images, or uint8 arrays of shape (height, width, 3), red first, or (height,
        width).
    every
        Take frames 0, `every`, 2 `every` … of the source.
    fps
        Take so many frames a second, at most those that there are; instead of `every`.
    start_s, stop_s
        Take the frames that are shown from `start_s` on and before `stop_s`, counted from
        the first frame.
    size
        Resize to (width, height) in pixels; one number is the longer side.
    region
        Take only these pixels of each upright frame: (x, y, width, height). It is cut
        out before it is resized.
    format
        How frames are encoded: ``"jpeg"``, ``"png"``, ``"webp"``, or ``"raw"``: an npy
        array of shape (height, width, 3), red first.
    quality
        Of JPEG and WebP, 1 to 100; lowered where a frame would not fit a request.

    Raises
    ------
    InvalidInputError
        If an option is out of its range, or two contradict.

    Examples
    --------
    >>> Video("clip.mp4", fps=2, stop_s=60, size=640)
    Video('clip.mp4', fps=2, stop_s=60, size=640)
    """

    source: Any
    every: int = field(default=1, kw_only=True)
    fps: float | None = field(default=None, kw_only=True)
    start_s: float | None = field(default=None, kw_only=True)
    stop_s: float | None = field(default=None, kw_only=True)
    size: int | tuple[int, int] | None = field(default=None, kw_only=True)
    region: tuple[int, int, int, int] | None = field(default=None, kw_only=True)
    format: str = field(default="jpeg", kw_only=True)
    quality: int = field(default=90, kw_only=True)

    def __post_init__(self) -> None:
        _check_frames(self)
        _check_pixels(self)
        if self.format not in FORMATS:
            raise InvalidInputError(
                f"format={self.format!r} is no format of frames.",
                hint=f"Choose one of {', '.join(FORMATS)}.",
            )
        if not 1 <= self.quality <= _BEST_QUALITY:
            raise InvalidInputError(
                f"quality={self.quality} is outside 1 to 100.",
                hint="90 is hard to tell from 100.",
            )

    def __repr__(self) -> str:
        source = self.source
        if isinstance(source, bytes | bytearray | memoryview):
            source = type(source).__name__
        elif not isinstance(source, str | Path):
            source = f"<{type(source).__name__}>"
        given = [f"{name}={value!r}" for name, value in self.options.items()]
        return f"Video({', '.join([repr(source), *given])})"

    @property
    def options(self) -> dict[str, Any]:
        """What was asked for besides the source, as far as it is not the default."""
        return {
            name: getattr(self, name)
            for name, at_first in self.__dataclass_fields__.items()
            if name != "source" and getattr(self, name) != at_first.default
        }

    @property
    def content_type(self) -> str:
        """Content type of an encoded frame."""
        return FORMATS[self.format]

    @property
    def chooses(self) -> bool:
        """Whether it leaves out frames."""
        return bool({"every", "fps", "start_s", "stop_s"} & set(self.options))

    @property
    def is_whole(self) -> bool:
        """Whether the file itself says what is asked for."""
        return not self.options

    @property
    def url(self) -> str | None:
        """The source if it is a URL, else None."""
        source = self.source
        is_url = isinstance(source, str) and source.lower().startswith(_URL_SCHEMES)
        return source if is_url else None


def _check_frames(video: Video) -> None:
    every: Any = video.every
    start_s, stop_s = video.start_s, video.stop_s
    if not isinstance(every, Integral) or every < 1:
        raise InvalidInputError(
            f"every={every} takes no frame at all.",
            hint="1 takes all frames, 2 every second one.",
        )
    if video.fps is not None and not video.fps > 0:
        raise InvalidInputError(
            f"fps={video.fps} takes no frame at all.",
            hint="fps=1 takes a frame a second, fps=0.1 one in ten seconds.",
        )
    if video.fps is not None and every != 1:
        raise InvalidInputError(
            f"every={every} and fps={video.fps} contradict.",
            hint="every= counts frames, fps= seconds: give one of the two.",
        )
    if start_s is not None and not start_s >= 0:
        raise InvalidInputError(
            f"start_s={start_s} is before the first frame.",
            hint="Seconds count from the first frame, which is at 0.",
        )
    if stop_s is not None and not stop_s > (start_s or 0):
        raise InvalidInputError(
            f"No frame is before stop_s={stop_s} and from start_s={start_s or 0} on.",
            hint="Both count in seconds from the first frame.",
        )


def _check_pixels(video: Video) -> None:
    size: Any = video.size
    region: Any = video.region
    if size is not None:
        sides = size if isinstance(size, tuple) else (size, size)
        if len(sides) != 2 or not all(isinstance(n, Integral) for n in sides):  # noqa: PLR2004  width, height
            sides = (0, 0)
        if min(sides) < 1:
            raise InvalidInputError(
                f"size={size} is no size of a frame.",
                hint="(width, height) in pixels, or the longer side alone: size=640.",
            )
    if region is None:
        return
    if len(region) != 4 or not all(isinstance(n, Integral) for n in region):  # noqa: PLR2004  x, y, width, height
        raise InvalidInputError(
            f"region={region} is no region of a frame.",
            hint="(x, y, width, height) in pixels, from the upper left corner.",
        )
    x, y, width, height = region
    if min(x, y) < 0 or min(width, height) < 1:
        raise InvalidInputError(
            f"region={region} holds no pixel of a frame.",
            hint="(x, y, width, height) in pixels, from the upper left corner.",
        )
