"""The four charts of an endpoint, each with its finding in words."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from smnb import _figures, _metrics
from smnb.errors import InvalidInputError
from smnb.jupyter.shapes import Chart, Metrics, Series

if TYPE_CHECKING:
    from datetime import datetime

    from smnb._hosting import Described
    from smnb._metrics import Readings
    from smnb._session import Session

# Hours that can be looked back, and seconds for one sample: some 60 to 170 of them.
_PERIOD_S: Final = {1: 60, 6: 300, 24: 900, 168: 3600}
_PERCENT: Final = 100
_EMPTY: Final = {
    "requests": "No calls.",
    "latency": "No calls that were measured.",
    "memory": "Memory was not measured.",
    "errors": "No errors.",
}


def metrics(session: Session, found: Described, hours: int) -> Metrics:
    """Read what CloudWatch measured.

    Raises
    ------
    InvalidInputError
        If it is not 1, 6, 24 or 168 hours.
    SmnbError
        If CloudWatch cannot be asked.
    """
    if hours not in _PERIOD_S:
        raise InvalidInputError(
            f"{hours} hours are no range of the charts.",
            hint=f"Choose one of {', '.join(map(str, _PERIOD_S))}.",
        )
    readings = _metrics.measure(
        session, found, since=timedelta(hours=hours), period_s=_PERIOD_S[hours]
    )
    return Metrics(
        charts=charts(readings, found),
        start=readings.start.timestamp() * 1000,
        end=readings.end.timestamp() * 1000,
        period_s=readings.period_s,
        read_at=readings.end.timestamp() * 1000,
        free=not session.target.bills,
    )


def charts(readings: Readings, found: Described) -> list[Chart]:
    """Return requests, latency, memory and errors."""
    a_minute = 60 / readings.period_s
    calls = "invocations_processed" if found.kind == "async" else "invocations"
    shown: list[tuple[Any, Any, dict[str, str], float, str]] = [
        ("requests", "per-min", {"calls": calls}, a_minute, _calls(readings)),
        (
            "latency",
            "ms",
            _latency_columns(readings),
            1.0,
            _sentence(_figures.latency_words(readings)),
        ),
        _memory(readings, found),
        (
            "errors",
            "count",
            {"4xx": "invocation_4xx_errors", "5xx": "invocation_5xx_errors"},
            1.0,
            _errors(readings),
        ),
    ]
    return [
        _chart(readings, found, key, unit, columns, scale, says)
        for key, unit, columns, scale, says in shown
    ]


def _chart(
    readings: Readings,
    found: Described,
    key: Any,
    unit: Any,
    columns: dict[str, str],
    scale: float,
    says: str,
) -> Chart:
    series = [
        Series(
            label=label,
            values=_counted(readings, column, scale, found.created)
            if key in ("requests", "errors")
            else _laid(readings, column, scale),
        )
        for label, column in columns.items()
        if column in readings.series
    ]
    limit = float(found.memory_mb) if key == "memory" and found.memory_mb else None
    values = [v for line in series for v in line["values"] if v is not None]
    return Chart(
        key=key,
        unit=unit,
        series=series,
        top=_top(values, limit),
        limit=limit,
        says=says or _EMPTY[key],
    )


def _top(values: list[float], limit: float | None) -> float:
    """Return where an axis ends: at its limit, unless something is above that."""
    most = max(values, default=0.0)
    return top_of(most) if limit is None or most > limit else limit


def top_of(most: float) -> float:
    """Return where an axis ends: 1, 2 or 5 and zeros, not below the most.

    Examples
    --------
    >>> top_of(0), top_of(37), top_of(1413)
    (1.0, 50.0, 2000.0)
    """
    if most <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(most))
    return next(step * power for step in (1.0, 2.0, 5.0, 10.0) if step * power >= most)


def _laid(readings: Readings, column: str, scale: float) -> list[float | None]:
    points = dict(readings.series[column])
    return [
        None if (value := points.get(moment)) is None else value * scale
        for moment in _metrics.grid(readings)
    ]


def _counted(
    readings: Readings, column: str, scale: float, since: datetime
) -> list[float | None]:
    """Lay counts on the grid: CloudWatch has no point where there was nothing to count."""
    return [
        0.0 if value is None and moment >= since else value
        for value, moment in zip(
            _laid(readings, column, scale), _metrics.grid(readings), strict=True
        )
    ]


def _latency_columns(readings: Readings) -> dict[str, str]:
    """Name the lines by what they came to, as `p50 38 ms`."""
    names = ("p50", "p99")
    words = _figures.latency_words(readings)
    labels = words.split(", ") if words else names
    return {
        label: f"model_latency_{name}_ms"
        for label, name in zip(labels, names, strict=True)
    }


def _memory(
    readings: Readings, found: Described
) -> tuple[str, str, dict[str, str], float, str]:
    """Return the chart of memory: measured by request, or AWS's share of what there is."""
    peak = _figures.memory_peak_mb(readings, found)
    says = (
        "" if peak is None else f"Peak {_figures.memory_words(peak, found.memory_mb)}."
    )
    column, scale = "memory_peak_mb", 1.0
    if column not in readings.series and found.memory_mb is not None:
        column = "memory_utilization_percent"
        scale = found.memory_mb / _PERCENT
    return "memory", "mb", {"peak": column}, scale, says


def _calls(readings: Readings) -> str:
    return "" if not readings.calls else f"{readings.calls:,.0f} calls."


def _errors(readings: Readings) -> str:
    if not readings.errors or not readings.calls:
        return ""
    share = readings.errors / readings.calls
    return f"{readings.errors:,.0f} of {readings.calls:,.0f} failed, {share:.2%}."


def _sentence(words: str) -> str:
    return f"{words}." if words else ""
