"""What an endpoint has cost since it was made, and what it may cost: its budget.

Worked out from what AWS tells about the endpoint and from the list of prices, not from
a bill; what is not known is said to be unknown, and nothing is ever deleted for it.
"""

from __future__ import annotations

import time
import warnings
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Literal

from smnb import _hosting, prices
from smnb._compute import Async, Compute, Serverless, from_tag
from smnb._text import dollars_text, number_text
from smnb.errors import InvalidInputError, SmnbError

if TYPE_CHECKING:
    from smnb._hosting import Described
    from smnb._session import Session

_HOUR = timedelta(hours=1)
_MOST_POINTS = 1440  # of one GetMetricStatistics call
_CHECK_EVERY_S = 60.0  # CloudWatch has no newer figures either
_checked: dict[tuple[str, datetime], float] = {}


@dataclass(frozen=True)
class Budget:
    """Dollars that a deployment may cost, counted from its creation.

    Parameters
    ----------
    usd
        US dollars, above zero.
    then
        ``"warn"``, or ``"delete"``: `smnb.reap` and each new session then delete it.
        What has been spent must be known for that; an upper bound is not enough.

    Raises
    ------
    InvalidInputError
        If the dollars are not above zero, or `then` is neither word.

    Examples
    --------
    >>> Budget(5, then="delete")
    Budget(usd=5, then='delete')
    """

    usd: float
    then: Literal["warn", "delete"] = "warn"

    def __post_init__(self) -> None:
        usd: object = self.usd  # a budget may also be given as text, by mistake
        if not isinstance(usd, int | float) or not 0 < usd < float("inf"):
            raise InvalidInputError(
                f"A budget of {self.usd!r} is no number of dollars above zero.",
                hint='Write budget_usd=5, or smnb.Budget(5, then="delete").',
            )
        if self.then not in ("warn", "delete"):
            raise InvalidInputError(
                f"then={self.then!r} is nothing that a budget does.",
                hint='Choose "warn" or "delete".',
            )


@dataclass(frozen=True)
class Spent:
    """Dollars since creation.

    Parameters
    ----------
    usd
        None if unknown.
    at_most
        Whether `usd` is an upper bound, since the instances come and go.
    why
        How it was worked out, or why it is unknown.
    """

    usd: float | None
    at_most: bool
    why: str

    def __str__(self) -> str:
        if self.usd is None:
            return f"unknown ({self.why})"
        return f"{'at most ' * self.at_most}{dollars_text(self.usd)} ({self.why})"


def cost_so_far(
    compute: Compute,
    *,
    created: datetime,
    now: datetime,
    busy_s: float | None = None,
    most: int | None = None,
    region: str | None = None,
) -> Spent:
    """Work out what an endpoint has cost since `created`; free of any network.

    Prices are those of `smnb.prices`; data in and out and storage are not counted.

    Parameters
    ----------
    compute
        What it runs on; taken as unchanged since its creation.
    busy_s
        Seconds that the models of a serverless endpoint worked, summed over its
        requests; None if unknown.
    most
        Instances that scaling may have started; None if nothing scales it.
    region
        Whose prices are taken; default ``us-east-1``.

    Returns
    -------
    Spent
        Exact for a fixed number of instances, an upper bound for a number that scales.

    Examples
    --------
    >>> from smnb import RealTime
    >>> noon = datetime(2026, 1, 1, 12, tzinfo=timezone.utc)
    >>> two = noon + timedelta(hours=2)
    >>> cost_so_far(RealTime("ml.m5.xlarge"), created=noon, now=two).usd
    0.46
    """
    if isinstance(compute, Serverless):
        return _serverless(compute, busy_s, region)
    price = prices.instance_hour(compute.instance_type, region)
    if price is None:
        return Spent(None, False, f"price of {compute.instance_type} unknown")
    if isinstance(compute, Async):
        count, at_most = most or compute.max_count, True
    else:
        count, at_most = max(most or 0, compute.count), most is not None
    hours = max((now - created) / _HOUR, 0.0)
    times = f"{count} x " if count > 1 else ""
    why = f"{number_text(hours)} h of {times}{compute.instance_type}, {price.where_and_when}"
    return Spent(price.usd * hours * count, at_most, why)


def budget_tag(budget: float | Budget | None) -> dict[str, str]:
    """Return the tag that keeps a budget; none without one.

    Raises
    ------
    InvalidInputError
        If it is neither a number of dollars above zero nor a `Budget`.
    """
    if budget is None:
        return {}
    kept = budget if isinstance(budget, Budget) else Budget(budget)
    return {_hosting.TAG_BUDGET: f"{kept.usd} {kept.then}"}


