"""What an endpoint's own metrics say of its workload, from CloudWatch."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any, Final

from smnb.errors import InvalidInputError

if TYPE_CHECKING:
    from smnb._hosting import Described
    from smnb._recommend.workload import Pattern
    from smnb._session import Session

_DAYS: Final = 30
_HOUR_S: Final = 3600
_DAYS_A_MONTH: Final = 730 / 24
_LEAST_HOURS: Final = 24  # nights are quiet
_BUSY_SHARE: Final = 0.9  # of the hours see calls: the traffic is steady
_OFFICE_SHARE: Final = 0.9  # of the calls come on working days between 7 and 19 h UTC
_BURST: Final = 10  # times the mean: the busiest hour is a burst


@dataclass(frozen=True)
class History:
    """What was measured of an endpoint's traffic.

    Parameters
    ----------
    days
        That were looked at: since its creation, 30 at most, and one hour at least.
    calls
        In these days.
    mean_s
        Mean time that the model worked on a request; None if there is no figure.
    pattern
        How the calls are spread, by the hour; None if less than a day was looked at.
    """

    days: float
    calls: float
    mean_s: float | None
    pattern: Pattern | None

    @property
    def calls_per_month(self) -> float:
        """As many as in a month of 730 hours at this rate."""
        return self.calls / self.months

    @property
    def months(self) -> float:
        """How much of a month was looked at."""
        return self.days / _DAYS_A_MONTH

    @property
    def time(self) -> str:
        """How long was looked at, for people."""
        return f"{self.days:.0f} days" if self.days >= 2 else f"{self.days * 24:.0f} h"  # noqa: PLR2004


def history(session: Session, found: Described) -> History:
    """Read the calls of an endpoint's last 30 days.

    Raises
    ------
    InvalidInputError
        If CloudWatch has no call of it.
    """
    now = datetime.now(timezone.utc)
    start = max(found.created, now - timedelta(days=_DAYS))
    calls = _statistics(session, found, "Invocations", start, now)
    if found.kind == "async":
        calls = _statistics(session, found, "InvocationsProcessed", start, now)
    hours = {point["Timestamp"]: point["Sum"] for point in calls if point["Sum"]}
    total = sum(hours.values())
    if not total:
        raise InvalidInputError(
            f"CloudWatch has no call of {found.name} in the last {_DAYS} days.",
            hint="Give calls_per_month= and duration_s= in place of traffic=.",
        )
    worked = _statistics(session, found, "ModelLatency", start, now)
    count = sum(point["SampleCount"] for point in worked)
    seconds = sum(point["Sum"] for point in worked) / 1e6
    days = max((now - start) / timedelta(days=1), 1 / 24)
    return History(
        days=days,
        calls=total,
        mean_s=seconds / count if count else None,
        pattern=pattern_of(hours, hours_observed=days * 24),
    )


def pattern_of(
    hours: dict[datetime, float], *, hours_observed: float
) -> Pattern | None:
    """Name how calls are spread over the hours; None if they are less than a day's.

    Parameters
    ----------
    hours
        Calls by the start of the hour; hours without calls may be missing.
    """
    if hours_observed < _LEAST_HOURS:
        return None
    total = sum(hours.values())
    if len(hours) >= _BUSY_SHARE * hours_observed:
        return "steady"
    office = sum(
        calls
        for at, calls in hours.items()
        if at.weekday() < 5 and 7 <= at.hour < 19  # noqa: PLR2004  a working day
    )
    if hours_observed >= 24 * 7 and office >= _OFFICE_SHARE * total:
        return "office hours"
    mean = total / hours_observed
    return "bursts" if max(hours.values()) > _BURST * mean else "intermittent"


def _statistics(
    session: Session, found: Described, metric: str, start: datetime, end: datetime
) -> list[dict[str, Any]]:
    with session.translated(f"Reading the metrics of {found.name}"):
        answer = session.client("cloudwatch").get_metric_statistics(
            Namespace="AWS/SageMaker",
            MetricName=metric,
            Dimensions=[
                {"Name": "EndpointName", "Value": found.name},
                {"Name": "VariantName", "Value": found.variant},
            ],
            StartTime=start - timedelta(hours=1),
            EndTime=end + timedelta(minutes=1),
            Period=_HOUR_S,
            Statistics=["Sum", "SampleCount"],
        )
    points: list[dict[str, Any]] = answer["Datapoints"]
    return points
