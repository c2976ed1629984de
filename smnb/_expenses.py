"""What the endpoints of one place cost: so far, today, and this month at this rate."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from smnb import _html, _metrics, _spending
from smnb._lookup import endpoints
from smnb._quote import HOURS_A_MONTH
from smnb._session import Session, default_session
from smnb._text import dollars_text, seconds_text, text_table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from smnb._hosting import Described
    from smnb._spending import Spent

_HOUR = timedelta(hours=1)
# Instances without a call for so long are said to be idle.
_IDLE_AFTER = timedelta(hours=1)
_NO_TIME_H = 1e-6  # clocks of two machines may disagree
_LOOKED_BACK = timedelta(days=1)  # as far as last calls are looked for


@dataclass(frozen=True)
class Expense:
    """What one endpoint costs, in US dollars; None is unknown.

    Parameters
    ----------
    usd
        Since its creation.
    usd_today
        Since midnight, UTC.
    usd_this_month
        In a month of 730 hours at the rate since its creation; a serverless endpoint's
        rate is that of an hour at least.
    at_most
        Whether the dollars are upper bounds, since instances come and go.
    idle
        How long its instances have been up without a call, looking back one day; None
        if there was one in the last hour, or it costs nothing while idle.
    idle_usd
        What that has cost.
    """

    name: str
    compute: str
    usd: float | None
    usd_today: float | None
    usd_this_month: float | None
    at_most: bool
    idle: timedelta | None
    idle_usd: float | None


class Spending(list[Expense]):
    """The expenses of one place, the largest first, shown as a table with its total."""

    _HEAD = ("name", "compute", "since creation", "today", "month at this rate", "idle")

    def __init__(self, expenses: list[Expense], *, session: Session) -> None:
        super().__init__(sorted(expenses, key=lambda row: -(row.usd or 0.0)))
        self._session = session

    @property
    def usd(self) -> float | None:
        """Of all endpoints since their creation; None if one is unknown."""
        return _sum(row.usd for row in self)

    @property
    def usd_today(self) -> float | None:
        """Of all endpoints since midnight, UTC; None if one is unknown."""
        return _sum(row.usd_today for row in self)

    @property
    def usd_this_month(self) -> float | None:
        """Of all endpoints in a month at this rate; None if one is unknown."""
        return _sum(row.usd_this_month for row in self)

    def __repr__(self) -> str:
        return "\n".join([text_table(self._HEAD, self._cells()), *self._closing()])

    def _repr_html_(self) -> str:
        closing = "".join(f"<div>{_html.safe(line)}</div>" for line in self._closing())
        return _html.table(self._HEAD, self._cells()) + closing

    def _cells(self) -> list[list[str]]:
        return [
            [
                row.name,
                row.compute,
                _dollars(row.usd, at_most=row.at_most),
                _dollars(row.usd_today, at_most=row.at_most),
                _dollars(row.usd_this_month, at_most=row.at_most),
                _idle_text(row),
            ]
            for row in self
        ]

    def _closing(self) -> list[str]:
        lines = [self._total()]
        if any(row.compute.startswith("serverless") for row in self):
            lines.append(
                "Serverless at this rate: a month of 730 h like the time since creation, "
                "of which an hour at least is looked at."
            )
        if any(row.usd is None for row in self):
            lines.append("Unknown prices: smnb.prices.refresh() reads AWS's list.")
        return lines

    def _total(self) -> str:
        where = "" if self._session.target.bills else " on AWS; free here"
        at_most = any(row.at_most for row in self)
        so_far, today, month = (
            _dollars(usd, at_most=at_most)
            for usd in (self.usd, self.usd_today, self.usd_this_month)
        )
        count = f"{len(self)} endpoint{'s' * (len(self) != 1)}"
        return f"{count}: {so_far} so far, {today} today, {month} a month{where}"


def spending(*, session: Session | None = None) -> Spending:
    """Say what the endpoints cost: since creation, today, and a month at this rate.

    Worked out from instance hours and working time, not from a bill; data, volumes and
    what was deleted are not in it. On the local backend it is what AWS would charge.

    Parameters
    ----------
    session
        Default: the local backend, or what ``SMNB_TARGET`` names.

    Examples
    --------
    ::

        smnb.spending()              # a table; idle endpoints that cost are marked
        smnb.spending().usd          # dollars since creation, of all together
    """
    session = session or default_session()
    found = endpoints(session=session).described
    called = _metrics.last_calls(session, found)
    now = datetime.now(timezone.utc)
    return Spending(
        [
            expense(session, row, last_call, now)
            for row, last_call in zip(found, called, strict=True)
        ],
        session=session,
    )


def expense(
    session: Session, found: Described, last_call: datetime | None, now: datetime
) -> Expense:
    """Say what one endpoint costs; of serverless, CloudWatch is asked for its work."""
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    whole = _spending.spent(session, found)
    today = whole
    if found.created < midnight:
        today = _spending.spent(session, found, since=midnight)
    hours = (now - found.created) / _HOUR
    # A few calls at first say little of a month; instances cost the same from the start.
    hours = max(hours, 1.0 if found.kind == "serverless" else _NO_TIME_H)
    rate = None if whole.usd is None else whole.usd / hours
    idle = None
    if found.kind == "realtime":
        idle = now - (last_call or max(found.created, now - _LOOKED_BACK))
        idle = idle if idle >= _IDLE_AFTER else None
    return Expense(
        name=found.name,
        compute=found.compute,
        usd=whole.usd,
        usd_today=today.usd,
        usd_this_month=None if rate is None else rate * HOURS_A_MONTH,
        at_most=whole.at_most,
        idle=idle,
        idle_usd=_share(whole, idle, now - found.created),
    )


def _share(whole: Spent, part: timedelta | None, of: timedelta) -> float | None:
    """Return the dollars of a part of the time; instances cost the same at any time."""
    if part is None or whole.usd is None:
        return None
    return whole.usd * (part / of)


def _sum(amounts: Iterable[float | None]) -> float | None:
    known = list(amounts)
    return None if None in known else sum(filter(None, known))


def _dollars(usd: float | None, *, at_most: bool) -> str:
    return "unknown" if usd is None else f"{'≤ ' * at_most}{dollars_text(usd)}"


def _idle_text(row: Expense) -> str:
    if row.idle is None:
        return ""
    time = f"for {seconds_text(row.idle.total_seconds())}"
    usd = "" if row.idle_usd is None else dollars_text(row.idle_usd)
    if row.idle >= _LOOKED_BACK:
        return f"{time} or more" + (f", {usd} a day" if usd else "")
    return time + (f", which cost {usd}" if usd else "")
