"""An endpoint's metrics as people take them: in words, as charts, as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smnb import _html, _metrics, _plot
from smnb._extras import require
from smnb._plot import Panel
from smnb._serverless_size import serverless_mb
from smnb._text import bytes_text, seconds_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import timedelta

    from smnb._hosting import Described
    from smnb._metrics import Readings
    from smnb._session import Session

_MIB = 1024 * 1024


class Metrics:
    """What an endpoint did in a span of time; made by `Endpoint.metrics`.

    Shown as text, or as charts in a notebook. `totals` holds the whole span's figure of
    each column: the sum of counts, the peak of sizes, the percentile of latencies.
    """

    def __init__(self, session: Session, found: Described, readings: Readings) -> None:
        self._label = session.label
        self._bills = session.target.bills
        self._found = found
        self._readings = readings

    @property
    def totals(self) -> dict[str, float]:
        """The figure of the whole span, by the names of `to_frame`'s columns."""
        return dict(self._readings.totals)

    def to_frame(self) -> Any:
        """Return a DataFrame: a row for each period, a column for each metric.

        The index is the start of the period, in UTC; what CloudWatch has no data of is
        NaN, never 0. The unit is the end of a column's name.

        Raises
        ------
        MissingExtraError
            If pandas is not installed.
        """
        pandas = require("pandas", purpose="A DataFrame of metrics")
        index = pandas.DatetimeIndex(list(_metrics.grid(self._readings)), name="time")
        columns = {
            name: pandas.Series(dict(points), dtype="float64").reindex(index)
            for name, points in self._readings.series.items()
        }
        return pandas.DataFrame(columns, index=index)

    def plot(self) -> Any:
        """Return charts over time: a matplotlib figure, or `self` without matplotlib.

        In a notebook either is drawn as the value of a cell.
        """
        try:
            from matplotlib import pyplot as plt
        except ImportError:
            return self
        return _plot.figure(self._panels(), plt) if self._panels() else self

    def __repr__(self) -> str:
        lines = [
            f"  {panel.title:<14}{_plot.sparkline(panel)}  {panel.words}"
            for panel in self._panels()
        ]
        return "\n".join([self._title, *(lines or [f"  {self._nothing}"])])

    def _repr_html_(self) -> str:
        panels = self._panels()
        body = _plot.multiples(panels) if panels else _html.safe(self._nothing)
        return _html.box(
            f"<b>{_html.safe(self._found.name)}</b> · {_html.safe(self._span)} "
            f"{_html.badge(self._label, bills=self._bills)}<div>{body}</div>"
            f"{_html.next_calls(['.to_frame()', '.plot()', '.totals'])}",
            wide=True,
        )

    @property
    def _span(self) -> str:
        readings = self._readings
        return (
            f"{_span_text(readings.end - readings.start)} to "
            f"{readings.end:%Y-%m-%d %H:%M} UTC, a value every {readings.period_s} s"
        )

    @property
    def _title(self) -> str:
        return f"{self._found.name} · {self._label} · {self._span}"

    @property
    def _nothing(self) -> str:
        return (
            "No data: it was not called, or CloudWatch has it not yet (that takes about "
            "a minute)."
        )

    def _panels(self) -> list[Panel]:
        """Return the charts of which there is data."""
        readings = self._readings
        panels = []
        for title, words, columns in _charts(readings, self._found):
            lines = {
                label: points
                for label, column in columns.items()
                if (points := readings.series.get(column))
            }
            if lines and words:
                panels.append(
                    Panel(
                        title,
                        words,
                        lines,
                        readings.start,
                        readings.end,
                        readings.period_s,
                        counts=title in ("calls", "errors", "cold starts"),
                        bad=title == "errors",
                    )
                )
        return panels


_CALLS = {"calls": "invocations", "processed": "invocations_processed"}
_ERRORS = {"4xx": "invocation_4xx_errors", "5xx": "invocation_5xx_errors"}


