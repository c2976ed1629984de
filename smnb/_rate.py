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
        rate = f"{most}{hour_text(usd_per_hour)}/h"
        on = " until deleted"
    if isinstance(compute, RealTime):
        return f"{rate}{on}"
    if isinstance(compute, Batch):
        return f"{rate} while a job runs"
    at_work = "" if usd_per_hour is None else " while it works"
    return f"{rate}{at_work}, $0 scaled to zero"


def hour_text(usd: float) -> str:
    """Write the price of an hour: to the cent, and as many digits more as it has.

    Examples
    --------
    >>> hour_text(2.0), hour_text(0.7364), hour_text(1130.68)
    ('$2.00', '$0.7364', '$1,130.68')
    """
    cents, more = f"{usd:,.4f}"[:-2], f"{usd:,.4f}"[-2:]
    return f"${cents}{more.rstrip('0')}"


def second_text(usd: float) -> str:
    """Write the price of a second of serverless, with the digits that AWS lists.

    Examples
    --------
    >>> second_text(0.00012), second_text(0.000022)
    ('$0.00012', '$0.000022')
    """
    return f"${usd:.10f}".rstrip("0")


def _serverless(compute: Serverless, price: Price | None) -> str:
    if price is None:
        rate = "price unknown"
    else:
        usd = price.usd * (compute.memory_mb or DEFAULT_MB) / 1024
        rate = f"{second_text(usd)} a second while it runs"
    if compute.provisioned_concurrency:
        return f"{rate}, provisioned concurrency billed while idle, price unknown"
    return f"{rate}, $0 idle"
