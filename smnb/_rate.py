"""The words for what a compute costs at work and while it waits: one place for all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smnb._compute import Async, Batch, RealTime, Serverless
from smnb._serverless_size import DEFAULT_MB

if TYPE_CHECKING:
    from smnb.prices import Price


def rate_text(
    compute: Serverless | RealTime | Async | Batch,
    usd_per_hour: float | None,
    price: Price | None,
) -> str:
    """Say the rate, whatever the traffic; what is not known is unknown.

    Parameters
    ----------
    usd_per_hour
        Of all its instances; of serverless it is not looked at.
    price
        Of a second of serverless with 1 GB; of instances it is not looked at.

    Examples
    --------
    >>> rate_text(RealTime("ml.m5.xlarge", 2), 0.46, None)
    '$0.46/h until deleted'
    >>> rate_text(Async(max_count=3), None, None)
    'price of ml.m5.xlarge unknown, $0 scaled to zero'
    """
    if isinstance(compute, Serverless):
        return _serverless(compute, price)
    if usd_per_hour is None:
        rate = f"price of {compute.instance_type} unknown"
        on = ", billed until deleted"
    else:
        most = "up to " if isinstance(compute, Async) and compute.max_count > 1 else ""
        rate = f"{most}${usd_per_hour:.3g}/h"
        on = " until deleted"
    if isinstance(compute, RealTime):
        return f"{rate}{on}"
    if isinstance(compute, Batch):
        return f"{rate} while a job runs"
    at_work = "" if usd_per_hour is None else " while it works"
    return f"{rate}{at_work}, $0 scaled to zero"


def _serverless(compute: Serverless, price: Price | None) -> str:
    if price is None:
        rate = "price unknown"
    else:
        usd = price.usd * (compute.memory_mb or DEFAULT_MB) / 1024
        rate = f"${usd:.5f} a second while it runs"
    if compute.provisioned_concurrency:
        return f"{rate}, provisioned concurrency billed while idle, price unknown"
    return f"{rate}, $0 idle"
