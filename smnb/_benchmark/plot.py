"""A benchmark drawn as static SVG: latency over cost, and the sizes beside the peak."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smnb._serverless_size import SPARE, sizes_mb
from smnb._svg import (
    ACCENT,
    AXIS,
    HEIGHT,
    TEXT,
    WIDTH,
    axes,
    label,
    line,
    picture,
    ring,
)
from smnb._text import number_text, seconds_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smnb._benchmark.result import Row
    from smnb._compute import Serverless

_LEFT, _RIGHT, _TOP, _BOTTOM = 60, 40, 34, 30


def trade_off_svg(rows: Sequence[Row], best: Serverless | None) -> str:
    """Draw each size's median latency over its cost; empty where nothing is known."""
    places = [
        (row.memory_mb, row.usd_per_million, row.p50_ms)
        for row in rows
        if row.concurrency == 1 and row.usd_per_million and row.p50_ms
    ]
    if not places:
        return ""
    most_usd = max(usd for _, usd, _ in places if usd)
    most_ms = max(ms for _, _, ms in places if ms)
    low, right = HEIGHT - _BOTTOM, WIDTH - _RIGHT
    best_mb = best.memory_mb if best else None
    drawn = [
        axes(_LEFT, _TOP, right, low),
        label(right, low + 24, "dollars for a million calls", anchor="end"),
        label(right, low + 12, number_text(most_usd), anchor="end"),
        label(_LEFT - 4, _TOP + 4, seconds_text(most_ms / 1000), anchor="end"),
        label(_LEFT - 4, _TOP - 18, "median latency"),
    ]
    for memory_mb, usd, ms in places:
        x = _LEFT + (right - _LEFT) * (usd or 0) / most_usd
        y = low - (low - _TOP) * (ms or 0) / most_ms
        drawn.append(ring(x, y, color=ACCENT, filled=memory_mb == best_mb))
        drawn.append(label(x, y - 8, f"{memory_mb} MB", anchor="middle"))
    found = f"best {best_mb} MB" if best_mb else "no best size"
    return picture(f"Median latency over cost of {len(places)} sizes: {found}", drawn)


def sizes_svg(peak_mb: float | None) -> str:
    """Draw the six sizes beside the memory that is needed; empty if that is unknown."""
    if peak_mb is None:
        return ""
    needed_mb = SPARE * peak_mb
    most_mb = max(sizes_mb()[-1], needed_mb)
    low, right = HEIGHT - _BOTTOM, WIDTH - _RIGHT

    def y(mb: float) -> float:
        return low - (low - _TOP) * mb / most_mb

    step = (right - _LEFT) / len(sizes_mb())
    drawn = []
    for number, size in enumerate(sizes_mb()):
        colour, opacity = (ACCENT, 0.8) if size >= needed_mb else (AXIS, 0.35)
        x = _LEFT + step * (number + 0.15)
        drawn.append(
            f'<rect x="{x:.1f}" y="{y(size):.1f}" width="{0.7 * step:.1f}" '
            f'height="{low - y(size):.1f}" style="fill:{colour}" opacity="{opacity}"/>'
        )
        drawn.append(label(x + 0.35 * step, low + 14, str(size), anchor="middle"))
    # On either side, since the two may be close.
    for mb, words, x, anchor in (
        (peak_mb, "peak", _LEFT - 4, "end"),
        (needed_mb, "+ 20 %", right + 4, "start"),
    ):
        dashed = f"stroke:{TEXT};stroke-dasharray:4 3"
        drawn.append(line(_LEFT, y(mb), right, y(mb), dashed))
        drawn.append(label(x, y(mb) + 4, words, anchor=anchor))
    fitting = next((size for size in sizes_mb() if size >= needed_mb), None)
    found = f"{fitting} MB is the smallest that fits" if fitting else "no size fits"
    return picture(f"Peak memory {peak_mb:,.0f} MB: {found}", drawn)
