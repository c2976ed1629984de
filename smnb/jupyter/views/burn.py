"""What all endpoints cost an hour, and how many there are of which state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smnb import prices
from smnb._quote import HOURS_A_MONTH
from smnb.jupyter.shapes import Burn, Counts, Share
from smnb.jupyter.views.rows import BROKEN, CHANGING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from smnb.jupyter.shapes import Row


def burn(rows: Sequence[Row], *, region: str, bills: bool) -> Burn:
    """Add up what an hour costs now; None if one of them is not known.

    What failed or is being deleted is left out: AWS says of neither what it bills.
    """
    counted = [row for row in rows if row["status"] not in ("Failed", "Deleting")]
    costs = {row["name"]: _usd_per_hour(row) for row in counted}
    known = {name: usd for name, usd in costs.items() if usd is not None}
    total = sum(known.values()) if len(known) == len(costs) else None
    shares = [
        Share(name=name, fraction=usd / total)
        for name, usd in sorted(known.items(), key=lambda pair: -pair[1])
        if total and usd > 0
    ]
    return Burn(
        usd_per_hour=total,
        usd_per_month=None if total is None else total * HOURS_A_MONTH,
        shares=shares,
        hypothetical=not bills,
        prices_as_of=_as_of(counted, region),
    )


def counts(rows: Iterable[Row]) -> Counts:
    """Count the endpoints by what they need."""
    by_status = [row["status"] for row in rows]
    return Counts(
        in_service=by_status.count("InService"),
        changing=sum(status in CHANGING for status in by_status),
        failed=sum(status in BROKEN for status in by_status),
        idle=sum(row["idle"] is not None for row in rows),
    )


def _usd_per_hour(row: Row) -> float | None:
    """Return what an hour costs now: instances, calls on serverless, the twin."""
    parts = [row["usd_per_hour"]]
    if row["twin"] is not None:
        parts.append(row["twin"]["usd_per_hour"])
    if row["kind"] == "serverless" and row["rate_per_min"]:
        per_1k = row["usd_per_1k"]
        parts.append(None if per_1k is None else row["rate_per_min"] * 0.06 * per_1k)
    known = [part for part in parts if part is not None]
    return sum(known) if len(known) == len(parts) else None


def _as_of(rows: Iterable[Row], region: str) -> str:
    """Return the oldest date of the prices that count; "" if none does."""
    types = {row["instance_type"] for row in rows}
    found = [
        prices.serverless_gb_second(region)
        if name is None
        else prices.instance_hour(name, region)
        for name in types
    ]
    return min((price.as_of for price in found if price is not None), default="")
