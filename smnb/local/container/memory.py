"""How much memory a process takes, looked at often."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import suppress
from subprocess import DEVNULL, PIPE
from typing import Final

_PAGE_BYTES: Final = os.sysconf("SC_PAGE_SIZE")
_HAS_PROC: Final = sys.platform == "linux"
_STATUS_BYTES: Final = 16 * 1024
_PEAK: Final = b"\nVmHWM:"
_RESET_PEAK: Final = b"5"  # proc_pid_clear_refs(5)
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


class PeakGauge:
    """The most that one process's resident set has been, as the kernel keeps it.

    Only Linux tells of a part of a process's life; elsewhere nothing is known. A reset
    and a look take some 10 µs.
    """

    def __init__(self, pid: int) -> None:
        self._files: tuple[int, int] | None = None
        if _HAS_PROC:
            with suppress(OSError):  # it has ended
                status = os.open(f"/proc/{pid}/status", os.O_RDONLY)
                try:
                    reset = os.open(f"/proc/{pid}/clear_refs", os.O_WRONLY)
                except OSError:
                    os.close(status)
                else:
                    self._files = status, reset

    def reset(self) -> None:
        """Let what is resident now be the most."""
        if self._files is not None:
            with suppress(OSError):
                os.write(self._files[1], _RESET_PEAK)

    def peak_bytes(self) -> int | None:
        """Return the most since `reset` in bytes; None if that is not known."""
        if self._files is None:
            return None
        try:
            status = os.pread(self._files[0], _STATUS_BYTES, 0)
        except OSError:
            return None
        _, found, rest = status.partition(_PEAK)
        return int(rest[: rest.index(b"kB")]) * 1024 if found else None

    def close(self) -> None:
        """Look no more."""
        files, self._files = self._files, None
        for file in files or ():
            os.close(file)
