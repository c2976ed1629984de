"""Refresh the prices of a region from the AWS Price List API."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Final

from smnb import prices
from smnb._session import Session, default_session
from smnb.errors import ConfigurationError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SERVICE: Final = "AmazonSageMaker"
_SOURCE: Final = "AWS Price List API"
_API_REGION: Final = "us-east-1"  # one of three that have the API; it prices all

# What tells the products of hosting from those of notebooks, training and batch.
_FILTERS: Final[dict[str, dict[str, str]]] = {
    "instances": {"productFamily": "ML Instance", "component": "Hosting"},
    "serverless": {"productFamily": "ML Serverless"},
    "volume": {"volumeType": "General Purpose-Hosting"},
    "data": {"operation": "Invoke-Endpoint"},
}
_UNITS: Final = {
    "instances": "instance-hour",
    "serverless": "GB-second",
    "volume": "GB-month",
    "data": "GB each way",
}


def refresh(region: str | None = None, *, session: Session | None = None) -> Path:
    """Read today's prices from AWS, and use them from now on.

    Parameters
    ----------
    region
        Whose prices; default the session's.
    session
        A session with AWS credentials that may call ``pricing:GetProducts``, which
        costs nothing.

    Returns
    -------
    pathlib.Path
        The file that keeps them, beside the local backend's data.

    Raises
    ------
    ConfigurationError
        If the session's target is the local backend: prices come from AWS alone.
    NotFoundError
        If AWS lists no hosting price for the region; nothing is changed.
    """
    session = session or default_session()
    if not session.target.bills:
        raise ConfigurationError(
            f"Prices come from AWS, and this session's target is {session.label}.",
            hint='Name AWS: smnb.prices.refresh(session=smnb.Session("aws")). '
            "The Price List API costs nothing.",
        )
    region = region or session.region
    asker = Session("aws", profile=session.profile, region=_API_REGION)
    table: dict[str, Any] = {
        kind: _priced(kind, region, _products(asker, region, filters))
        for kind, filters in _FILTERS.items()
    }
    if not table["instances"]:
        raise NotFoundError(
            f"AWS lists no price of SageMaker hosting in {region}.",
            hint="Check the region's name; the prices that were known stay in use.",
        )
    found = {kind: row for kind, row in table.items() if row}
    return prices.keep(region, found)


def _products(
    session: Session, region: str, filters: dict[str, str]
) -> Iterator[dict[str, Any]]:
    rows = [
        {"Type": "TERM_MATCH", "Field": field, "Value": value}
        for field, value in {"regionCode": region, **filters}.items()
    ]
    with session.translated("Reading the AWS price list"):
        pages = session.client("pricing").get_paginator("get_products")
        for page in pages.paginate(ServiceCode=_SERVICE, Filters=rows):
            yield from map(json.loads, page["PriceList"])


def _priced(kind: str, region: str, products: Iterator[dict[str, Any]]) -> Any:
    """Make rows of `data/prices.json`'s form; of several prices, the highest."""
    rows: dict[str, dict[str, Any]] = {}
    for product in products:
        attributes = product["product"]["attributes"]
        name = _name(kind, attributes)
        usd = _usd(product)
        if name is None or not usd or usd <= rows.get(name, {"usd": 0})["usd"]:
            continue
        rows[name] = {
            "usd": usd,
            "unit": _UNITS[kind],
            "region": region,
            "source": f"{_SOURCE}, usagetype {attributes.get('usagetype', 'not given')}",
            "as_of": _as_of(product),
            "confidence": "high",
        }
    return rows if kind == "instances" else rows.get(kind)


def _name(kind: str, attributes: dict[str, str]) -> str | None:
    """Return the row that a product belongs to; None for products of other kinds."""
    usage = attributes.get("usagetype", "")
    if kind == "instances":
        # AsyncInf has rows of its own beside Host in the same component.
        return attributes.get("instanceName") if "Host:" in usage else None
    if kind == "serverless":
        # Provisioned concurrency has other meters; sizes cost by the GB.
        return kind if usage.endswith("ServerlessInf:Mem-1GB") else None
    if kind == "data":
        group = attributes.get("group", "")
        return kind if group in ("Hosting:IN", "Hosting:OUT") else None
    return kind if usage.endswith("Host:VolumeUsage.gp2") else None


def _usd(product: dict[str, Any]) -> float | None:
    """Return the on-demand price; the highest step, where the first ones are free."""
    prices = [
        float(dimension["pricePerUnit"]["USD"])
        for term in product["terms"].get("OnDemand", {}).values()
        for dimension in term["priceDimensions"].values()
        if "USD" in dimension["pricePerUnit"]
    ]
    return max(prices, default=None)


def _as_of(product: dict[str, Any]) -> str:
    published = str(product.get("publicationDate", ""))[:10]
    return published or datetime.now(timezone.utc).date().isoformat()
