"""The AWS calls that create, describe and remove what one endpoint consists of.

Tags on the endpoint keep what a later process must know of it.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from smnb import _configured, _scaling
from smnb._compute import Async, from_tag
from smnb._s3 import S3Uri
from smnb.errors import NotFoundError, ServiceError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from smnb._compute import Compute
    from smnb._session import Session

VARIANT = "AllTraffic"
TAG_DEPLOYMENT = "smnb:deployment"
TAG_ENDPOINT = "smnb:endpoint"
TAG_DIGEST = "smnb:sha256"
TAG_OPTIONS = "smnb:options"
TAG_COMPUTE = "smnb:compute"
TAG_OVERFLOW = "smnb:overflow"
TAG_ACCEPTS = "smnb:accepts"
TAG_EXPIRES = "smnb:expires"
TAG_BUDGET = "smnb:budget"
TAG_SCHEDULE = "smnb:schedule"
TAG_SCALING = "smnb:scaling"
TAG_UPDATING = "smnb:updating"

_LONGEST_NAME = 63
# What an update changes of an endpoint's tags.
_OF_REVISION = frozenset({TAG_DIGEST, TAG_OPTIONS, TAG_COMPUTE, TAG_ACCEPTS})
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
    pending
        Name of the configuration that an update is moving it to; else empty.
    modified
        When AWS last changed it; None if AWS does not say.
    instance_type, instances
        What it runs on, and how many are up; None on serverless, or if not known.
    stage, staged
        What AWS is doing with its variant, ``"Creating"``, ``"Updating"``,
        ``"ActivatingTraffic"``, ``"Baking"`` or ``"Deleting"``, and since when; empty and
        None if AWS does not say.
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
    pending: str = ""
    modified: datetime | None = None
    instance_type: str | None = None
    instances: int | None = None
    stage: str = ""
    staged: datetime | None = None

    @property
    def accepts(self) -> tuple[str, ...] | None:
        """Content types that the model declares; None if it declares none."""
        tag = self.tags.get(TAG_ACCEPTS)
        return tuple(tag.split()) if tag else None

    @property
    def expires(self) -> datetime | None:
        """When it may be removed, in UTC; None if it stays until it is deleted."""
        return expiry_in(self.tags)


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
    tags = tags_of(session, endpoint["EndpointArn"])
    config = endpoint.get("EndpointConfigName", "")
    if config and tags.get(TAG_UPDATING) == config:
        tags |= _tags_of_config(session, config)
    variants, is_async = _configured.variants(session, config)
    variant = (endpoint.get("ProductionVariants") or variants or [{}])[0]
    configured = variants[0] if variants else variant
    kind, compute = _configured.in_words(configured, is_async=is_async)
    serverless = _configured.serverless_of(configured)
    stage, staged = _stage(endpoint)
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
        tags=tags,
        pending=_pending(endpoint, tags),
        modified=endpoint.get("LastModifiedTime"),
        instance_type=configured.get("InstanceType"),
        instances=None if serverless else variant.get("CurrentInstanceCount"),
        stage=stage,
        staged=staged,
    )


def find(session: Session, name: str) -> Described | None:
    """Ask AWS for an endpoint; None if there is none of this name."""
    if len(name) > _LONGEST_NAME:  # AWS would refuse to look for it
        return None
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
    container: Mapping[str, Any],
    network_isolation: bool,
    tags: Mapping[str, str],
) -> None:
    """Create the model record that a configuration names.

    Parameters
    ----------
    container
        AWS's ContainerDefinition.
    """
    request: dict[str, Any] = {
        "ModelName": name,
        "PrimaryContainer": dict(container),
        "ExecutionRoleArn": session.role(),
        "Tags": tag_list(tags),
    }
    if network_isolation:
        request["EnableNetworkIsolation"] = True
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


def delete_tags(session: Session, arn: str, keys: Sequence[str]) -> None:
    """Take tags off a resource; those that it does not have are passed over."""
    with session.translated(f"Removing tags of {arn}"):
        session.client("sagemaker").delete_tags(ResourceArn=arn, TagKeys=list(keys))


def tags_of(session: Session, arn: str) -> dict[str, str]:
    """Ask AWS for the tags of a resource."""
    with session.translated(f"Reading the tags of {arn}"):
        rows = session.client("sagemaker").list_tags(ResourceArn=arn).get("Tags", [])
    return {row["Key"]: row["Value"] for row in rows}


def expiry_in(tags: Mapping[str, str]) -> datetime | None:
    """Read when what has these tags may be removed; None if never, or unreadable."""
    try:
        expires = datetime.fromisoformat(tags[TAG_EXPIRES])
    except (KeyError, ValueError):
        return None
    return expires if expires.tzinfo else expires.replace(tzinfo=timezone.utc)


def scale_to_zero(
    session: Session, name: str, compute: Async, *, deployment: str
) -> None:
    """Let an asynchronous endpoint that is in service scale to zero."""
    _scaling.by_backlog(
        session, name, VARIANT, deployment=deployment, most=compute.max_count
    )


def scale_if_due(session: Session, found: Described) -> None:
    """Let an asynchronous endpoint that nobody waited for scale to zero from now on."""
    deployment = found.tags.get(TAG_DEPLOYMENT)
    compute = from_tag(found.tags[TAG_COMPUTE]) if TAG_COMPUTE in found.tags else None
    if isinstance(compute, Async) and deployment and TAG_SCALING not in found.tags:
        scale_to_zero(session, found.name, compute, deployment=deployment)


def prefix(session: Session, name: str, deployment: str) -> S3Uri:
    """Return where one deployment is to keep its objects, in a bucket that exists."""
    session.bucket()
    return kept_below(session, name, deployment)


def kept_below(session: Session, name: str, deployment: str) -> S3Uri:
    """Return where one deployment keeps its objects, if there are any."""
    return S3Uri(session.bucket_name(), f"smnb/{name}/{deployment}")


def twin_name(endpoint_name: str) -> str:
    """Return the name of an endpoint's asynchronous twin."""
    return f"{endpoint_name}-async"


