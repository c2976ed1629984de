"""One endpoint as a row of the list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Final, cast

from smnb import _hosting, prices
from smnb._compute import Async, from_tag
from smnb._expenses import expense
from smnb._limits import LIMITS
from smnb._quote import quote
from smnb.errors import InvalidInputError
from smnb.jupyter import use as using
from smnb.jupyter.shapes import Change, Idle, Phase, Row, Status, Twin
from smnb.jupyter.views import choices, facts

if TYPE_CHECKING:
    from smnb._compute import Compute
    from smnb._hosting import Described
    from smnb._session import Session
    from smnb.jupyter.seen import Seen
    from smnb.jupyter.use import Use

CHANGING: Final = frozenset(
    {"Creating", "Updating", "SystemUpdating", "RollingBack", "Deleting"}
)
BROKEN: Final = frozenset({"Failed", "UpdateRollbackFailed", "OutOfService"})
# CloudWatch has a minute's figures one to two minutes later; the local backend at once.
_LATE_S: Final = 150.0
_RATE_OF_MINUTES: Final = 5
_TTL_SHORT_S: Final = 3600.0
_STEPS: Final = 4
# The steps of an update, in AWS's words for a variant's status, and in ours.
_OF_UPDATE: Final = {
    "Creating": "Starting the new version",
    "ActivatingTraffic": "Moving calls to the new version",
    "Baking": "Watching the alarms",
    "Deleting": "Removing the old version",
}


@dataclass(frozen=True)
class Setting:
    """What holds for all rows of a list.

    Parameters
    ----------
    now
        Seconds since 1970.
    twins
        Asynchronous twins by their names, which are no rows of their own.
    """

    session: Session
    region: str
    bills: bool
    now: float
    twins: dict[str, Seen]


def row(seen: Seen, setting: Setting) -> Row:
    """Return an endpoint as the list shows it."""
    found, listed = seen.found, seen.listed
    compute = choices.compute_in(found)
    use = seen.use
    created = listed.created.timestamp()
    late_s = _LATE_S if setting.bills else 0.0
    calls = _samples(use, "calls", created, setting.now, late_s)
    errors = _samples(use, "errors", created, setting.now, late_s)
    idle = _idle(seen, setting)
    made = Row(
        key=listed.key,
        name=listed.name,
        arn=listed.arn,
        status=cast("Status", listed.status),
        status_since=_ms(listed.modified),
        kind=choices.kind_of(found.kind),
        compute=choices.words_of(found),
        memory_mb=found.memory_mb,
        instance_type=found.instance_type,
        instances=found.instances,
        model_path=seen.model_path,
        code=facts.code(found),
        usd_per_hour=_usd_per_hour(compute, found, setting.region),
        usd_per_1k=_usd_per_1k(compute, use, setting.region),
        requests_per_min=calls,
        errors_per_min=errors,
        rate_per_min=_rate(calls),
        p50_ms=use.p50_ms if use else None,
        p99_ms=use.p99_ms if use else None,
        error_count=_count(errors),
        all_failing=_all_failing(calls, errors),
        last_call_at=_scaled(_last_call(seen)),
        created_at=_ms(listed.created),
        ttl_ends_at=None if found.expires is None else _ms(found.expires),
        over_budget=seen.over_budget,
        attention=0,
        failure=seen.failure,
        phase=_phase(seen),
        idle=idle,
        twin=_twin(seen, setting),
        change=_change(seen, compute, setting.region),
    )
    made["attention"] = _attention(made, setting.now)
    return made


def _usd_per_hour(
    compute: Compute | None, found: Described, region: str
) -> float | None:
    """Return what an hour costs while nobody calls; None if that is not known."""
    if found.status in ("Failed", "Deleting"):
        return 0.0 if found.kind == "serverless" else None
    if compute is None:
        return None
    if compute.kind == "serverless":
        return quote(compute, region=region).usd_per_hour
    price = prices.instance_hour(str(found.instance_type), region)
    up = found.instances
    if up is None:
        up = getattr(compute, "count", 1)
    return None if price is None else price.usd * up


def _usd_per_1k(compute: Compute | None, use: Use | None, region: str) -> float | None:
    """Return what 1,000 calls cost on serverless, by the time they were seen to take."""
    if compute is None or compute.kind != "serverless" or use is None:
        return None
    if use.mean_ms is None:
        return None
    return quote(compute, duration_s=use.mean_ms / 1000, region=region).usd_per_1k


def _samples(
    use: Use | None, name: str, created: float, now: float, late_s: float
) -> list[float | None]:
    if use is None:
        return [None] * using.MINUTES
    values = getattr(use, name)
    return using.samples(values, since=created, now=now, late_s=late_s)


def _rate(calls: list[float | None]) -> float | None:
    known = [count for count in calls if count is not None][-_RATE_OF_MINUTES:]
    return sum(known) / len(known) if known else None


def _count(errors: list[float | None]) -> int | None:
    known = [count for count in errors if count is not None]
    return round(sum(known)) if known else None


def _all_failing(calls: list[float | None], errors: list[float | None]) -> bool:
    sent, failed = _count(calls) or 0, _count(errors) or 0
    return sent > 0 and failed >= sent


def _phase(seen: Seen) -> Phase | None:
    """Say how far AWS is with what it does, as far as it tells."""
    status, since = seen.listed.status, _ms(seen.listed.modified)
    if status == "Creating":
        # Upload, create, container, ping: a line in the log says that it runs.
        index, label = 3, "Starting container"
        if seen.has_begun:
            index, label = 4, "Waiting for its health check"
        since = _ms(seen.listed.created)
        return _step(index, label, since, seen.last_took_s)
    if status == "Updating":
        return _phase_of_update(seen)
    if status == "Deleting":
        parts = ["endpoint"]
        parts += ["configuration"] if seen.found.config else []
        parts += ["model"] if seen.found.models else []
        return Phase(
            index=1, of=1, label=", ".join(parts), since=since, last_took_s=None
        )
    return None


def _phase_of_update(seen: Seen) -> Phase | None:
    """Say which step an update is at; None where AWS does not tell."""
    stage, staged = seen.found.stage, seen.found.staged
    if stage not in _OF_UPDATE:
        return None
    index = [*_OF_UPDATE].index(stage) + 1
    since = seen.listed.modified if staged is None else staged
    return _step(index, _OF_UPDATE[stage], _ms(since), None)


def _step(index: int, label: str, since: float, last_took_s: float | None) -> Phase:
    return Phase(
        index=index, of=_STEPS, label=label, since=since, last_took_s=last_took_s
    )


def _idle(seen: Seen, setting: Setting) -> Idle | None:
    """Say since when instances that cost have had no call; None if that is not known."""
    if seen.listed.status != "InService" or seen.found.kind != "realtime":
        return None
    if seen.use is None:
        return None
    called = _last_call(seen)
    moment = None if called is None else datetime.fromtimestamp(called, timezone.utc)
    now = datetime.fromtimestamp(setting.now, timezone.utc)
    spent = expense(setting.session, seen.found, moment, now)
    if spent.idle is None:
        return None
    return Idle(since=_ms(now - spent.idle), usd=spent.idle_usd)


def _last_call(seen: Seen) -> float | None:
    """Return when it was last called; metrics know names, also of one before it."""
    called = None if seen.use is None else seen.use.last_call_at
    # Metrics tell the minute, of which this one may have had the second half.
    is_its_own = called is not None and called + 60 > seen.listed.created.timestamp()
    return called if is_its_own else None


def _twin(seen: Seen, setting: Setting) -> Twin | None:
    return twin_of(
        seen.found,
        setting.region,
        getattr(setting.twins.get(f"{seen.listed.name}-async"), "found", None),
    )


def twin_of(found: Described, region: str, running: Described | None) -> Twin | None:
    """Return the asynchronous twin of an endpoint; None if it has none.

    Parameters
    ----------
    running
        What AWS says of the twin; None if it is not made yet.
    """
    tag = found.tags.get(_hosting.TAG_OVERFLOW)
    try:
        compute = from_tag(tag) if tag else None
    except InvalidInputError:
        return None
    if not isinstance(compute, Async):
        return None
    up = 0 if running is None else running.instances
    price = prices.instance_hour(compute.instance_type, region)
    kind = "serverless" if found.kind == "serverless" else "realtime"
    return Twin(
        name=_hosting.twin_name(found.name),
        over_bytes=LIMITS[f"{kind}_payload_bytes"].value,
        instance_type=compute.instance_type,
        instances_up=up,
        usd_per_hour=None if price is None or up is None else price.usd * up,
    )


def _change(seen: Seen, before: Compute | None, region: str) -> Change | None:
    if seen.pending is None:
        return None
    old, new = choices.move_words(before, seen.pending)
    after = quote(seen.pending, region=region).usd_per_hour
    return Change(before=old, after=new, usd_per_hour_after=after)


def _attention(made: Row, now: float) -> int:
    """Sort by who needs the user: broken, warned of, changing, with errors, fine."""
    if made["status"] in BROKEN or made["all_failing"]:
        return 0
    ends_at = made["ttl_ends_at"]
    ends_soon = ends_at is not None and ends_at / 1000 - now < _TTL_SHORT_S
    if made["status"] == "InService":
        if made["idle"] or made["over_budget"] or ends_soon:
            return 1
        return 3 if made["error_count"] else 4
    return 5 if made["status"] == "Deleting" else 2


def _ms(moment: datetime) -> float:
    return round(moment.timestamp() * 1000)


def _scaled(seconds: float | None) -> float | None:
    return None if seconds is None else seconds * 1000