def _charts(
    readings: Readings, found: Described
) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Yield title, figures in words, and columns by label of every chart there is."""
    yield "calls", calls_words(readings), _CALLS
    yield "errors", _errors_words(readings), _ERRORS
    for title, column in (
        ("latency", "model_latency"),
        ("time in queue", "time_in_backlog"),
        ("overhead", "overhead_latency"),
    ):
        columns = {name: f"{column}_{name}_ms" for name in ("p50", "p99")}
        yield f"{title}, ms", latency_words(readings, column), columns
    yield "cold starts", cold_start_words(readings), {"cold starts": "cold_starts"}
    yield "queue", _most(readings, "backlog_size"), {"queue": "backlog_size"}
    if "memory_peak_mb" in readings.totals:
        words = memory_words(readings.totals["memory_peak_mb"], found.memory_mb)
        yield "memory, MB", f"peak {words}", {"memory": "memory_peak_mb"}
    else:
        column = "memory_utilization_percent"
        yield "memory, %", _most(readings, column, " %"), {"memory": column}
    column = "cpu_utilization_percent"
    yield "processor, %", _most(readings, column, " %"), {"processor": column}


def calls_words(readings: Readings) -> str:
    """Say how many calls there were, and how many failed."""
    errors = readings.errors
    return (
        f"{readings.calls:,.0f}, {errors:,.0f} {'error' if errors == 1 else 'errors'}"
    )


def latency_words(readings: Readings, column: str = "model_latency") -> str:
    """Say the median and the slowest hundredth; nothing if there is no data."""
    totals = readings.totals
    if f"{column}_p50_ms" not in totals:
        return ""
    return ", ".join(
        f"{name} {_time_words(totals.get(f'{column}_{name}_ms', 0.0))}"
        for name in ("p50", "p99")
    )


def cold_start_words(readings: Readings) -> str:
    """Say how many cold starts there were, and how long the longest took."""
    count = readings.totals.get("cold_starts", 0)
    if not count:
        return ""
    longest_s = readings.totals.get("model_setup_time_max_ms", 0.0) / 1e3
    return f"{count:,.0f}, up to {seconds_text(longest_s)}"


def memory_peak_mb(readings: Readings, found: Described) -> float | None:
    """Return the most memory that was in use, MiB; None if nobody measured it.

    The local backend measures each request; AWS says a share of what a serverless
    endpoint has, once a minute.
    """
    own = readings.totals.get("memory_peak_mb")
    percent = readings.totals.get("memory_utilization_percent")
    if own is not None or percent is None or found.memory_mb is None:
        return own
    return found.memory_mb * percent / 100


def fitting_size_mb(peak_mb: float) -> int | None:
    """Return the smallest serverless size with a fifth to spare; None if none has."""
    return serverless_mb(peak_mb, least_mb=0)


def memory_words(peak_mb: float, has_mb: int | None) -> str:
    """Say how much memory was used, and which serverless size would do.

    Examples
    --------
    >>> memory_words(1413, 4096)
    '1.38 GB of 4 GB; 2 GB would do'
    """
    words = bytes_text(peak_mb * _MIB)
    if has_mb is None:
        return words
    words += f" of {bytes_text(has_mb * _MIB)}"
    size_mb = fitting_size_mb(peak_mb)
    if size_mb is not None and size_mb < has_mb:
        words += f"; {bytes_text(size_mb * _MIB)} would do"
    return words


def _errors_words(readings: Readings) -> str:
    if not readings.errors:
        return ""
    totals = readings.totals
    return ", ".join(
        f"{totals[column]:,.0f} x {label}"
        for label, column in _ERRORS.items()
        if totals.get(column)
    )


def _time_words(ms: float) -> str:
    return seconds_text(ms / 1e3) if ms == 0 or ms >= 1 else "under 1 ms"


def _most(readings: Readings, column: str, unit: str = "") -> str:
    value = readings.totals.get(column)
    return "" if value is None else f"at most {value:,.3g}{unit}"


def _span_text(span: timedelta) -> str:
    seconds = span.total_seconds()
    for unit, size in (("days", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= size:
            return f"{round(seconds / size, 1):g} {unit}"
    return f"{seconds:.0f} s"
