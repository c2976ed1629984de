"""What CloudWatch has counted of one endpoint since a moment: totals and means."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING

from smnb import _metrics
from smnb._metrics import Ask, Measure

if TYPE_CHECKING:
    from smnb._hosting import Described
    from smnb._session import Session

_CALLS = "AWS/SageMaker"
_LOCAL = "smnb/local"
_PERIOD_S = 60


def calls(session: Session, found: Described, since: datetime) -> float:
    """Return how many invocations were counted."""
    (count,) = _totals(session, found, "Invocations", ("Sum",), since)
    return count


def model_ms(session: Session, found: Described, since: datetime) -> float | None:
    """Return the mean time that the model took, which is what AWS bills; None unknown."""
    us, count = _totals(session, found, "ModelLatency", ("Sum", "SampleCount"), since)
    return us / count / 1000 if count else None


def cpu(session: Session, found: Described, since: datetime) -> tuple[float, float]:
    """Return the processor time of requests, ms, and how many; only local tells it."""
    total_ms, count = _totals(
        session, found, "CPUTime", ("Sum", "SampleCount"), since, _LOCAL
    )
    return total_ms, count


def _totals(
    session: Session,
    found: Described,
    metric: str,
    statistics: tuple[str, ...],
    since: datetime,
    namespace: str = _CALLS,
) -> list[float]:
    """Return the sums over all minutes, from the one on in which `since` lies."""
    asks = [
        Ask(
            found.name,
            found.variant,
            Measure(metric, metric, statistic, namespace),
            _PERIOD_S,
        )
        for statistic in statistics
    ]
    seconds = since.timestamp() // _PERIOD_S * _PERIOD_S
    start = datetime.fromtimestamp(seconds, timezone.utc)
    answers = _metrics.read(session, asks, start, datetime.now(timezone.utc))
    return [sum(value for _, value in points) for points in answers]
