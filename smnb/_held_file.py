"""Files in the data directory that one run holds at a time; its end lets go of them.

What a run has done is written to one, so that after a crash the next goes on from there.
Whoever does not find a place to write, or finds the file held, does without.
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from smnb import _runtime_file

if TYPE_CHECKING:
    from pathlib import Path

_KEPT_S = 14 * 24 * 3600
_BINARY = getattr(os, "O_BINARY", 0)
# Windows locks bytes, not files: one that is never written.
_LOCKED_BYTE = 2**31 - 1


def hold(folder: str, name: str) -> tuple[Path, int] | None:
    """Open or make a file, and hold it until its descriptor is closed.

    Files of the folder that nobody has touched for 14 days are removed.

    Returns
    -------
    tuple or None
        The file with its descriptor, at its start; None if another run holds it, or
        nothing can be written there.
    """
    try:
        place = _runtime_file.data_dir() / folder
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        _prune(place)
        path = place / name
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | _BINARY, 0o600)
    except (OSError, _runtime_file.NoHomeError):
        return None
    try:
        _lock(descriptor)
        os.utime(path)
    except OSError:
        os.close(descriptor)
        return None
    return path, descriptor


if sys.platform == "win32":

    def _lock(descriptor: int) -> None:
        """Lock the file for this process, or raise OSError; its end lets it go."""
        import msvcrt

        os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        os.lseek(descriptor, 0, os.SEEK_SET)

else:

    def _lock(descriptor: int) -> None:
        """Lock the file for this process, or raise OSError; its end lets it go."""
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _prune(folder: Path) -> None:
    oldest = time.time() - _KEPT_S
    for path in folder.iterdir():
        with suppress(OSError):
            if path.stat().st_mtime < oldest:
                path.unlink()
