"""Prices, each with its unit, source and date: bundled, or refreshed from AWS.

A price that is not there is None, "unknown"; it is never 0.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.resources import files
from typing import TYPE_CHECKING, Any, overload

from smnb import _runtime_file

if TYPE_CHECKING:
    from pathlib import Path

    from smnb._price_list import refresh

__all__ = [
    "Price",
    "data_gb",
    "instance_hour",
    "known_instances",
    "refresh",
    "serverless_gb_second",
    "volume_gb_month",
]

_HOME_REGION = "us-east-1"  # of the bundled prices


def __getattr__(name: str) -> Any:
    # It needs a session, and with it boto3; prices themselves need nothing.
    if name == "refresh":
        return import_module("smnb._price_list").refresh
    raise AttributeError(f"module 'smnb.prices' has no attribute {name!r}")


@dataclass(frozen=True)
class Price:
    """One price on AWS's list.

    Parameters
    ----------
    usd
        US dollars for one `unit`.
    unit
        ``"instance-hour"``, ``"GB-second"``, ``"GB each way"`` or ``"GB-month"``.
    region
        The region that it was read for; others differ.
    source, as_of
        Where it was read, and of what date it is (``"unknown"`` if not stated).
    confidence
        ``"high"``, ``"medium"`` or ``"low"``.
    """

    usd: float
    unit: str
    region: str
    source: str
    as_of: str
    confidence: str

    @property
    def where_and_when(self) -> str:
        """Region and date, as they stand behind every price that is shown."""
        date = "date unknown" if self.as_of == "unknown" else f"price of {self.as_of}"
        return f"{self.region}, {date}"


def instance_hour(instance_type: str, region: str | None = None) -> Price | None:
    """Return the price of one hour of a hosting instance; None if unknown.

    Parameters
    ----------
    instance_type
        For example ``"ml.m5.xlarge"``.
    region
        Default ``us-east-1``; prices of others are known once they are refreshed.

    Examples
    --------
    >>> instance_hour("ml.m5.xlarge").usd
    0.23
    >>> instance_hour("ml.m5.xlarge", "eu-nowhere-1") is None
    True
    """
    return _price(_table(region)["instances"].get(instance_type))


@overload
def serverless_gb_second() -> Price: ...
@overload
def serverless_gb_second(region: str | None) -> Price | None: ...
def serverless_gb_second(region: str | None = None) -> Price | None:
    """Return the price of one second of serverless inference with 1 GB of memory.

    Examples
    --------
    >>> serverless_gb_second().usd
    2e-05
    """
    return _price(_table(region).get("serverless"))


@overload
def data_gb() -> Price: ...
@overload
def data_gb(region: str | None) -> Price | None: ...
def data_gb(region: str | None = None) -> Price | None:
    """Return the price of 1 GB sent to, or received from, an endpoint."""
    return _price(_table(region).get("data"))


def volume_gb_month(region: str | None = None) -> Price | None:
    """Return the price of 1 GB of an instance's volume for a month."""
    return _price(_table(region).get("volume"))


def known_instances(region: str | None = None) -> tuple[str, ...]:
    """Return the instance types whose price is known, cheapest first."""
    rows = _table(region)["instances"]
    return tuple(sorted(rows, key=lambda name: (rows[name]["usd"], name)))


def keep(region: str, table: dict[str, Any]) -> Path:
    """Keep the refreshed prices of a region on disk; from now on they are used."""
    path = _refreshed(region)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".part")
    draft.write_text(json.dumps(table, indent=2, sort_keys=True), "utf-8")
    draft.replace(path)
    _table.cache_clear()
    return path


@cache
def _table(region: str | None = None) -> dict[str, Any]:
    """Read a region's prices: those refreshed over those that are bundled."""
    region = region or _HOME_REGION
    table: dict[str, Any] = {"instances": {}}
    if region == _HOME_REGION:
        text = files("smnb").joinpath("data/prices.json").read_text("utf-8")
        table = json.loads(text)
    try:
        fresh: Any = json.loads(_refreshed(region).read_text("utf-8"))
    except (OSError, ValueError, _runtime_file.NoHomeError):
        return table
    if not isinstance(fresh, dict) or not isinstance(fresh.get("instances"), dict):
        return table  # not what `keep` wrote
    return table | fresh | {"instances": table["instances"] | fresh["instances"]}


def _refreshed(region: str) -> Path:
    return _runtime_file.data_dir() / "prices" / f"{region}.json"


def _price(row: dict[str, Any] | None) -> Price | None:
    return Price(**row) if row else None
