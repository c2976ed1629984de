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
    from smnb.local.services.async_queue import AsyncQueue
    from smnb.local.services.endpoint_metrics import EndpointMetrics
    from smnb.local.services.fleet import Fleet, Hosted, HostedVariant

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
            except Exception:
                _log.exception("the endpoints' use of the machine is not known")

    async def look(self) -> None:
        """Record what every endpoint has used since the last look."""
        now = time.monotonic()
        elapsed_s, self._looked = now - self._looked, now
        before, self._cpu_s = self._cpu_s, {}
        for (region, endpoint_name), hosted in self._fleet.all():
            for variant in hosted.variants:
                await self._look_at(region, hosted, variant, before, elapsed_s)
            if hosted.kind == "async":
                size, oldest_s = self._queue.backlog(region, endpoint_name)
                instances = int(hosted.variants[0].running)
                self._metrics.backlog(region, endpoint_name, size, oldest_s, instances)
            await asyncio.sleep(0)  # requests go first

    async def _look_at(
        self,
        region: str,
        hosted: Hosted,
        variant: HostedVariant,
        before: dict[int, float],
        elapsed_s: float,
    ) -> None:
        metrics = self._metrics.of(region, variant)
        memory_bytes = variant.spec.memory_mb * _MIB or _MACHINE_BYTES
        for pid in variant.pids:
            if (usage := await usage_of(pid)) is None:
                continue
            memory_percent = 100 * usage.memory_bytes / memory_bytes
            metrics.utilization("MemoryUtilization", memory_percent)
            if hosted.kind != "serverless":  # which have no processors of their own
                cpu_s = usage.cpu_s - before.get(pid, 0.0)
                metrics.utilization("CPUUtilization", 100 * cpu_s / elapsed_s)
            self._cpu_s[pid] = usage.cpu_s
