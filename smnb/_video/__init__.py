"""Read, choose, encode and write video; the only package that imports av and cv2."""

from __future__ import annotations

from smnb._video.encoding import as_sent, encode_frame, encode_jpeg, resized
from smnb._video.estimate import estimate_frame_bytes
from smnb._video.live import Live, is_live
from smnb._video.reader import Source
from smnb._video.reading import (
    Frame,
    VideoInfo,
    frames,
    frames_at,
    is_video,
    probe,
)
from smnb._video.segments import CONTAINERS, Segment, segments, why_not_cut
from smnb._video.video import Video
from smnb._video.writing import write_video

__all__ = [
    "CONTAINERS",
    "Frame",
    "Live",
    "Segment",
    "Source",
    "Video",
    "VideoInfo",
    "as_sent",
    "encode_frame",
    "encode_jpeg",
    "estimate_frame_bytes",
    "frames",
    "frames_at",
    "is_live",
    "is_video",
    "probe",
    "resized",
    "segments",
    "why_not_cut",
    "write_video",
]
