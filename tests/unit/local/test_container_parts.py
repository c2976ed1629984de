from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smnb.local.container.environment import model_environment
from smnb.local.container.output import LineBuffer

BASE = Path("/data/endpoints/faces")
KEYS = {
    "AWS_ACCESS_KEY_ID": "SMNB",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_SESSION_TOKEN": "token",
    "AWS_PROFILE": "work",
    "SMNB_DATA_DIR": "/data",
    "PYTHONPATH": "/daemon",
}


def test_environment_has_nothing_of_the_daemon_but_what_programs_need():
    daemon = {"PATH": "/bin", "HOME": "/home/me", "LANG": "C.UTF-8", **KEYS}

    environment = model_environment(daemon, {}, BASE)

    assert environment == {
        "PATH": "/bin",
        "HOME": "/home/me",
        "LANG": "C.UTF-8",
        "SAGEMAKER_BASE_DIR": "/data/endpoints/faces",
        "SM_MODEL_DIR": "/data/endpoints/faces/model",
    }


def test_environment_of_the_model_wins():
    model = {"PATH": "/model/bin", "AWS_ACCESS_KEY_ID": "the model's own"}

    environment = model_environment({"PATH": "/bin", **KEYS}, model, BASE)

    assert environment["PATH"] == "/model/bin"
    assert environment["AWS_ACCESS_KEY_ID"] == "the model's own"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(
            "/opt/ml/model/code", "/data/endpoints/faces/model/code", id="inside"
        ),
        pytest.param("/opt/ml", "/data/endpoints/faces", id="the folder itself"),
        pytest.param("/opt/mlflow", "/opt/mlflow", id="a sibling"),
        pytest.param("s3://b/opt/ml/x", "s3://b/opt/ml/x", id="elsewhere"),
    ],
)
def test_environment_leads_paths_of_a_container_to_where_the_files_are(value, expected):
    environment = model_environment({}, {"SAGEMAKER_SUBMIT_DIRECTORY": value}, BASE)

    assert environment["SAGEMAKER_SUBMIT_DIRECTORY"] == expected


@given(st.binary(), st.lists(st.integers(0, 60)))
def test_lines_are_the_same_however_they_come(content, cuts):
    lines = LineBuffer()
    edges = [0, *sorted(min(cut, len(content)) for cut in cuts), len(content)]

    got = [
        line
        for start, end in pairwise(edges)
        for line in lines.feed(content[start:end])
    ]

    *whole, rest = content.split(b"\n")
    assert got == whole
    assert lines.rest() == ([rest] if rest else [])


def test_line_without_end_is_cut_and_not_kept_in_memory():
    lines = LineBuffer()

    cut = [line for _ in range(9) for line in lines.feed(b"x" * 65_536)]

    assert len(cut) == 1
    assert len(cut[0]) == 5 * 65_536
