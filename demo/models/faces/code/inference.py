"""Find faces in pictures: MediaPipe's short-range face detector, run by OpenCV.

Takes one picture, or several as multipart/form-data. Answers a list, best first, of
``{"box": [left, top, right, bottom], "score": 0.92}`` in pixels of the picture; for
several pictures, a list of such lists in their order.
"""

from __future__ import annotations

import json
import math
from email.message import Message
from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

ACCEPTS = ("image/jpeg", "image/png", "multipart/form-data")

# The network sees 128 x 128 pixels. It proposes two boxes in each cell of 8 x 8 pixels,
# and six in each of 16 x 16.
SIDE = 128
GRIDS = ((8, 2), (16, 6))
# Patterns that are no face score up to 0.78; faces that it can see well, 0.83 and more.
MIN_SCORE = 0.8
MAX_OVERLAP = 0.3
# Neighbouring squares of a long picture share at least a fifth of their side.
STRIDE = 0.8


def model_fn(model_dir: str) -> cv2.dnn.Net:
    """Load the network."""
    weights = str(Path(model_dir) / "face_detection_short_range.tflite")
    if hasattr(cv2.dnn, "ENGINE_ORT"):
        # Of OpenCV 5's engines, the classic one gives both outputs in one run.
        return cv2.dnn.readNetFromTFLite(weights, cv2.dnn.ENGINE_CLASSIC)
    return cv2.dnn.readNetFromTFLite(weights)


def input_fn(body: bytes, content_type: str) -> np.ndarray | list[np.ndarray]:
    """Decode one picture, or each part of a multipart body."""
    if content_type.startswith("multipart/"):
        return [_picture(part) for part in _parts(body, content_type)]
    return _picture(body)


def predict_fn(
    data: np.ndarray | list[np.ndarray], net: cv2.dnn.Net
) -> list[dict] | list[list[dict]]:
    """Find the faces of one picture, or of each."""
    if isinstance(data, list):
        return [_faces(picture, net) for picture in data]
    return _faces(data, net)


def output_fn(prediction: list, _accept: str) -> tuple[str, str]:
    """Answer in JSON."""
    return json.dumps(prediction), "application/json"


def _parts(body: bytes, content_type: str) -> list[bytes]:
    """Return the contents of a multipart body, in order."""
    header = Message()
    header["Content-Type"] = content_type
    delimiter = f"\r\n--{header.get_boundary()}".encode()
    messages = (b"\r\n" + body).split(delimiter)[1:-1]
    return [message.partition(b"\r\n\r\n")[2] for message in messages]


def _picture(content: bytes) -> np.ndarray:
    picture = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
    if picture is None:
        raise ValueError(f"These {len(content)} bytes are no picture.")
    return picture


def _faces(picture: np.ndarray, net: cv2.dnn.Net) -> list[dict]:
    height, width = picture.shape[:2]
    looks = [_look(picture, *square, net) for square in _squares(width, height)]
    boxes = np.concatenate([boxes for boxes, _ in looks])
    scores = np.concatenate([scores for _, scores in looks])
    kept = cv2.dnn.NMSBoxes(boxes.tolist(), scores.tolist(), MIN_SCORE, MAX_OVERLAP)
    faces = []
    for index in np.asarray(kept, int).reshape(-1):
        left, top, wide, high = boxes[index]
        edges = np.array([left, top, left + wide, top + high])
        box = np.clip(edges.round(), 0, [width, height, width, height]).astype(int)
        faces.append({"box": box.tolist(), "score": round(float(scores[index]), 2)})
    return faces


def _squares(width: int, height: int) -> Iterator[tuple[int, int, int]]:
    """Yield left, top and side: the square around a picture, then those along it.

    Around a wide picture, faces become too small to be seen; within it, they are not.
    """
    long, short = max(width, height), min(width, height)
    yield (width - long) // 2, (height - long) // 2, long
    steps = math.ceil((long - short) / (STRIDE * short))
    for step in range(steps + 1 if steps else 0):
        offset = round((long - short) * step / steps)
        yield (offset, 0, short) if width > height else (0, offset, short)


def _look(
    picture: np.ndarray, left: int, top: int, side: int, net: cv2.dnn.Net
) -> tuple[np.ndarray, np.ndarray]:
    """Return boxes (left, top, width, height) and scores of what one square shows."""
    view = np.zeros((side, side, 3), np.uint8)
    inside = picture[max(top, 0) : top + side, max(left, 0) : left + side]
    y, x = max(-top, 0), max(-left, 0)
    view[y : y + inside.shape[0], x : x + inside.shape[1]] = inside
    view = cv2.resize(view, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    net.setInput(cv2.dnn.blobFromImage(view, 1 / 127.5, mean=(127.5,) * 3, swapRB=True))
    regressors, logits = net.forward(["regressors", "classificators"])
    centres, sizes = np.split(regressors.reshape(-1, 16)[:, :4], 2, axis=1)
    corners = centres + ANCHORS - sizes / 2
    boxes = np.hstack([corners, sizes]) * (side / SIDE) + [left, top, 0, 0]
    return boxes, 1 / (1 + np.exp(-np.clip(logits.reshape(-1), -80, 80)))


def _anchors() -> np.ndarray:
    """Return the centre (x, y) of the cell that each of the 896 boxes starts from."""
    return np.array(
        [
            ((x + 0.5) * cell, (y + 0.5) * cell)
            for cell, boxes in GRIDS
            for y in range(SIDE // cell)
            for x in range(SIDE // cell)
            for _ in range(boxes)
        ]
    )


ANCHORS = _anchors()
