"""How much of a quota the account's endpoints take already."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smnb._session import Session

_MOST_LOOKED_AT: Final = 200  # endpoints, each of which takes a call or two
_FREED: Final = frozenset({"Deleting", "Failed"})


def in_use(session: Session, instance_type: str | None, *, without: str | None) -> int:
    """Count the instances of a type that endpoints have; None: serverless concurrency.

    Parameters
    ----------
    without
        Name of the endpoint that is left out: the one that is to be deployed.
    """
    with session.translated("Looking for what runs already"):
        return sum(
            _taken(session, endpoint, instance_type)
            for endpoint in _endpoints(session, without)
        )


def _endpoints(session: Session, without: str | None) -> Iterator[dict[str, Any]]:
    client = session.client("sagemaker")
    pages = client.get_paginator("list_endpoints").paginate()
    rows = (row for page in pages for row in page["Endpoints"])
    for row in islice(rows, _MOST_LOOKED_AT):
        if row["EndpointStatus"] not in _FREED and row["EndpointName"] != without:
            yield client.describe_endpoint(EndpointName=row["EndpointName"])


def _taken(
    session: Session, endpoint: dict[str, Any], instance_type: str | None
) -> int:
    variants = endpoint.get("ProductionVariants", [])
    if instance_type is None:
        return sum(
            variant.get("CurrentServerlessConfig", {}).get("MaxConcurrency", 0)
            for variant in variants
        )
    counts = {v["VariantName"]: v.get("CurrentInstanceCount", 0) for v in variants}
    if not any(counts.values()):
        return 0
    config = session.client("sagemaker").describe_endpoint_config(
        EndpointConfigName=endpoint["EndpointConfigName"]
    )
    return sum(
        counts.get(variant["VariantName"], 0)
        for variant in config["ProductionVariants"]
        if variant.get("InstanceType") == instance_type
    )
