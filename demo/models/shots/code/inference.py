"""Find the shots of a video: a cut is where the colours of a picture change at once.

Takes a whole video. Answers ``{"frames": 190, "shots": [{"start_s": 0.0, "end_s": 4.64,
"frames": 116}, …]}``.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import av
import cv2

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np

ACCEPTS = ("video/mp4", "video/mpeg", "video/quicktime", "video/x-msvideo")

# Bhattacharyya distance of the colours of two pictures: motion stays below 0.2.
CUT = 0.3
SIZE = {"width": 160, "height": 90}


def model_fn(_model_dir: str) -> None:
    """Load nothing: there is nothing to learn here."""


def input_fn(body: bytes, _content_type: str) -> bytes:
    """Pass the video on as it came."""
    return body


def predict_fn(video: bytes, _model: None) -> dict:
    """Compare each picture with the one before."""
    shots: list[dict] = []
    before, count = None, 0
    for start_s, end_s, colours in _pictures(video):
        count += 1
        if before is None or _distance(before, colours) > CUT:
            shots.append({"start_s": start_s, "end_s": end_s, "frames": 0})
        shots[-1]["end_s"] = end_s
        shots[-1]["frames"] += 1
        before = colours
    return {"frames": count, "shots": shots}


def _pictures(video: bytes) -> Iterator[tuple[float, float, np.ndarray]]:
    """Yield when each picture starts and ends, in seconds, and its colours."""
    with av.open(io.BytesIO(video)) as container:
        stream = container.streams.video[0]
        first_s = None
        for frame in container.decode(stream):
            first_s = frame.time if first_s is None else first_s
            start_s = frame.time - first_s
            end_s = start_s + float(1 / stream.average_rate)
            yield round(start_s, 3), round(end_s, 3), _colours(frame)


def _colours(frame: av.VideoFrame) -> np.ndarray:
    """Return how often each hue, saturation and brightness occurs."""
    picture = cv2.cvtColor(frame.to_ndarray(format="bgr24", **SIZE), cv2.COLOR_BGR2HSV)
    ranges = [0, 180, 0, 256, 0, 256]
    counts = cv2.calcHist([picture], [0, 1, 2], None, [16, 4, 4], ranges)
    return counts / counts.sum()


def _distance(one: np.ndarray, other: np.ndarray) -> float:
    return cv2.compareHist(one, other, cv2.HISTCMP_BHATTACHARYYA)
