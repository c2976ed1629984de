"""A video goes as frames in parallel requests; answers come back in order."""

import time

import pytest
from clips import Clips
from PIL import Image

import smnb
from smnb import errors
from smnb._video import write_video

FRAMES = 60
BRIGHTNESS = """
import io
from PIL import Image, ImageStat

def model_fn(model_dir):
    return None

def input_fn(body, content_type):
    return Image.open(io.BytesIO(body)).convert("L")

def predict_fn(image, model):
    level = ImageStat.Stat(image).mean[0]
    if FAILS(level):
        raise ValueError("too bright")
    return level
"""
PACKED = """
import email, io
from PIL import Image, ImageStat

ACCEPTS = ("image/jpeg", "multipart/form-data")

def model_fn(model_dir):
    return None

def input_fn(body, content_type):
    head = f"Content-Type: {content_type}\\r\\n\\r\\n".encode()
    parts = email.message_from_bytes(head + body).get_payload()
    return [Image.open(io.BytesIO(part.get_payload(decode=True))) for part in parts]

def predict_fn(images, model):
    return [ImageStat.Stat(image.convert("L")).mean[0] for image in images][SLICE]
"""


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    """Write a clip that grows brighter by four levels with each frame."""
    path = tmp_path_factory.mktemp("clip") / "brighter.mp4"
    pictures = (Image.new("RGB", (64, 48), (4 * i,) * 3) for i in range(FRAMES))
    write_video(path, [(i / 30, picture) for i, picture in enumerate(pictures)])
    return path


def levels(result):
    return [round(answer.value / 4) for answer in result]


def test_frames_come_back_in_order_with_their_times(write_model, clip):
    model = write_model(BRIGHTNESS.replace("FAILS(level)", "False"))
    with smnb.deploy(model, name="bright") as ep:
        route = ep.plan(clip)
        reply = ep.invoke(clip, detail=True)

    assert (route.name, route.frames, route.requests) == ("split", FRAMES, FRAMES)
    assert repr(route).startswith("Split · 60 frames as JPEG → 60 requests of ≤ 4 MB")
    assert (reply.parts, reply.content_type) == (FRAMES, "image/jpeg")
    assert reply.value.frames == list(range(FRAMES))
    assert reply.value.times_s == pytest.approx(
        [i / 30 for i in range(FRAMES)], abs=1e-3
    )
    assert levels(reply.value) == pytest.approx(range(FRAMES), abs=1)


def test_frames_share_requests_if_the_model_says_so(write_model, clip):
    with smnb.deploy(write_model(PACKED.replace("[SLICE]", "")), name="packed") as ep:
        reply = ep.invoke(clip.read_bytes(), detail=True)

    assert (reply.parts, reply.content_type) == (1, "multipart/form-data")
    assert levels(reply.value) == pytest.approx(range(FRAMES), abs=1)


def test_frames_that_fail_are_reported_and_the_rest_is_kept(write_model, clip):
    model = write_model(BRIGHTNESS.replace("FAILS(level)", "100 < level < 122"))
    with (
        smnb.deploy(model, name="fails") as ep,
        pytest.raises(errors.PartsFailedError, match="of 60 frames") as caught,
    ):
        ep.invoke(clip)

    failed = caught.value.results.failed
    assert len(caught.value.results) == FRAMES
    assert 4 <= len(failed) <= 7
    assert all("too bright" in str(answer.error) for answer in failed)
    kept = [answer for answer in caught.value.results if answer.error is None]
    assert all(answer.value is not None for answer in kept)


def test_model_that_fails_on_every_frame_is_given_up_soon(write_model, clip):
    model = write_model(BRIGHTNESS.replace("FAILS(level)", "True"))
    with (
        smnb.deploy(model, name="never") as ep,
        pytest.raises(errors.ModelFailedError, match="too bright"),
    ):
        ep.invoke(clip)


def test_model_that_answers_too_few_predictions_is_told(write_model, clip):
    with (
        smnb.deploy(write_model(PACKED.replace("SLICE", ":-1")), name="few") as ep,
        pytest.raises(errors.PartsFailedError, match="answered 59"),
    ):
        ep.invoke(clip)


def test_damaged_video_keeps_what_was_readable(write_model, tmp_path):
    whole = Clips(tmp_path).path("fragmented.mp4").read_bytes()
    damaged = tmp_path / "damaged.mp4"
    damaged.write_bytes(whole[: len(whole) * 6 // 10])
    model = write_model(BRIGHTNESS.replace("FAILS(level)", "False"))
    with smnb.deploy(model, name="damaged") as ep:
        result = ep.invoke(damaged)

    assert result.frames == list(range(len(result)))
    assert 10 < len(result) < 30
    assert "is damaged" in str(result.damage)


def test_stop_ends_a_running_video_at_once(write_model, clip, monkeypatch):
    slow = BRIGHTNESS.replace("FAILS(level)", "__import__('time').sleep(0.5)")
    with smnb.deploy(write_model(slow), name="stopped") as ep:
        from smnb._split import VideoRun

        def stop(*_args):
            raise KeyboardInterrupt

        monkeypatch.setattr(VideoRun, "turn", stop)
        started = time.monotonic()
        with pytest.raises(KeyboardInterrupt):
            ep.invoke(clip)

        # 60 frames of half a second would take half a minute.
        assert time.monotonic() - started < 10
