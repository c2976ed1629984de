"""The AWS calls that create, describe and remove what one endpoint consists of.

Tags on the endpoint keep what a later process must know of it.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from smnb import _scaling
from smnb._compute import Async
from smnb._s3 import S3Uri
from smnb.errors import NotFoundError, ServiceError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from smnb._compute import Compute
    from smnb._session import Session

VARIANT = "AllTraffic"
TAG_DEPLOYMENT = "smnb:deployment"
TAG_DIGEST = "smnb:sha256"
TAG_OPTIONS = "smnb:options"
TAG_COMPUTE = "smnb:compute"
TAG_OVERFLOW = "smnb:overflow"
TAG_ACCEPTS = "smnb:accepts"
TAG_EXPIRES = "smnb:expires"

SETTLED = frozenset({"InService", "Failed", "OutOfService", "UpdateRollbackFailed"})


@dataclass(frozen=True)
class Described:
    """What AWS says of an endpoint at one moment.

    Parameters
    ----------
    status
        AWS's word, for example ``"InService"``.
    reason
        AWS's FailureReason, or the empty string.
    kind
        ``"realtime"``, ``"serverless"`` or ``"async"``.
    compute
        The same for people: ``"serverless 2048 MB"``.
    memory_mb, concurrency
        Of a serverless endpoint; None on instances.
    config, models
        Names of its configuration and models; empty if the configuration is gone.
    """

    name: str
    arn: str
    status: str
    reason: str
    created: datetime
    kind: str
    compute: str
    memory_mb: int | None
    concurrency: int | None
    variant: str
    config: str
    models: tuple[str, ...]
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def accepts(self) -> tuple[str, ...] | None:
        """Content types that the model declares; None if it declares none."""
        tag = self.tags.get(TAG_ACCEPTS)
        return tuple(tag.split()) if tag else None


class Undo:
    """What has been created, and how to remove it in reverse."""

    def __init__(self) -> None:
        self._steps: list[tuple[str, Callable[[], object]]] = []

    def add(self, label: str, remove: Callable[[], object]) -> None:
        """Note that `label` exists now."""
        self._steps.append((label, remove))

    def forget_last(self) -> None:
        """Leave the newest alone: it turned out to be somebody else's."""
        self._steps.pop()

    def run(self) -> list[str]:
        """Remove everything, newest first; stop at what cannot be, return the rest."""
        while self._steps:
            _, remove = self._steps[-1]
            try:
                remove()
            except NotFoundError:
                pass
            except ServiceError as error:
                if not is_in_progress(error):
                    raise
                return [label for label, _ in reversed(self._steps)]
            self._steps.pop()
        return []


def unique_name(endpoint_name: str, deployment: str) -> str:
    """Return a new name for a model or configuration of the endpoint.

    Unique, so that processes that deploy one name at once never touch each other's.
    """
    return f"{endpoint_name[:45]}-{deployment}-{secrets.token_hex(2)}"


def is_in_progress(error: ServiceError) -> bool:
    """Say whether AWS refused since the endpoint is Creating or Updating."""
    return "in-progress" in error.what


def is_name_taken(error: ServiceError) -> bool:
    """Say whether AWS refused since the name exists."""
    return "already existing" in error.what


def describe(session: Session, name: str) -> Described:
    """Ask AWS for an endpoint.

    Raises
    ------
    NotFoundError
        If there is none of this name.
    """
    client = session.client("sagemaker")
    with session.translated(f"Looking for the endpoint {name}"):
        endpoint = client.describe_endpoint(EndpointName=name)
        rows = client.list_tags(ResourceArn=endpoint["EndpointArn"]).get("Tags", [])
    config = endpoint.get("EndpointConfigName", "")
    variants, is_async = _variants(session, config)
    variant = (endpoint.get("ProductionVariants") or variants or [{}])[0]
    configured = variants[0] if variants else variant
    kind, compute = _compute(configured, is_async=is_async)
    serverless = _serverless(configured)
    return Described(
        name=endpoint["EndpointName"],
        arn=endpoint["EndpointArn"],
        status=endpoint["EndpointStatus"],
        reason=endpoint.get("FailureReason", ""),
        created=endpoint["CreationTime"],
        kind=kind,
        compute=compute,
        memory_mb=serverless.get("MemorySizeInMB"),
        concurrency=serverless.get("MaxConcurrency"),
        variant=variant.get("VariantName", VARIANT),
        config=config,
        models=tuple(v["ModelName"] for v in variants if "ModelName" in v),
        tags={row["Key"]: row["Value"] for row in rows},
    )


def find(session: Session, name: str) -> Described | None:
    """Ask AWS for an endpoint; None if there is none of this name."""
    try:
        return describe(session, name)
    except NotFoundError:
        return None


def status(session: Session, name: str) -> tuple[str, str]:
    """Return the endpoint's status and failure reason, in one call."""
    with session.translated(f"Looking for the endpoint {name}"):
        answer = session.client("sagemaker").describe_endpoint(EndpointName=name)
    return answer["EndpointStatus"], answer.get("FailureReason", "")


