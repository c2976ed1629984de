"""From records to processes: what an endpoint runs, fetched and ready to start.

A deployment is one endpoint configuration with its models, as they were when it was
made: deleting them later changes nothing for the endpoint, not even after a restart.
"""

from __future__ import annotations

import asyncio
import shutil
import time
import uuid
from functools import partial
from typing import TYPE_CHECKING, Any

from smnb._limits import LIMITS
from smnb.local.container import ArchiveError, ContainerSpec, Environments
from smnb.local.container.archive import extract
from smnb.local.container.requirements import ENVIRONMENT_LINK
from smnb.local.errors import ServiceError
from smnb.local.images import Images
from smnb.local.services.fleet import Hosted, HostedVariant
from smnb.local.services.log_store import endpoint_group
from smnb.local.services.sagemaker.models import require_model_data
from smnb.local.services.sagemaker.options import (
    async_settings_of,
    interpreter,
    kind_of,
    limits_of,
    model_data_url,
    single_container,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from smnb.local.request import Context
    from smnb.local.services.log_store import LogStore
    from smnb.local.services.s3 import S3Store
    from smnb.local.services.sagemaker.resources import Resource, ResourceTable
    from smnb.local.state import State

Deployment = dict[str, Any]
"""``{"id": ..., "config": ..., "models": {name: ...}}``, kept with the endpoint."""


class DeploymentFailedError(Exception):
    """Why an endpoint can't run, as its FailureReason says it."""


def scale(hosted: Hosted, config: Mapping[str, Any]) -> None:
    """Give what runs the weights and capacities of its changed configuration."""
    hosted.async_settings = async_settings_of(config)
    for variant, wanted in zip(
        hosted.variants, config["ProductionVariants"], strict=True
    ):
        variant.weight = wanted["InitialVariantWeight"]
        limits = limits_of(config, wanted)
        variant.resize(limits["workers"], limits["max_concurrency"])


class Deployments:
    """Makes deployments, and their folders under ``endpoints/`` in the data directory."""

    def __init__(self, state: State, store: S3Store, logs: LogStore) -> None:
        self._root = state.data_dir / "endpoints"
        self._root.mkdir(exist_ok=True)
        self._environments = Environments(state.data_dir / "environments")
        self._images = Images(state.data_dir)
        self._store = store
        self._logs = logs

    def plan(
        self, context: Context, config: Resource, models: ResourceTable
    ) -> Deployment:
        """Freeze the configuration and its models; raises if one is missing."""
        names = {
            variant["ModelName"] for variant in config.document["ProductionVariants"]
        }
        return {
            "id": uuid.uuid4().hex,
            "created": round(time.time(), 3),
            "config": config.document,
            "models": {
                name: models.get(context, name).document for name in sorted(names)
            },
        }

    async def build(
        self, region: str, endpoint_name: str, deployment: Deployment
    ) -> Hosted:
        """Fetch what the deployment runs; nothing is started yet.

        Raises
        ------
        DeploymentFailedError
            The model's data is gone, or it is of a form that does not run here.
        """
        config = deployment["config"]
        try:
            variants = [
                await self._variant(region, endpoint_name, deployment, variant)
                for variant in config["ProductionVariants"]
            ]
        except ServiceError as error:
            raise DeploymentFailedError(error.message) from None
        except ArchiveError as error:
            raise DeploymentFailedError(str(error)) from None
        return Hosted(kind_of(config), tuple(variants), async_settings_of(config))

    async def _variant(
        self,
        region: str,
        endpoint_name: str,
        deployment: Deployment,
        variant: Mapping[str, Any],
    ) -> HostedVariant:
        config = deployment["config"]
        name = variant["VariantName"]
        model = deployment["models"][variant["ModelName"]]
        container = single_container(model["request"])
        url = model_data_url(container)
        folder = self._root / deployment["id"] / name
        await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
        spec = ContainerSpec(
            endpoint_name=endpoint_name,
            variant_name=name,
            archive=await self._fetch(url, folder / "model.tar.gz") if url else None,
            environment=await self._environment(region, container, folder),
            image=container.get("Image", ""),
            python=interpreter(model["python"]),
            environments=self._environments,
            images=self._images,
            **limits_of(config, variant),
        )
        open_log = partial(self._logs.open, region, endpoint_group(endpoint_name))
        return HostedVariant(
            variant["InitialVariantWeight"], spec, folder / "work", open_log, url
        )

    async def discard(self, deployment: Deployment) -> None:
        """Delete the deployment's folder."""
        folder = self._root / deployment["id"]
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)

    def discard_all_but(self, kept: Iterable[Deployment]) -> None:
        """Delete the folders that no endpoint needs, left by a daemon that was killed."""
        ids = {deployment["id"] for deployment in kept}
        for folder in self._root.iterdir():
            if folder.name not in ids:
                shutil.rmtree(folder, ignore_errors=True)

    def discard_unused_environments(self) -> None:
        """Delete the Python environments that no deployment's models need."""
        self._environments.discard_all_but(
            self._root.glob(f"*/*/work/{ENVIRONMENT_LINK}")
        )

    async def _environment(
        self, region: str, container: Mapping[str, Any], folder: Path
    ) -> dict[str, str]:
        """Return what AWS sets in the container, over which the model's values win.

        Code that is apart from the model, in S3, is unpacked and named by its folder.
        """
        environment = {
            "AWS_REGION": region,
            "AWS_DEFAULT_REGION": region,
            "SAGEMAKER_REGION": region,
            **container.get("Environment", {}),
        }
        url = environment.get("SAGEMAKER_SUBMIT_DIRECTORY", "")
        if url.startswith("s3://"):
            archive = await self._fetch(url, folder / "sourcedir.tar.gz")
            code = folder / "code"
            if not code.exists():
                limit_bytes = LIMITS["serverless_disk_bytes"].value
                unpacked = folder / "code.part"
                await asyncio.to_thread(extract, archive, unpacked, limit_bytes)
                unpacked.replace(code)
            environment["SAGEMAKER_SUBMIT_DIRECTORY"] = str(code)
        return environment

    async def _fetch(self, url: str, path: Path) -> Path:
        """Copy an object to `path`, unless that was done before a restart."""
        if not path.exists():  # noqa: ASYNC240 - a stat
            uri = require_model_data(self._store, url)
            partial_copy = path.with_suffix(".part")
            await self._store.copy_to(uri.bucket, uri.key, partial_copy)
            partial_copy.replace(path)
        return path
