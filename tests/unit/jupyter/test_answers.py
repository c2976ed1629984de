"""An answer is shown as what it is: JSON indented, a table of frames, or its kind."""

from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from smnb._invocation import Reply
from smnb._results import FrameResult, VideoResult
from smnb._routes import Direct
from smnb.jupyter.views import answers
from smnb.jupyter.views.answers import Recorder, reply, text_of


def got(value, **changes):
    values = {
        "value": value,
        "route": Direct(4, "because it fits"),
        "content_type": "image/jpeg",
        "size_bytes": 4,
        "parts": 1,
        "latency_ms": 52.0,
        "cost_usd": 0.000002,
        "request_ids": ("id-1", "id-2"),
    }
    return Reply(**{**values, **changes})


def shown(value, recorder=None, **changes):
    return reply(
        got(value, **changes),
        recorder or Recorder(),
        identity="job-1",
        total_ms=52.0,
        fps=200.0,
    )


def test_answer_with_boxes():
    recorder = Recorder()
    body = b'[{"box": [1, 2, 3, 4], "score": 0.5}]'
    stream = SimpleNamespace(read=lambda: body, close=lambda: None)
    value = recorder.deserialize(stream, "application/json; charset=utf-8")
    told = shown(value, recorder)

    assert len(told["boxes"]) == 1
    assert told["content_type"] == "application/json; charset=utf-8"
    assert told["answer_bytes"] == len(body)
    assert told["usd_per_1k"] == pytest.approx(0.002)
    assert (told["route"], told["request_id"]) == ("direct", "job-1")
    assert told["frames"] is None


def test_recorder_asks_for_no_type_of_its_own():
    from smnb._request import accept_of

    assert not accept_of(None, Recorder())


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("plain", "plain"),
        ({"a": "ä"}, '{\n  "a": "ä"\n}'),
        (b"text", "text"),
        (b"\xff\xfe", "2 bytes that are no text"),
        (Image.new("L", (4, 3)), "A picture of 4 x 3 pixels"),
        ({1, 2}, "{1, 2}"),
        (None, "null"),
    ],
)
def test_text(value, text):
    assert text_of(value) == text


def test_array_says_its_shape():
    assert text_of(np.zeros((2, 3))).startswith("array of shape (2, 3), float64")


def test_long_answer_is_cut_and_says_so(monkeypatch):
    monkeypatch.setattr(answers, "_LONGEST", 10)
    told = shown("x" * 11)

    assert (told["text"], told["truncated"]) == ("x" * 10, True)


def test_frames_of_a_video():
    results = [
        FrameResult(0, 0.0, 0, [{"box": [0, 0, 2, 2]}], latency_ms=80.0),
        FrameResult(1, 0.04, 0, [], latency_ms=80.0),
        FrameResult(2, 0.08, 1, None, ValueError("too slow")),
        FrameResult(3, 0.12, 1, {"label": "cat"}),
    ]
    info = SimpleNamespace(fps=25.0)
    video = VideoResult("clip.mp4", info, results, b"")
    told = shown(video, parts=2)

    assert (told["fps"], told["failed_frames"], told["parts"]) == (200.0, 1, 2)
    assert [frame["ms"] for frame in told["frames"]] == [40.0, 40.0, None, None]
    assert [frame["together"] for frame in told["frames"]] == [2, 2, 2, 2]
    assert [frame["count"] for frame in told["frames"]] == [1, 0, None, None]
    assert [frame["failed"] for frame in told["frames"]] == [*[False] * 2, True, False]
    assert told["frames"][2]["text"] == "too slow"
    assert told["boxes"] == []
    assert told["answer_bytes"] is None


@pytest.mark.parametrize(
    ("name", "route"),
    [("direct", "direct"), ("frames", "split"), ("segments", "split"), ("s3", "s3")],
)
def test_route_names(name, route):
    assert answers.route_name(name) == route
