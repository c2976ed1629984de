"""An image that does not fit a request arrives, coarser, and the reply says so."""

import numpy as np
from PIL import Image

import smnb

SIZE = """
import io
from PIL import Image

def model_fn(model_dir):
    return None

def input_fn(body, content_type):
    return [content_type, *Image.open(io.BytesIO(body)).size]

def predict_fn(found, model):
    return found
"""


def test_large_image_is_sent_coarser_and_said(write_model, tmp_path, capsys):
    pixels = np.random.default_rng(2).integers(0, 256, (1600, 2000, 3), np.uint8)
    path = tmp_path / "photo.png"
    Image.fromarray(pixels).save(path)
    with smnb.deploy(write_model(SIZE), name="large-image") as ep:
        route = ep.plan(path)
        reply = ep.invoke(path, detail=True)

    assert route.name == "direct"
    assert "photo.png did not fit a request: sent as JPEG, quality" in route.because
    assert reply.route == route
    assert reply.value == ["image/jpeg", 2000, 1600]
    assert route.because in capsys.readouterr().err
