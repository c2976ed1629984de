"""How much memory a process takes, looked at often."""

from __future__ import annotations

import asyncio
import os
import sys
from subprocess import DEVNULL, PIPE
from typing import Final

_PAGE_BYTES: Final = os.sysconf("SC_PAGE_SIZE")
_HAS_PROC: Final = sys.platform == "linux"
# A look at /proc takes some 10 µs; elsewhere a program is started for it.
POLL_S: Final = 0.02 if _HAS_PROC else 0.25


class MemoryGauge:
    """The resident set of one process, until `close`; OSError when that has ended."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._statm = os.open(f"/proc/{pid}/statm", os.O_RDONLY) if _HAS_PROC else -1

    async def resident_bytes(self) -> int:
        """Return the resident set in bytes."""
        if _HAS_PROC:
            pages = os.pread(self._statm, 64, 0).split()[1]
            return int(pages) * _PAGE_BYTES
        ps = await asyncio.create_subprocess_exec(
            "/bin/ps", "-o", "rss=", "-p", str(self._pid), stdout=PIPE, stderr=DEVNULL
        )
        shown, _ = await ps.communicate()
        return int(shown or 0) * 1024

    def close(self) -> None:
        """Look no more."""
        if _HAS_PROC:
            os.close(self._statm)
