"""Let AWS scale an endpoint's instances: check the bounds, say the price, register."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from smnb import _hosting, _scaling, prices
from smnb._compute import from_tag
from smnb._text import dollars_text
from smnb.errors import InvalidInputError

if TYPE_CHECKING:
    from smnb._hosting import Described
    from smnb._progress import Reporter
    from smnb._session import Session


@dataclass(frozen=True)
class Bounds:
    """Between how many instances to scale, and by what.

    Parameters
    ----------
    target
        What one instance is to have, of requests a minute or of requests that wait;
        None takes AWS's example.
    """

    least: int
    most: int
    target: float | None = None


def autoscale(
    session: Session, found: Described, bounds: Bounds, progress: Reporter
) -> None:
    """Scale an endpoint that is in service.

    Raises
    ------
    InvalidInputError
        If the endpoint is serverless, or a bound is out of its range.
    """
    _check(found, bounds)
    deployment = found.tags.get(_hosting.TAG_DEPLOYMENT, found.name)
    if found.kind == "async":
        target = bounds.target or _scaling.BACKLOG_AN_INSTANCE
        by = f"{target:g} waiting requests an instance"
    else:
        target = bounds.target or _scaling.REQUESTS_A_MINUTE
        by = f"{target:g} requests a minute an instance"
    progress.line(f"{found.name} · {session.label} · {found.compute} · by {by}")
    progress.line(_price(session, found, bounds))
    # The tag is first: what it may cost is worked out from it.
    scaling = f"{bounds.least} {bounds.most} {target:g}"
    _hosting.add_tags(session, found.arn, {_hosting.TAG_SCALING: scaling})
    if found.kind == "async":
        _scaling.by_backlog(
            session,
            found.name,
            found.variant,
            deployment=deployment,
            least=bounds.least,
            most=bounds.most,
            target=target,
        )
    else:
        _scaling.by_requests(
            session,
            found.name,
            found.variant,
            least=bounds.least,
            most=bounds.most,
            target=target,
        )
    progress.done(f"✓ scales between {bounds.least} and {bounds.most} instances")


def _check(found: Described, bounds: Bounds) -> None:
    if found.kind == "serverless":
        raise InvalidInputError(
            f"{found.name} is serverless: it scales by itself, from zero.",
            hint="Let it do more at once: ep.update(max_concurrency=20).",
        )
    least = 0 if found.kind == "async" else 1
    if not least <= bounds.least <= bounds.most or bounds.most < 1:
        only = "" if least == 0 else " Only an asynchronous endpoint scales to 0."
        raise InvalidInputError(
            f"{found.name} cannot scale between {bounds.least} and {bounds.most} "
            "instances.",
            hint=f"Choose {least} or more, and at least 1 at most.{only}",
        )
    if bounds.target is not None and not bounds.target > 0:
        raise InvalidInputError(
            f"target_per_instance={bounds.target} is no load to aim at.",
            hint="Say how many requests one instance is to have, above 0.",
        )


def _price(session: Session, found: Described, bounds: Bounds) -> str:
    head = "Cost" if session.target.bills else "On AWS"
    tag = found.tags.get(_hosting.TAG_COMPUTE)
    instance_type = getattr(from_tag(tag), "instance_type", "") if tag else ""
    price = prices.instance_hour(instance_type, session.region)
    if price is None:
        return f"{head}: price of {instance_type or 'its instances'} unknown"
    low, high = (dollars_text(price.usd * n) for n in (bounds.least, bounds.most))
    return f"{head}: {low} to {high} an hour ({price.where_and_when})"
