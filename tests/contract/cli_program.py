"""How the tests call the program."""

import json
import sys

from smnb import _runtime_file

PROGRAM = [sys.executable, "-m", "smnb.local"]


def started(run, *arguments):
    """Start a daemon and return its runtime file."""
    return _runtime_file.RuntimeFile(**json.loads(run("start", *arguments)))
