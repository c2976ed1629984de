"""What really runs: the containers behind each endpoint."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Literal

from smnb.local.container import Container, StartFailedError, StartTimeoutError
from smnb.local.services.model_errors import start_failure

if TYPE_CHECKING:
    from pathlib import Path

    from smnb.local.container import ContainerSpec
    from smnb.local.container.usage import RequestUsage
    from smnb.local.services.s3_uri import S3Uri

Kind = Literal["realtime", "serverless", "async"]
Key = tuple[str, str]
"""Region and endpoint name."""
LineSink = Callable[[bytes], None]


class HostedVariant:
    """One production variant and its container, started when it is first needed.

    Parameters
    ----------
    weight
        The variant's share of the traffic is `weight` over the sum of all weights.
    spec
        What to run.
    work_dir
        Where the archive is unpacked; the container's own.
    open_log
        Opens the log stream of that name for a container that starts.
    model_data_url
        Where the archive came from.

    Attributes
    ----------
    on_usage
        Called at the end of each request with what its process used.
    """

    def __init__(
        self,
        weight: float,
        spec: ContainerSpec,
        work_dir: Path,
        open_log: Callable[[str], LineSink],
        model_data_url: str | None = None,
    ) -> None:
        self.name = spec.variant_name
        self.weight = weight
        self.spec = spec
        self._work_dir = work_dir
        self._open_log = open_log
        self._model_data_url = model_data_url
        self._start: asyncio.Task[Container] | None = None
        self._one_at_a_time = asyncio.Lock()  # a container uses `work_dir` alone
        self._idle_check: asyncio.TimerHandle | None = None
        self._idle_stop: asyncio.Task[None] | None = None
        self._idle_stop_s: float | None = None
        self.on_usage: Callable[[RequestUsage], None] = lambda _: None
        self.log_stream = ""

    @property
    def running(self) -> bool:
        """Whether the container has started and was not stopped."""
        start = self._start
        return start is not None and start.done() and not _failed(start)

    @property
    def pids(self) -> list[int]:
        """The ids of the model's processes."""
        start = self._start
        return start.result().pids if start is not None and self.running else []

    async def ready(self) -> Container:
        """Return the running container; starts it, and waits, if it is not running.

        Callers that come while it starts wait for the same start; one that gives up
        does not stop it for the others.

        Raises
        ------
        StartFailedError
            The container did not answer ``/ping``, or was stopped before it could; in
            AWS's words. The next call tries again.
        """
        if self._start is None or _failed(self._start):
            self._start = asyncio.create_task(self._launch())
        start = self._start
        try:
            return await asyncio.shield(start)
        except asyncio.CancelledError:
            if start.cancelled():
                raise StartFailedError("The container was stopped.") from None
            raise

    def resize(self, workers: int, max_concurrency: int | None) -> None:
        """Change how much it works on at once: now, if it runs, and when it starts."""
        self.spec = replace(self.spec, workers=workers, max_concurrency=max_concurrency)
        if self._start is not None and self.running:
            self._start.result().resize(self.spec)

    def stop_when_idle(self, idle_s: float) -> None:
        """Stop the container, now or later, whenever it had no request for so long."""
        self._idle_stop_s = idle_s
        if self._start is not None and self.running:
            self._check_idle(self._start.result())

    async def stop(self) -> None:
        """Stop the container, or its start; the next `ready` starts a new one."""
        start, self._start = self._start, None
        if start is None:
            await self._idle_stopped()
            return
        if self._idle_check is not None:
            self._idle_check.cancel()
        start.cancel()
        await asyncio.wait([start])
        if not _failed(start):
            async with self._one_at_a_time:
                await start.result().stop()

    async def _launch(self) -> Container:
        async with self._one_at_a_time:
            self.log_stream = f"{self.name}/i-{secrets.token_hex(9)[1:]}"
            log = self._open_log(self.log_stream)
            container = Container(self.spec, self._work_dir, log)
            container.on_usage = self._tell_usage
            try:
                await container.start()
            except BaseException as error:
                await container.stop()
                if isinstance(error, StartFailedError):
                    words = start_failure(self.name, self._model_data_url, error)
                    raise _same_kind(error, words) from error
                raise
            container.resize(self.spec)  # it may have changed meanwhile
            self._check_idle(container)
            return container

    def _tell_usage(self, usage: RequestUsage) -> None:
        """Tell whoever wants to know now, which may be another one than at the start."""
        self.on_usage(usage)

    def _check_idle(self, container: Container) -> None:
        """Stop the container if it was idle for long enough, or look again then."""
        if self._idle_stop_s is None:
            return
        left_s = self._idle_stop_s - container.idle_s
        if left_s > 0:
            loop = asyncio.get_running_loop()
            self._idle_check = loop.call_later(left_s, self._check_idle, container)
        else:
            self._idle_stop = asyncio.create_task(self.stop())

    async def _idle_stopped(self) -> None:
        """Wait for the end of a container that stops since it was idle."""
        if (
            self._idle_stop is not None
            and self._idle_stop is not asyncio.current_task()
        ):
            await asyncio.wait([self._idle_stop])


