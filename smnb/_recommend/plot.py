"""The break-even plot: dollars a month over calls a month, as static SVG."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from smnb._quote import quote
from smnb._text import dollars_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from smnb._recommend.recommendation import Recommendation

_WIDTH, _HEIGHT = 460, 200
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 12, 14, 30
# Its colours follow the theme of a notebook, with fallbacks for everywhere else.
_AXIS: Final = "var(--jp-ui-font-color2,#666)"
_TEXT: Final = "var(--jp-ui-font-color1,#222)"
_SERVERLESS: Final = "var(--jp-brand-color1,#1976d2)"


def break_even_svg(recommendation: Recommendation) -> str:
    """Draw serverless against one instance; empty where nothing can be compared."""
    calls, per_call = recommendation.break_even_calls, work_per_call(recommendation)
    if calls is None or per_call is None:
        return ""
    per_month = calls * per_call
    yours = recommendation.workload.calls_per_month or None
    marks = [calls, yours] if yours else [calls]
    first = math.floor(math.log10(max(min(marks), 1))) - 1
    last = math.ceil(math.log10(max(marks))) + 1
    bottom = math.floor(math.log10(max(per_call * 10**first, 1e-4)))
    top = math.ceil(math.log10(max(per_month, per_call * 10**last)))

    def x(value: float) -> float:
        share = (math.log10(value) - first) / (last - first)
        return _LEFT + share * (_WIDTH - _LEFT - _RIGHT)

    def y(usd: float) -> float:
        share = (math.log10(max(usd, 10.0**bottom)) - bottom) / (top - bottom)
        return _HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM)

    parts = [
        _axes(range(first, last + 1), x, range(bottom, top + 1), y),
        _line(
            x(10.0**first),
            y(per_call * 10.0**first),
            x(10.0**last),
            y(per_call * 10.0**last),
            _SERVERLESS,
        ),
        _line(x(10.0**first), y(per_month), x(10.0**last), y(per_month), _TEXT),
        _ring(x(calls), y(per_month), filled=False),
        _label(x(calls), y(per_month) - 8, f"{calls:,.0f} calls", anchor="middle"),
    ]
    if yours:
        parts.append(_ring(x(yours), y(per_call * yours), filled=True))
        parts.append(_label(x(yours) + 8, y(per_call * yours) + 4, "you"))
    finding = (
        f"Serverless costs less below {calls:,.0f} calls a month, one instance above."
    )
    return (
        f'<svg role="img" aria-label="{finding}" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        f'width="{_WIDTH}" height="{_HEIGHT}" style="max-width:100%;font:11px sans-serif">'
        f"<title>{finding}</title>{''.join(parts)}</svg>"
    )


def work_per_call(recommendation: Recommendation) -> float | None:
    """Return what the work on one call costs on serverless, without its data."""
    compute = recommendation["serverless"].compute
    if compute is None:
        return None
    duration_s = recommendation.workload.duration_s
    region = recommendation.region
    return quote(compute, duration_s=duration_s, region=region).usd_per_call


def _axes(
    decades: range,
    x: Callable[[float], float],
    dollars: range,
    y: Callable[[float], float],
) -> str:
    low, high = _HEIGHT - _BOTTOM, _WIDTH - _RIGHT
    parts = [
        f'<path d="M{_LEFT} {_TOP}V{low}H{high}" fill="none" style="stroke:{_AXIS}"/>'
    ]
    every = max(1, len(decades) // 6)
    parts += [
        _label(x(10.0**d), low + 14, _calls_text(10.0**d), anchor="middle")
        for d in decades[::every]
    ]
    every = max(1, len(dollars) // 5)
    parts += [
        _label(_LEFT - 4, y(10.0**d) + 4, dollars_text(10.0**d), anchor="end")
        for d in dollars[::every]
    ]
    parts.append(_label(high, low + 27, "calls a month", anchor="end"))
    return "".join(parts)


def _calls_text(calls: float) -> str:
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if calls >= size:
            return f"{calls / size:g}{letter}"
    return f"{calls:g}"


def _line(x1: float, y1: float, x2: float, y2: float, colour: str) -> str:
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" '
        f'style="stroke:{colour};stroke-width:2"/>'
    )


def _ring(x: float, y: float, *, filled: bool) -> str:
    fill = _TEXT if filled else "none"
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" '
        f'style="fill:{fill};stroke:{_TEXT};stroke-width:1.5"/>'
    )


def _label(x: float, y: float, text: str, *, anchor: str = "start") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" '
        f'style="fill:{_AXIS}">{text}</text>'
    )
