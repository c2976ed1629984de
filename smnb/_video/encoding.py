"""Frames as JPEG, PNG, WebP or plain arrays: cut, resized, and encoded to fit a size."""

from __future__ import annotations

import io
import math
from typing import TYPE_CHECKING, Any, NamedTuple

from smnb._extras import require
from smnb._text import bytes_text
from smnb.errors import InvalidInputError

if TYPE_CHECKING:
    from collections.abc import Callable

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


def as_sent(bgr: Any, video: Video) -> Any:
    """Return the pixels of a frame that are sent: its region, resized.

    Raises
    ------
    InvalidInputError
        If the region reaches beyond the frame.
    """
    height, width = bgr.shape[:2]
    if video.region is not None:
        x, y, wide, high = video.region
        if x + wide > width or y + high > height:
            raise InvalidInputError(
                f"region={video.region} reaches beyond the frame, which is {width} "
                f"pixels wide and {height} high.",
                hint="(x, y, width, height) of the upright frame, before resizing.",
            )
        bgr, width, height = bgr[y : y + high, x : x + wide], wide, high
    if video.size is None:
        return bgr
    if isinstance(video.size, tuple):
        return resized(bgr, video.size)
    scale = video.size / max(width, height)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return resized(bgr, size)


def encode_frame(bgr: Any, video: Video, *, max_bytes: int | None = None) -> Encoded:
    """Encode a frame as `video` says, coarser and then smaller until it fits.

    Parameters
    ----------
    bgr
        uint8 of shape (height, width, 3), blue first, or (height, width).
    max_bytes
        Largest result; None for no limit.

    Raises
    ------
    InvalidInputError
        If no picture fits, however small, or the region reaches beyond the frame.
    """
    return _encode(as_sent(bgr, video), video.format, video.quality, max_bytes)


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
