"""Serve a Python function: called with each request's content, decoded by its type."""

import io
import pickle
from pathlib import Path

import smnb_formats

DECODED = ("application/json", "text/csv", "application/x-npy")


def model_fn(model_dir):
    with Path(model_dir, "function.pkl").open("rb") as file:
        return pickle.load(file)


def input_fn(body, content_type):
    """Decode JSON, CSV, npy, text and images; anything else stays bytes."""
    media = smnb_formats.media_type(content_type)
    if media in DECODED:
        return smnb_formats.decode(smnb_formats.as_sent(body, media), media)
    if media.startswith("text/") and isinstance(body, bytes):
        return body.decode()
    return _pixels(body) if media.startswith("image/") else body


def predict_fn(data, model):
    return model(data)


def output_fn(prediction, accept):
    return smnb_formats.encode(prediction, accept)


def _pixels(body):
    """Return an image as an array (height, width, channels) of uint8."""
    import numpy as np
    from PIL import Image

    with Image.open(io.BytesIO(body)) as image:
        return np.asarray(image if image.mode in ("RGB", "L") else image.convert("RGB"))
