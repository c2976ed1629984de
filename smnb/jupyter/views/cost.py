"""The cost view: what an endpoint costs as it is, and what else it could run on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from smnb import prices
from smnb._compute import Serverless
from smnb._quote import HOURS_A_MONTH, quote
from smnb._spending import spent
from smnb.jupyter.shapes import Cost, CostLine, PriceSource
from smnb.jupyter.views import choices, instances, ladder, rows

if TYPE_CHECKING:
    from smnb._compute import Compute
    from smnb._hosting import Described
    from smnb._quote import Quote
    from smnb._session import Session
    from smnb.jupyter.views.subject import Subject

_MINUTES_A_MONTH: Final = HOURS_A_MONTH * 60
_TIMES_HERE: Final = " Times are this machine's: AWS's differ."
_PAGE: Final = "https://aws.amazon.com/sagemaker/pricing/"


def cost(
    session: Session,
    subject: Subject,
    *,
    calls_per_month: float | None = None,
    chosen: Compute | None = None,
    twin: Described | None = None,
) -> Cost:
    """Return what a subject costs as it is, and its choices.

    Parameters
    ----------
    calls_per_month
        None takes what was measured.
    chosen
        What the break-even is drawn for; None: the best.
    twin
        Its asynchronous twin, if that is there.
    """
    calls = subject.calls(calls_per_month)
    priced = _priced(subject, calls)
    memory_mb = _memory_mb(subject)
    peak = subject.peak
    sizes = ladder.sizes(subject, calls)
    so_far = None if subject.found is None else spent(session, subject.found)
    spare = None if peak is None or not memory_mb else 1 - peak["memory_mb"] / memory_mb
    return Cost(
        calls_per_month=calls,
        calls_per_minute=calls / _MINUTES_A_MONTH,
        measured_calls_per_month=subject.traffic.calls_per_month,
        measured_days=subject.traffic.days,
        now=None if subject.now is None else choices.choice_of(subject.now),
        now_usd_per_month=priced.usd_per_month if priced else None,
        now_usd_per_1k=priced.usd_per_1k if priced else None,
        now_p50_ms=subject.now_time.p50_ms if subject.now_time else None,
        now_memory_mb=memory_mb,
        now_spare_fraction=spare,
        peak=peak,
        sizes=sizes,
        best_mb=ladder.best_mb(subject),
        reason=ladder.reason(subject, sizes),
        alternatives=instances.alternatives(subject, calls),
        break_even=instances.break_even(subject, calls, chosen),
        paid=_paid(subject, priced, twin),
        spent_usd=so_far.usd if so_far else None,
        spent_at_most=bool(so_far and so_far.at_most),
        measure=_measure_words(subject),
        source=source(subject),
    )


def source(subject: Subject) -> PriceSource:
    """Say whose prices these are, and of which day."""
    region = subject.region
    price = prices.serverless_gb_second(region)
    instance = getattr(subject.now, "instance_type", None)
    if instance is not None:
        price = prices.instance_hour(instance, region)
    if price is None:
        return PriceSource(
            region=region,
            as_of="",
            url=_PAGE,
            detail="",
            text=f"The prices of {region} are not known here: "
            "smnb.prices.refresh() reads them.",
        )
    url = re.search(r"https://\S+", price.source)
    return PriceSource(
        region=price.region,
        as_of=price.as_of,
        url=url[0] if url else _PAGE,
        detail=f"{price.source}. Confidence: {price.confidence}.",
        text=f"{price.where_and_when}, without data transfer."
        + (_TIMES_HERE if not subject.bills else ""),
    )


def lines(priced: Quote) -> list[CostLine]:
    """Return the lines of a quote, whose traffic is known and whose time may not be."""
    return [
        CostLine(
            label=line.label,
            usd=line.usd_per_month,
            basis=line.basis.replace("traffic unknown", "time of a request unknown"),
        )
        for line in priced.lines
    ]


def _priced(subject: Subject, calls: float) -> Quote | None:
    if subject.now is None:
        return None
    time = subject.now_time
    return quote(
        subject.now,
        calls_per_month=calls,
        duration_s=None if time is None else time.mean_ms / 1000,
        region=subject.region,
    )


def _paid(
    subject: Subject, priced: Quote | None, running: Described | None
) -> list[CostLine]:
    paid = [] if priced is None else lines(priced)
    found = subject.found
    twin = None if found is None else rows.twin_of(found, subject.region, running)
    if twin is not None:
        up = twin["instances_up"]
        hour = twin["usd_per_hour"]
        paid.append(
            CostLine(
                label=f"async twin, {up if up is not None else '?'} up",
                usd=None if hour is None else hour * HOURS_A_MONTH,
                basis=f"{twin['instance_type']}, if it stays as it is",
            )
        )
    return paid


def _memory_mb(subject: Subject) -> float | None:
    if isinstance(subject.now, Serverless):
        return subject.now.memory_mb
    return choices.memory_mb(getattr(subject.now, "instance_type", None))


def _measure_words(subject: Subject) -> str:
    if subject.found is None:
        return ""
    return (
        "Measure all sizes on AWS…" if subject.bills else "Measure here (local, free)"
    )
