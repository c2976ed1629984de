"""How endpoints are used, for the list: a value a minute, latencies, the last call.

All endpoints in one reading: CloudWatch charges by the metric.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Final

from smnb import _metrics
from smnb._metrics import MEASURES, Ask, Measure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from smnb._hosting import Described
    from smnb._metrics import Points
    from smnb._session import Session

MINUTES: Final = 30
"""How many samples of a minute the list shows."""
METRICS: Final = 6
"""How many metrics are read of one endpoint."""
_MINUTE_S: Final = 60
_WHOLE_S: Final = MINUTES * _MINUTE_S
_MEAN: Final = Measure("mean_ms", "ModelLatency", "Average", scale=1e-3)
_P50, _P99 = "model_latency_p50_ms", "model_latency_p99_ms"
_ERRORS: Final = ("invocation_4xx_errors", "invocation_5xx_errors")


@dataclass(frozen=True)
class Use:
    """What CloudWatch has of one endpoint; by minute (since 1970) where it is a sample.

    Parameters
    ----------
    calls, errors
        Of each minute that had any.
    p50_ms, p99_ms, mean_ms
        Of the last 30 minutes with a call; None if there is no figure.
    last_call_at
        To a minute, or to five where that is longer ago; None if not in a day.
    read_at
        Seconds since 1970.
    """

    calls: Mapping[int, float] = field(default_factory=dict)
    errors: Mapping[int, float] = field(default_factory=dict)
    p50_ms: float | None = None
    p99_ms: float | None = None
    mean_ms: float | None = None
    last_call_at: float | None = None
    read_at: float = 0.0


def asks_of(found: Described) -> list[Ask]:
    """Return what is asked of CloudWatch on one endpoint, in a fixed order."""
    by_column = {one.column: one for one in MEASURES[found.kind]}
    calls = MEASURES[found.kind][0]  # of its kind: invocations, or those processed
    by_minute = [calls, *(by_column[column] for column in _ERRORS)]
    whole = [by_column[_P50], by_column[_P99], _MEAN]
    return [
        *(Ask(found.name, found.variant, one, _MINUTE_S) for one in by_minute),
        *(Ask(found.name, found.variant, one, _WHOLE_S) for one in whole),
    ]


def read(
    session: Session,
    found: Sequence[Described],
    last: Mapping[str, Use],
    now: datetime,
) -> dict[str, Use]:
    """Read the use of endpoints, by their names.

    CloudWatch knows names: what an endpoint of the same name did before this one was
    made is left out, to the minute.

    Parameters
    ----------
    last
        What was read before; an endpoint without is looked up a day back.
    """
    start = datetime.fromtimestamp(
        now.timestamp() // _MINUTE_S * _MINUTE_S - _WHOLE_S, timezone.utc
    )
    asks = [ask for one in found for ask in asks_of(one)]
    answers = _metrics.read(session, asks, start, now + timedelta(minutes=1))
    new = [one for one in found if one.name not in last]
    called = dict(
        zip((n.name for n in new), _metrics.last_calls(session, new), strict=True)
    )
    return {
        one.name: _use(
            answers[place * METRICS : (place + 1) * METRICS],
            last.get(one.name, _first(called.get(one.name))),
            one.created,
            now,
        )
        for place, one in enumerate(found)
    }


def samples(
    values: Mapping[int, float], *, since: float, now: float, late_s: float
) -> list[float | None]:
    """Lay values on the last 30 minutes; the newest last.

    A minute without a value had no call, unless it was before `since`, or CloudWatch
    may have it only later.

    Parameters
    ----------
    late_s
        How long values take to arrive.
    """
    newest = int(now // _MINUTE_S)
    return [
        values.get(minute, 0.0)
        if minute in values
        or since // _MINUTE_S <= minute <= (now - late_s) // _MINUTE_S
        else None
        for minute in range(newest - MINUTES + 1, newest + 1)
    ]


def _first(called: datetime | None) -> Use:
    return Use(last_call_at=None if called is None else called.timestamp())


def _use(answers: Sequence[Points], last: Use, created: datetime, now: datetime) -> Use:
    calls, four, five, p50, p99, mean = answers
    by_minute = _by_minute(calls, created)
    errors = _by_minute(four, created)
    for minute, count in _by_minute(five, created).items():
        errors[minute] = errors.get(minute, 0.0) + count
    called = [minute for minute, count in by_minute.items() if count]
    if not called:
        p50, p99, mean = [], [], []  # those of calls before it was made
    last_call_at = last.last_call_at
    if called:
        last_call_at = max(max(called) * float(_MINUTE_S), last_call_at or 0.0)
    return Use(
        calls=by_minute,
        errors=errors,
        p50_ms=_newest(p50, last.p50_ms),
        p99_ms=_newest(p99, last.p99_ms),
        mean_ms=_newest(mean, last.mean_ms),
        last_call_at=last_call_at,
        read_at=now.timestamp(),
    )


def _by_minute(points: Points, created: datetime) -> dict[int, float]:
    by_minute = {int(time.timestamp() // _MINUTE_S): value for time, value in points}
    first = int(created.timestamp() // _MINUTE_S)
    return {minute: value for minute, value in by_minute.items() if minute >= first}


def _newest(points: Points, otherwise: float | None) -> float | None:
    return points[-1][1] if points else otherwise
