"""A video sent from the panel: followed, stopped, and what failed of it sent again."""

import asyncio

import barcode
import pytest

import smnb

FRAMES = 60
MODEL = (
    barcode.READ
    + """
import os, time

ACCEPTS = ("image/jpeg",)

def model_fn(model_dir):
    return None

def input_fn(body, content_type):
    return read(body)

def predict_fn(index, model):
    time.sleep(0.05)
    if index in (7, 9) and os.path.exists("FAILS"):
        raise ValueError("not now")
    with open("LOG", "a") as log:
        log.write(f"{index}\\n")
    return [{"label": "bar", "box": [0, 0, 2, 2]}]
"""
)


@pytest.fixture
def reader(tmp_path, write_model):
    """Deploy a model that takes its time, and fails on two frames while a file is there."""
    code = MODEL.replace("FAILS", str(tmp_path / "fails"))
    model = write_model(code.replace("LOG", str(tmp_path / "log")))
    with smnb.deploy(model, smnb.Serverless(2048, 2), name="reader") as ep:
        yield ep


@pytest.fixture
def clip(jp_root_dir):
    barcode.write(jp_root_dir / "clip.mp4", FRAMES)
    return {
        "name": "reader",
        "source": {"kind": "path", "path": "clip.mp4"},
        "route": None,
    }


def answered(tmp_path):
    return sorted(int(line) for line in (tmp_path / "log").read_text().split())


async def until(ask, sent, is_so):
    """Ask how far it is until that holds; return all that was told."""
    told = [sent]
    while not is_so(told[-1]):
        await asyncio.sleep(0.05)
        told.append(await ask("pending", name="reader", id=sent["id"]))
        assert len(told) < 600
    return told


async def test_frames_are_counted_until_all_are_answered(ask, reader, clip):
    sent = await ask("test", **clip)
    told = await until(ask, sent, lambda now: now["state"] != "running")

    under_way = [now for now in told if now["state"] == "running" and now["fps"]]
    assert len(under_way) > 3
    counts = [now["frames_done"] for now in under_way]
    assert counts == sorted(counts)
    assert 0 < counts[0] < counts[-1] <= FRAMES
    assert {now["frames"] for now in under_way} == {FRAMES}
    assert all(now["can_stop"] and now["reply"] is None for now in under_way)
    assert any(now["left_s"] is not None for now in under_way)
    reply = told[-1]["reply"]
    assert [frame["index"] for frame in reply["frames"]] == list(range(FRAMES))
    # Two at a time, 50 ms each: 40 a second at most, whatever the clip's own rate.
    assert 0 < reply["fps"] < 41
    assert reply["total_ms"] > 1000 * FRAMES / 41
    assert all(frame["ms"] > 50 for frame in reply["frames"])


async def test_stopped_it_keeps_what_was_answered(ask, reader, clip, tmp_path):
    sent = await ask("test", **clip)
    await until(ask, sent, lambda now: (now["frames_done"] or 0) > 3)
    await ask("stop_test", name="reader", id=sent["id"])
    stopped = (await until(ask, sent, lambda now: now["state"] != "running"))[-1]

    assert (stopped["state"], stopped["reply"]) == ("stopped", None)
    assert stopped["problem"]["title"] == "Stopped"
    done = stopped["frames_done"]
    assert f"{done} of {FRAMES} frames were answered" in stopped["problem"]["text"]
    await asyncio.sleep(0.3)
    assert done <= len(answered(tmp_path)) <= done + 2  # those in flight

    again = await ask("test", **clip)
    ended = (await until(ask, again, lambda now: now["state"] != "running"))[-1]
    assert len(ended["reply"]["frames"]) == FRAMES
    assert len(answered(tmp_path)) <= FRAMES + 2


async def test_what_failed_is_sent_again_alone(ask, reader, clip, tmp_path):
    (tmp_path / "fails").touch()
    sent = await ask("test", **clip)
    some = (await until(ask, sent, lambda now: now["state"] != "running"))[-1]

    assert (some["state"], some["frames_failed"]) == ("done", 2)
    reply = some["reply"]
    assert reply["failed_frames"] == 2
    failed = [frame for frame in reply["frames"] if frame["failed"]]
    assert [frame["index"] for frame in failed] == [7, 9]
    assert "not now" in failed[0]["text"]

    (tmp_path / "fails").unlink()
    again = await ask("test", **clip)
    ended = (await until(ask, again, lambda now: now["state"] != "running"))[-1]
    assert ended["reply"]["failed_frames"] == 0
    assert len(ended["reply"]["frames"]) == FRAMES
    assert answered(tmp_path) == list(range(FRAMES))


async def test_unknown_request_is_gone(command):
    for name in ("pending", "stop_test"):
        status, answer = await command(name, name="reader", id="0")
        assert status == 404
        assert "no such request" in answer["problem"]["text"]
