"""The program, run for a data directory of the test's own."""

import subprocess

import pytest
from cli_program import PROGRAM

from smnb.local import launch


@pytest.fixture
def data_dir(tmp_path):
    """Return a data directory whose daemon ends with the test."""
    data_dir = tmp_path / "data"
    yield data_dir
    launch.stop(data_dir)


@pytest.fixture
def run(data_dir):
    """Return a function that runs one command for the data directory."""

    def run(command, *arguments, fails=False):
        done = subprocess.run(
            [*PROGRAM, command, "--data-dir", str(data_dir), *arguments],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == int(fails), done.stderr
        return done.stderr if fails and done.stderr else done.stdout

    return run
