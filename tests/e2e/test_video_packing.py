"""Models that declare npy, RecordIO or JSON get several frames in a request, in order."""

import barcode
import pytest

import smnb
from smnb._routes import Hosting

FRAMES = 40
MODELS = {
    "npy": """
ACCEPTS = ("application/x-npy",)

def input_fn(body, content_type):
    import numpy as np
    return [Image.fromarray(frame) for frame in np.load(io.BytesIO(body))]
""",
    "json": """
ACCEPTS = ("application/json",)

def input_fn(body, content_type):
    import base64, json
    return [base64.b64decode(one["b64"]) for one in json.loads(body)["instances"]]
""",
    "recordio": """
ACCEPTS = ("application/x-recordio-protobuf",)

def input_fn(body, content_type):
    from smnb._recordio import read_records
    return [r.features["values"].bytes.value[0] for r in read_records(body)]
""",
}
PREDICT = """
def model_fn(model_dir):
    return None

def predict_fn(frames, model):
    found = []
    for frame in frames:
        if not isinstance(frame, bytes):
            file = io.BytesIO()
            frame.save(file, "PNG")
            frame = file.getvalue()
        found.append(read(frame))
    return ANSWER
"""
ANSWERS = {"npy": "found", "json": '{"predictions": found}', "recordio": "found"}


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    return barcode.write(tmp_path_factory.mktemp("clip") / "clip.mp4", FRAMES)


@pytest.mark.parametrize("packing", MODELS)
def test_frames_share_requests_and_keep_their_places(write_model, clip, packing, monkeypatch):  # fmt: skip
    # So little that ten arrays, or some more pictures, fill a request.
    monkeypatch.setattr(Hosting, "request_limit_bytes", 10 * 192 * 32 * 3 + 2000)
    code = barcode.READ + MODELS[packing] + PREDICT.replace("ANSWER", ANSWERS[packing])
    with smnb.deploy(write_model(code), name=f"packs-{packing}") as ep:
        route = ep.plan(clip)
        reply = ep.invoke(clip, detail=True)

    assert route.packing == packing
    assert reply.value.values == reply.value.frames == list(range(FRAMES))
    assert reply.content_type == route.content_type
    assert reply.parts < FRAMES
    assert packing != "npy" or reply.parts == 4
