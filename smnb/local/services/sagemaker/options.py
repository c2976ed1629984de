"""What models and configurations ask for, in the terms of a container."""

from __future__ import annotations

import os
import sys
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

import orjson

from smnb._limits import LIMITS
from smnb.local.errors import ServiceError
from smnb.local.services.fleet import AsyncSettings, Kind
from smnb.local.services.s3_uri import S3Uri

if TYPE_CHECKING:
    from collections.abc import Mapping

_CORES: Final = os.cpu_count() or 1
_MAX_VOLUME_GB: Final = 512  # API model: VolumeSizeInGB


def kind_of(config: Mapping[str, Any]) -> Kind:
    """Return which of the three hosting options a configuration asks for."""
    if "AsyncInferenceConfig" in config:
        return "async"
    if "ServerlessConfig" in config["ProductionVariants"][0]:
        return "serverless"
    return "realtime"


def async_settings_of(config: Mapping[str, Any]) -> AsyncSettings | None:
    """Return an asynchronous configuration's settings, None for the other kinds."""
    if kind_of(config) != "async":
        return None
    output_config = config["AsyncInferenceConfig"]["OutputConfig"]
    output = output_config["S3OutputPath"]
    return AsyncSettings(
        S3Uri.parse(output),
        S3Uri.parse(output_config.get("S3FailurePath", output)),
        min(_concurrency(config, config["ProductionVariants"][0]), _CORES),
    )


def single_container(request: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what runs a model, if it is one container."""
    container: Mapping[str, Any] | None = request.get("PrimaryContainer")
    if container is None and len(request["Containers"]) == 1:
        container = request["Containers"][0]
    if container is None:
        raise _not_here(
            "The local backend runs models of one container; this one has"
            f" {len(request['Containers'])}."
        )
    if container.get("Mode", "SingleModel") != "SingleModel":
        raise _not_here("The local backend does not run multi-model containers.")
    return container


def model_data_url(container: Mapping[str, Any]) -> str | None:
    """Return where the archive is, or None for a container without model data."""
    source = container.get("ModelDataSource", {}).get("S3DataSource")
    if source is not None and source["CompressionType"] != "Gzip":
        raise _not_here(
            "The local backend takes model data as a .tar.gz archive;"
            f" {source['S3Uri']} is declared uncompressed."
        )
    url: str | None = container.get("ModelDataUrl") or (source and source["S3Uri"])
    if url is not None and not url.endswith((".tar.gz", ".tgz")):
        raise _not_here(f"The model data at {url} is not a .tar.gz archive.")
    return url


def interpreter(caller_python: str | None) -> str:
    """Return the interpreter that created the model, or ours if it is gone."""
    if caller_python and os.access(caller_python, os.X_OK):
        return caller_python
    return sys.executable


def limits_of(config: Mapping[str, Any], variant: Mapping[str, Any]) -> dict[str, Any]:
    """Return the members of ContainerSpec that say how much and how long."""
    kind = kind_of(config)
    serverless = variant.get("ServerlessConfig", {})
    timeout = "async_timeout_max_s" if kind == "async" else "realtime_timeout_s"
    startup = "serverless_start_s" if kind == "serverless" else "startup_timeout_s"
    startup_timeout_s = variant.get("ContainerStartupHealthCheckTimeoutInSeconds")
    return {
        "memory_mb": _memory_mb(variant),
        "workers": min(_concurrency(config, variant), _CORES),
        "timeout_s": LIMITS[timeout].value,
        "startup_timeout_s": startup_timeout_s or LIMITS[startup].value,
        "max_concurrency": serverless.get("MaxConcurrency"),
        "disk_bytes": _disk_bytes(variant),
    }


def _concurrency(config: Mapping[str, Any], variant: Mapping[str, Any]) -> int:
    """Return how many requests are worked on at once."""
    if serverless := variant.get("ServerlessConfig"):
        return int(serverless["MaxConcurrency"])
    count = int(variant["InitialInstanceCount"])
    if kind_of(config) != "async":
        return count
    client_config = config["AsyncInferenceConfig"].get("ClientConfig", {})
    # AWS "chooses an optimal value" where none is given.
    per_instance = client_config.get("MaxConcurrentInvocationsPerInstance", _CORES)
    return count * int(per_instance)


def _memory_mb(variant: Mapping[str, Any]) -> int:
    """Return the memory the variant may take; 0, no cap, for an unknown instance type."""
    if serverless := variant.get("ServerlessConfig"):
        return int(serverless["MemorySizeInMB"])
    return _instance_memory_mb().get(variant["InstanceType"], 0)


def _disk_bytes(variant: Mapping[str, Any]) -> int:
    if "ServerlessConfig" in variant:
        return LIMITS["serverless_disk_bytes"].value
    return int(variant.get("VolumeSizeInGB", _MAX_VOLUME_GB)) * 1024**3


@cache
def _instance_memory_mb() -> dict[str, int]:
    text = files("smnb").joinpath("data/instances.json").read_bytes()
    return {
        name: int(instance["memory_gib"] * 1024)
        for name, instance in orjson.loads(text).items()
    }


def _not_here(message: str) -> ServiceError:
    return ServiceError("ValidationException", message)