def tag_list(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """Return `tags` as AWS writes them."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def _tags_of_config(session: Session, config: str) -> dict[str, str]:
    """Return what an update wrote on the configuration that it moved to.

    The endpoint's own tags follow when an update ends; one that is stopped while AWS
    goes on with it is told by these.
    """
    try:
        with session.translated(f"Looking for the configuration {config}"):
            answer = session.client("sagemaker").describe_endpoint_config(
                EndpointConfigName=config
            )
        tags = tags_of(session, answer["EndpointConfigArn"])
    except NotFoundError:
        return {}
    return {key: value for key, value in tags.items() if key in _OF_REVISION}


def _pending(endpoint: Mapping[str, Any], tags: Mapping[str, str]) -> str:
    """Return the configuration that an update is moving the endpoint to, if one is."""
    if endpoint["EndpointStatus"] not in ("Updating", "RollingBack"):
        return ""
    summary = endpoint.get("PendingDeploymentSummary") or {}
    return str(summary.get("EndpointConfigName") or tags.get(TAG_UPDATING, ""))


def _stage(endpoint: Mapping[str, Any]) -> tuple[str, datetime | None]:
    """Return what AWS is doing with a variant, and since when: the new one's comes first.

    Of a fleet that is replaced AWS tells too: that it is Deleting, at the end.
    """
    summary = endpoint.get("PendingDeploymentSummary") or {}
    variants = [
        *(summary.get("ProductionVariants") or ()),
        *(endpoint.get("ProductionVariants") or ()),
    ]
    told = [one for variant in variants for one in variant.get("VariantStatus") or ()]
    if not told:
        return "", None
    return str(told[0]["Status"]), told[0].get("StartTime")


def _async_config(session: Session, compute: Async, results: S3Uri) -> dict[str, Any]:
    output: dict[str, Any] = {
        "S3OutputPath": str(results / "output"),
        "S3FailurePath": str(results / "failure"),
    }
    if session.kms_key:
        output["KmsKeyId"] = session.kms_key
    client = {"MaxConcurrentInvocationsPerInstance": compute.concurrency}
    return {"OutputConfig": output, "ClientConfig": client}
