"""The SageMaker control plane as one service: every operation, by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smnb.local.services.sagemaker.deployments import Deployments
from smnb.local.services.sagemaker.endpoint_configs import EndpointConfigs
from smnb.local.services.sagemaker.endpoints import Endpoints
from smnb.local.services.sagemaker.lifecycle import Lifecycle
from smnb.local.services.sagemaker.models import Models
from smnb.local.services.sagemaker.resources import ResourceTable
from smnb.local.services.sagemaker.tags import Tags

if TYPE_CHECKING:
    from smnb.local.services.async_queue import AsyncQueue
    from smnb.local.services.fleet import Fleet
    from smnb.local.services.log_store import LogStore
    from smnb.local.services.s3 import S3Store
    from smnb.local.state import State


class SageMakerService:
    """Every SageMaker operation, found in the resource it belongs to."""

    def __init__(
        self,
        state: State,
        store: S3Store,
        logs: LogStore,
        fleet: Fleet,
        queue: AsyncQueue,
    ) -> None:
        tags = Tags(state)
        models = Models(state, store, tags)
        configs = EndpointConfigs(state, models.table, tags)
        table = ResourceTable(state, "endpoint", "endpoint")
        deployments = Deployments(state, store, logs)
        self._lifecycle = Lifecycle(table, deployments, fleet, queue)
        self._endpoints = Endpoints(
            state,
            table,
            configs.table,
            models.table,
            deployments,
            self._lifecycle,
            tags,
        )
        self._parts = (models, configs, self._endpoints, tags)

    def __getattr__(self, operation: str) -> Any:
        """Return the method of an operation; AttributeError if nothing answers it."""
        for part in self._parts:
            if (method := getattr(part, operation, None)) is not None:
                return method
        raise AttributeError(operation)

    @property
    def busy(self) -> bool:
        """Whether any endpoint is on its way to another status."""
        return self._lifecycle.busy

    async def start(self) -> None:
        """Take up every endpoint where the last daemon left it."""
        await self._lifecycle.start()

    async def stop(self) -> None:
        """Stop every container; the endpoints come back with the next daemon."""
        await self._lifecycle.stop()
