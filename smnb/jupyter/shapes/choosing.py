"""What is asked for: one endpoint's cost and choices, and plans to change or delete it."""

from __future__ import annotations

from typing import Literal, TypedDict

from smnb.jupyter.shapes.words import Kind


class Choice(TypedDict):
    """What an endpoint could run on; `memory_mb` of serverless, else an instance."""

    kind: Kind
    memory_mb: int | None
    instance_type: str | None
    instances: int | None


class Size(TypedDict):
    """One serverless memory size.

    `bound`: whether the price is exact, at most so high (with the time of the next
    smaller size that was measured), or unknown.
    """

    memory_mb: int
    fits: bool
    spare_fraction: float | None
    p50_ms: float | None
    measured_at: float | None
    usd_per_1k: float | None
    usd_per_month: float | None
    bound: Literal["exact", "max", "unknown"]


class Peak(TypedDict):
    """The most memory that a request took; `source` says in a sentence where."""

    memory_mb: float
    source: str
    at: float | None


class Alternative(TypedDict):
    """An instance to run on instead, real-time or asynchronous."""

    choice: Choice
    title: str
    vcpus: int | None
    memory_mb: int | None
    hours_per_day: float | None
    usd_per_month: float | None
    possible: bool
    why_not: str


class BreakEven(TypedDict):
    """Where an instance costs as much as serverless; `calls` a month, None if never.

    The costs are those of a month; `serverless_usd_per_call` is the line's slope, and
    `serverless_usd` where the traffic of `Cost` meets it. `times_traffic` is how many
    times that traffic `calls` is.
    """

    serverless_usd_per_call: float | None
    serverless_usd: float | None
    memory_mb: int
    instance_type: str
    instance_usd: float | None
    async_hours_per_day: float | None
    async_usd: float | None
    calls: float | None
    times_traffic: float | None


class CostLine(TypedDict):
    """A line of a quote: what is paid for, dollars a month, and how that comes about."""

    label: str
    usd: float | None
    basis: str


class PriceSource(TypedDict):
    """Whose prices they are, and of which day; `detail` says who told them."""

    region: str
    as_of: str
    url: str
    detail: str
    text: str


class Cost(TypedDict):
    """Memory and cost choices of an endpoint, or of a model that is not deployed yet.

    `now` is what it runs on, None before it is deployed; `best_mb` the size that the SDK
    would take, with `reason` as its sentence. `paid` has the lines of what it costs
    as it is, and `spent_usd` what it has cost since it was created. `now_memory_mb` is
    what one machine of it has, of which the peak leaves `now_spare_fraction`.
    `measure` says how its sizes can be measured; empty before it is deployed.
    """

    calls_per_month: float
    calls_per_minute: float
    measured_calls_per_month: float | None
    measured_days: float | None
    now: Choice | None
    now_usd_per_month: float | None
    now_usd_per_1k: float | None
    now_p50_ms: float | None
    now_memory_mb: float | None
    now_spare_fraction: float | None
    peak: Peak | None
    sizes: list[Size]
    best_mb: int | None
    reason: str
    alternatives: list[Alternative]
    break_even: BreakEven | None
    paid: list[CostLine]
    spent_usd: float | None
    spent_at_most: bool
    measure: str
    source: PriceSource


class ChangePlan(TypedDict):
    """What an update would change, and its price before and after; nothing is done.

    `usd_fraction` is how much more it costs then (-0.32: a third less), and `bound`
    whether the prices after it are exact; see `Size`. `one_way`: AWS knows no way back.
    `last_took_s`: how long the last update took.
    """

    before: str
    after: str
    usd_per_hour_before: float | None
    usd_per_hour_after: float | None
    usd_per_1k_before: float | None
    usd_per_1k_after: float | None
    usd_per_month_before: float | None
    usd_per_month_after: float | None
    usd_fraction: float | None
    bound: Literal["exact", "max", "unknown"]
    p50_before_ms: float | None
    p50_after_ms: float | None
    one_way: bool
    bills: bool
    last_took_s: float | None


class MeasurePlan(TypedDict):
    """What measuring would send and make, and its price, in sentences; nothing is done.

    `bills`: whether it costs anything.
    """

    text: list[str]
    bills: bool


class Item(TypedDict):
    """Something that a delete removes."""

    what: str
    name: str


class DeletePlan(TypedDict):
    """What goes and what stays, in which account and region; nothing is done."""

    names: list[str]
    items: list[Item]
    keeps: list[str]
    account_last4: str | None
    region: str
    usd_per_hour: float | None


class Started(TypedDict):
    """The `Job` that does it; follow it in the snapshots."""

    job: str
