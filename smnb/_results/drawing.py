"""Draw answers on frames, and lay frames out on a contact sheet."""

from __future__ import annotations

import math
from numbers import Real
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL import Image

    Draw: TypeAlias = Callable[[Image.Image, Any], Image.Image | None]

_BOX_NUMBERS = 4
_GAP, _CAPTION_HEIGHT, _CAPTION_FONT_SIZE = 8, 22, 13
# Dark as a photographer's contact sheet, which suits light and dark pages.
_SHEET_COLOR, _CAPTION_COLOR = (24, 24, 24), (235, 235, 235)


def boxes(image: Image.Image, value: Any) -> None:
    """Draw what a detector answered: a list of dicts with a ``box`` each.

    A box is ``[left, top, right, bottom]`` in pixels; a ``label`` and a ``score`` are
    written on it. Anything else is left undrawn.
    """
    from PIL import ImageDraw, ImageFont

    pen = ImageDraw.Draw(image)
    line = max(2, round(image.width / 180))
    font = ImageFont.load_default(max(10, image.width / 28))
    for item in value if isinstance(value, list) else ():
        corners = _corners(item, image)
        if corners is None:
            continue
        left, top, right, bottom = corners
        # White within black can be seen on any picture.
        pen.rectangle(
            (left - line, top - line, right + line, bottom + line),
            None,
            "black",
            3 * line,
        )
        pen.rectangle(corners, outline="white", width=line)
        text = _box_text(item)
        if text:
            _, _, width, height = pen.textbbox((0, 0), text, font)
            above = max(0.0, top - line - height - line)
            pen.rectangle(
                (left, above, left + width + 2 * line, above + height), "black"
            )
            pen.text((left + line, above), text, "white", font)


def image_of(bgr: Any) -> Image.Image:
    """Return a frame's pixels as an image."""
    from PIL import Image

    return Image.fromarray(bgr[:, :, ::-1].copy())


def sheet(
    tiles: list[tuple[Image.Image, str]], *, columns: int, width: int
) -> Image.Image:
    """Lay images out in rows, each over its caption.

    Parameters
    ----------
    tiles
        Images with captions; brought to one width, they keep their shapes.
    width
        Of the sheet, in pixels.
    """
    from PIL import Image, ImageDraw, ImageFont

    columns = min(columns, len(tiles))
    tile_width = (width - _GAP) // columns - _GAP
    images = [fitted(image, tile_width) for image, _ in tiles]
    step = max(image.height for image in images) + _CAPTION_HEIGHT + _GAP
    rows = -(-len(tiles) // columns)
    result = Image.new("RGB", (width, rows * step + _GAP), _SHEET_COLOR)
    pen = ImageDraw.Draw(result)
    font = ImageFont.load_default(_CAPTION_FONT_SIZE)
    for place, (image, (_, caption)) in enumerate(zip(images, tiles, strict=True)):
        row, column = divmod(place, columns)
        left, top = _GAP + column * (tile_width + _GAP), _GAP + row * step
        result.paste(image, (left, top))
        pen.text((left, top + image.height + 3), caption, _CAPTION_COLOR, font)
    return result


def fitted(image: Image.Image, width: int) -> Image.Image:
    """Return the image at `width` pixels, its shape kept."""
    from PIL import Image

    height = max(1, round(image.height * width / image.width))
    return image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=2)


def _corners(item: Any, image: Image.Image) -> tuple[float, float, float, float] | None:
    """Return the corners of an item's box, within the image; None if it has no box."""
    box = item.get("box") if isinstance(item, dict) else None
    if not isinstance(box, list | tuple) or len(box) != _BOX_NUMBERS:
        return None
    if not all(isinstance(number, Real) and math.isfinite(number) for number in box):
        return None
    (left, right), (top, bottom) = (
        sorted(min(max(number, 0), size - 1) for number in pair)
        for pair, size in zip((box[::2], box[1::2]), image.size, strict=True)
    )
    return left, top, right, bottom


def _box_text(item: dict[str, Any]) -> str:
    score = item.get("score")
    parts = [str(item.get("label") or "")]
    if isinstance(score, Real):
        parts.append(f"{score:.2f}")
    return " ".join(filter(None, parts))
