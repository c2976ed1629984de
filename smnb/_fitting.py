"""Bring an image that is too large for a request to what fits: coarser, then smaller."""

from __future__ import annotations

import io
import math
from typing import TYPE_CHECKING, Any

from smnb._payload import Payload
from smnb._text import bytes_text

if TYPE_CHECKING:
    from smnb._routes import Hosting

_FORMATS = {"image/jpeg": "JPEG", "image/webp": "WEBP", "image/png": "PNG"}
_FIRST_QUALITY, _LOWEST_QUALITY, _QUALITY_STEP = 90, 40, 10
_SMALLEST_SIDE = 16


def fitted_image(payload: Payload, hosting: Hosting) -> tuple[Payload, str] | None:
    """Return an image that fits a request, and how it was made to.

    Returns
    -------
    tuple or None
        The payload with a text like ``"JPEG, quality 70, 8000 x 6000"``; None if it fits as
        it is, is no image, or the model takes none that can be written.
    """
    limit = hosting.request_limit_bytes
    if payload.size_bytes <= limit or not payload.content_type.startswith("image/"):
        return None
    if not hosting.takes(payload.content_type):
        return None
    wanted = next((type_ for type_ in _FORMATS if hosting.takes(type_)), None)
    image = None if wanted is None else _opened(payload)
    if wanted is None or image is None:
        return None
    found = _fit(image, _FORMATS[wanted], limit)
    if found is None:
        return None
    content, how = found
    was = f"was {bytes_text(payload.size_bytes)} of {payload.content_type}"
    return Payload.of_bytes(content, wanted, payload.label), f"{how} ({was})"


def _opened(payload: Payload) -> Any:
    """Return the image, upright, in colours that every format has; None if it is none."""
    from PIL import Image, ImageOps

    if payload.content_type == "image/gif":  # its other pictures would be lost
        return None
    try:
        with payload.open() as file, Image.open(file) as image:
            if getattr(image, "n_frames", 1) > 1:
                return None
            return ImageOps.exif_transpose(image).convert("RGB")
    except (OSError, ValueError, Image.DecompressionBombError):
        return None


def _fit(image: Any, format_: str, limit: int) -> tuple[bytes, str] | None:
    quality = _FIRST_QUALITY
    while min(image.size) >= _SMALLEST_SIDE:
        file = io.BytesIO()
        options = {} if format_ == "PNG" else {"quality": quality}
        image.save(file, format_, **options)
        size_bytes = file.tell()
        if size_bytes <= limit:
            how = [format_, f"{image.width} x {image.height}"]
            if options:
                how.insert(1, f"quality {quality}")
            return file.getvalue(), ", ".join(how)
        if options and quality > _LOWEST_QUALITY:
            quality -= _QUALITY_STEP
        else:
            scale = min(0.9, math.sqrt(limit / size_bytes))
            image = image.resize(
                (int(image.width * scale), int(image.height * scale)), reducing_gap=2
            )
    return None
