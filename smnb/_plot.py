"""Small charts over time, as inline SVG or with matplotlib.

No script, no class: a chart survives nbconvert and follows the page's colours. Where
there is no data the line breaks.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from smnb import _html

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    Points = Sequence[tuple[datetime, float]]

_WIDTH, _HEIGHT, _TOP, _BOTTOM = 280, 88, 14, 72
_COLORS = ("var(--jp-brand-color1,#1976d2)", "var(--jp-warn-color1,#c2570c)")
_ERROR_COLOR = "var(--jp-error-color1,#d32f2f)"
_MATPLOTLIB_COLORS = ("#1976d2", "#c2570c")
_BLOCKS = "▁▂▃▄▅▆▇█"
_SPARK_CELLS = 24


@dataclass(frozen=True)
class Panel:
    """One chart.

    Parameters
    ----------
    title
        What is shown, with its unit.
    words
        The figures in words; what remains where pictures are stripped.
    lines
        By label: the values, oldest first.
    start, end, period_s
        The time axis; neighbours further apart than a period are not joined.
    counts
        Draw bars from zero, not a line.
    """

    title: str
    words: str
    lines: Mapping[str, Points]
    start: datetime
    end: datetime
    period_s: int
    counts: bool = False
    bad: bool = False


def svg(panel: Panel) -> str:
    """Return the chart as an SVG element."""
    most = max((v for points in panel.lines.values() for _, v in points), default=0)
    drawn = "".join(
        _bars(panel, points, most) if panel.counts else _line(panel, points, most, n)
        for n, points in enumerate(panel.lines.values())
    )
    text = 'font-size="10" fill="currentColor" opacity=".75"'
    return (
        f'<svg width="{_WIDTH}" height="{_HEIGHT}" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        f'role="img" aria-label="{escape(f"{panel.title}: {panel.words}")}" '
        f'style="max-width:100%;font-family:inherit">'
        f'<path d="M0 {_BOTTOM}.5H{_WIDTH}" stroke="currentColor" opacity=".35"/>'
        f"{drawn}"
        f'<text x="{_WIDTH}" y="8" text-anchor="end" {text}>{_number(most)}</text>'
        f'<text x="0" y="{_HEIGHT - 3}" {text}>{_clock(panel, panel.start)}</text>'
        f'<text x="{_WIDTH}" y="{_HEIGHT - 3}" text-anchor="end" {text}>'
        f"{_clock(panel, panel.end)} UTC</text></svg>"
    )


def multiples(panels: Sequence[Panel]) -> str:
    """Return the charts side by side, each under its title and figures."""
    cell = "display:inline-block;vertical-align:top;margin:6px 22px 2px 0"
    return "".join(
        f'<div style="{cell}"><div><b>{_html.safe(panel.title)}</b>{_legend(panel)}</div>'
        f'<div style="opacity:.85">{_html.safe(panel.words)}</div>{svg(panel)}</div>'
        for panel in panels
    )


def sparkline(panel: Panel) -> str:
    """Return the first line of a chart as block characters; a gap is a space."""
    points = next(iter(panel.lines.values()), ())
    span_s = (panel.end - panel.start).total_seconds()
    cells: list[float | None] = [None] * _SPARK_CELLS
    for moment, value in points:
        share = (moment - panel.start).total_seconds() / span_s
        place = min(int(share * _SPARK_CELLS), _SPARK_CELLS - 1)
        cells[place] = max(cells[place] or 0.0, value)
    most = max((value for value in cells if value is not None), default=0) or 1
    return "".join(
        " " if value is None else _BLOCKS[round(value / most * (len(_BLOCKS) - 1))]
        for value in cells
    )


def figure(panels: Sequence[Panel], pyplot: Any) -> Any:
    """Return the charts as a matplotlib figure."""
    made, axes = pyplot.subplots(
        len(panels), 1, sharex=True, squeeze=False, figsize=(8, 1.8 * len(panels))
    )
    for axis, panel in zip(axes[:, 0], panels, strict=True):
        for color, (label, points) in zip(
            _MATPLOTLIB_COLORS, panel.lines.items(), strict=False
        ):
            for run in _runs(panel, points):
                axis.plot(*zip(*run, strict=True), ".-", color=color, label=label)
                label = "_"  # noqa: PLW2901  one entry of the legend for all runs
        axis.set_title(f"{panel.title}: {panel.words}", loc="left", fontsize=9)
        axis.set_ylim(bottom=0)
        axis.set_xlim(panel.start, panel.end)
        if len(panel.lines) > 1:
            axis.legend(fontsize=8)
    made.autofmt_xdate()
    made.tight_layout()
    pyplot.close(made)  # the cell shows what is returned, once
    return made


def _x(panel: Panel, moment: datetime) -> float:
    span_s = (panel.end - panel.start).total_seconds()
    return _WIDTH * (moment - panel.start).total_seconds() / span_s


def _y(value: float, most: float) -> float:
    return _BOTTOM - (_BOTTOM - _TOP) * value / (most or 1)


def _bars(panel: Panel, points: Points, most: float) -> str:
    span_s = (panel.end - panel.start).total_seconds()
    width = max(_WIDTH * panel.period_s / span_s * 0.8, 0.6)
    bars = "".join(
        f"M{_x(panel, moment):.1f} {_BOTTOM}V{_y(value, most):.1f}h{width:.1f}V{_BOTTOM}z"
        for moment, value in points
        if value
    )
    color = _ERROR_COLOR if panel.bad else _COLORS[0]
    return f'<path d="{bars}" fill="{color}" opacity=".8"/>' if bars else ""


def _line(panel: Panel, points: Points, most: float, number: int) -> str:
    """Return a stroke for each stretch, and a dot for what stands alone."""
    color = _COLORS[number % len(_COLORS)]
    stroke = dots = ""
    for run in _runs(panel, points):
        places = [(_x(panel, moment), _y(value, most)) for moment, value in run]
        if len(places) == 1:
            x, y = places[0]
            dots += f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2" fill="{color}"/>'
        else:
            stroke += "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
    return (
        f'<path d="{stroke}" fill="none" stroke="{color}" stroke-width="1.6" '
        f'stroke-linejoin="round"/>{dots}'
    )


def _runs(panel: Panel, points: Points) -> Iterator[Points]:
    """Yield the stretches that no gap interrupts."""
    breaks = [
        place
        for place, ((before, _), (after, _)) in enumerate(pairwise(points), 1)
        if (after - before).total_seconds() > 1.5 * panel.period_s
    ]
    for first, last in pairwise([0, *breaks, len(points)]):
        if run := points[first:last]:
            yield run


def _legend(panel: Panel) -> str:
    if len(panel.lines) < 2:  # noqa: PLR2004  one line needs no name
        return ""
    return "".join(
        f' <span style="color:{_COLORS[number % len(_COLORS)]}">— {_html.safe(label)}</span>'
        for number, label in enumerate(panel.lines)
    )


def _clock(panel: Panel, moment: datetime) -> str:
    days = (panel.end - panel.start).days
    return f"{moment:%b %d}" if days > 1 else f"{moment:%H:%M}"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 or value == int(value) else f"{value:.2g}"  # noqa: PLR2004  digits
