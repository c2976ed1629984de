"""Once a minute: what the running models use, and how long the queues are."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from smnb.local.container.usage import usage_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smnb.local.services.async_queue import AsyncQueue
    from smnb.local.services.endpoint_metrics import EndpointMetrics
    from smnb.local.services.fleet import Fleet, HostedVariant, Kind

_MINUTE_S: Final = 60.0
_MIB: Final = 1024 * 1024
_MACHINE_BYTES: Final = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
_log = logging.getLogger(__name__)


class EndpointSampler:
    """Looks at every endpoint, as AWS does once a minute.

    A worker stands for an instance, since it has an instance's memory for itself; so
    there is one sample for each.
    """

    def __init__(
        self, fleet: Fleet, queue: AsyncQueue, metrics: EndpointMetrics
    ) -> None:
        self._fleet = fleet
        self._queue = queue
        self._metrics = metrics
        self._cpu_s: dict[int, float] = {}
        self._looked = time.monotonic()
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to look."""
        self._task = asyncio.create_task(self._look_forever())

    async def stop(self) -> None:
        """Look no more."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _look_forever(self) -> None:
        while True:
            # In the middle of a minute a timer's error does not lead to another one.
            await asyncio.sleep(1.5 * _MINUTE_S - time.time() % _MINUTE_S)
            try:
                await self.look()
            except Exception:  # noqa: BLE001 - whatever it is, there is a next time
                _log.exception("the endpoints' use of the machine is not known")

    async def look(self) -> None:
        """Record what every endpoint has used since the last look, and its queue."""
        now = time.monotonic()
        elapsed_s, self._looked = now - self._looked, now
        cpu_s: dict[int, float] = {}
        for region, kind, variant, pid in list(self._processes()):
            usage = await usage_of(pid)
            if usage is not None:
                cpu_s[pid] = usage.cpu_s
                since_s = max(usage.cpu_s - self._cpu_s.get(pid, 0.0), 0.0)
                metrics = self._metrics.of(region, variant)
                metrics.memory(100 * usage.memory_bytes / _memory_bytes(variant))
                if kind != "serverless":  # they have no processors of their own
                    metrics.cpu(100 * since_s / elapsed_s)
            await asyncio.sleep(0)  # requests go first
        self._cpu_s = cpu_s
        for (region, endpoint_name), hosted, _ in self._fleet.asynchronous():
            size, oldest_s = self._queue.backlog(region, endpoint_name)
            instances = int(hosted.variants[0].running)
            self._metrics.backlog(region, endpoint_name, size, oldest_s, instances)

    def _processes(self) -> Iterator[tuple[str, Kind, HostedVariant, int]]:
        for (region, _), hosted in self._fleet.all():
            for variant in hosted.variants:
                for pid in variant.pids:
                    yield region, hosted.kind, variant, pid


def _memory_bytes(variant: HostedVariant) -> int:
    """Return what an instance has; this machine's memory if its type is not known."""
    return variant.spec.memory_mb * _MIB or _MACHINE_BYTES
