"""What a card and a table say of an endpoint: price, use, memory, time to live."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from smnb import _compute, _figures, _hosting, _html, _metrics, prices
from smnb._quote import quote
from smnb._rate import hour_text, second_text
from smnb.errors import SmnbError

if TYPE_CHECKING:
    from smnb._hosting import Described
    from smnb._metrics import Readings
    from smnb._session import Session

_INSTANCES = re.compile(r"(ml\.[\w.-]+)(?: x (\d+))?")


def card(session: Session, found: Described) -> str:
    """Return the HTML of an endpoint that exists."""
    readings, used = _use(session, found)
    rows = [("Price", price_words(session, found)), *used]
    if found.reason:
        rows.insert(0, ("Reason", found.reason))
    if found.accepts:
        rows.append(("Takes", ", ".join(found.accepts)))
    if twin := found.tags.get(_hosting.TAG_OVERFLOW):
        rows.append(("Overflow", twin))
    if expires := ttl_words(found):
        rows.append(("TTL", expires))
    rows.append(("As of", f"{datetime.now(timezone.utc):%Y-%m-%d %H:%M} UTC"))
    return _html.card(
        found.name,
        mark(session),
        [(name, value) for name, value in rows if value],
        status=found.status,
        facts=f"{found.status} · {found.compute}",
        calls=_calls(found, readings),
    )


def gone(session: Session, name: str) -> str:
    """Return the HTML of an endpoint that is not there any more."""
    return _html.card(name, mark(session), [], status="gone", facts="gone")


def mark(session: Session) -> str:
    """Return the badge of the place where endpoints of a session live."""
    return _html.badge(session.label, bills=session.target.bills)


def price_words(session: Session, found: Described) -> str:
    """Say what the endpoint costs on AWS while it works and while it waits."""
    tag = found.tags.get(_hosting.TAG_COMPUTE)
    try:
        compute = _compute.from_tag(tag) if tag else None
    except SmnbError:  # tagged by another version
        return ""
    return quote(compute, region=session.region).cost if compute else ""


def hourly_words(session: Session, found: Described) -> str:
    """Say what an hour costs from now on, if nobody calls it; locally, that on AWS."""
    if found.kind == "serverless":
        price = prices.serverless_gb_second(session.region)
        if price is None or found.memory_mb is None:
            return "$0 idle, unknown at work"
        return f"$0 idle, {second_text(price.usd * found.memory_mb / 1024)}/s at work"
    match = _INSTANCES.search(found.compute)
    price = prices.instance_hour(match[1], session.region) if match else None
    if match is None or price is None:
        return "unknown"
    words = hour_text(price.usd * int(match[2] or 1))
    if found.kind == "async":
        words += " while it works"
    return words if session.target.bills else f"$0 ({words} on AWS)"


def ttl_words(found: Described, now: datetime | None = None) -> str:
    """Say how long an endpoint has to live; nothing if it has no end."""
    if found.expires is None:
        return ""
    left = found.expires - (now or datetime.now(timezone.utc))
    minutes = left.total_seconds() / 60
    if minutes <= 0:
        return "expired"
    if minutes < 60:  # noqa: PLR2004  as people say it
        return f"{minutes:.0f} min left"
    hours = minutes / 60
    return f"{hours:.1f} h left" if hours < 48 else f"{hours / 24:.0f} days left"  # noqa: PLR2004


def age_words(moment: datetime | None, now: datetime) -> str:
    """Say how long ago something was, in the five minutes that metrics tell."""
    if moment is None:
        return "not in 24 h"
    minutes = (now - moment).total_seconds() / 60
    if minutes < 10:  # noqa: PLR2004  two periods of the metric
        return "just now"
    return f"{minutes:.0f} min ago" if minutes < 60 else f"{minutes / 60:.0f} h ago"  # noqa: PLR2004


def _use(
    session: Session, found: Described
) -> tuple[Readings | None, list[tuple[str, str]]]:
    """Return the last hour's metrics, and what they tell."""
    try:
        readings = _metrics.measure(session, found, period_s=300)
    except SmnbError as error:  # a card must show whatever else is known
        return None, [("Metrics", f"cannot be read: {error.what}")]
    rows: list[tuple[str, str]] = []
    if words := _figures.latency_words(readings):
        rows.append(("Latency", f"{words}, last hour"))
    if words := _figures.cold_start_words(readings):
        rows.append(("Cold starts", f"{words}, last hour"))
    calls, _, errors = _figures.calls_words(readings).partition(", ")
    rows.append(("Calls", f"{calls} in the last hour, {errors}"))
    peak_mb, has_mb = _figures.memory_peak_mb(readings, found), found.memory_mb
    if peak_mb:
        words = _figures.memory_words(peak_mb, has_mb)
        shown = _html.meter(peak_mb / has_mb, words) if has_mb else words
        rows.append(("Peak memory", shown))
    return readings, rows


def _calls(found: Described, readings: Readings | None) -> list[str]:
    if found.status != "InService":
        return ["ep.explain()", "ep.logs()", "ep.delete()"]
    calls = ["ep.invoke(x)", "ep.metrics()", "ep.logs()", "ep.delete()"]
    peak_mb = _figures.memory_peak_mb(readings, found) if readings else None
    size_mb = _figures.fitting_size_mb(peak_mb) if peak_mb else None
    if size_mb and found.memory_mb and size_mb < found.memory_mb:
        calls.insert(1, f"ep.update(memory_mb={size_mb})")
    return calls
