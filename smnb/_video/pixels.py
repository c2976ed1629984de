"""Turn a decoded picture into BGR pixels as a viewer sees them: colours, orientation.

Pure over one picture; safe from any thread, so that encoding threads can share the work.
"""

from __future__ import annotations

import struct
import threading
from typing import Any, NamedTuple

from smnb._extras import require

_HALF = 1 << 15  # 0.5 in the terms of a display matrix, which are 16.16 fixed point
_DEEP_420 = "yuv420p1"  # 10 to 16 bits
_CONVERTS_IN_THREADS = 17  # major version of PyAV
_THREAD = threading.local()


class Orientation(NamedTuple):
    """How stored pixels become upright ones: transposed first, then flipped."""

    transposed: bool
    flip_x: bool
    flip_y: bool

    @property
    def clockwise_deg(self) -> int:
        """The rotation in it, clockwise; what is left is a mirror image."""
        if self.transposed:
            return 270 if self.flip_y else 90
        return 180 if self.flip_x and self.flip_y else 0


UPRIGHT = Orientation(transposed=False, flip_x=False, flip_y=False)


def orientation(picture: Any) -> Orientation:
    """Read the display matrix of a picture, as cameras write it and EXIF is mapped to.

    The matrix maps stored to shown coordinates: ``x' = ax + cy``, ``y' = bx + dy``.
    Other angles than quarter turns are left as they are. To look makes a reference cycle,
    which holds the picture until Python collects garbage: see `Reader.orientation`.
    """
    matrix = picture.side_data.get("DISPLAYMATRIX")
    if matrix is None:
        return UPRIGHT
    a, b, _, c, d = struct.unpack("=5i", bytes(matrix)[:20])
    if min(abs(b), abs(c)) > _HALF:
        return Orientation(transposed=True, flip_x=c < 0, flip_y=b < 0)
    if min(abs(a), abs(d)) > _HALF:
        return Orientation(transposed=False, flip_x=a < 0, flip_y=d < 0)
    return UPRIGHT


def to_bgr(picture: Any, how: Orientation) -> Any:
    """Return the pixels as an upright uint8 array of shape (height, width, 3), BGR."""
    # Deep 4:2:0 is converted faster by way of 8-bit 4:2:2, and nearer to how ffmpeg does.
    source = picture
    if picture.format.name.startswith(_DEEP_420):
        source = _reformat(picture, format="yuv422p")
    converted = _reformat(
        source,
        format="bgr24",
        src_color_range=picture.color_range,
        dst_color_range="JPEG",
        # Without a target that differs from the source, PyAV before 17 ignores the
        # source's matrix. RGB has none, so one that no camera writes will do.
        dst_colorspace="FCC",
    )
    return upright(converted.to_ndarray(), how)


def _reformat(picture: Any, **target: Any) -> Any:
    """Convert with this thread's converter: one a frame costs 1.5 ms more at 720p."""
    if not hasattr(_THREAD, "reformat"):
        av = require("av", purpose="Reading a video")
        _THREAD.reformat = av.video.reformatter.VideoReformatter().reformat
        # Since 17 each converter starts threads of its own unless it is told not to.
        own_threads = int(av.__version__.partition(".")[0]) >= _CONVERTS_IN_THREADS
        _THREAD.options = {"threads": 1} if own_threads else {}
    return _THREAD.reformat(
        picture, interpolation="BICUBIC", **target, **_THREAD.options
    )


def is_decoded(picture: Any) -> bool:
    """Say whether a picture is one of PyAV's, and not an array."""
    return hasattr(type(picture), "side_data")


def upright(pixels: Any, how: Orientation) -> Any:
    """Return an array turned as a viewer sees it."""
    if how == UPRIGHT:
        return pixels
    cv2 = require("cv2", purpose="Rotating a video")
    if how.transposed:
        pixels = cv2.transpose(pixels)
    if how.flip_x or how.flip_y:
        pixels = cv2.flip(pixels, -1 if how.flip_x and how.flip_y else int(how.flip_x))
    return pixels
