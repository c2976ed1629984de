"""A benchmark drawn as static SVG: latency over cost, and the sizes beside the peak.

Each carries its finding as a title, which remains where pictures are not seen.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from smnb._serverless_size import SPARE, sizes_mb
from smnb._text import dollars_text, seconds_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smnb._benchmark.result import Row
    from smnb._compute import Serverless

_WIDTH, _HEIGHT = 460, 200
_LEFT, _RIGHT, _TOP, _BOTTOM = 60, 40, 34, 30
# Its colours follow the theme of a notebook, with fallbacks for everywhere else.
_AXIS: Final = "var(--jp-ui-font-color2,#666)"
_TEXT: Final = "var(--jp-ui-font-color1,#222)"
_FITS: Final = "var(--jp-brand-color1,#1976d2)"


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
    low, right = _HEIGHT - _BOTTOM, _WIDTH - _RIGHT
    best_mb = best.memory_mb if best else None
    drawn = [
        f'<path d="M{_LEFT} {_TOP}V{low}H{right}" fill="none" style="stroke:{_AXIS}"/>',
        _label(right, low + 24, "dollars for a million calls", anchor="end"),
        _label(right, low + 12, dollars_text(most_usd), anchor="end"),
        _label(_LEFT - 4, _TOP + 4, seconds_text(most_ms / 1000), anchor="end"),
        _label(_LEFT - 4, _TOP - 18, "median latency"),
    ]
    for memory_mb, usd, ms in places:
        x = _LEFT + (right - _LEFT) * (usd or 0) / most_usd
        y = low - (low - _TOP) * (ms or 0) / most_ms
        fill = _FITS if memory_mb == best_mb else "none"
        drawn.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" '
            f'style="fill:{fill};stroke:{_FITS};stroke-width:1.5"/>'
        )
        drawn.append(_label(x, y - 8, f"{memory_mb} MB", anchor="middle"))
    found = f"best {best_mb} MB" if best_mb else "no best size"
    return _svg(f"Median latency over cost of {len(places)} sizes: {found}", drawn)


def sizes_svg(peak_mb: float | None) -> str:
    """Draw the six sizes beside the memory that is needed; empty if that is unknown."""
    if peak_mb is None:
        return ""
    needed_mb = SPARE * peak_mb
    most_mb = max(sizes_mb()[-1], needed_mb)
    low, right = _HEIGHT - _BOTTOM, _WIDTH - _RIGHT

    def y(mb: float) -> float:
        return low - (low - _TOP) * mb / most_mb

    step = (right - _LEFT) / len(sizes_mb())
    drawn = []
    for number, size in enumerate(sizes_mb()):
        colour, opacity = (_FITS, 0.8) if size >= needed_mb else (_AXIS, 0.35)
        x = _LEFT + step * (number + 0.15)
        drawn.append(
            f'<rect x="{x:.1f}" y="{y(size):.1f}" width="{0.7 * step:.1f}" '
            f'height="{low - y(size):.1f}" style="fill:{colour}" opacity="{opacity}"/>'
        )
        drawn.append(_label(x + 0.35 * step, low + 14, str(size), anchor="middle"))
    # On either side, since the two may be close.
    for mb, words, x, anchor in (
        (peak_mb, "peak", _LEFT - 4, "end"),
        (needed_mb, "+ 20 %", right + 4, "start"),
    ):
        drawn.append(
            f'<path d="M{_LEFT} {y(mb):.1f}H{right}" '
            f'style="stroke:{_TEXT};stroke-dasharray:4 3"/>'
        )
        drawn.append(_label(x, y(mb) + 4, words, anchor=anchor))
    fitting = next((size for size in sizes_mb() if size >= needed_mb), None)
    found = f"{fitting} MB is the smallest that fits" if fitting else "no size fits"
    return _svg(f"Peak memory {peak_mb:,.0f} MB: {found}", drawn)


def _svg(finding: str, drawn: Sequence[str]) -> str:
    title = escape(finding)
    return (
        f'<svg role="img" aria-label="{title}" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        f'width="{_WIDTH}" height="{_HEIGHT}" style="max-width:100%;font:11px sans-serif">'
        f"<title>{title}</title>{''.join(drawn)}</svg>"
    )


def _label(x: float, y: float, text: str, *, anchor: str = "start") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" '
        f'style="fill:{_AXIS}">{escape(text)}</text>'
    )
