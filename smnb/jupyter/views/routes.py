"""Which way a payload would go, and what it meets on it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from smnb import prices
from smnb._limits import LIMITS
from smnb._preparation import hosting_of
from smnb._routes import Split
from smnb.jupyter.shapes import RouteName, RoutePlan, Twin
from smnb.jupyter.views import answers, rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smnb._hosting import Described
    from smnb._preparation import Prepared
    from smnb._session import Session

NAMES: Final[tuple[RouteName, ...]] = ("direct", "split", "s3")


def plan(
    session: Session,
    found: Described,
    prepared: Prepared,
    possible: Sequence[RouteName],
    twin: Described | None,
) -> RoutePlan:
    """Return a route with the limit that decides it.

    Parameters
    ----------
    possible
        The routes that can be had.
    twin
        The asynchronous twin, if it is there.
    """
    route, payload = prepared.route, prepared.payload
    limit, limit_name, following = _limit(found, route.name)
    sent: int | None = payload.size_bytes
    part_bytes, frames = None, None
    if isinstance(route, Split):
        sent = None if route.size_bytes is None else round(route.size_bytes)
        part_bytes, frames = _part_bytes(route), route.frames
    needs = None
    if route.name == "s3" and found.kind != "async" and twin is None:
        needs = _at_work(rows.twin_of(found, session.region, None), session.region)
    return RoutePlan(
        route=answers.route_name(route.name),
        bytes=payload.size_bytes,
        sent_bytes=sent,
        limit_bytes=limit,
        limit_name=limit_name,
        next_limit_bytes=following,
        parts=route.requests,
        part_bytes=part_bytes,
        frames=frames,
        possible=list(possible),
        why=_sentence(route.because),
        usd=None if session.target.bills else 0.0,
        needs_twin=needs,
    )


def _part_bytes(route: Split) -> int:
    """Return about how large one of the requests is.

    Examples
    --------
    >>> _part_bytes(Split(250, 3, 4000, "multipart", 9000.0, "because it is a video"))
    3000
    """
    if route.size_bytes is None or not route.requests:
        return route.part_bytes
    return min(route.part_bytes, math.ceil(route.size_bytes / route.requests))


def _at_work(twin: Twin | None, region: str) -> Twin | None:
    """Return a twin that is not made yet with the price of its one instance at work.

    Examples
    --------
    >>> from smnb.jupyter.shapes import Twin
    >>> idle = Twin(name="a-async", over_bytes=None, instance_type="ml.m5.xlarge",
    ...             instances_up=0, usd_per_hour=0.0)
    >>> _at_work(idle, "us-east-1")["usd_per_hour"]
    0.23
    """
    if twin is None:
        return None
    price = prices.instance_hour(twin["instance_type"], region)
    return Twin(**{**twin, "usd_per_hour": None if price is None else price.usd})


def _limit(found: Described, route: str) -> tuple[int, str, int | None]:
    """Return the limit in bytes, its name, and what another kind would take."""
    if route == "s3" or found.kind == "async":
        return LIMITS["async_payload_bytes"].value, "async", None
    limit = hosting_of(found).request_limit_bytes
    if found.kind == "serverless":
        following = LIMITS["realtime_payload_bytes"].value
        return limit, "serverless", following
    return limit, "real-time", LIMITS["async_payload_bytes"].value


def _sentence(because: str) -> str:
    """Make a sentence of a reason.

    Examples
    --------
    >>> _sentence("because it fits one serverless request (4 MB)")
    'Because it fits one serverless request (4 MB).'
    """
    return f"{because[:1].upper()}{because[1:]}."
