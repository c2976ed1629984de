"""One worker of a container: a process with the model loaded, one request at a time."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from smnb.local.container.connection import Connection, ConnectionLostError
from smnb.local.container.errors import (
    ModelDiedError,
    ModelTimeoutError,
    StartFailedError,
    StartTimeoutError,
)
from smnb.local.container.process import ModelProcess
from smnb.local.container.usage import RequestUsage

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping

    from smnb.local.container.address import Address
    from smnb.local.container.program import Launch, Program
    from smnb.local.container.spec import ContainerSpec

_CONNECT_EVERY_S: Final = 0.01
_PING_S: Final = 2.0  # in which AWS wants an answer
_END_NOTICED_S: Final = 0.5
_MAX_BACK_OFF_S: Final = 5.0
_MAX_ADDRESSES: Final = 5


class Worker:
    """A process that is started again after its end.

    Parameters
    ----------
    program
        Says what each start of the process is.
    log
        Gets each line that it prints.
    """

    def __init__(
        self,
        spec: ContainerSpec,
        program: Program,
        log: Callable[[bytes], None],
    ) -> None:
        self._spec = spec
        self._program = program
        self._log = log
        self._address: Address | None = None
        self._process: ModelProcess | None = None
        self._connection: Connection | None = None
        self._deadline: asyncio.TimerHandle | None = None
        self._mid_exchange = False
        self._failures = 0

    @property
    def pid(self) -> int | None:
        """The id of its process; None if that is not there."""
        return self._process.pid if self._process and self.running else None

    @property
    def usage(self) -> RequestUsage:
        """What its process used since its last request began."""
        process = self._process
        if process is None:
            return RequestUsage(None, None)
        return RequestUsage(process.peak.peak_bytes(), process.cpu.used_s())

    @property
    def running(self) -> bool:
        """Whether its process is there."""
        return self._process is not None and self._process.running

    async def start(self) -> None:
        """Start the process and wait until it answers ``/ping``.

        After failures without a success between them it first waits, a second longer
        each time, so that a model that cannot run does not use up the machine.

        Raises
        ------
        StartFailedError
            If the process ends before, or does not answer in time.
        """
        await asyncio.sleep(min(max(self._failures - 1, 0), _MAX_BACK_OFF_S))
        self._failures += 1
        self._disconnect()
        if self._process is not None:
            await self._process.wait(_END_NOTICED_S)
        for _ in range(_MAX_ADDRESSES - 1):
            launch = self._program.launch()
            try:
                await self._start(launch)
            except StartTimeoutError:
                raise
            except StartFailedError:
                if not launch.address.is_taken():
                    raise
                self._log(f"{launch.address} was taken meanwhile.".encode())
            else:
                return
        await self._start(self._program.launch())

    async def _start(self, launch: Launch) -> None:
        spec, self._address = self._spec, launch.address
        try:
            self._process = process = await ModelProcess.spawn(
                launch, spec.memory_mb, self._log
            )
        except OSError as error:
            where = error.filename or launch.command[0]
            raise StartFailedError(f"{where}: {error.strerror}") from error
        late = f"It did not answer /ping within {spec.startup_timeout_s:g} s."
        self._begin(process, spec.startup_timeout_s, StartTimeoutError(late))
        try:
            while not await self._is_up(process):
                if not process.running:
                    await process.wait(_END_NOTICED_S)
                    raise _start_failure(process.cause)
                await asyncio.sleep(_CONNECT_EVERY_S)
        except asyncio.CancelledError:
            process.kill(StartFailedError("Its start was given up."))
            raise
        finally:
            self.finish()

    async def _is_up(self, process: ModelProcess) -> bool:
        """Ping; who holds its port, if it cannot have that, may never answer."""
        asking = asyncio.ensure_future(self._answers("/ping"))
        ended = asyncio.ensure_future(process.wait(_PING_S))
        try:
            await asyncio.wait({asking, ended}, return_when=asyncio.FIRST_COMPLETED)
            return asking.done() and process.running and asking.result()
        finally:
            ended.cancel()
            if asking.cancel():
                self._disconnect()

    async def _answers(self, path: str) -> bool:
        """Ask for `path`, on the connection that requests use as well."""
        try:
            connection = await self._connect()
            if await connection.get(path) == HTTPStatus.OK:
                return True
        except ConnectionLostError:
            pass
        self._disconnect()
        return False

    async def _connect(self) -> Connection:
        """Return the connection that is kept, or a new one."""
        assert self._address is not None  # noqa: S101 (for the type checker: it was started)
        if self._connection is None:
            self._connection = await Connection.open(self._address)
        return self._connection

    @property
    def abandoned(self) -> bool:
        """Whether its process may work on an answer that nobody reads to its end."""
        return self._mid_exchange and self.running

    async def settle(self) -> None:
        """Wait until that is over: the time limit of the request still ends it."""
        self._disconnect()
        await self._answers("/idle")
        self.finish()

    def _begin(self, process: ModelProcess, seconds: float, late: Exception) -> None:
        """Watch the process's memory and time from now on, until `finish`."""
        process.at_work.set()
        loop = asyncio.get_running_loop()
        self._deadline = loop.call_later(seconds, process.kill, late)

    def finish(self) -> None:
        """Watch no longer: nothing is under way."""
        if self._deadline is not None:
            self._deadline.cancel()
        if self._process is not None:
            self._process.at_work.clear()
        # What may still come in the middle of an exchange is not the next response.
        kept = self._address is not None and self._address.keeps_connections
        if self._mid_exchange or not kept:
            self._disconnect()

    async def request(
        self,
        headers: Mapping[str, str],
        body: AsyncIterator[bytes],
        size_bytes: int | None,
        timeout_s: float,
    ) -> tuple[int, dict[str, str]]:
        """Send an invocation and return status and headers of its response.

        The process is killed when the time is over, as AWS's model servers do with
        their workers: nobody waits any more for what it works on, and the next request
        shall not wait for it either. So it is when the caller is cancelled.

        Raises
        ------
        ModelTimeoutError, ModelDiedError
            No response came, or none whole; the process may be gone.
        """
        process = self._process
        assert process is not None  # noqa: S101 (for the type checker: it was started)
        self._begin(process, timeout_s, ModelTimeoutError())
        self._mid_exchange = True
        process.peak.reset()
        process.cpu.reset()
        try:
            connection = await self._connect()
            await connection.send(headers, body, size_bytes)
            return await connection.receive()
        except ConnectionLostError as error:
            raise await _cause(process) from error
        except asyncio.CancelledError:
            process.kill(ModelDiedError("The request was given up."))
            raise

    async def chunks(self, headers: Mapping[str, str]) -> AsyncGenerator[bytes, None]:
        """Yield the body of the response with these headers; raises as `request`."""
        process, connection = self._process, self._connection
        assert process is not None  # noqa: S101 (for the type checker: it was requested)
        assert connection is not None  # noqa: S101 (likewise)
        try:
            async for chunk in connection.body(headers):
                yield chunk
        except ConnectionLostError as error:
            raise await _cause(process) from error
        self._mid_exchange = False
        self._failures = 0

    def _disconnect(self) -> None:
        self._mid_exchange = False
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    async def stop(self, grace_s: float) -> None:
        """End the process: by SIGTERM, and after `grace_s` by SIGKILL."""
        if self._process is not None:
            self._process.terminate()
            await self._process.wait(grace_s)
            self._process.kill(ModelDiedError("The container was stopped."))
            await self._process.wait(_END_NOTICED_S)
        self._disconnect()


def _start_failure(cause: Exception) -> StartFailedError:
    return (
        cause if isinstance(cause, StartFailedError) else StartFailedError(str(cause))
    )


async def _cause(process: ModelProcess) -> Exception:
    """Return why the process closed its connection: most likely it has just ended."""
    await process.wait(_END_NOTICED_S)
    return process.cause
