"""invoke, plan and submit against models that run on the local backend."""

import numpy as np
import pandas as pd
import pytest
from PIL import Image

import smnb
from smnb import errors
from smnb._limits import LIMITS
from smnb.deserializers import BytesDeserializer
from smnb.serializers import CSVSerializer

SERVERLESS = LIMITS["serverless_payload_bytes"].value
ECHO = """
import json, time

def model_fn(model_dir):
    return None

def input_fn(body, content_type):
    if body == b"raise":
        raise KeyError("no such column")
    if body == b"sleep":
        time.sleep(1)
    return {"type": content_type, "size": len(body)}

def predict_fn(data, model):
    return data
"""
VIDEO = """
ACCEPTS = ("video/mp4", "application/json")

def model_fn(model_dir):
    return None

def input_fn(body, content_type):
    return body

def predict_fn(data, model):
    return {"bytes": len(data)}
"""


def folder_of(code, path):
    (path / "code").mkdir()
    (path / "code" / "inference.py").write_text(code)
    return path


@pytest.fixture(scope="module")
def echo(tmp_path_factory):
    with smnb.deploy(
        folder_of(ECHO, tmp_path_factory.mktemp("echo")), name="echo"
    ) as ep:
        yield ep


@pytest.fixture(scope="module")
def video(tmp_path_factory):
    folder = folder_of(VIDEO, tmp_path_factory.mktemp("video"))
    with smnb.deploy(folder, name="video", overflow=smnb.Async("ml.m5.large")) as ep:
        yield ep
    assert not {"video", "video-async"} & {e.name for e in smnb.endpoints()}


@pytest.fixture
def photo(tmp_path):
    path = tmp_path / "photo.png"
    Image.radial_gradient("L").convert("RGB").save(path)
    return path


@pytest.mark.parametrize(
    ("value", "content_type"),
    [
        pytest.param({"x": 1}, "application/json", id="dict"),
        pytest.param([[1.5, 2.0]], "application/json", id="list"),
        pytest.param("a sentence", "application/json", id="text"),
        pytest.param(pd.DataFrame({"a": [1, 2]}), "text/csv", id="dataframe"),
        pytest.param(np.zeros((3, 2)), "application/x-npy", id="ndarray"),
        pytest.param(np.zeros((32, 32, 3), np.uint8), "image/jpeg", id="ndarray-image"),
        pytest.param(Image.new("RGB", (32, 32)), "image/jpeg", id="pil-image"),
        pytest.param(b"\x00\x01", "application/octet-stream", id="bytes"),
    ],
)
def test_invoke_picks_the_content_type(echo, value, content_type):
    assert echo.invoke(value)["type"] == content_type


@pytest.mark.parametrize(
    "as_type", [str, lambda path: path, lambda path: path.read_bytes()]
)
def test_invoke_takes_an_image_by_path_or_bytes(echo, photo, as_type):
    assert echo.invoke(as_type(photo)) == {
        "type": "image/png",
        "size": photo.stat().st_size,
    }


def test_invoke_takes_the_callers_serializer_and_deserializer(echo):
    answer = echo.invoke(
        [[1, 2], [3, 4]], serializer=CSVSerializer(), deserializer=BytesDeserializer()
    )

    assert answer == b'{"type": "text/csv", "size": 7}'


def test_invoke_takes_the_callers_content_type(echo):
    assert echo.invoke([[1, 2]], content_type="text/csv")["type"] == "text/csv"


def test_detail_tells_how_the_answer_came_about(echo):
    reply = echo.invoke({"x": 1}, detail=True)

    assert reply.value == {"type": "application/json", "size": 8}
    assert (reply.route.name, reply.parts, reply.size_bytes) == ("direct", 1, 8)
    assert reply.content_type == "application/json"
    assert reply.latency_ms > 0
    assert reply.cost_usd == 0.0
    assert len(reply.request_ids) == 1


def test_payload_at_the_limit_is_sent_and_one_byte_more_is_not(echo):
    at_limit = echo.invoke(bytes(SERVERLESS))

    assert at_limit["size"] == SERVERLESS
    with pytest.raises(errors.PayloadTooLargeError, match="overflow="):
        echo.invoke(bytes(SERVERLESS + 1))


def test_file_over_1_gb_is_refused_unread(echo, tmp_path):
    path = tmp_path / "huge.bin"
    with path.open("wb") as file:
        file.truncate(1024**3 + 1)

    with pytest.raises(errors.PayloadTooLargeError, match="1 GB"):
        echo.plan(path)


def test_path_that_is_missing_is_named(echo):
    with pytest.raises(errors.NotFoundError, match=r"There is no file nowhere\.jpg"):
        echo.invoke("nowhere.jpg")


def test_model_that_raises_is_quoted(echo):
    with pytest.raises(errors.ModelFailedError, match="no such column") as caught:
        echo.invoke(b"raise")

    assert caught.value.original_status == 500


def test_content_type_that_the_model_does_not_take_is_refused(video):
    with pytest.raises(errors.InvalidInputError, match="video takes video/mp4"):
        video.invoke(b"\x00", content_type="application/pdf")


def test_submit_returns_at_once(echo):
    job = echo.submit(b"sleep")

    assert job.status in ("queued", "running")
    with pytest.raises(errors.WaitTimeoutError):
        job.result(timeout_s=0.01)
    assert job.result(timeout_s=30)["size"] == 5
    assert job.status == "completed"


def test_job_of_a_failing_model_raises_what_invoke_raises(echo):
    job = echo.submit(b"raise")

    with pytest.raises(errors.ModelFailedError):
        job.result(timeout_s=30)
    assert job.status == "failed"


def test_large_video_goes_through_the_twin(video, tmp_path):
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(b"\x00\x00\x00\x18ftypmp42" + bytes(SERVERLESS))

    route = video.plan(clip)
    assert route.name == "s3"
    assert "video-async" not in {e.name for e in smnb.endpoints()}

    reply = video.invoke(clip, detail=True)
    assert reply.value == {"bytes": clip.stat().st_size}
    assert {e.name for e in smnb.endpoints()} >= {"video", "video-async"}


def test_small_video_that_the_model_takes_goes_directly(video, tmp_path):
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(b"\x00\x00\x00\x18ftypmp42" + bytes(1000))

    assert video.plan(clip).name == "direct"
    assert video.invoke(clip) == {"bytes": 1012}


def test_route_s3_can_be_asked_for(video):
    reply = video.invoke({"x": 1}, route="s3", detail=True)

    assert (reply.route.name, reply.value) == ("s3", {"bytes": 8})
