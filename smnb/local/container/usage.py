"""What a process has used of processors and memory, looked at now and then."""

from __future__ import annotations

import asyncio
import os
import re
import sys
import time
from pathlib import Path
from subprocess import DEVNULL, PIPE
from typing import Final, NamedTuple

_HAS_PROC: Final = sys.platform == "linux"
_PAGE_BYTES: Final = os.sysconf("SC_PAGE_SIZE")
_TICKS_PER_S: Final = os.sysconf("SC_CLK_TCK")
_UNITS_S: Final = (1, 60, 3600, 24 * 3600)


class Usage(NamedTuple):
    """Processor time since the process began, and memory as it is."""

    cpu_s: float
    memory_bytes: int


class RequestUsage(NamedTuple):
    """What a request's process used while it worked on it; None is not known.

    What other processes used that it started is not in it.
    """

    peak_bytes: int | None
    cpu_s: float | None


class CpuGauge:
    """The processor time of one process since `reset`; a look takes about 1 µs.

    Only Linux lets another process's clock be read.
    """

    def __init__(self, pid: int) -> None:
        # As clock_getcpuclockid(3) makes it, with CPUCLOCK_SCHED: what the scheduler
        # has counted, to the nanosecond.
        self._clock = (~pid << 3) | 2 if _HAS_PROC else None
        self._began_s: float | None = None

    def reset(self) -> None:
        """Count from now on."""
        self._began_s = self._now_s()

    def used_s(self) -> float | None:
        """Return the seconds since `reset`; None if they are not known."""
        now_s = self._now_s()
        if now_s is None or self._began_s is None:
            return None
        return now_s - self._began_s

    def close(self) -> None:
        """Look no more: another process may get its number."""
        self._clock = None

    def _now_s(self) -> float | None:
        if self._clock is None:
            return None
        try:
            return time.clock_gettime(self._clock)
        except OSError:  # it has ended
            return None


async def usage_of(pid: int) -> Usage | None:
    """Return what a process has used; None if it has ended."""
    try:
        if _HAS_PROC:
            return parse_stat(_read(f"/proc/{pid}/stat"))
        ps = await asyncio.create_subprocess_exec(
            *("/bin/ps", "-o", "rss=,time=", "-p", str(pid)),
            stdout=PIPE,
            stderr=DEVNULL,
        )
        shown, _ = await ps.communicate()
        return parse_ps(shown.decode())
    except (OSError, ValueError):
        return None


def parse_stat(stat: bytes) -> Usage:
    """Read Linux's ``/proc/PID/stat``.

    Examples
    --------
    >>> stat = b"7 (a) b) S " + b"0 " * 10 + b"150 50 " + b"0 " * 8 + b"2 0"
    >>> parse_stat(stat).cpu_s == 200 / os.sysconf("SC_CLK_TCK")
    True
    """
    # A program's name may hold anything, but the fields after it are numbers.
    fields = stat.rpartition(b")")[2].split()
    user, system, resident = (int(fields[number - 3]) for number in (14, 15, 24))
    return Usage((user + system) / _TICKS_PER_S, resident * _PAGE_BYTES)


def parse_ps(shown: str) -> Usage:
    """Read what ``ps -o rss=,time=`` shows; raises ValueError if that is nothing.

    Examples
    --------
    >>> parse_ps("  2048   1:02.50")
    Usage(cpu_s=62.5, memory_bytes=2097152)
    >>> parse_ps("16 1-02:00:01").cpu_s
    93601.0
    """
    kib, took = shown.split()
    parts = reversed(re.split("[:-]", took))
    cpu_s = sum(
        float(part) * unit_s for part, unit_s in zip(parts, _UNITS_S, strict=False)
    )
    return Usage(cpu_s, int(kib) * 1024)


def _read(path: str) -> bytes:
    return Path(path).read_bytes()
