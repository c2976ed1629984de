"""Code written for sagemaker 2's serializers does the same by a change of its import."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = Path(__file__).parent / "sagemaker_v2" / "swap.py"
PYTHON = {
    "sagemaker": ROOT / ".cache" / "clients" / "sagemaker_v2" / "bin" / "python",
    "smnb": Path(sys.executable),
}


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    """Return what came of each case, by package."""
    found = {}
    for package, python in PYTHON.items():
        assert python.exists(), f"no {python}: `make test` sees to that"
        path = tmp_path_factory.mktemp(package) / "seen.json"
        command = [python, PROGRAM, package, path]
        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
        )
        assert done.returncode == 0, done.stderr
        found[package] = json.loads(path.read_text())
    return found


# Written in another way, and read as the same: how either is read.
SPELLED = {
    "csv-floats": lambda text: [float(number) for number in text.split(",")],
    "json-list": json.loads,
}


def test_swapped_import_does_the_same(seen):
    theirs, ours = (
        {name: came for name, came in seen[package].items() if name not in SPELLED}
        for package in ("sagemaker", "smnb")
    )

    assert len(theirs) > 60
    assert ours == theirs


@pytest.mark.parametrize("name", SPELLED)
def test_other_spelling_means_the_same(seen, name):
    theirs, ours = seen["sagemaker"][name], seen["smnb"][name]

    assert SPELLED[name](ours) == SPELLED[name](theirs)
