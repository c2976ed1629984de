"""The options that AWS hosts a model by, each judged, sized and priced for a workload."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from smnb._compute import Async, Batch, RealTime, Serverless
from smnb._limits import LIMITS
from smnb._quote import quote
from smnb._recommend import rules, sizing
from smnb._serverless_size import serverless_mb

if TYPE_CHECKING:
    from smnb._quote import Priced, Quote
    from smnb._recommend.rules import Reason
    from smnb._recommend.workload import Workload

# In the order of AWS's flowchart, which decides where no price does.
TITLES: Final = {
    "batch": "batch transform",
    "async": "asynchronous",
    "serverless": "serverless",
    "multi-model": "real-time, multi-model",
    "multi-container": "real-time, multi-container",
    "realtime": "real-time",
    "pipeline": "real-time, serial pipeline",
}
_MOST_INSTANCES: Final = 1000
_SHARED: Final = frozenset({"multi-model", "multi-container", "pipeline"})
_ALL_IN_MEMORY: Final = frozenset({"multi-container", "pipeline"})


@dataclass(frozen=True)
class Option:
    """One way to host the workload.

    Parameters
    ----------
    name
        ``"batch"``, ``"async"``, ``"serverless"``, ``"realtime"``, ``"multi-model"``,
        ``"multi-container"`` or ``"pipeline"``.
    possible
        Whether no rule excludes it.
    compute
        Ready for `deploy` (`Batch`: for a transform job); None if it is not possible.
    endpoints
        How many of it are needed: one for each model where they cannot share one.
    quote
        What one of them costs.
    reasons
        What the rules say of it.
    """

    name: str
    possible: bool
    compute: Priced | None
    endpoints: int
    quote: Quote | None
    reasons: tuple[Reason, ...]

    @property
    def title(self) -> str:
        """The option with its size, for people."""
        kind = TITLES[self.name]
        if self.compute is None:
            return kind
        size = str(self.compute).split(" ", 1)[1]
        times = f"{self.endpoints} x " if self.endpoints > 1 else ""
        most = self.compute.max_count if isinstance(self.compute, Async) else 1
        return f"{times}{kind} {size}" + (f" x up to {most:,}" if most > 1 else "")

    @property
    def usd_per_month(self) -> float | None:
        """Of all its endpoints together; None if it is unknown."""
        if self.quote is None or self.quote.usd_per_month is None:
            return None
        return self.quote.usd_per_month * self.endpoints

    @property
    def usd_per_1k(self) -> float | None:
        """Of 1,000 calls; None if it is unknown."""
        return None if self.quote is None else self.quote.usd_per_1k

    @property
    def advised(self) -> bool:
        """Whether it is possible, and no guidance speaks against it."""
        return self.possible and not self.said("against")

    def said(self, *verdicts: str) -> list[str]:
        """Return the sentences of these verdicts."""
        return [
            r.text for verdict in verdicts for r in self.reasons if r.verdict == verdict
        ]


def judged(workload: Workload, region: str | None = None) -> tuple[Option, ...]:
    """Judge, size and price every option; the best one first."""
    options = [_option(name, workload, region) for name in TITLES]

    months = {option.name: option.usd_per_month for option in options}
    comparable = all(months[o.name] is not None for o in options if o.advised)

    def rank(option: Option) -> tuple[bool, bool, float]:
        """Put what is advised first; then cost decides, or the flowchart's order."""
        month = months[option.name] if comparable else None
        usd = math.inf if month is None else month
        return not option.possible, not option.advised, usd

    ranked = sorted(options, key=rank)
    first, second = ranked[:2]
    if comparable and second.advised and rank(first) < rank(second):
        ranked[0] = replace(first, reasons=(_COSTS_LEAST, *first.reasons))
    return tuple(ranked)


def _option(name: str, workload: Workload, region: str | None) -> Option:
    if workload.batch and name != "batch":
        # What is known of jobs says nothing of single calls.
        workload = replace(workload, calls_per_month=None, duration_s=None)
    if name in _ALL_IN_MEMORY and workload.memory_all_mb is not None:
        workload = replace(workload, memory_mb=workload.memory_all_mb)
    endpoints = 1 if name in _SHARED else workload.models
    if workload.calls_per_month is not None:  # what one of the endpoints sees of it
        calls = workload.calls_per_month / endpoints
        workload = replace(workload, calls_per_month=calls)
    reasons = rules.reasons(name, workload)
    compute = None
    if all(reason.verdict != "no" for reason in reasons):
        compute = _compute(name, workload, region)
        reasons = reasons if compute else (*reasons, _NO_TYPE)
    return Option(
        name=name,
        possible=compute is not None,
        compute=compute,
        endpoints=endpoints,
        quote=None if compute is None else _quote(compute, workload, region),
        reasons=reasons,
    )


def _compute(name: str, workload: Workload, region: str | None) -> Priced | None:
    if name == "serverless":
        memory_mb = serverless_mb(workload.memory_mb)
        return None if memory_mb is None else Serverless(memory_mb, _at_once(workload))
    # A larger type where the cheapest would be too many.
    types = sizing.instance_types(workload, region)
    made = (_on_instances(name, instance, workload) for instance in types)
    return next((one for one in made if one is not None), None)


def _on_instances(name: str, instance: str, workload: Workload) -> Priced | None:
    if name == "batch":
        return Batch(instance)
    if name == "async":
        return _async(instance, workload)
    count = sizing.instance_count(workload, instance)
    return RealTime(instance, count) if count <= _MOST_INSTANCES else None


def _at_once(workload: Workload) -> int:
    """Return the requests that a serverless endpoint is to take at the same time."""
    needed = math.ceil((workload.busy_at_peak or 0) / sizing.BUSY)
    most = LIMITS["serverless_concurrency_max"].value
    return min(max(needed, Serverless.max_concurrency), most)


def _async(instance: str, workload: Workload) -> Async | None:
    count = sizing.queue_count(workload, instance)
    if count > _MOST_INSTANCES:
        return None
    compute = Async(instance, count, sizing.at_once(instance))
    # The duration is a mean: a request may well take twice as long.
    if 2 * (workload.duration_s or 0) > compute.timeout_s:
        compute = replace(compute, timeout_s=LIMITS["async_timeout_max_s"].value)
    return compute


def _quote(compute: Priced, workload: Workload, region: str | None) -> Quote:
    return quote(
        compute,
        calls_per_month=workload.calls_per_month,
        duration_s=workload.duration_s,
        payload_mb=workload.payload_mb,
        region=region,
    )


_COSTS_LEAST: Final = rules.Reason(
    "for", "it costs the least of the options that suit", "data/prices.json"
)
_NO_TYPE: Final = rules.Reason(
    "no",
    f"no type of instance with a known price holds the model and, {_MOST_INSTANCES:,} "
    "of them at most, carries the calls",
    "data/prices.json",
)
