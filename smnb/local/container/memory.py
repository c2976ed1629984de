"""How much memory a process takes."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from subprocess import DEVNULL, PIPE
from typing import Final

_PAGE_BYTES: Final = os.sysconf("SC_PAGE_SIZE")
_HAS_PROC: Final = sys.platform == "linux"
# A look at /proc takes some 20 µs; elsewhere a program is started for it.
POLL_S: Final = 0.02 if _HAS_PROC else 0.25


async def resident_bytes(pid: int) -> int:
    """Return the process's resident set in bytes; 0 if it has ended."""
    try:
        if _HAS_PROC:
            return _resident_pages(pid) * _PAGE_BYTES
        ps = await asyncio.create_subprocess_exec(
            "/bin/ps", "-o", "rss=", "-p", str(pid), stdout=PIPE, stderr=DEVNULL
        )
        shown, _ = await ps.communicate()
        return int(shown or 0) * 1024
    except (OSError, ValueError):
        return 0


def _resident_pages(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_bytes().split()[1])
