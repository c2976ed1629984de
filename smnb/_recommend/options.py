"""The options that AWS hosts a model by, each judged, sized and priced for a workload."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from smnb._compute import Async, Batch, RealTime, Serverless
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
        return f"{times}{kind} {size}"

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

    return tuple(sorted(options, key=rank))


def _option(name: str, workload: Workload, region: str | None) -> Option:
    if workload.batch and name != "batch":
        # What is known of jobs says nothing of single calls.
        workload = replace(workload, calls_per_month=None, duration_s=None)
    reasons = rules.reasons(name, workload)
    endpoints = 1 if name in _SHARED else workload.models
    if workload.calls_per_month is not None:  # what one of the endpoints sees of it
        calls = workload.calls_per_month / endpoints
        workload = replace(workload, calls_per_month=calls)
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
        return None if memory_mb is None else Serverless(memory_mb)
    instance = sizing.instance_type(workload, region)
    if instance is None:
        return None
    if name == "batch":
        return Batch(instance)
    if name == "async":
        return Async(instance)
    count = sizing.instance_count(workload, instance)
    return RealTime(instance, count) if count <= _MOST_INSTANCES else None


def _quote(compute: Priced, workload: Workload, region: str | None) -> Quote:
    return quote(
        compute,
        calls_per_month=workload.calls_per_month,
        duration_s=workload.duration_s,
        payload_mb=workload.payload_mb,
        region=region,
    )


_NO_TYPE: Final = rules.Reason(
    "no",
    f"no {_MOST_INSTANCES} instances of a type with a known price hold and carry it",
    "data/prices.json",
)
