"""What an endpoint configuration says that a model runs on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smnb._compute import Async, RealTime, Serverless
from smnb.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from smnb._compute import Compute
    from smnb._session import Session


def variants(session: Session, config: str) -> tuple[list[dict[str, Any]], bool]:
    """Return the configured variants, and whether the endpoint is asynchronous."""
    try:
        with session.translated(f"Looking for the configuration {config}"):
            answer = session.client("sagemaker").describe_endpoint_config(
                EndpointConfigName=config
            )
    except NotFoundError:  # AWS lets a configuration in use be deleted
        return [], False
    return answer["ProductionVariants"], "AsyncInferenceConfig" in answer


def compute_of(session: Session, config: str) -> Compute | None:
    """Return what a configuration runs a model on; None if it is gone, or not known."""
    found, is_async = variants(session, config)
    if not found:
        return None
    if serverless := serverless_of(found[0]):
        return Serverless(serverless["MemorySizeInMB"], serverless["MaxConcurrency"])
    instance = found[0].get("InstanceType")
    if instance is None:
        return None
    if is_async:
        return Async(instance)
    return RealTime(instance, found[0].get("InitialInstanceCount", 1))


def in_words(variant: Mapping[str, Any], *, is_async: bool) -> tuple[str, str]:
    """Return the kind of hosting and its description."""
    if serverless := serverless_of(variant):
        return "serverless", f"serverless {serverless['MemorySizeInMB']} MB"
    instance = variant.get("InstanceType", "instance type unknown")
    count = variant.get("InitialInstanceCount", 1)
    times = f" x {count}" if count > 1 else ""
    if is_async:
        return "async", f"async {instance}"
    return "realtime", f"real-time {instance}{times}"


def serverless_of(variant: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the serverless part of a variant; empty on instances."""
    return (
        variant.get("ServerlessConfig") or variant.get("CurrentServerlessConfig") or {}
    )
