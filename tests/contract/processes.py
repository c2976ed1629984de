"""Processes of models and daemons, as the system knows them."""

import os
from pathlib import Path


def is_running(pid):
    """Return whether a process runs; one that nobody has waited for does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{pid}/stat")
    return not (stat.exists() and ") Z " in stat.read_text())
