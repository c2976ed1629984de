"""Endpoints: create, describe, list, update, scale, delete."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from smnb.local.errors import ServiceError
from smnb.local.services.sagemaker.capacities import changed_variants
from smnb.local.services.sagemaker.options import kind_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from smnb.local.request import Context
    from smnb.local.services.sagemaker.deployments import Deployment, Deployments
    from smnb.local.services.sagemaker.lifecycle import Lifecycle
    from smnb.local.services.sagemaker.resources import Resource, ResourceTable
    from smnb.local.services.sagemaker.tags import Tags
    from smnb.local.state import State

_IN_PROGRESS = {"Creating", "Updating", "Deleting"}


class Endpoints:
    """The operations on endpoints."""

    def __init__(
        self,
        state: State,
        table: ResourceTable,
        configs: ResourceTable,
        models: ResourceTable,
        deployments: Deployments,
        lifecycle: Lifecycle,
        tags: Tags,
    ) -> None:
        self._state = state
        self._table = table
        self._configs = configs
        self._models = models
        self._deployments = deployments
        self._lifecycle = lifecycle
        self._tags = tags

    async def create_endpoint(
        self, context: Context, params: dict[str, Any]
    ) -> dict[str, Any]:
        """Answer at once; the endpoint is Creating until its containers answer."""
        name = params["EndpointName"]
        self._table.require_absent(context, name)
        deployment = self._plan(context, params)
        with self._state.transaction():
            document = {"deployment": deployment, "failure_reason": None}
            endpoint = self._table.insert(context, name, document, "Creating")
            self._tags.put(endpoint.arn, params.get("Tags", []))
        self._lifecycle.create(endpoint)
        return {"EndpointArn": endpoint.arn}

    async def describe_endpoint(
        self, context: Context, params: dict[str, Any]
    ) -> dict[str, Any]:
        """Return the endpoint's status and what serves its requests."""
        endpoint = self._table.get(context, params["EndpointName"])
        config = endpoint.document["deployment"]["config"]
        creating = endpoint.status == "Creating"
        pending = (
            endpoint.document["deployment"]
            if creating
            else endpoint.document.get("next")
        )
        return {
            "EndpointName": endpoint.name,
            "EndpointArn": endpoint.arn,
            "EndpointConfigName": config["EndpointConfigName"],
            "ProductionVariants": None if creating else self._summaries(endpoint),
            "EndpointStatus": endpoint.status,
            "FailureReason": endpoint.document["failure_reason"],
            "CreationTime": endpoint.created_at,
            "LastModifiedTime": endpoint.modified_at,
            "AsyncInferenceConfig": config.get("AsyncInferenceConfig"),
            "DataCaptureConfig": _data_capture(config),
            "PendingDeploymentSummary": pending and _pending_summary(endpoint, pending),
        }

    async def list_endpoints(
        self, context: Context, params: dict[str, Any]
    ) -> dict[str, Any]:
        """Return one page of endpoints."""
        endpoints, token = self._table.page(context.region, params)
        return {
            "Endpoints": [
                {
                    "EndpointName": endpoint.name,
                    "EndpointArn": endpoint.arn,
                    "CreationTime": endpoint.created_at,
                    "LastModifiedTime": endpoint.modified_at,
                    "EndpointStatus": endpoint.status,
                }
                for endpoint in endpoints
            ],
            "NextToken": token,
        }

    async def update_endpoint(
        self, context: Context, params: dict[str, Any]
    ) -> dict[str, Any]:
        """Answer at once; the present containers serve until the new ones answer."""
        endpoint = self._table.get(context, params["EndpointName"])
        _require_in_service(endpoint)
        following = self._plan(context, params)
        _check_change(endpoint, following["config"])
        if params.get("RetainAllVariantProperties"):
            _retain(endpoint, following["config"], params)
        endpoint.status = "Updating"
        endpoint.document["next"] = following
        self._table.save(endpoint)
        self._lifecycle.update(endpoint)
        return {"EndpointArn": endpoint.arn}

    async def update_endpoint_weights_and_capacities(
        self, context: Context, params: dict[str, Any]
    ) -> dict[str, Any]:
        """Answer when the weights hold; the endpoint is Updating while capacity follows."""
        endpoint = self._table.get(context, params["EndpointName"])
        _require_in_service(endpoint)
        endpoint.document["desired"] = changed_variants(
            endpoint.document["deployment"]["config"],
            params["DesiredWeightsAndCapacities"],
        )
        endpoint.status = "Updating"
        self._table.save(endpoint)
        self._lifecycle.scale(endpoint)
        return {"EndpointArn": endpoint.arn}

    async def delete_endpoint(
        self, context: Context, params: dict[str, Any]
    ) -> dict[str, Any]:
        """Answer at once; the endpoint takes no more requests and is soon gone."""
        endpoint = self._table.get(context, params["EndpointName"])
        _require_settled(endpoint)
        endpoint.status = "Deleting"
        self._table.save(endpoint)
        self._lifecycle.delete(endpoint)
        return {}

    def _summaries(self, endpoint: Resource) -> list[dict[str, Any]]:
        """Return the variants as they run; one that rests at zero has no instances."""
        deployment = endpoint.document["deployment"]
        variants = deployment["config"]["ProductionVariants"]
        summaries = [
            _summary(deployment, variant, desired)
            for variant, desired in zip(
                variants, endpoint.document.get("desired", variants), strict=True
            )
        ]
        if kind_of(deployment["config"]) == "async" and not self._lifecycle.runs(
            endpoint
        ):
            for summary in summaries:
                summary["CurrentInstanceCount"] = summary["DesiredInstanceCount"] = 0
        return summaries

    def _plan(self, context: Context, params: Mapping[str, Any]) -> Deployment:
        config = self._configs.get(context, params["EndpointConfigName"])
        return self._deployments.plan(context, config, self._models)


