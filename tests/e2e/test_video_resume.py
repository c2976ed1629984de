"""A video that is killed goes on where it was: same result, nothing sent twice."""

import json
import random
import subprocess
import sys
import time

import barcode
import pytest

import smnb
from smnb import _runtime_file

FRAMES = 240
KILLS = 10
MODEL = (
    barcode.READ
    + """
import time

def model_fn(model_dir):
    return None

def input_fn(body, content_type):
    return read(body)

def predict_fn(index, model):
    with open("LOG", "a") as log:
        log.write(f"{index}\\n")
    time.sleep(0.005)
    return {"index": index}
"""
)
PROGRAM = """
import json, sys, smnb
result = smnb.endpoint("killed").invoke(sys.argv[1], resume=True)
print(json.dumps([[r.frame, r.time_s, r.part, r.value] for r in result]))
"""


@pytest.fixture
def clip(tmp_path):
    return barcode.write(tmp_path / "clip.mp4", FRAMES)


@pytest.fixture
def seen(tmp_path):
    """Return a function that lists the frames that the model was asked for."""
    log = tmp_path / "log"
    log.touch()

    def seen():
        return [int(line) for line in log.read_text().split()]

    seen.path = log
    return seen


def manifests():
    return list((_runtime_file.data_dir() / "videos").glob("*.parts"))


def answered():
    """List the frames whose answers are on disk."""
    lines = [
        line for path in manifests() for line in path.read_bytes().splitlines(True)
    ]
    return {json.loads(line)[1][0][0] for line in lines if line.endswith(b"\n")}


def start(clip):
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(clip)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def kill_in_the_middle(program, chance):
    """Kill it some answers and some milliseconds after it began."""
    enough = len(answered()) + chance.randint(1, 18)
    while len(answered()) < enough:
        assert program.poll() is None
        time.sleep(0.002)
    time.sleep(chance.uniform(0, 0.02))
    program.kill()
    program.communicate()


def test_killed_ten_times_ends_with_the_same_result(write_model, clip, seen):
    chance = random.Random(7)
    kept = []
    model = write_model(MODEL.replace("LOG", str(seen.path)))
    with smnb.deploy(model, name="killed") as ep:
        undisturbed = [
            [r.frame, r.time_s, r.part, r.value] for r in ep.invoke(clip, resume=False)
        ]
        begun = len(seen())
        for _ in range(KILLS):
            kill_in_the_middle(start(clip), chance)
            kept.append((len(seen()), answered()))
        program = start(clip)
        result = json.loads(program.communicate()[0])
    sent = seen()

    assert result == undisturbed
    assert [row[3]["index"] for row in result] == list(range(FRAMES))
    assert set(sent[begun:]) == set(range(FRAMES))
    for sent_by_then, answered_by_then in kept:
        assert not answered_by_then.intersection(sent[sent_by_then:])
    assert len(sent) - begun < FRAMES + KILLS * 16
    assert manifests() == []
