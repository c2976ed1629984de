"""Frames as JPEG: encoded to fit a size, and what a clip's frames will weigh."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from smnb._extras import require
from smnb._text import bytes_text
from smnb._video.pixels import to_bgr
from smnb._video.reader import Reader, Source
from smnb.errors import InvalidInputError

if TYPE_CHECKING:
    from smnb._video.reading import VideoInfo

# Below this quality blocks show; then a smaller picture tells more than a coarser one.
_LOWEST_QUALITY = 40
_QUALITY_STEP = 10
# Pictures that each sample is decoded further than the one before it, where a seek leads
# only to key frames: these alone would tell of the first pictures of shots.
_SAMPLE_PATIENCE = 6


def encode_jpeg(bgr: Any, *, quality: int = 90, max_bytes: int | None = None) -> bytes:
    """Encode a picture as JPEG, coarser and then smaller until it fits.

    Parameters
    ----------
    bgr
        uint8 of shape (height, width, 3), blue first, or (height, width).
    quality
        JPEG quality to start from, 1 to 100.
    max_bytes
        Largest result; None for no limit.

    Raises
    ------
    InvalidInputError
        If no picture fits, however small.
    """
    cv2 = require("cv2", purpose="Encoding a frame")

    def encode(picture: Any, quality: int) -> bytes:
        encoded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
        return bytes(encoded)

    content = encode(bgr, quality)
    while max_bytes is not None and len(content) > max_bytes:
        if quality > _LOWEST_QUALITY:
            quality = max(quality - _QUALITY_STEP, _LOWEST_QUALITY)
        else:
            height, width = bgr.shape[:2]
            if width == height == 1:
                raise InvalidInputError(
                    f"No JPEG fits {bytes_text(max_bytes)}.",
                    hint="Its headers alone take more; allow at least 1 kB a frame.",
                )
            scale = min(0.9, math.sqrt(max_bytes / len(content)))
            size = max(1, int(width * scale)), max(1, int(height * scale))
            bgr = cv2.resize(bgr, size, interpolation=cv2.INTER_AREA)
        content = encode(bgr, quality)
    return content


def estimate_jpeg_bytes(
    source: Source, info: VideoInfo, *, samples: int = 8, quality: int = 90
) -> float:
    """Return the mean size of a clip's frames as JPEG, from a few of them.

    Parameters
    ----------
    info
        What `probe` found in `source`.
    samples
        Frames to encode, evenly spread; on average 21 are decoded for each of 8.
    """
    sizes = []
    with Reader(source) as reader:
        for step in range(min(samples, info.frame_count)):
            time_s = info.duration_s * step / samples
            if not reader.advance_to(time_s, patience=step * _SAMPLE_PATIENCE):
                break
            sizes.append(len(encode_jpeg(to_bgr(reader.picture), quality=quality)))
        if not sizes:
            reader.raise_for_damage()
    return sum(sizes) / len(sizes)
