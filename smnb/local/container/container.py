"""A container: one model's archive unpacked, and the workers that run it.

What they run: the program that the user named for the image, if there is one; else our
model server, if the image is one of AWS's for a framework or the model has code for it.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from smnb._limits import LIMITS
from smnb.local.container.archive import extract
from smnb.local.container.environment import MODEL_FOLDER, model_environment
from smnb.local.container.errors import (
    ModelDiedError,
    NoProgramError,
    StartTimeoutError,
    TooManyRequestsError,
)
from smnb.local.container.pool import WorkerPool
from smnb.local.container.program import ImageServer, ModelServer, Program
from smnb.local.container.requirements import ENVIRONMENT_LINK
from smnb.local.container.response import Body, ContainerResponse
from smnb.local.container.worker import Worker
from smnb.local.images import ADD_COMMAND, is_framework

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping

    from smnb.local.container.spec import ContainerSpec
    from smnb.local.container.usage import RequestUsage

_GRACE_S: Final = float(LIMITS["stop_grace_s"].value)
# Of the 104 characters that macOS has for a socket's whole path.
_MAX_SOCKET_FOLDER: Final = 80
# Below it a response is taken whole, so that a slow reader does not keep a worker.
_TAKEN_WHOLE_BYTES: Final = 256 * 1024


class Container:
    """A model's processes; used by one event loop.

    Parameters
    ----------
    work_dir
        Where the archive is unpacked; what `start` puts there, `stop` removes.
    log
        Gets each line that the model prints.

    Attributes
    ----------
    on_usage
        Called at the end of each request with what its process used meanwhile.
    """

    def __init__(
        self, spec: ContainerSpec, work_dir: Path, log: Callable[[bytes], None]
    ) -> None:
        self.on_usage: Callable[[RequestUsage], None] = lambda _: None
        self._spec = spec
        self._python = spec.python
        self._log = log
        self._work_dir = work_dir.absolute()
        self._model_dir = self._work_dir / MODEL_FOLDER
        self._socket_dir: Path | None = None
        self._program: Program | None = None
        self._pool = WorkerPool(_worker_count(spec), self._new_worker, log)
        self._in_flight = 0
        self._used = 0.0  # when there was last a request, on the loop's clock
        self._drained = asyncio.Event()
        self._drained.set()
        self._stopping = False

    @property
    def pids(self) -> list[int]:
        """The ids of the model's processes, one a worker."""
        return self._pool.pids

    @property
    def idle_s(self) -> float:
        """Seconds since it began to wait for a request; 0 while it works on any."""
        if self._in_flight:
            return 0
        return asyncio.get_running_loop().time() - self._used

    async def start(self) -> None:
        """Unpack the archive, start a worker and wait until it answers ``/ping``.

        Raises
        ------
        StartFailedError
            If the archive, what it requires or the model is not in order; `stop`
            removes what there is.
        """
        self._socket_dir = Path(tempfile.mkdtemp(prefix="smnb-", dir=_short_folder()))
        await asyncio.to_thread(self._unpack)
        took_s = await self._prepare()
        left_s = max(self._spec.startup_timeout_s - took_s, 0)
        try:
            await asyncio.wait_for(self._pool.start(), left_s if took_s else None)
        except asyncio.TimeoutError:
            late = "It did not answer /ping in what installing left of"
            raise StartTimeoutError(
                f"{late} {self._spec.startup_timeout_s:g} s."
            ) from None
        self._used = asyncio.get_running_loop().time()

    async def _prepare(self) -> float:
        """Find out what runs, and make what it takes; return the seconds that took."""
        spec = self._spec
        kept = (
            await asyncio.to_thread(spec.images.find, spec.image)
            if spec.images
            else None
        )
        if kept is not None:
            self._log(f"The image {spec.image} is not run; what is: {kept}".encode())
            self._program = ImageServer(
                kept, self._model_environment(), self._model_dir
            )
            return 0
        if not (is_framework(spec.image) or self._has_code()):
            raise NoProgramError(_no_program(spec))
        took_s = await self._install_requirements()
        assert self._socket_dir is not None  # noqa: S101 (for the type checker: `start` made it)
        self._program = ModelServer(
            self._python, self._model_environment(), self._socket_dir
        )
        return took_s

    def _has_code(self) -> bool:
        """Whether there is what the model server runs, or the model says that there is."""
        in_model = (self._code_dir() / "inference.py").is_file()
        return in_model or "SAGEMAKER_PROGRAM" in self._spec.environment

    async def _install_requirements(self) -> float:
        """Give the model an environment of its own; return the seconds that took.

        They count as startup, since AWS's containers install when they start.
        """
        spec, requirements = self._spec, self._code_dir() / "requirements.txt"
        if spec.environments is None or not requirements.exists():
            return 0
        began = asyncio.get_running_loop().time()
        making = spec.environments.python_for(requirements, spec.python, self._log)
        try:
            self._python = await asyncio.wait_for(making, spec.startup_timeout_s)
        except asyncio.TimeoutError:
            late = "Installing code/requirements.txt took more than"
            raise StartTimeoutError(f"{late} {spec.startup_timeout_s:g} s.") from None
        await asyncio.to_thread(self._link_environment)
        return asyncio.get_running_loop().time() - began

    def _link_environment(self) -> None:
        """Leave word that the environment is in use, also while the container is not."""
        link = self._work_dir / ENVIRONMENT_LINK
        link.unlink(missing_ok=True)
        link.symlink_to(Path(self._python).parents[1])

    def _code_dir(self) -> Path:
        """Return where the model server finds the code; it has the same rule."""
        own = Path(self._model_environment().get("SAGEMAKER_SUBMIT_DIRECTORY", ""))
        return own if own.is_absolute() and own.is_dir() else self._model_dir / "code"

    def _model_environment(self) -> dict[str, str]:
        spec = self._spec
        environment = model_environment(os.environ, spec.environment, self._work_dir)
        if self._python != spec.python:  # the packages' programs are its programs too
            path = environment.get("PATH", os.defpath)
            environment["PATH"] = f"{Path(self._python).parent}{os.pathsep}{path}"
        return environment

    def _unpack(self) -> None:
        # A daemon that was killed may have left one.
        shutil.rmtree(self._model_dir, ignore_errors=True)
        if self._spec.archive is None:
            self._model_dir.mkdir(parents=True)
        else:
            extract(self._spec.archive, self._model_dir, self._spec.disk_bytes)

    def _new_worker(self) -> Worker:
        assert self._program is not None  # noqa: S101 (for the type checker: started)
        return Worker(self._spec, self._program, self._log)

    async def invoke(
        self,
        headers: Mapping[str, str],
        body: AsyncIterator[bytes],
        size_bytes: int | None,
        *,
        timeout_s: float | None = None,
    ) -> ContainerResponse:
        """Send one request to the model.

        Parameters
        ----------
        body
            Taken no faster than the model server reads. What it raises passes through,
            and the model does not see the request.
        size_bytes
            Size of `body`; None if it is not known.
        timeout_s
            Seconds in place of the spec's.

        Raises
        ------
        TooManyRequestsError
            `max_concurrency` requests are under way.
        ModelTimeoutError
            The time is over. The process that worked on the request is started anew.
        ModelDiedError
            The process ended, or cannot be started again.
        """
        if self._stopping:
            raise ModelDiedError("The container was stopped.")
        most = self._spec.max_concurrency
        if most is not None and self._in_flight >= most:
            raise TooManyRequestsError
        clock = asyncio.get_running_loop().time
        deadline = clock() + (timeout_s or self._spec.timeout_s)
        self._enter()
        try:
            worker = await self._pool.acquire(deadline)
        except BaseException:
            self._leave()
            raise
        try:
            status, response_headers = await worker.request(
                headers, body, size_bytes, deadline - clock()
            )
        except BaseException:
            self._finish(worker)
            raise
        chunks = worker.chunks(response_headers)
        if "content-length" not in response_headers or (
            int(response_headers["content-length"]) > _TAKEN_WHOLE_BYTES
        ):
            response = Body(chunks, partial(self._finish, worker))
            return ContainerResponse(status, response_headers, response)
        try:
            content = b"".join([chunk async for chunk in chunks])
        finally:
            self._finish(worker)
        whole = Body(_once(content), lambda: None)
        return ContainerResponse(status, response_headers, whole)

    def resize(self, spec: ContainerSpec) -> None:
        """Take over the workers and the concurrency of a changed spec."""
        self._spec = spec
        self._pool.resize(_worker_count(spec))

    def _finish(self, worker: Worker) -> None:
        """End a request, however it went."""
        self.on_usage(worker.usage)
        self._pool.release(worker)
        self._leave()

    def _enter(self) -> None:
        self._in_flight += 1
        self._drained.clear()

    def _leave(self) -> None:
        self._in_flight -= 1
        self._used = asyncio.get_running_loop().time()
        if not self._in_flight:
            self._drained.set()

    async def stop(self) -> None:
        """Let what is under way finish, for 30 s at most, as AWS does, and end it all."""
        self._stopping = True
        deadline = asyncio.get_running_loop().time() + _GRACE_S
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(self._drained.wait(), _GRACE_S)
        await self._pool.stop(max(0, deadline - asyncio.get_running_loop().time()))
        await asyncio.to_thread(self._clean_up)

    def _clean_up(self) -> None:
        shutil.rmtree(self._model_dir, ignore_errors=True)
        if self._socket_dir is not None:
            shutil.rmtree(self._socket_dir, ignore_errors=True)


def _no_program(spec: ContainerSpec) -> str:
    command = spec.images.hint(spec.image) if spec.images else ADD_COMMAND
    return (
        f"The image {spec.image or '(none)'} is not run here, and the model has no"
        f" code/inference.py. Say which program serves in its place: {command}"
    )


def _worker_count(spec: ContainerSpec) -> int:
    """Return how many workers there may be: on instances the model's setting counts.

    Serverless gives each concurrent request a container, whatever workers that has.
    """
    if spec.max_concurrency is not None:
        return spec.workers
    own = spec.environment.get("SAGEMAKER_MODEL_SERVER_WORKERS", "")
    return int(own) if own.isdecimal() and int(own) else spec.workers


def _short_folder() -> str:
    """Return a folder for temporary files whose path leaves room for a socket's name."""
    folder = tempfile.gettempdir()
    return folder if len(folder) <= _MAX_SOCKET_FOLDER else "/tmp"  # noqa: S108 (mkdtemp's are private)


async def _once(content: bytes) -> AsyncGenerator[bytes, None]:
    yield content