def budget_of(found: Described) -> Budget | None:
    """Return the endpoint's budget; None if it has none, or none that is readable."""
    usd, _, then = found.tags.get(_hosting.TAG_BUDGET, "").partition(" ")
    try:
        return Budget(float(usd), then)  # type: ignore[arg-type]  # checked by the class
    except ValueError:  # of float, and of Budget
        return None


def spent(
    session: Session, found: Described, *, since: datetime | None = None
) -> Spent:
    """Say what the endpoint has cost since its creation, or since a later full hour.

    A serverless endpoint's requests are counted by CloudWatch, one call; any other is
    worked out without a call.
    """
    tag = found.tags.get(_hosting.TAG_COMPUTE)
    try:
        compute = from_tag(tag) if tag else None
    except InvalidInputError:
        compute = None
    if compute is None:
        return Spent(None, False, "not deployed by smnb, or by a newer one")
    scaling = found.tags.get(_hosting.TAG_SCALING, "").split()
    start = since or found.created
    is_serverless = isinstance(compute, Serverless)
    return cost_so_far(
        compute,
        created=start,
        now=datetime.now(timezone.utc),
        busy_s=_busy_s(session, found, start) if is_serverless else None,
        most=int(scaling[1]) if scaling else None,
        region=session.region,
    )


def unwatched(session: Session, compute: Compute) -> str | None:
    """Say why no budget of a deployment can be watched; None if it can."""
    now = datetime.now(timezone.utc)
    cost = cost_so_far(compute, created=now, now=now, busy_s=0, region=session.region)
    return cost.why if cost.usd is None else None


def check(session: Session, found: Described, *, callers: int = 2) -> bool:
    """Warn if the endpoint's budget is, or may be, spent; say if it is to be deleted.

    Parameters
    ----------
    callers
        How many calls up the code is that the warning is about.

    Returns
    -------
    bool
        Whether its budget deletes, and is known for sure to be spent.
    """
    budget = budget_of(found)
    if budget is None:
        return False
    cost = spent(session, found)
    if cost.usd is None or cost.usd <= budget.usd:
        return False
    has_cost = "has cost" if session.target.bills else "would have cost on AWS"
    warnings.warn(
        f"{found.name} {has_cost} {cost}: more than its budget of "
        f"{dollars_text(budget.usd)}. ep.delete() ends it.",
        stacklevel=callers + 1,
    )
    return budget.then == "delete" and not cost.at_most


def check_at_a_call(session: Session, found: Described) -> None:
    """Do what `check` does, once a minute: calls stay as fast as without a budget."""
    if _hosting.TAG_BUDGET not in found.tags:
        return
    key, clock = (found.arn, found.created), time.monotonic()
    if clock - _checked.get(key, -_CHECK_EVERY_S) >= _CHECK_EVERY_S:
        _checked[key] = clock
        check(session, found, callers=5)


def _serverless(compute: Serverless, busy_s: float | None, region: str | None) -> Spent:
    if compute.provisioned_concurrency:
        return Spent(None, False, "price of provisioned concurrency unknown")
    if busy_s is None:
        return Spent(None, False, "CloudWatch does not tell how long it worked")
    if compute.memory_mb is None:
        return Spent(None, False, "its memory size is not known")
    price = prices.serverless_gb_second(region)
    if price is None:
        return Spent(None, False, f"price in {region} unknown")
    usd = price.usd * compute.memory_mb / 1024 * busy_s
    why = f"{number_text(busy_s)} s of {compute.memory_mb} MB, {price.where_and_when}"
    return Spent(usd, False, why)


def _busy_s(session: Session, found: Described, start: datetime) -> float | None:
    """Ask CloudWatch how long the models worked; None if it does not say."""
    now = datetime.now(timezone.utc)
    hours = int((now - start) / _HOUR / _MOST_POINTS) + 1
    # CloudWatch's hours are full ones; before its creation there is nothing to count.
    first = start.replace(minute=0, second=0, microsecond=0)
    try:
        with session.translated(f"Reading the metrics of {found.name}"):
            points = session.client("cloudwatch").get_metric_statistics(
                Namespace="AWS/SageMaker",
                MetricName="ModelLatency",
                Dimensions=[
                    {"Name": "EndpointName", "Value": found.name},
                    {"Name": "VariantName", "Value": found.variant},
                ],
                StartTime=first,
                EndTime=now + timedelta(minutes=1),
                Period=3600 * hours,
                Statistics=["Sum"],
                Unit="Microseconds",
            )["Datapoints"]
    except SmnbError:
        return None
    return float(sum(point["Sum"] for point in points)) / 1e6
