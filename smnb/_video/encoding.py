"""Frames as JPEG, PNG, WebP or plain arrays: cut, resized, and encoded to fit a size."""

from __future__ import annotations

import io
import math
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from smnb._extras import require
from smnb._text import bytes_text
from smnb._video.pixels import is_decoded
from smnb._video.planes import Planes, planes_of
from smnb.errors import InvalidInputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from smnb._video.pixels import Orientation
    from smnb._video.video import Video

# Below this quality blocks show; then a smaller picture tells more than a coarser one.
_LOWEST_QUALITY = 40
_QUALITY_STEP = 10


class Encoded(NamedTuple):
    """An encoded picture.

    Parameters
    ----------
    width, height
        In pixels.
    quality
        1 to 100; None where the format has none.
    fitted
        Whether quality or size are less than was asked for, so that it fits.
    """

    content: bytes
    width: int
    height: int
    quality: int | None
    fitted: bool


class Picture(Protocol):
    """A frame, or whatever holds one."""

    @property
    def picture(self) -> Any:
        """As it was decoded, or an array of BGR."""

    @property
    def orientation(self) -> Orientation:
        """How it is turned."""

    @property
    def bgr(self) -> Any:
        """Its pixels, upright."""


def as_sent(bgr: Any, video: Video) -> Any:
    """Return the pixels of a frame that are sent: its region, resized.

    Raises
    ------
    InvalidInputError
        If the region reaches beyond the frame.
    """
    height, width = bgr.shape[:2]
    (x, y, wide, high), size = _taken(width, height, video)
    bgr = bgr[y : y + high, x : x + wide]
    return bgr if size == (wide, high) else resized(bgr, size)


def encode_frame(
    frame: Picture, video: Video, *, max_bytes: int | None = None
) -> Encoded:
    """Encode a frame as `video` says, coarser and then smaller until it fits.

    Parameters
    ----------
    frame
        Its pixels are uint8 of shape (height, width, 3), blue first, or (height, width).
    max_bytes
        Largest result; None for no limit.

    Raises
    ------
    InvalidInputError
        If no picture fits, however small, or the region reaches beyond the frame.
    """
    if video.format == "jpeg":
        planes = _planes_as_sent(frame, video)
        content = planes and planes.jpeg(video.quality)
        if planes and content and len(content) <= (max_bytes or math.inf):
            return Encoded(content, *planes.size, video.quality, fitted=False)
    return _encode(as_sent(frame.bgr, video), video.format, video.quality, max_bytes)


def encode_jpeg(bgr: Any, *, quality: int = 90, max_bytes: int | None = None) -> bytes:
    """Encode a picture as JPEG; see `encode_frame`."""
    return _encode(bgr, "jpeg", quality, max_bytes).content


def _encode(bgr: Any, format_: str, quality: int, max_bytes: int | None) -> Encoded:
    encode, has_quality = _ENCODERS[format_]
    height, width = bgr.shape[:2]
    content = encode(bgr, quality)
    fitted = False
    while max_bytes is not None and len(content) > max_bytes:
        fitted = True
        if has_quality and quality > _LOWEST_QUALITY:
            quality = max(quality - _QUALITY_STEP, _LOWEST_QUALITY)
        else:
            if width == height == 1:
                raise InvalidInputError(
                    f"No {format_.upper()} fits {bytes_text(max_bytes)}.",
                    hint="Its headers alone take more; allow at least 1 kB a frame.",
                )
            scale = min(0.9, math.sqrt(max_bytes / len(content)))
            width, height = max(1, int(width * scale)), max(1, int(height * scale))
            bgr = resized(bgr, (width, height))
        content = encode(bgr, quality)
    return Encoded(content, width, height, quality if has_quality else None, fitted)


def _taken(
    width: int, height: int, video: Video
) -> tuple[tuple[int, int, int, int], tuple[int, int]]:
    """Return which region of a frame is sent, and at which size."""
    region = x, y, wide, high = video.region or (0, 0, width, height)
    if x + wide > width or y + high > height:
        raise InvalidInputError(
            f"region={video.region} reaches beyond the frame, which is {width} "
            f"pixels wide and {height} high.",
            hint="(x, y, width, height) of the upright frame, before resizing.",
        )
    if video.size is None:
        return region, (wide, high)
    if isinstance(video.size, tuple):
        return region, video.size
    scale = video.size / max(wide, high)
    return region, (max(1, round(wide * scale)), max(1, round(high * scale)))


def _planes_as_sent(frame: Picture, video: Video) -> Planes | None:
    """Return what is sent of a frame as JPEG stores it; None where that takes pixels."""
    if not is_decoded(frame.picture):
        return None
    planes = planes_of(frame.picture, frame.orientation)
    if planes is None:
        return None
    region, size = _taken(*planes.size, video)
    if any(side % 2 for side in (*region, *size)):
        return None
    planes = planes.cut(region)
    if size == planes.size:
        return planes
    half = size[0] // 2, size[1] // 2
    return Planes(
        resized(planes.luma, size),
        resized(planes.blue, half),
        resized(planes.red, half),
    )


def resized(bgr: Any, size: tuple[int, int]) -> Any:
    """Return the pixels at another size (width, height)."""
    cv2 = require("cv2", purpose="Resizing a frame")
    smaller = size[0] * size[1] < bgr.shape[0] * bgr.shape[1]
    how = cv2.INTER_AREA if smaller else cv2.INTER_CUBIC
    return cv2.resize(bgr, size, interpolation=how)


def _jpeg(bgr: Any, quality: int) -> bytes:
    return _by_cv2(".jpg", bgr, IMWRITE_JPEG_QUALITY=quality)


def _webp(bgr: Any, quality: int) -> bytes:
    return _by_cv2(".webp", bgr, IMWRITE_WEBP_QUALITY=quality)


def _png(bgr: Any, _quality: int) -> bytes:
    return _by_cv2(".png", bgr)


def _raw(bgr: Any, _quality: int) -> bytes:
    numpy = require("numpy", purpose="Frames as arrays")
    grey = bgr.ndim == 2  # noqa: PLR2004  dimensions
    rgb = numpy.stack([bgr] * 3, axis=2) if grey else bgr[:, :, ::-1]
    file = io.BytesIO()
    numpy.save(file, numpy.ascontiguousarray(rgb))
    return file.getvalue()


def _by_cv2(suffix: str, bgr: Any, **options: int) -> bytes:
    cv2 = require("cv2", purpose="Encoding a frame")
    given = [n for name, value in options.items() for n in (getattr(cv2, name), value)]
    return bytes(cv2.imencode(suffix, bgr, given)[1])


_ENCODERS: dict[str, tuple[Callable[[Any, int], bytes], bool]] = {
    "jpeg": (_jpeg, True),
    "png": (_png, False),
    "webp": (_webp, True),
    "raw": (_raw, False),
}
"""What writes each format, and whether it has a quality."""
