"""Read, sample and write video; the only package that imports av and cv2."""

from __future__ import annotations

from smnb._video.jpeg import encode_jpeg, estimate_jpeg_bytes
from smnb._video.reader import Source
from smnb._video.reading import (
    Frame,
    VideoInfo,
    frames,
    frames_at,
    is_video,
    probe,
)
from smnb._video.writing import write_video

__all__ = [
    "Frame",
    "Source",
    "VideoInfo",
    "encode_jpeg",
    "estimate_jpeg_bytes",
    "frames",
    "frames_at",
    "is_video",
    "probe",
    "write_video",
]
