"""The parts of a small static picture: frame, axes, labels, marks, in a page's colours.

A picture carries its finding as a title, which remains where pictures are not seen. Its
labels are without dollar signs: where JupyterLab does not trust a notebook it removes the
elements but not their words, and then typesets what stands between two of these.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

WIDTH: Final = 460
HEIGHT: Final = 200
# The colours follow the theme of a notebook, with fallbacks for everywhere else.
AXIS: Final = "var(--jp-ui-font-color2,#666)"
TEXT: Final = "var(--jp-ui-font-color1,#222)"
ACCENT: Final = "var(--jp-brand-color1,#1976d2)"


def picture(finding: str, parts: Iterable[str]) -> str:
    """Put the parts into a frame; `finding` is what it shows, in words."""
    title = escape(finding)
    return (
        f'<svg role="img" aria-label="{title}" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'width="{WIDTH}" height="{HEIGHT}" style="max-width:100%;font:11px sans-serif">'
        f"<title>{title}</title>{''.join(parts)}</svg>"
    )


def axes(left: float, top: float, right: float, low: float) -> str:
    """Return the two axes, which meet at the left and low."""
    path = f"M{left} {top}V{low}H{right}"
    return f'<path d="{path}" fill="none" style="stroke:{AXIS}"/>'


def line(x1: float, y1: float, x2: float, y2: float, style: str) -> str:
    """Return a straight line."""
    return f'<path d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}" style="{style}"/>'


def ring(x: float, y: float, *, color: str, filled: bool) -> str:
    """Return a mark."""
    fill = color if filled else "none"
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" '
        f'style="fill:{fill};stroke:{color};stroke-width:1.5"/>'
    )


def label(x: float, y: float, text: str, *, anchor: str = "start") -> str:
    """Return words, in an element of their own.

    Parameters
    ----------
    anchor
        Which end of them stands at `x`: ``"start"``, ``"middle"`` or ``"end"``.
    """
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" '
        f'style="fill:{AXIS}">{escape(text)}</text>'
    )
