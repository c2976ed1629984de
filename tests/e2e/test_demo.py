"""The demo as ``make demo`` runs it: its table, its pictures, and nothing left behind."""

import subprocess
import sys
from pathlib import Path

import cv2
import pytest

import smnb

ROOT = Path(__file__).parents[2]
OUTPUT = ROOT / "demo" / "output"
GREEN = (120, 255, 0)  # BGR of the box


@pytest.fixture(scope="module")
def printed():
    """Run the demo once; return the lines that it printed."""
    for picture in OUTPUT.glob("*.png"):
        picture.unlink()
    done = subprocess.run(
        [sys.executable, "-m", "demo"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def row(printed, start):
    """Return the one line that starts so."""
    (line,) = [line for line in printed if line.startswith(start)]
    return line


@pytest.mark.parametrize(
    ("start", "parts"),
    [
        pytest.param(
            "1 a tumour",
            ["direct", "application/json", "malignant; it was malignant"],
            id="dict-as-json",
        ),
        pytest.param(
            "  143 as", ["direct", "text/csv", "141 of 143 right"], id="dataframe"
        ),
        pytest.param("2 astronaut.png", ["direct", "image/png", "0.92"], id="path"),
        pytest.param("  the same as a PIL", ["direct", "image/", "0.9"], id="pil"),
        pytest.param("  the same as an nd", ["direct", "image/", "0.9"], id="ndarray"),
        pytest.param("  the same as raw", ["direct", "image/png", "0.92"], id="bytes"),
        pytest.param("  coffee.png", ["direct", "no face"], id="no-face"),
        pytest.param(
            "3 portrait.mp4",
            ["split", "multipart/form-data", "a face in 472 of 472 frames"],
            id="frames",
        ),
        pytest.param(
            "4 cityCC0.mpg",
            ["s3", "video/mpeg", "2 shots: 0.0-4.64 s, 4.64-7.6 s"],
            id="whole-video",
        ),
        pytest.param("5 28,600", ["refused", "nothing was sent"], id="refused"),
    ],
)
def test_demo_prints_what_came_of_each_input(printed, start, parts):
    line = row(printed, start)

    assert [part for part in parts if part not in line] == []


def test_demo_says_how_to_get_a_large_payload_through(printed):
    assert "overflow=" in "\n".join(printed).partition("PayloadTooLargeError:")[2]


def test_demo_draws_the_box_around_the_face(printed):
    picture = cv2.imread(str(OUTPUT / "astronaut.png"))

    assert (picture[100:160, 180] == GREEN).all()


@pytest.mark.parametrize(
    ("name", "width"),
    [pytest.param("portrait", 960, id="frames"), pytest.param("city", 960, id="shots")],
)
def test_demo_saves_a_picture_of_the_answers(printed, name, width):
    assert cv2.imread(str(OUTPUT / f"{name}.png")).shape[1] == width


def test_demo_leaves_no_endpoint(printed):
    assert smnb.endpoints() == []