def create_model(
    session: Session,
    name: str,
    *,
    image: str,
    data_uri: str | None,
    environment: Mapping[str, str],
    tags: Mapping[str, str],
) -> None:
    """Create the model record that a configuration names."""
    container: dict[str, Any] = {"Image": image, "Environment": dict(environment)}
    if data_uri is not None:
        container["ModelDataUrl"] = data_uri
    request: dict[str, Any] = {
        "ModelName": name,
        "PrimaryContainer": container,
        "ExecutionRoleArn": session.role(),
        "Tags": tag_list(tags),
    }
    if session.vpc is not None:
        request["VpcConfig"] = {
            "Subnets": list(session.vpc.subnets),
            "SecurityGroupIds": list(session.vpc.security_groups),
        }
    with session.translated(f"Creating the model {name}"):
        session.client("sagemaker").create_model(**request)


def create_config(
    session: Session,
    name: str,
    *,
    model: str,
    compute: Compute,
    results: S3Uri,
    tags: Mapping[str, str],
) -> None:
    """Create the endpoint configuration.

    Parameters
    ----------
    results
        Prefix for the results and failures of an asynchronous endpoint.
    """
    request: dict[str, Any] = {
        "EndpointConfigName": name,
        "ProductionVariants": [
            {"VariantName": VARIANT, "ModelName": model, **compute.variant()}
        ],
        "Tags": tag_list(tags),
    }
    if session.kms_key and compute.kind != "serverless":
        request["KmsKeyId"] = session.kms_key
    if isinstance(compute, Async):
        request["AsyncInferenceConfig"] = _async_config(session, compute, results)
    with session.translated(f"Creating the configuration {name}"):
        session.client("sagemaker").create_endpoint_config(**request)


def create_endpoint(
    session: Session, name: str, *, config: str, tags: Mapping[str, str]
) -> None:
    """Create the endpoint; from here on AWS may bill."""
    with session.translated(f"Creating the endpoint {name}"):
        session.client("sagemaker").create_endpoint(
            EndpointName=name, EndpointConfigName=config, Tags=tag_list(tags)
        )


def update_endpoint(session: Session, name: str, *, config: str) -> None:
    """Move the endpoint to another configuration; it serves meanwhile."""
    with session.translated(f"Updating the endpoint {name}"):
        session.client("sagemaker").update_endpoint(
            EndpointName=name, EndpointConfigName=config
        )


def delete_endpoint(session: Session, name: str) -> None:
    """Delete the endpoint; its configuration and model stay."""
    with session.translated(f"Deleting the endpoint {name}"):
        session.client("sagemaker").delete_endpoint(EndpointName=name)


def delete_config(session: Session, name: str) -> None:
    """Delete an endpoint configuration."""
    with session.translated(f"Deleting the configuration {name}"):
        session.client("sagemaker").delete_endpoint_config(EndpointConfigName=name)


def delete_model(session: Session, name: str) -> None:
    """Delete a model record; its archive stays."""
    with session.translated(f"Deleting the model {name}"):
        session.client("sagemaker").delete_model(ModelName=name)


def add_tags(session: Session, arn: str, tags: Mapping[str, str]) -> None:
    """Put further tags on a resource."""
    with session.translated(f"Tagging {arn}"):
        session.client("sagemaker").add_tags(ResourceArn=arn, Tags=tag_list(tags))


def scale_to_zero(session: Session, name: str, compute: Async) -> None:
    """Let an asynchronous endpoint that is in service scale to zero."""
    _scaling.scale_to_zero(session, name, VARIANT, max_count=compute.max_count)


def prefix(session: Session, name: str, deployment: str) -> S3Uri:
    """Return where one deployment keeps its objects."""
    return S3Uri(session.bucket(), f"smnb/{name}/{deployment}")


def tag_list(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """Return `tags` as AWS writes them."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def _variants(session: Session, config: str) -> tuple[list[dict[str, Any]], bool]:
    """Return the configured variants, and whether the endpoint is asynchronous."""
    try:
        with session.translated(f"Looking for the configuration {config}"):
            answer = session.client("sagemaker").describe_endpoint_config(
                EndpointConfigName=config
            )
    except NotFoundError:  # AWS lets a configuration in use be deleted
        return [], False
    return answer["ProductionVariants"], "AsyncInferenceConfig" in answer


def _compute(variant: Mapping[str, Any], *, is_async: bool) -> tuple[str, str]:
    """Return the kind of hosting and its description."""
    if serverless := _serverless(variant):
        return "serverless", f"serverless {serverless['MemorySizeInMB']} MB"
    instance = variant.get("InstanceType", "instance type unknown")
    count = variant.get("InitialInstanceCount", 1)
    times = f" x {count}" if count > 1 else ""
    if is_async:
        return "async", f"async {instance}"
    return "realtime", f"real-time {instance}{times}"


def _serverless(variant: Mapping[str, Any]) -> Mapping[str, Any]:
    return (
        variant.get("ServerlessConfig") or variant.get("CurrentServerlessConfig") or {}
    )


def _async_config(session: Session, compute: Async, results: S3Uri) -> dict[str, Any]:
    output: dict[str, Any] = {
        "S3OutputPath": str(results / "output"),
        "S3FailurePath": str(results / "failure"),
    }
    if session.kms_key:
        output["KmsKeyId"] = session.kms_key
    client = {"MaxConcurrentInvocationsPerInstance": compute.concurrency}
    return {"OutputConfig": output, "ClientConfig": client}
