"""What a clip's frames will weigh once they are encoded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smnb._video.encoding import encode_frame
from smnb._video.reader import Reader
from smnb._video.video import Video

if TYPE_CHECKING:
    from smnb._video.reader import Source
    from smnb._video.reading import VideoInfo

# Pictures that each sample is decoded further than the one before it, where a seek leads
# only to key frames: these alone would tell of the first pictures of shots.
_SAMPLE_PATIENCE = 6


def estimate_frame_bytes(
    source: Source, info: VideoInfo, video: Video | None = None, *, samples: int = 8
) -> float:
    """Return the mean size of a clip's frames once encoded, from a few of them.

    Parameters
    ----------
    info
        What `probe` found in `source`.
    video
        How they are encoded; None as JPEG.
    samples
        Frames to encode, evenly spread; on average 21 are decoded for each of 8.
    """
    video = video or Video(source)
    start_s = video.start_s or 0.0
    stop_s = min(info.duration_s, video.stop_s or info.duration_s)
    span_s = max(0.0, stop_s - start_s)
    sizes = []
    with Reader(source) as reader:
        for step in range(min(samples, info.frame_count)):
            time_s = start_s + span_s * step / samples
            if not reader.advance_to(time_s, patience=step * _SAMPLE_PATIENCE):
                break
            sizes.append(len(encode_frame(reader, video).content))
        if not sizes:
            reader.raise_for_damage()
    return sum(sizes) / max(1, len(sizes))
