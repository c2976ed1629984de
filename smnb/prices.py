"""Prices, each with its unit, source and date (`data/prices.json`).

A price that is not there is None, "unknown"; it is never 0.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

__all__ = ["Price", "data_gb", "instance_hour", "serverless_gb_second"]


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


@cache
def _table() -> dict[str, Any]:
    text = files("smnb").joinpath("data/prices.json").read_text("utf-8")
    table: dict[str, Any] = json.loads(text)
    return table


def instance_hour(instance_type: str) -> Price | None:
    """Return the price of one hour of a hosting instance; None if unknown.

    Examples
    --------
    >>> instance_hour("ml.m5.xlarge").usd
    0.23
    """
    row = _table()["instances"].get(instance_type)
    return Price(**row) if row else None


def serverless_gb_second() -> Price:
    """Return the price of one second of serverless inference with 1 GB of memory.

    Examples
    --------
    >>> serverless_gb_second().usd
    2e-05
    """
    return Price(**_table()["serverless"])


def data_gb() -> Price:
    """Return the price of 1 GB sent to, or received from, an endpoint."""
    return Price(**_table()["data"])