@dataclass(frozen=True)
class AsyncSettings:
    """Where an asynchronous endpoint's answers go and how many it works on at once."""

    output: S3Uri
    failure: S3Uri
    concurrency: int


@dataclass(eq=False)
class Hosted:
    """One endpoint's containers, and for an asynchronous one how it uses them."""

    kind: Kind
    variants: tuple[HostedVariant, ...]
    async_settings: AsyncSettings | None = None

    async def stop(self) -> None:
        """Stop every container."""
        await asyncio.gather(*(variant.stop() for variant in self.variants))


class Fleet:
    """The endpoints that take requests, in every region.

    Parameters
    ----------
    serverless_idle_s
        Seconds without a request after which the container of a serverless endpoint
        stops; 0 for never.

    Attributes
    ----------
    on_usage
        Called at the end of each request with the region, the variant and what the
        request's process used.
    """

    def __init__(self, serverless_idle_s: float = 0) -> None:
        self.on_usage: Callable[[str, HostedVariant, RequestUsage], None] = lambda *_: (
            None
        )
        self._serverless_idle_s = serverless_idle_s
        self._hosted: dict[Key, Hosted] = {}

    def lookup(self, region: str, endpoint_name: str) -> Hosted | None:
        """Return the endpoint if it takes requests now; the name's case must match."""
        return self._hosted.get((region, endpoint_name))

    def host(self, region: str, endpoint_name: str, hosted: Hosted) -> Hosted | None:
        """Send the endpoint's requests to `hosted` from now on; return what served before."""
        for variant in hosted.variants:
            variant.on_usage = partial(self.on_usage, region, variant)
            if hosted.kind == "serverless" and self._serverless_idle_s:
                variant.stop_when_idle(self._serverless_idle_s)
        before = self._hosted.get((region, endpoint_name))
        self._hosted[region, endpoint_name] = hosted
        return before

    def remove(self, region: str, endpoint_name: str) -> Hosted | None:
        """Take no more requests for the endpoint; return what served them."""
        return self._hosted.pop((region, endpoint_name), None)

    def all(self) -> list[tuple[Key, Hosted]]:
        """Return every endpoint."""
        return list(self._hosted.items())

    def asynchronous(self) -> list[tuple[Key, Hosted, AsyncSettings]]:
        """Return the endpoints that work from a queue."""
        return [
            (key, hosted, hosted.async_settings)
            for key, hosted in self._hosted.items()
            if hosted.async_settings is not None
        ]

    async def stop(self) -> None:
        """Stop every container of every endpoint."""
        hosted, self._hosted = self._hosted, {}
        await asyncio.gather(*(endpoint.stop() for endpoint in hosted.values()))


def _same_kind(error: StartFailedError, words: str) -> StartFailedError:
    """Return an error in AWS's words that still tells a start that takes too long."""
    kind = (
        StartTimeoutError if isinstance(error, StartTimeoutError) else StartFailedError
    )
    return kind(words)


def _failed(start: asyncio.Task[Container]) -> bool:
    return start.done() and (start.cancelled() or start.exception() is not None)
