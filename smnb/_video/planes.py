"""A picture as JPEG stores it, straight from how video stores it.

Both keep brightness in full and colour at half the size. The way through RGB and back, which
this spares, takes longer than decoding: `tests/benchmarks/bench_video.py`.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from smnb._extras import require
from smnb._video.pixels import upright

if TYPE_CHECKING:
    from smnb._video.pixels import Orientation

_LAYOUTS = {"yuv420p", "yuvj420p"}  # 8 bits
_FULL_RANGE = 2  # of a picture's color_range
# Share of red and blue in brightness, by a picture's colorspace as FFmpeg counts them, from
# ITU-T H.273, table 4. What is not declared, FFmpeg takes for BT.601.
_BT_601 = 0.299, 0.114
_WEIGHTS = {
    1: (0.2126, 0.0722),  # BT.709
    4: (0.30, 0.11),  # FCC
    7: (0.212, 0.087),  # SMPTE 240M
    9: (0.2627, 0.0593),  # BT.2020
    10: (0.2627, 0.0593),
}


class Planes(NamedTuple):
    """Brightness, and blue and red differences at half the size; full range, BT.601.

    Parameters
    ----------
    luma
        uint8 of shape (height, width); both even.
    blue, red
        uint8 of shape (height / 2, width / 2).
    """

    luma: Any
    blue: Any
    red: Any

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        height, width = self.luma.shape
        return width, height

    def cut(self, region: tuple[int, int, int, int]) -> Planes:
        """Return a region (x, y, width, height), all even."""
        x, y, width, height = region
        half = slice(y // 2, (y + height) // 2), slice(x // 2, (x + width) // 2)
        luma = self.luma[y : y + height, x : x + width]
        return Planes(luma, self.blue[half], self.red[half])

    def jpeg(self, quality: int) -> bytes:
        """Encode with `quality` 1 to 100."""
        numpy = require("numpy", purpose="Encoding a frame")
        simplejpeg = require("simplejpeg", purpose="Encoding a frame")
        planes = map(numpy.ascontiguousarray, self)
        return simplejpeg.encode_jpeg_yuv_planes(*planes, quality=quality)  # type: ignore[no-any-return]


def planes_of(picture: Any, how: Orientation) -> Planes | None:
    """Return a picture's planes upright; None if it is stored in another way than JPEG's."""
    if picture.format.name not in _LAYOUTS or picture.width % 2 or picture.height % 2:
        return None
    numpy = require("numpy", purpose="Encoding a frame")
    stored = (
        numpy.frombuffer(plane, numpy.uint8).reshape(plane.height, plane.line_size)
        for plane in picture.planes
    )
    luma, blue, red = (
        rows[:, : plane.width]
        for rows, plane in zip(stored, picture.planes, strict=True)
    )
    is_full = picture.color_range == _FULL_RANGE or picture.format.name == "yuvj420p"
    weights = _WEIGHTS.get(int(picture.colorspace), _BT_601)
    if weights != _BT_601:
        planes = _to_bt_601(luma, blue, red, weights, is_full=is_full)
    elif is_full:
        planes = luma, blue, red
    else:
        planes = _to_full_range(luma, blue, red)
    return Planes(*(upright(plane, how) for plane in planes))


def _to_full_range(luma: Any, blue: Any, red: Any) -> tuple[Any, Any, Any]:
    cv2 = require("cv2", purpose="Encoding a frame")
    for_luma, for_colours = _range_tables()
    return (
        cv2.LUT(luma, for_luma),
        cv2.LUT(blue, for_colours),
        cv2.LUT(red, for_colours),
    )


@cache
def _range_tables() -> tuple[Any, Any]:
    """Return what each value of limited range is in full range: brightness, colours."""
    numpy = require("numpy", purpose="Encoding a frame")
    values = numpy.arange(256.0)
    tables = (values - 16) * 255 / 219, (values - 128) * 255 / 224 + 128
    luma, colours = (table.round().clip(0, 255).astype("u1") for table in tables)
    return luma, colours


def _to_bt_601(
    luma: Any, blue: Any, red: Any, weights: tuple[float, float], *, is_full: bool
) -> tuple[Any, Any, Any]:
    """Convert to the one matrix that JPEG knows.

    Grey is grey in all of them, so brightness changes by what is coloured alone, and the
    colours by each other.
    """
    cv2 = require("cv2", purpose="Encoding a frame")
    scale, colour_scale, black = (1, 1, 0) if is_full else (255 / 219, 255 / 224, 16)
    to_luma, to_blue, to_red = (
        (colour_scale * of_blue, colour_scale * of_red)
        for of_blue, of_red in _matrix(weights)
    )

    def mixed(of_blue: float, of_red: float) -> Any:
        """Return a weighted sum of the differences, around 128."""
        zero = 128 * (1 - of_blue - of_red)
        return cv2.addWeighted(blue, of_blue, red, of_red, zero)

    change = cv2.resize(mixed(*to_luma), luma.shape[::-1])
    luma = cv2.addWeighted(luma, scale, change, 1, -black * scale - 128)
    return luma, mixed(*to_blue), mixed(*to_red)


@cache
def _matrix(weights: tuple[float, float]) -> tuple[tuple[float, float], ...]:
    """Return what the blue and red differences add to BT.601's luma, blue and red ones."""
    red_weight, blue_weight = weights
    green_weight = 1 - red_weight - blue_weight
    red_601, blue_601 = _BT_601
    rows = []
    for of_blue, of_red in ((1, 0), (0, 1)):
        blue, red = 2 * (1 - blue_weight) * of_blue, 2 * (1 - red_weight) * of_red
        green = -(red_weight * red + blue_weight * blue) / green_weight
        luma = red_601 * red + (1 - red_601 - blue_601) * green + blue_601 * blue
        differences = (
            (blue - luma) / (2 * (1 - blue_601)),
            (red - luma) / (2 * (1 - red_601)),
        )
        rows.append((luma, *differences))
    return tuple(zip(*rows, strict=True))
