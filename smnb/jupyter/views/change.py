"""What an update or a delete would do; nothing is done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from smnb import _removal, _update
from smnb._compute import RealTime, Serverless
from smnb._quote import quote
from smnb.jupyter.shapes import ChangePlan, DeletePlan, Item
from smnb.jupyter.views import choices

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smnb._compute import Compute
    from smnb._hosting import Described
    from smnb._quote import Quote
    from smnb._session import Session
    from smnb.jupyter.views.subject import Subject


def new_compute(found: Described, wanted: Compute) -> Compute:
    """Return what is wanted, with all else as it is; or say why AWS refuses.

    Raises
    ------
    InvalidInputError
        If AWS does not move an endpoint so.
    """
    now = choices.compute_in(found)
    if now is not None and isinstance(wanted, type(now)):
        changes = {
            name: value
            for name, value in choices.choice_of(wanted).items()
            if name not in ("kind", "instances") and value is not None
        }
        if isinstance(wanted, RealTime):
            changes["count"] = wanted.count
        return _update.new_compute(found, now, changes)
    return _update.new_compute(found, wanted, {})


def plan_update(
    subject: Subject,
    compute: Compute,
    *,
    calls_per_month: float | None,
    last_took_s: float | None,
) -> ChangePlan:
    """Return what an update would change, with both prices."""
    calls = subject.calls(calls_per_month)
    before, after = choices.move_words(subject.now, compute)
    old = None if subject.now is None else _priced(subject, subject.now, calls)
    new = _priced(subject, compute, calls)
    old_usd, new_usd = old.usd_per_month if old else None, new.usd_per_month
    fraction = None
    if old_usd and new_usd is not None:
        fraction = new_usd / old_usd - 1
    return ChangePlan(
        before=before,
        after=after,
        usd_per_hour_before=old.usd_per_hour if old else None,
        usd_per_hour_after=new.usd_per_hour,
        usd_per_1k_before=old.usd_per_1k if old else None,
        usd_per_1k_after=new.usd_per_1k,
        usd_per_month_before=old_usd,
        usd_per_month_after=new_usd,
        usd_fraction=fraction,
        bound=_bound(subject, compute),
        p50_before_ms=subject.now_time.p50_ms if subject.now_time else None,
        p50_after_ms=_p50_ms(subject, compute),
        one_way=subject.now is not None and subject.now.kind != compute.kind,
        bills=subject.bills,
        last_took_s=last_took_s,
    )


def plan_delete(session: Session, names: Sequence[str]) -> DeletePlan:
    """Return what goes with endpoints, and what stays."""
    removals = [_removal.plan(session, name) for name in names]
    items = [_item(text) for removal in removals for text in removal.goes]
    hours = [
        _usd_per_hour(found, session.region)
        for removal in removals
        for found in removal.endpoints
    ]
    known = [usd for usd in hours if usd is not None]
    account = session.account if session.target.bills else None
    return DeletePlan(
        names=list(names),
        items=items,
        keeps=[text for removal in removals for text in removal.stays],
        account_last4=None if account is None else account[-4:],
        region=session.region,
        usd_per_hour=sum(known) if len(known) == len(hours) else None,
    )


def _item(text: str) -> Item:
    """Tell a thing from its name in a line of the plan."""
    what, _, name = text.partition(" ")
    if name.startswith("below "):
        return Item(what=what, name=name.removeprefix("below "))
    return Item(what=what, name=name.partition(" (")[0])


def _priced(subject: Subject, compute: Compute, calls: float) -> Quote:
    time = subject.now_time
    if isinstance(compute, Serverless) and compute.memory_mb is not None:
        time, _ = subject.time_at(compute.memory_mb)
    return quote(
        compute,
        calls_per_month=calls,
        duration_s=None if time is None else time.mean_ms / 1000,
        region=subject.region,
    )


def _bound(subject: Subject, compute: Compute) -> Literal["exact", "max", "unknown"]:
    if not isinstance(compute, Serverless):
        return "exact"
    time, is_exact = subject.time_at(compute.memory_mb or 0)
    if time is None:
        return "unknown"
    return "exact" if is_exact else "max"


def _p50_ms(subject: Subject, compute: Compute) -> float | None:
    if not isinstance(compute, Serverless) or compute.memory_mb is None:
        return None
    time, is_exact = subject.time_at(compute.memory_mb)
    return time.p50_ms if time and is_exact else None


def _usd_per_hour(found: Described, region: str) -> float | None:
    compute = choices.compute_in(found)
    return None if compute is None else quote(compute, region=region).usd_per_hour
