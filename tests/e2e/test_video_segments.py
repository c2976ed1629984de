"""A model that takes video gets a long one in segments; answers are told by frame."""

import subprocess
from dataclasses import replace

import barcode
import imageio_ffmpeg
import pytest
from clips import Clips

import smnb
from smnb import _preparation, _routing
from smnb._limits import LIMITS
from smnb._routes import Hosting
from smnb.errors import InvalidInputError, PartsFailedError

FRAMES = 120
LIMIT_BYTES = 45_000
# Tells which frames it got, in a list with one number for each, or in one answer.
MODEL = (
    barcode.READ
    + """
import av, io

ACCEPTS = TYPES

def model_fn(model_dir):
    return None

def input_fn(body, content_type):
    if content_type.startswith("image/"):
        return [READ(body)]
    with av.open(io.BytesIO(body)) as container:
        frames = []
        for frame in container.decode(video=0):
            file = io.BytesIO()
            frame.to_image().save(file, "PNG")
            frames.append(READ(file.getvalue()))
        return frames

def predict_fn(indices, model):
    if FAILS(indices):
        raise ValueError("no")
    return ANSWER
"""
)


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    """Write a video with a key frame every half second."""
    folder = tmp_path_factory.mktemp("clip")
    whole, path = barcode.write(folder / "whole.mp4", FRAMES), folder / "clip.mp4"
    program = imageio_ffmpeg.get_ffmpeg_exe()
    encoder = ("-vf", "noise=alls=16:allf=t", "-c:v", "libx264", "-g", "12")
    subprocess.run([program, "-v", "error", "-i", whole, *encoder, path], check=True)
    return path


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Have requests take little, so that a short video does not fit."""
    monkeypatch.setattr(Hosting, "request_limit_bytes", LIMIT_BYTES)


@pytest.fixture
def deploy(write_model):
    def deploy(
        name,
        *,
        types='("video/mp4",)',
        answer="indices",
        fails="False",
        read="read",
        **how,
    ):
        text = MODEL.replace("TYPES", types).replace("ANSWER", answer)
        text = text.replace("READ(", f"{read}(")
        return smnb.deploy(
            write_model(text.replace("FAILS(indices)", fails)), name=name, **how
        )

    return deploy


def test_each_frame_has_its_answer(deploy, clip):
    with deploy("each") as ep:
        route = ep.plan(clip)
        reply = ep.invoke(clip, detail=True)

    assert (route.unit, route.frame_type) == ("segments", "video/mp4")
    assert "segments of the file, not encoded again" in repr(route)
    assert reply.value.values == reply.value.frames == list(range(FRAMES))
    assert reply.value.times_s == pytest.approx([i / 25 for i in range(FRAMES)], abs=1e-3)  # fmt: skip
    assert 2 < reply.parts <= 2 * route.requests
    assert reply.content_type == "video/mp4"


def test_one_answer_for_a_segment_is_told_once(deploy, clip):
    with deploy("once", answer='{"first": indices[0]}') as ep:
        result = ep.invoke(clip)

    assert [r.value["first"] for r in result] == result.frames
    assert sum(r.frame_count for r in result) == FRAMES
    assert len(result) == len({r.part for r in result}) > 2


def test_open_groups_give_each_frame_once(deploy, tmp_path):
    path = Clips(tmp_path).path("hevc-open-gop.mp4")
    with deploy("open", types='("video/mp4",)', read="len") as ep:  # fmt: skip
        result = ep.invoke(path, route="segments")

    assert result.frames == list(range(100))
    assert len({r.part for r in result}) > 1


def test_failed_segment_is_told_by_its_frames_and_sent_again_alone(deploy, clip, tmp_path):  # fmt: skip
    flag = tmp_path / "works"
    fails = f'50 in indices and not __import__("os").path.exists("{flag}")'
    with deploy("fails", fails=fails) as ep:
        with pytest.raises(PartsFailedError, match=r"frames of clip\.mp4 failed \((\d+)-(\d+)\)") as caught:  # fmt: skip
            ep.invoke(clip, resume=True)
        flag.touch()
        reply = ep.invoke(clip, resume=True, detail=True)

    failed = caught.value.results.failed.frames
    assert 50 in failed
    assert failed == list(range(failed[0], failed[-1] + 1))
    assert reply.parts == 1
    assert reply.value.values == list(range(FRAMES))


def test_file_that_cannot_be_cut_goes_as_frames_and_says_so(deploy, tmp_path):
    path = Clips(tmp_path).path("edit-list.mp4")
    with deploy("both", types='("video/mp4", "image/jpeg")', read="len") as ep:
        result = ep.invoke(path, route="segments")
        route = _preparation.prepare(
            ep.session, ep._facts(), path, _preparation.Options(route="segments")
        ).route

    assert (route.unit, route.frame_type) == ("frames", "image/jpeg")
    assert "cannot go in segments" in route.because
    assert len(result) > 10


def test_file_that_cannot_be_cut_for_a_model_without_images_is_refused(deploy, tmp_path):  # fmt: skip
    path = Clips(tmp_path).path("animation.mov")
    with (
        deploy("neither") as ep,
        pytest.raises(InvalidInputError, match="cannot go in segments") as caught,
    ):
        ep.invoke(path, route="segments")

    assert "key frame every second" in caught.value.hint


def test_segment_in_the_middle_that_cannot_be_cut_goes_as_frames(deploy, clip, monkeypatch):  # fmt: skip
    whole = smnb._video.Segment.is_same
    monkeypatch.setattr(
        smnb._video.Segment,
        "is_same",
        lambda segment: whole(segment) and 70 not in [p.frame for p in segment.places],
    )
    with deploy("middle", types='("video/mp4", "image/jpeg")') as ep:
        result = ep.invoke(clip, route="segments")

    as_frames = [r.frame for r in result if r.quality is not None]
    assert 70 in as_frames
    assert [r.value[0] if r.quality else r.value for r in result] == list(range(FRAMES))
    assert f"{len(as_frames)} sent" in repr(result)


def test_beyond_what_one_upload_takes_segments_go_through_s3(deploy, clip, monkeypatch):
    limits = dict(LIMITS)
    limits["async_payload_bytes"] = replace(
        limits["async_payload_bytes"], value=LIMIT_BYTES
    )
    monkeypatch.setattr(_routing, "LIMITS", limits)
    monkeypatch.setattr(_routing, "_SEGMENT_VIA_S3_BYTES", LIMIT_BYTES)
    with deploy("huge", overflow=smnb.Async("ml.m5.large")) as ep:
        route = ep.plan(clip)
        result = ep.invoke(clip)

    assert (route.unit, route.via_s3) == ("segments", True)
    assert "through S3" in repr(route)
    assert result.values == list(range(FRAMES))
