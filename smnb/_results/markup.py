"""A video's answers as static HTML: some frames, and a timeline of all of them.

No script, no class, no style sheet: it survives nbconvert and GitHub, follows the page's
colours, and is plain text where styles are stripped.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from smnb import _html

if TYPE_CHECKING:
    from collections.abc import Sequence

TILE_WIDTH = 112
_WIDTH, _HEIGHT, _AXIS_Y, _TALLEST = 590, 62, 44, 36
_MOST_BARS = 148
_BAR_COLOR = "var(--jp-brand-color1,#1976d2)"
_ERROR_COLOR = "var(--jp-error-color1,#d32f2f)"
_CARD = (
    "border:1px solid currentColor;"
    "border-color:color-mix(in srgb,currentColor 25%,transparent);border-radius:3px;"
    "padding:10px 14px;max-width:620px;font:13px/18px helvetica,arial,sans-serif;"
    "color:var(--jp-ui-font-color1,inherit)"
)


@dataclass(frozen=True)
class Tile:
    """A frame in small.

    Parameters
    ----------
    jpeg
        The picture, twice `TILE_WIDTH` wide for sharp screens.
    caption
        What stands under it, and what a screen reader says.
    """

    jpeg: bytes
    caption: str


@dataclass(frozen=True)
class Moment:
    """A frame on the timeline: when, how many answers, and whether it failed."""

    time_s: float
    answers: int
    failed: bool


def card(
    title: str, facts: str, tiles: Sequence[Tile], moments: Sequence[Moment]
) -> str:
    """Return the whole representation; all texts are plain."""
    pictures = "".join(_tile(tile) for tile in tiles)
    code = " · ".join(
        f"<code>{call}</code>"
        for call in (
            ".to_frame()",
            ".contact_sheet()",
            '.annotate("out.mp4")',
            ".failed",
        )
    )
    return (
        f'<div style="{_CARD}"><div style="margin-bottom:8px"><b>{_html.safe(title)}</b> · '
        f"{_html.safe(facts)}</div><div>{pictures}</div>{timeline(moments, facts)}"
        f'<div style="font-size:12px">{code}</div></div>'
    )


def timeline(moments: Sequence[Moment], label: str) -> str:
    """Return an SVG with a bar for each moment, or for each few where there are many."""
    if not moments:
        return ""
    times_s = [moment.time_s for moment in moments]
    start_s, end_s = min(times_s), max(times_s)
    bins = min(len(moments), _MOST_BARS)
    per_s = (bins - 1) / (end_s - start_s) if end_s > start_s else 0
    heights, crosses = [0] * bins, set()
    for moment in moments:
        place = round((moment.time_s - start_s) * per_s)
        heights[place] = max(heights[place], moment.answers)
        if moment.failed:
            crosses.add(place)
    step = _WIDTH / bins
    tallest = max(*heights, 1)
    bars = "".join(
        f"M{place * step:.1f} {_AXIS_Y}v-{_TALLEST * height / tallest:.1f}"
        f"h{step * 0.75:.1f}V{_AXIS_Y}z"
        for place, height in enumerate(heights)
        if height
    )
    marks = "".join(
        f"M{(place + 0.4) * step - 4:.1f} 8l8 8m0-8l-8 8m4 2V{_AXIS_Y}"
        for place in sorted(crosses)
    )
    return (
        '<div style="font-size:11px;opacity:.85;margin-top:2px">answers per frame</div>'
        f'<svg width="100%" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'aria-label="Timeline: {escape(label)}" style="max-width:{_WIDTH}px">'
        f'<path d="{bars}" fill="{_BAR_COLOR}" opacity=".7"/>'
        f'<path d="{marks}" fill="none" stroke="{_ERROR_COLOR}" stroke-width="1.5"/>'
        f'<path d="M0 {_AXIS_Y}.5H{_WIDTH}" stroke="currentColor" opacity=".4"/>'
        f"{_axis(start_s, end_s)}</svg>"
    )


def _tile(tile: Tile) -> str:
    content = base64.b64encode(tile.jpeg).decode()
    caption = _html.safe(tile.caption)
    return (
        f'<div style="display:inline-block;width:{TILE_WIDTH}px;margin:0 6px 6px 0;'
        f'vertical-align:top"><img src="data:image/jpeg;base64,{content}" '
        f'width="{TILE_WIDTH}" alt="{caption}" style="border-radius:2px">'
        f'<div style="font-size:11px;line-height:15px">{caption}</div></div>'
    )


def _axis(start_s: float, end_s: float) -> str:
    places = (
        (0, start_s, "start"),
        (0.5, (start_s + end_s) / 2, "middle"),
        (1, end_s, "end"),
    )
    return "".join(
        f'<text x="{share * _WIDTH:.0f}" y="{_HEIGHT - 4}" font-size="11" '
        f'fill="currentColor" opacity=".8" text-anchor="{anchor}">'
        f"{time_s:.1f}&#160;s</text>"
        for share, time_s, anchor in places
    )
