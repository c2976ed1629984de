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

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
    from pathlib import Path

    from smnb.local.container.spec import ContainerSpec

_CONNECT_EVERY_S: Final = 0.01
_END_NOTICED_S: Final = 0.5
_MAX_BACK_OFF_S: Final = 5.0


class Worker:
    """A process that is started again after its end.

    Parameters
    ----------
    environment
        All of the process's variables.
    socket_path
        Where it listens; at most 100 characters.
    log
        Gets each line that it prints.
    """

    def __init__(
        self,
        spec: ContainerSpec,
        environment: Mapping[str, str],
        socket_path: Path,
        log: Callable[[bytes], None],
    ) -> None:
        self._spec = spec
        self._environment = environment
        self._socket_path = socket_path
        self._log = log
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
    def peak_bytes(self) -> int | None:
        """The most memory its process took since its last request began, if known."""
        return self._process.peak.peak_bytes() if self._process else None

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
        self._socket_path.unlink(missing_ok=True)
        spec = self._spec
        try:
            self._process = process = await ModelProcess.spawn(
                spec.python,
                self._environment,
                self._socket_path,
                spec.memory_mb,
                self._log,
            )
        except OSError as error:
            raise StartFailedError(f"{spec.python}: {error.strerror}") from error
        late = f"It did not answer /ping within {spec.startup_timeout_s:g} s."
        self._begin(process, spec.startup_timeout_s, StartTimeoutError(late))
        try:
            while not await self._answers():
                if not process.running:
                    await process.wait(_END_NOTICED_S)
                    raise _start_failure(process.cause)
                await asyncio.sleep(_CONNECT_EVERY_S)
        except asyncio.CancelledError:
            process.kill(StartFailedError("Its start was given up."))
            raise
        finally:
            self.finish()

    async def _answers(self) -> bool:
        """Connect, for the requests to come as well, and ping."""
        try:
            self._connection = await Connection.open(self._socket_path)
            return await self._connection.ping() == HTTPStatus.OK
        except ConnectionLostError:
            return False

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
        if self._mid_exchange:  # what is still to come is not the next response
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
        try:
            if self._connection is None:
                self._connection = await Connection.open(self._socket_path)
            await self._connection.send(headers, body, size_bytes)
            return await self._connection.receive()
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