def _require_settled(endpoint: Resource) -> None:
    if endpoint.status in _IN_PROGRESS:
        raise ServiceError(
            "ValidationException",
            f'Cannot update in-progress endpoint "{endpoint.arn}".',
        )


def _require_in_service(endpoint: Resource) -> None:
    _require_settled(endpoint)
    if endpoint.status == "Failed":
        raise ServiceError(
            "ValidationException",
            f'Cannot update failed endpoint "{endpoint.arn}"; it can only be deleted.',
        )


def _check_change(endpoint: Resource, following: Mapping[str, Any]) -> None:
    """Raise for a change of the hosting option that AWS refuses."""
    present = kind_of(endpoint.document["deployment"]["config"])
    wanted = kind_of(following)
    if present == "async" and wanted != "async":
        raise ServiceError(
            "ValidationException",
            "The AsyncInferenceConfig parameter cannot be removed from this endpoint"
            f" {endpoint.name}. To change the endpoint to synchronous requests, create"
            " another one.",
        )
    if wanted == "serverless" and present != "serverless":
        raise ServiceError(
            "ValidationException",
            f"Endpoint {endpoint.name} cannot be updated from instances to serverless."
            " Create another endpoint for it.",
        )


def _retain(
    endpoint: Resource, following: dict[str, Any], params: Mapping[str, Any]
) -> None:
    """Keep the present weights and instance counts of variants that go on."""
    excluded = {
        item["VariantPropertyType"]
        for item in params.get("ExcludeRetainedVariantProperties", [])
    }
    kept = {
        "DesiredWeight": "InitialVariantWeight",
        "DesiredInstanceCount": "InitialInstanceCount",
    }
    present = {
        variant["VariantName"]: variant
        for variant in endpoint.document["deployment"]["config"]["ProductionVariants"]
    }
    for variant in following["ProductionVariants"]:
        before = present.get(variant["VariantName"], {})
        for property_type, member in kept.items():
            if property_type not in excluded and member in before and member in variant:
                variant[member] = before[member]


def _pending_summary(endpoint: Resource, pending: Deployment) -> dict[str, Any]:
    config = pending["config"]
    return {
        "EndpointConfigName": config["EndpointConfigName"],
        "StartTime": endpoint.modified_at,
        "ProductionVariants": [
            _summary(pending, variant, variant)
            | {
                "InstanceType": variant.get("InstanceType"),
                "VariantStatus": [
                    {"Status": "Creating", "StartTime": endpoint.modified_at}
                ],
            }
            for variant in config["ProductionVariants"]
        ],
    }


def _summary(
    deployment: Deployment, variant: Mapping[str, Any], desired: Mapping[str, Any]
) -> dict[str, Any]:
    """Return a variant as it is and as it shall be."""
    request = deployment["models"][variant["ModelName"]]["request"]
    container = request.get("PrimaryContainer") or request["Containers"][0]
    image = container.get("Image")
    resolved_at = datetime.fromtimestamp(deployment["created"], timezone.utc)
    return {
        "VariantName": variant["VariantName"],
        "DeployedImages": image
        and [
            {
                "SpecifiedImage": image,
                "ResolvedImage": image,
                "ResolutionTime": resolved_at,
            }
        ],
        "CurrentWeight": variant["InitialVariantWeight"],
        "DesiredWeight": desired["InitialVariantWeight"],
        "CurrentInstanceCount": variant.get("InitialInstanceCount"),
        "DesiredInstanceCount": desired.get("InitialInstanceCount"),
        "CurrentServerlessConfig": variant.get("ServerlessConfig"),
        "DesiredServerlessConfig": desired.get("ServerlessConfig"),
    }


def _data_capture(config: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return DescribeEndpoint's form of the configuration's DataCaptureConfig."""
    capture = config.get("DataCaptureConfig")
    if capture is None:
        return None
    return {
        "EnableCapture": capture.get("EnableCapture", False),
        "CaptureStatus": "Stopped",
        "CurrentSamplingPercentage": capture["InitialSamplingPercentage"],
        "DestinationS3Uri": capture["DestinationS3Uri"],
        "KmsKeyId": capture.get("KmsKeyId"),
    }
