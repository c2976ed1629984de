"""Instances to run on instead of what an endpoint runs on, and where they pay off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from smnb import prices
from smnb._compute import Async, RealTime, Serverless
from smnb._quote import HOURS_A_MONTH, quote
from smnb._serverless_size import DEFAULT_MB, SPARE
from smnb.jupyter.shapes import Alternative, BreakEven
from smnb.jupyter.views import choices, ladder

if TYPE_CHECKING:
    from smnb._compute import Compute
    from smnb.jupyter.views.subject import Subject

_SHOWN: Final = 3
_DAYS_A_MONTH: Final = HOURS_A_MONTH / 24
# Burstable ones slow down under load; Inferentia and Trainium need a compiled model.
_NOT_OFFERED: Final = ("ml.t2.", "ml.inf", "ml.trn")
_NO_WAY_TO_ASYNC: Final = (
    "AWS moves no endpoint to asynchronous: deploy a second one and move its callers."
)
_NO_WAY_FROM_ASYNC: Final = (
    "An asynchronous endpoint stays one: deploy a second one and move its callers."
)
_NO_WAY_BACK: Final = (
    "A real-time endpoint cannot turn serverless: deploy a second one and move its "
    "callers."
)


def alternatives(subject: Subject, calls: float) -> list[Alternative]:
    """Return what it could run on instead: instances, asynchronous, or serverless anew."""
    now = subject.now
    types = _types(subject)
    others = [name for name in types if name != _type_of(now)]
    # Of its own kind several; of the other kind of instances the cheapest.
    same, other = (Async, RealTime) if isinstance(now, Async) else (RealTime, Async)
    computes: list[Compute] = [same(name) for name in others]
    computes += [other(name) for name in types[:1]]
    found = [_alternative(subject, compute, calls) for compute in computes]
    if now is not None and not isinstance(now, Serverless):
        size = ladder.best_mb(subject)
        if size is not None:
            found.append(_alternative(subject, Serverless(size), calls))
    return found


def break_even(
    subject: Subject, calls: float, chosen: Compute | None
) -> BreakEven | None:
    """Compare serverless with one instance over calls a month; None without either."""
    types = _types(subject)
    instance = chosen.instance_type if isinstance(chosen, RealTime) else None
    if instance is None and isinstance(subject.now, RealTime):
        instance = subject.now.instance_type
    instance = instance or (types[0] if types else None)
    if instance is None:
        return None
    memory_mb = _serverless_mb(subject, chosen)
    time, _ = subject.time_at(memory_mb)
    duration_s = None if time is None else time.mean_ms / 1000
    region = subject.region
    per_call = quote(
        Serverless(memory_mb), duration_s=duration_s, region=region
    ).usd_per_call
    instance_usd = quote(RealTime(instance), region=region).usd_per_month
    even = instance_usd / per_call if per_call and instance_usd is not None else None
    hours, async_usd = _async_month(subject, Async(instance), calls)
    return BreakEven(
        serverless_usd_per_call=per_call,
        serverless_usd=None if per_call is None else per_call * calls,
        memory_mb=memory_mb,
        instance_type=instance,
        instance_usd=instance_usd,
        async_hours_per_day=hours,
        async_usd=async_usd,
        calls=even,
        times_traffic=even / calls if even is not None and calls else None,
    )


def _alternative(subject: Subject, compute: Compute, calls: float) -> Alternative:
    instance = _type_of(compute)
    hours, usd = None, None
    if isinstance(compute, Async):
        hours, usd = _async_month(subject, compute, calls)
    elif isinstance(compute, RealTime):
        usd = quote(compute, region=subject.region).usd_per_month
    else:
        usd = _serverless_month(subject, compute, calls)
    why_not = _why_not(subject.now, compute)
    memory_mb = getattr(compute, "memory_mb", None) or choices.memory_mb(instance)
    return Alternative(
        choice=choices.choice_of(compute),
        title=_title(compute),
        vcpus=choices.vcpus(instance) if instance else None,
        memory_mb=memory_mb,
        hours_per_day=hours,
        usd_per_month=usd,
        possible=not why_not,
        why_not=why_not,
    )


def _why_not(now: Compute | None, compute: Compute) -> str:
    if now is None or now.kind == compute.kind:
        return ""
    if compute.kind == "async":
        return _NO_WAY_TO_ASYNC
    if now.kind == "async":
        return _NO_WAY_FROM_ASYNC
    return _NO_WAY_BACK if compute.kind == "serverless" else ""


def _title(compute: Compute) -> str:
    if isinstance(compute, Serverless):
        return f"New serverless {choices.size_words(compute)}"
    return (
        f"{compute.instance_type} async"
        if compute.kind == "async"
        else compute.instance_type
    )


def _types(subject: Subject) -> list[str]:
    """Return the cheapest instance types that hold the model, with what is known of it."""
    peak = subject.peak
    needed_mb = SPARE * (peak["memory_mb"] if peak else subject.files_mb or 0.0)
    found = []
    for name in prices.known_instances(subject.region):
        memory_mb = choices.memory_mb(name)
        if memory_mb is None or name.startswith(_NOT_OFFERED):
            continue
        if memory_mb >= needed_mb and not choices.has_accelerator(name):
            found.append(name)
    return found[:_SHOWN]


def _serverless_mb(subject: Subject, chosen: Compute | None) -> int:
    """Return the size that is compared: the chosen, the present, or the best."""
    for compute in (chosen, subject.now):
        if isinstance(compute, Serverless) and compute.memory_mb is not None:
            return compute.memory_mb
    return ladder.best_mb(subject) or DEFAULT_MB


def _serverless_month(
    subject: Subject, compute: Serverless, calls: float
) -> float | None:
    time, _ = subject.time_at(compute.memory_mb or DEFAULT_MB)
    if time is None:
        return None
    return quote(
        compute,
        calls_per_month=calls,
        duration_s=time.mean_ms / 1000,
        region=subject.region,
    ).usd_per_month


def _async_month(
    subject: Subject, compute: Async, calls: float
) -> tuple[float | None, float | None]:
    """Return the hours a day that it works, and the dollars of a month."""
    time = subject.now_time
    priced = quote(
        compute,
        calls_per_month=calls,
        duration_s=None if time is None else time.mean_ms / 1000,
        region=subject.region,
    )
    usd = priced.usd_per_month
    if usd is None or not priced.usd_per_hour:
        return None, usd
    return usd / priced.usd_per_hour / _DAYS_A_MONTH, usd


def _type_of(compute: Compute | None) -> str | None:
    return getattr(compute, "instance_type", None)
