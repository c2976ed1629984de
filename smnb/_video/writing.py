"""Write pictures with their times as an H.264 video."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from smnb._extras import require
from smnb.errors import InvalidInputError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_SUFFIXES = (".mp4", ".mov", ".mkv")
_TICKS_A_SECOND = 90_000
_ENCODER_OPTIONS = {"crf": "20", "preset": "veryfast"}
_BT709, _LIMITED_RANGE = 1, 1  # ITU-T H.273 and AVColorRange


def write_video(path: Path, pictures: Iterable[tuple[float, Any]]) -> None:
    """Write pictures to `path`, each shown from its own time on.

    Parameters
    ----------
    path
        A file ending in .mp4, .mov or .mkv; it appears when it is complete.
    pictures
        Times in seconds, rising from 0 or later, with PIL images. All are brought to the size of the
        first one, rounded up to even.

    Raises
    ------
    InvalidInputError
        If the suffix is none of these.
    """
    if path.suffix.lower() not in _SUFFIXES:
        raise InvalidInputError(
            f"A video is not written as {path.suffix or 'a file without suffix'}.",
            hint=f"Use {', '.join(_SUFFIXES)}.",
        )
    partial = path.with_name(f".{path.stem}.partial{path.suffix}")
    try:
        _encode(partial, pictures)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _encode(path: Path, pictures: Iterable[tuple[float, Any]]) -> None:
    av = require("av", purpose="Writing a video")
    reformatter = av.video.reformatter.VideoReformatter()
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", options=_ENCODER_OPTIONS)
        stream.pix_fmt = "yuv420p"
        stream.codec_context.time_base = Fraction(1, _TICKS_A_SECOND)
        stream.codec_context.colorspace = _BT709
        stream.codec_context.color_range = _LIMITED_RANGE
        stamp = -1
        for time_s, image in pictures:
            if not stream.codec_context.is_open:
                width, height = image.size
                stream.width, stream.height = width + width % 2, height + height % 2
            picture = reformatter.reformat(
                av.VideoFrame.from_image(image),
                width=stream.width,
                height=stream.height,
                format="yuv420p",
                dst_colorspace="ITU709",
                dst_color_range="MPEG",
            )
            picture.time_base = Fraction(1, _TICKS_A_SECOND)
            # The encoder refuses a time twice, as some damaged files give it.
            stamp = max(stamp + 1, round(time_s * _TICKS_A_SECOND))
            picture.pts = stamp
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
