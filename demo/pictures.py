"""Draws what the models answered, so that a person can check it."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageDraw, ImageFont

if TYPE_CHECKING:
    from pathlib import Path

_GREEN, _BLACK = (0, 255, 120), (0, 0, 0)
_TILE = (480, 270)
_CAPTION_HEIGHT = 18


def with_faces(picture: Image.Image, faces: list[dict[str, Any]]) -> Image.Image:
    """Return a copy of `picture` with a box and a score around each face."""
    picture = picture.convert("RGB")
    draw = ImageDraw.Draw(picture)
    thick = max(2, picture.width // 250)
    for face in faces:
        draw.rectangle(face["box"], outline=_GREEN, width=thick)
        _write(draw, face["box"][0], face["box"][1], f"{face['score']:.2f}", 7 * thick)
    return picture


def with_shots(video: Path, shots: list[dict[str, Any]]) -> Image.Image:
    """Return a row for each shot: its first picture, and its last."""
    import av

    ends = list(accumulate(shot["frames"] for shot in shots))
    starts = [0, *ends[:-1]]
    sheet = Image.new("RGB", (2 * _TILE[0], len(shots) * _TILE[1]))
    draw = ImageDraw.Draw(sheet)
    with av.open(str(video)) as container:
        for index, frame in enumerate(container.decode(video=0)):
            for row, (first, end) in enumerate(zip(starts, ends, strict=True)):
                if index not in (first, end - 1):
                    continue
                left, top = (0 if index == first else _TILE[0]), row * _TILE[1]
                sheet.paste(frame.to_image().resize(_TILE), (left, top))
                caption = f"shot {row + 1}, frame {index}"
                _write(draw, left, top + _CAPTION_HEIGHT + 4, caption, _CAPTION_HEIGHT)
    return sheet


def _write(
    draw: ImageDraw.ImageDraw, left: int, bottom: int, text: str, height: int
) -> None:
    """Write black on green, so that it can be read on any picture."""
    font = ImageFont.load_default(height)
    bottom = max(bottom, height + 4)
    draw.rectangle(draw.textbbox((left, bottom), text, font, anchor="ld"), fill=_GREEN)
    draw.text((left, bottom), text, _BLACK, font, anchor="ld")
