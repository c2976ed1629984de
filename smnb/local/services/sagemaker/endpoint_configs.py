"""Endpoint configurations: what shall run, on what, and the rules for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smnb._limits import LIMITS
from smnb.local.errors import ServiceError
from smnb.local.services.s3_uri import S3Uri
from smnb.local.services.sagemaker.resources import ResourceTable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from smnb.local.request import Context
    from smnb.local.services.sagemaker.tags import Tags
    from smnb.local.state import State


class EndpointConfigs:
    """CreateEndpointConfig, DescribeEndpointConfig, ListEndpointConfigs, DeleteEndpointConfig."""

    def __init__(self, state: State, models: ResourceTable, tags: Tags) -> None:
        self._state = state
        self._models = models
        self._tags = tags
        self.table = ResourceTable(state, "endpoint-config", "endpoint configuration")

    async def create_endpoint_config(
        self, context: Context, params: dict[str, Any]
    ) -> dict[str, Any]:
        """Keep a configuration whose models exist and whose values go together."""
        self.table.require_absent(context, params["EndpointConfigName"])
        variants = params["ProductionVariants"]
        _check_names(variants)
        for variant in variants:
            self._check_model(context, variant)
            _check_capacity(variant)
            if "ServerlessConfig" in variant:
                _check_serverless(variant["ServerlessConfig"], params)
            variant.setdefault("InitialVariantWeight", 1.0)
        if "AsyncInferenceConfig" in params:
            _check_async(params["AsyncInferenceConfig"]["OutputConfig"], variants)
        tags = params.pop("Tags", [])
        with self._state.transaction():
            config = self.table.insert(context, params["EndpointConfigName"], params)
            self._tags.put(config.arn, tags)
        return {"EndpointConfigArn": config.arn}

    async def describe_endpoint_config(
        self, context: Context, params: dict[str, Any]
    ) -> dict[str, Any]:
        """Return the configuration as it was created."""
        config = self.table.get(context, params["EndpointConfigName"])
        return config.document | {
            "EndpointConfigName": config.name,
            "EndpointConfigArn": config.arn,
            "CreationTime": config.created_at,
        }

    async def list_endpoint_configs(
        self, context: Context, params: dict[str, Any]
    ) -> dict[str, Any]:
        """Return one page of configurations."""
        configs, token = self.table.page(context.region, params)
        return {
            "EndpointConfigs": [
                {
                    "EndpointConfigName": config.name,
                    "EndpointConfigArn": config.arn,
                    "CreationTime": config.created_at,
                }
                for config in configs
            ],
            "NextToken": token,
        }

    async def delete_endpoint_config(
        self, context: Context, params: dict[str, Any]
    ) -> dict[str, Any]:
        """Forget the configuration; endpoints made from it keep running."""
        self.table.delete(self.table.get(context, params["EndpointConfigName"]))
        return {}

    def _check_model(self, context: Context, variant: Mapping[str, Any]) -> None:
        name = variant.get("ModelName")
        if name is None:
            raise ServiceError(
                "ValidationException",
                f"Production variant {variant['VariantName']} has no ModelName; endpoints for"
                " inference components are not available on the local backend.",
            )
        self._models.get(context, name)


def _check_names(variants: Sequence[Mapping[str, Any]]) -> None:
    names = [variant["VariantName"] for variant in variants]
    if len(set(names)) < len(names):
        raise ServiceError(
            "ValidationException", "The names of production variants must be unique."
        )


def _check_capacity(variant: Mapping[str, Any]) -> None:
    """Raise if the variant names neither instances nor a serverless size, or both."""
    by_instance = "InstanceType" in variant and "InitialInstanceCount" in variant
    if by_instance == ("ServerlessConfig" in variant):
        raise ServiceError(
            "ValidationException",
            f"Production variant {variant['VariantName']} must have either InstanceType and"
            " InitialInstanceCount, or ServerlessConfig.",
        )


def _check_async(
    output_config: Mapping[str, Any], variants: Sequence[Mapping[str, Any]]
) -> None:
    """Raise if answers have no place, or if there are variants to choose from."""
    if len(variants) > 1:
        raise ServiceError(
            "ValidationException",
            "An asynchronous endpoint configuration takes a single production variant.",
        )
    if "S3OutputPath" not in output_config:
        raise ServiceError("ValidationException", "S3OutputPath is required.")
    for member in ("S3OutputPath", "S3FailurePath"):
        try:
            S3Uri.parse(output_config.get(member, "s3://none/"))
        except ValueError as error:
            raise ServiceError("ValidationException", f"{member}: {error}.") from None


def _check_serverless(serverless: Mapping[str, int], params: Mapping[str, Any]) -> None:
    """Raise if a serverless variant has a size or neighbours that AWS refuses."""
    low = LIMITS["serverless_memory_min_mb"].value
    high = LIMITS["serverless_memory_max_mb"].value
    step = LIMITS["serverless_memory_step_mb"].value
    sizes = range(low, high + 1, step)
    memory_mb = serverless["MemorySizeInMB"]
    reason = None
    if memory_mb not in sizes:
        reason = (
            f"MemorySizeInMB {memory_mb} is not one of {', '.join(map(str, sizes))}."
        )
    elif serverless.get("ProvisionedConcurrency", 0) > serverless["MaxConcurrency"]:
        reason = "ProvisionedConcurrency must be less than or equal to MaxConcurrency."
    elif len(params["ProductionVariants"]) > 1 or "ShadowProductionVariants" in params:
        reason = (
            "A serverless endpoint configuration takes a single production variant."
        )
    elif "AsyncInferenceConfig" in params:
        reason = "AsyncInferenceConfig is not supported with ServerlessConfig."
    else:
        for member in ("DataCaptureConfig", "VpcConfig", "EnableNetworkIsolation"):
            if params.get(member):
                reason = f"{member} is not supported with ServerlessConfig."
    if reason is not None:
        raise ServiceError("ValidationException", reason)
