"""The process that runs a model: started, listened to, watched and ended."""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import closing, suppress
from subprocess import PIPE, STDOUT
from typing import TYPE_CHECKING, Final

from smnb.local.container.errors import ModelDiedError, OutOfMemoryError
from smnb.local.container.memory import POLL_S, MemoryGauge, PeakGauge
from smnb.local.container.output import LineBuffer
from smnb.local.container.usage import CpuGauge

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import Callable

    from smnb.local.container.program import Launch

_READ_BYTES: Final = 64 * 1024
_MIB: Final = 1024 * 1024
_SIGNALS: Final = {number.value: number.name for number in signal.Signals}
_SAID_WHY: Final = 1  # exit status of a model server that gives up, and of Python


class ModelProcess:
    """A process that runs, or has run.

    Parameters
    ----------
    process
        Just started, the leader of its own process group.
    memory_mb
        MiB from which it is killed, 0 for no limit; looked at while `at_work` is set.
    log
        Gets each line that it prints.
    """

    def __init__(
        self, process: Process, memory_mb: int, log: Callable[[bytes], None]
    ) -> None:
        self.at_work = asyncio.Event()
        self.peak = PeakGauge(process.pid)
        self.cpu = CpuGauge(process.pid)
        self._process = process
        self._log = log
        self._last_line = b""
        self._killed_for: Exception | None = None
        self._life = asyncio.create_task(self._attend(memory_mb * _MIB))

    @classmethod
    async def spawn(
        cls, launch: Launch, memory_mb: int, log: Callable[[bytes], None]
    ) -> ModelProcess:
        """Start a process; raises OSError."""
        process = await asyncio.create_subprocess_exec(
            *launch.command,
            cwd=launch.folder,
            env=launch.environment,
            stdin=PIPE,  # ends with this process, however that ends
            stdout=PIPE,
            stderr=STDOUT,
            start_new_session=True,  # Ctrl-C is for the daemon, which stops its models
        )
        return cls(process, memory_mb, log)

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether it has not ended and will not end at once."""
        if self._process.returncode is not None or self._killed_for is not None:
            return False
        return not _has_ended(self._process.pid)

    @property
    def cause(self) -> Exception:
        """Why it ended: what it was killed for, or how it ended by itself."""
        return self._killed_for or ModelDiedError(self._how())

    async def wait(self, timeout_s: float) -> None:
        """Wait for its end and the last of its output, as long as that."""
        await asyncio.wait({self._life}, timeout=timeout_s)

    def terminate(self) -> None:
        """Ask it to finish what it does and end."""
        if self._process.returncode is None:
            self._process.terminate()

    def kill(self, cause: Exception) -> None:
        """End it at once, with all processes that it started."""
        if self.running:
            self._killed_for = cause
            self._kill_group()

    def _kill_group(self) -> None:
        with suppress(ProcessLookupError, PermissionError):  # nobody left in it
            os.killpg(self._process.pid, signal.SIGKILL)

    async def _attend(self, memory_bytes: int) -> None:
        """Be there until it has ended."""
        watch = asyncio.create_task(self._watch_memory(memory_bytes))
        output = asyncio.create_task(self._read_output())
        try:
            await self._process.wait()
            self._kill_group()  # what it started must not outlive it
            await output
        finally:
            watch.cancel()
            output.cancel()
            self.peak.close()
            self.cpu.close()
            if self._process.stdin is not None:
                self._process.stdin.close()

    async def _read_output(self) -> None:
        stream, lines = self._process.stdout, LineBuffer()
        assert stream is not None  # noqa: S101 (for the type checker: it is a PIPE)
        while chunk := await stream.read(_READ_BYTES):
            self._emit(lines.feed(chunk))
        self._emit(lines.rest())

    def _emit(self, lines: list[bytes]) -> None:
        for line in lines:
            self._log(line)
            self._last_line = line if line.strip() else self._last_line

    async def _watch_memory(self, limit_bytes: int) -> None:
        if not limit_bytes:
            return
        pid = self._process.pid
        with suppress(OSError), closing(MemoryGauge(pid)) as gauge:  # while it is there
            while await gauge.resident_bytes() <= limit_bytes:
                await asyncio.sleep(POLL_S)
                await self.at_work.wait()
            cause = f"The model took more than its {limit_bytes // _MIB} MB of memory."
            self._log(cause.encode())
            self.kill(OutOfMemoryError(cause))

    def _how(self) -> str:
        last_line = self._last_line.decode(errors="replace").strip()
        status = self._process.returncode
        if status == _SAID_WHY and last_line:
            return last_line
        if status is None:
            how = "The model broke off its answer."
        elif status < 0:
            how = f"The model's process was ended by {_SIGNALS.get(-status, -status)}."
        else:
            how = f"The model's process exited with status {status}."
        return f"{how} Its last line: {last_line}" if last_line else how


def _has_ended(pid: int) -> bool:
    """Ask the system: what runs in this loop hears of a child's end a moment later."""
    if not hasattr(os, "waitid"):  # macOS
        return False
    try:
        # Its status stays to be fetched by who waits for it.
        ended = os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:  # it has, and its status was fetched
        return True
    return ended is not None
