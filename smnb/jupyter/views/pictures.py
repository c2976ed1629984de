"""A picture or a frame to look at, as a small JPEG."""

from __future__ import annotations

import base64
import io
from typing import TYPE_CHECKING, Final

from smnb import _video
from smnb._results.drawing import fitted, image_of
from smnb._sniff import sniff
from smnb.errors import InvalidInputError
from smnb.jupyter.shapes import Picture

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from PIL import Image

_WIDEST: Final = 960  # pixels
_QUALITY: Final = 85


def picture(path: Path, index: int, times_s: Mapping[int, float]) -> Picture:
    """Return a picture, or a frame of a video.

    Parameters
    ----------
    times_s
        When frames are shown, as far as that is known: they are then found faster.

    Raises
    ------
    InvalidInputError
        If it is neither, or has no such frame.
    """
    with path.open("rb") as file:
        content_type = sniff(file.read(4096), path.name) or ""
    if _video.is_video(content_type):
        return _encoded(_frame(path, index, times_s))
    from PIL import Image, ImageOps

    try:
        with Image.open(path) as image:
            return _encoded(ImageOps.exif_transpose(image))
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise InvalidInputError(
            f"{path.name} cannot be shown: it is no picture that is known here.",
            hint="It can be sent all the same.",
        ) from error


def _frame(path: Path, index: int, times_s: Mapping[int, float]) -> Image.Image:
    if index in times_s:
        frames = _video.frames_at(path, {index: times_s[index]})
        return image_of(next(iter(frames)).bgr)
    for frame in _video.frames(path):
        if frame.index == index:
            return image_of(frame.bgr)
    raise InvalidInputError(
        f"{path.name} has no frame {index}.", hint="Choose an earlier one."
    )


def _encoded(image: Image.Image) -> Picture:
    width, height = image.size
    small = image.convert("RGB")
    if width > _WIDEST:
        small = fitted(small, _WIDEST)
    jpeg = io.BytesIO()
    small.save(jpeg, "JPEG", quality=_QUALITY)
    encoded = base64.b64encode(jpeg.getvalue()).decode("ascii")
    return Picture(jpeg=encoded, width=width, height=height)
