"""What happens to an endpoint in the background: start, replace, stop, come back."""

from __future__ import annotations

import asyncio
import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from smnb.local.container import StartFailedError
from smnb.local.services.sagemaker.deployments import DeploymentFailedError, scale

if TYPE_CHECKING:
    from collections.abc import Coroutine, Iterable, Iterator

    from smnb.local.services.async_queue import AsyncQueue
    from smnb.local.services.fleet import Fleet, Hosted
    from smnb.local.services.sagemaker.deployments import Deployment, Deployments
    from smnb.local.services.sagemaker.resources import Resource, ResourceTable

_log = logging.getLogger(__name__)
_MAX_REASON = 1024  # the model's FailureReason


class Lifecycle:
    """Carries endpoints from one status to the next and keeps what it finds out."""

    def __init__(
        self,
        table: ResourceTable,
        deployments: Deployments,
        fleet: Fleet,
        queue: AsyncQueue,
    ) -> None:
        self._table = table
        self._deployments = deployments
        self._fleet = fleet
        self._queue = queue
        self._tasks: set[asyncio.Task[None]] = set()

    def create(self, endpoint: Resource) -> None:
        """Start what a Creating endpoint runs; it becomes InService or Failed."""
        self._spawn(self._create(endpoint))

    def update(self, endpoint: Resource) -> None:
        """Start an Updating endpoint's next deployment, which then replaces the present."""
        self._spawn(self._update(endpoint))

    def scale(self, endpoint: Resource) -> None:
        """Let traffic follow an Updating endpoint's desired weights, then capacity."""
        hosted = self._fleet.lookup(endpoint.region, endpoint.name)
        assert hosted is not None  # noqa: S101 (for the type checker: it was in service)
        config = endpoint.document["deployment"]["config"]
        scale(hosted, config | {"ProductionVariants": endpoint.document["desired"]})
        self._spawn(self._scale(endpoint, hosted))

    def delete(self, endpoint: Resource) -> None:
        """Take a Deleting endpoint out of service at once, then stop it and forget it."""
        hosted = self._fleet.remove(endpoint.region, endpoint.name)
        self._queue.drop(endpoint.region, endpoint.name)
        self._spawn(self._delete(endpoint, hosted))

    def runs(self, endpoint: Resource) -> bool:
        """Return whether any of the endpoint's containers is up."""
        hosted = self._fleet.lookup(endpoint.region, endpoint.name)
        return hosted is not None and any(
            variant.running for variant in hosted.variants
        )

    @property
    def busy(self) -> bool:
        """Whether any endpoint is being started, replaced or stopped."""
        return bool(self._tasks)

    async def start(self) -> None:
        """Take up every endpoint where the last daemon left it."""
        endpoints = self._table.everywhere()
        self._deployments.discard_all_but(deployments_in_use(endpoints))
        for endpoint in endpoints:
            if endpoint.status == "Creating":
                self.create(endpoint)
            elif endpoint.status == "Deleting":
                self.delete(endpoint)
            elif endpoint.status in ("InService", "Updating"):
                await self._restore(endpoint)
                if endpoint.status == "Updating":
                    go_on = (
                        self.scale if "desired" in endpoint.document else self.update
                    )
                    go_on(endpoint)

    async def stop(self) -> None:
        """Stop every container; each endpoint keeps its status for the next daemon."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
        await self._fleet.stop()

    async def _create(self, endpoint: Resource) -> None:
        try:
            hosted = await self._built(endpoint, endpoint.document["deployment"])
            await _start(endpoint, hosted)
        except DeploymentFailedError as failure:
            await self._fail(endpoint, failure)
            return
        self._put_in_service(endpoint, hosted)

    async def _update(self, endpoint: Resource) -> None:
        following = endpoint.document.pop("next")
        try:
            hosted = await self._built(endpoint, following)
            await _start(endpoint, hosted)
        except DeploymentFailedError as failure:
            # Rolled back: what served until now serves on.
            self._save(endpoint, "InService", failure)
            await self._deployments.discard(following)
            return
        replaced, endpoint.document["deployment"] = (
            endpoint.document["deployment"],
            following,
        )
        before = self._put_in_service(endpoint, hosted)
        if before is not None:
            await before.stop()
        await self._deployments.discard(replaced)

    async def _scale(self, endpoint: Resource, hosted: Hosted) -> None:
        desired = endpoint.document.pop("desired")
        endpoint.document["deployment"]["config"]["ProductionVariants"] = desired
        failure = None
        # Of a synchronous endpoint it is the running containers that grow or shrink.
        if hosted.kind == "async":
            try:
                if desired[0]["InitialInstanceCount"]:
                    await _start(endpoint, hosted)
                else:
                    await hosted.stop()
            except DeploymentFailedError as error:
                failure = error
        self._save(endpoint, "InService", failure)
        self._queue.wake()

    async def _delete(self, endpoint: Resource, hosted: Hosted | None) -> None:
        if hosted is not None:
            await hosted.stop()
        await self._deployments.discard(endpoint.document["deployment"])
        self._table.delete(endpoint)

    async def _restore(self, endpoint: Resource) -> None:
        """Host an endpoint again; a request that comes before it is up waits for it."""
        try:
            hosted = await self._built(endpoint, endpoint.document["deployment"])
        except DeploymentFailedError as failure:
            await self._fail(endpoint, failure)
            return
        self._fleet.host(endpoint.region, endpoint.name, hosted)
        # Serverless endpoints and queues start with their first request.
        if hosted.kind == "realtime":
            self._spawn(self._restart(endpoint, hosted))

    async def _restart(self, endpoint: Resource, hosted: Hosted) -> None:
        try:
            await _start(endpoint, hosted)
        except DeploymentFailedError as failure:
            if self._fleet.lookup(endpoint.region, endpoint.name) is hosted:
                self._fleet.remove(endpoint.region, endpoint.name)
                await self._fail(endpoint, failure)

    async def _built(self, endpoint: Resource, deployment: Deployment) -> Hosted:
        with _every_failure_told(endpoint):
            return await self._deployments.build(
                endpoint.region, endpoint.name, deployment
            )

    def _put_in_service(self, endpoint: Resource, hosted: Hosted) -> Hosted | None:
        before = self._fleet.host(endpoint.region, endpoint.name, hosted)
        self._save(endpoint, "InService")
        self._queue.wake()
        return before

    async def _fail(self, endpoint: Resource, failure: DeploymentFailedError) -> None:
        self._save(endpoint, "Failed", failure)
        await self._deployments.discard(endpoint.document["deployment"])

    def _save(
        self,
        endpoint: Resource,
        status: str,
        failure: DeploymentFailedError | None = None,
    ) -> None:
        endpoint.status = status
        endpoint.document["failure_reason"] = failure and str(failure)[:_MAX_REASON]
        self._table.save(endpoint)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def deployments_in_use(endpoints: Iterable[Resource]) -> Iterator[Deployment]:
    """Yield what the endpoints run, and what they are about to."""
    for endpoint in endpoints:
        if endpoint.status != "Failed":
            for which in ("deployment", "next"):
                if which in endpoint.document:
                    yield endpoint.document[which]


async def _start(endpoint: Resource, hosted: Hosted) -> None:
    """Start every variant's container, or none."""
    try:
        with _every_failure_told(endpoint):
            await asyncio.gather(*(variant.ready() for variant in hosted.variants))
    except BaseException:
        await hosted.stop()
        raise


@contextmanager
def _every_failure_told(endpoint: Resource) -> Iterator[None]:
    """Make of any failure one that ends in the status Failed.

    An endpoint that stays Creating can't even be deleted.
    """
    try:
        yield
    except DeploymentFailedError:
        raise
    except StartFailedError as error:
        raise DeploymentFailedError(str(error)) from None
    except Exception as error:
        _log.exception("endpoint %s could not be started", endpoint.name)
        raise DeploymentFailedError(f"Internal error: {error!r}") from error
