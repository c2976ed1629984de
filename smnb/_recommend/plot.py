"""The break-even plot: dollars a month over calls a month, as static SVG."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from smnb._quote import quote
from smnb._svg import ACCENT, HEIGHT, TEXT, WIDTH, axes, label, line, picture, ring

if TYPE_CHECKING:
    from collections.abc import Callable

    from smnb._recommend.recommendation import Recommendation

_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 24, 28, 30
_SERVERLESS: Final = f"stroke:{ACCENT};stroke-width:2"
_INSTANCE: Final = f"stroke:{TEXT};stroke-width:2"


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
        return _LEFT + share * (WIDTH - _LEFT - _RIGHT)

    def y(usd: float) -> float:
        share = (math.log10(max(usd, 10.0**bottom)) - bottom) / (top - bottom)
        return HEIGHT - _BOTTOM - share * (HEIGHT - _TOP - _BOTTOM)

    left, right = x(10.0**first), x(10.0**last)
    parts = [
        _scales(range(first, last + 1), x, range(bottom, top + 1), y),
        line(
            left,
            y(per_call * 10.0**first),
            right,
            y(per_call * 10.0**last),
            _SERVERLESS,
        ),
        line(left, y(per_month), right, y(per_month), _INSTANCE),
        *_legend(f"one {recommendation.instance}"),
        ring(x(calls), y(per_month), color=TEXT, filled=False),
        label(x(calls) - 8, y(per_month) - 8, f"{calls:,.0f} calls", anchor="end"),
    ]
    if yours:
        parts.append(ring(x(yours), y(per_call * yours), color=TEXT, filled=True))
        parts.append(label(x(yours) + 8, y(per_call * yours) + 12, "you"))
    finding = (
        f"Serverless costs less below {calls:,.0f} calls a month, one instance above."
    )
    return picture(finding, parts)


def work_per_call(recommendation: Recommendation) -> float | None:
    """Return what the work on one call costs on serverless, without its data."""
    compute = recommendation["serverless"].compute
    if compute is None:
        return None
    duration_s = recommendation.workload.duration_s
    region = recommendation.region
    return quote(compute, duration_s=duration_s, region=region).usd_per_call


def _legend(instance: str) -> list[str]:
    """Name the two lines above the picture, at its right."""
    y, right = _TOP - 8, WIDTH - _RIGHT
    parts = []
    for x, words, style in (
        (right - 210, "serverless", _SERVERLESS),
        (right - 120, instance, _INSTANCE),
    ):
        parts += [line(x, y - 4, x + 14, y - 4, style), label(x + 18, y, words)]
    return parts


def _scales(
    decades: range,
    x: Callable[[float], float],
    dollars: range,
    y: Callable[[float], float],
) -> str:
    low, high = HEIGHT - _BOTTOM, WIDTH - _RIGHT
    parts = [axes(_LEFT, _TOP, high, low)]
    every = max(1, len(decades) // 6)
    parts += [
        label(x(10.0**d), low + 14, _short(10.0**d), anchor="middle")
        for d in decades[::every]
    ]
    every = max(1, len(dollars) // 5)
    parts += [
        label(_LEFT - 4, y(10.0**d) + 4, _short(10.0**d), anchor="end")
        for d in dollars[::every]
    ]
    parts.append(label(high, low + 27, "calls a month", anchor="end"))
    parts.append(label(_LEFT - 4, _TOP - 8, "dollars a month"))
    return "".join(parts)


def _short(value: float) -> str:
    """Write a power of ten with few letters: what stands left of an axis is narrow."""
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:g}{letter}"
    return f"{value:g}"
