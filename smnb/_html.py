"""Static HTML for reprs: no script, no class, inline style; survives nbconvert.

Colours are those of the page: JupyterLab's variables where they are set, and what the
text around has where not. Whatever a person wrote is escaped here.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_MUTED = "opacity:.72"
_FAINT = "color-mix(in srgb,currentColor 25%,transparent)"
_TABLE_PX = 520
_TEXT = (
    "font:13px/20px helvetica,arial,sans-serif;color:var(--jp-ui-font-color1,inherit)"
)
# Pages without a doctype do not hand these down to a table.
_INHERIT = "border-collapse:collapse;font:inherit;color:inherit"
_BOX = (
    f"border:1px solid currentColor;border-color:{_FAINT};border-radius:4px;"
    f"padding:10px 14px;display:inline-block;min-width:20em;box-sizing:border-box;{_TEXT}"
)
# JupyterLab paints every second row of any table in an output.
_PLAIN_ROW = "background:transparent"
_BADGE = {
    False: "background:var(--jp-layout-color3,#ddd);color:var(--jp-ui-font-color1,#222)",
    # Red-amber: what runs there costs money.
    True: "background:#b3470b;color:#fff",
}
_GREEN, _AMBER, _RED = (
    "var(--jp-success-color1,#388e3c)",
    "var(--jp-warn-color1,#c2570c)",
    "var(--jp-error-color1,#d32f2f)",
)
_DOTS = {
    "InService": _GREEN,
    "completed": _GREEN,
    "healthy": _GREEN,
    "Failed": _RED,
    "failed": _RED,
    "UpdateRollbackFailed": _RED,
    "OutOfService": _RED,
    "gone": "currentColor",
}


def safe(words: str) -> str:
    """Escape what is shown, and keep dollars from being read as mathematics.

    JupyterLab typesets what stands between two of them, unless a tag is between.
    """
    return escape(words).replace("$", "<span>$</span>")


def badge(text: str, *, bills: bool) -> str:
    """Return the mark that says where something runs."""
    style = f"{_BADGE[bills]};border-radius:3px;padding:1px 6px;font-size:85%"
    return f'<span style="{style}">{safe(text)}</span>'


def dot(status: str) -> str:
    """Return a dot in the colour of a status; the word stands beside it."""
    return (
        f'<span style="color:{_DOTS.get(status, _AMBER)}" aria-hidden="true">●</span>'
    )


def status(word: str) -> Markup:
    """Return a status with its dot before it."""
    return Markup(f"{dot(word)} {safe(word)}")


def box(content: str, *, wide: bool = False) -> str:
    """Put a frame around HTML.

    Parameters
    ----------
    wide
        Take the width of the page, up to that of two charts.
    """
    style = f"{_BOX};max-width:680px" if wide else f"{_BOX};max-width:100%"
    return f'<div style="{style}">{content}</div>'


def card(
    title: str,
    mark: str,
    rows: Iterable[tuple[str, str]],
    *,
    status: str = "",
    facts: str = "",
    calls: Sequence[str] = (),
) -> str:
    """Return a titled table of names and values.

    Parameters
    ----------
    title, facts
        Plain text; `title` is bold, `facts` stand behind it.
    mark
        HTML put behind both, from `badge`.
    rows
        Plain text pairs; a value may be HTML from `meter`.
    status
        Puts a dot of its colour before the title.
    calls
        Code to go on with, shown at the foot.
    """
    cells = "".join(
        f'<tr style="{_PLAIN_ROW}"><td style="padding:1px 16px 1px 0;{_MUTED};'
        'text-align:left;vertical-align:top;white-space:nowrap">'
        f'{safe(name)}</td><td style="text-align:left;padding:1px 0">'
        f"{value if isinstance(value, Markup) else safe(value)}</td></tr>"
        for name, value in rows
    )
    head = f"{dot(status)} " if status else ""
    head += f"<strong>{safe(title)}</strong>"
    head += f" · {safe(facts)}" if facts else ""
    return box(
        f'<div style="margin-bottom:4px">{head} {mark}</div>'
        f'<table style="{_INHERIT};margin:0">{cells}</table>'
        f"{next_calls(calls)}"
    )


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def meter(share: float, words: str) -> Markup:
    """Return a bar filled to `share` (0 to 1), with the figures in words behind it."""
    width, filled = 160, 160 * min(max(share, 0.0), 1.0)
    return Markup(
        f'<svg width="{width}" height="10" viewBox="0 0 {width} 10" aria-hidden="true">'
        f'<rect width="{width}" height="10" fill="currentColor" opacity=".14"/>'
        f'<rect width="{filled:.0f}" height="10" fill="currentColor" opacity=".6"/>'
        f"</svg> {safe(words)}"
    )


def next_calls(calls: Sequence[str]) -> str:
    """Return the line of code to go on with."""
    if not calls:
        return ""
    code = " · ".join(f"<code>{safe(call)}</code>" for call in calls)
    return f'<div style="margin-top:6px;font-size:12px">{code}</div>'


def table(
    head: Sequence[str], rows: Sequence[Sequence[str]], *, wraps: str | None = None
) -> str:
    """Return a plain table; a cell may be `Markup`.

    Parameters
    ----------
    wraps
        The head of the column whose sentences are broken into lines.
    """
    cell = "text-align:left;padding:2px 16px 2px 0;white-space:nowrap"
    wide = "text-align:left;padding:2px 16px 2px 0;white-space:normal;min-width:20em"
    header = "".join(
        f'<th style="{cell};{_MUTED};font-weight:normal">{safe(name)}</th>'
        for name in head
    )
    body = "".join(
        f'<tr style="{_PLAIN_ROW}">'
        + "".join(
            f'<td style="{wide if name == wraps else cell}">'
            f"{value if isinstance(value, Markup) else safe(value)}</td>"
            for name, value in zip(head, row, strict=True)
        )
        + "</tr>"
        for row in rows
    )
    return (
        f'<div style="{_TEXT};overflow:auto;max-height:{_TABLE_PX}px"><table style="{_INHERIT}">'
        f"<tr>{header}</tr>{body}</table></div>"
    )


def preformatted(text: str, *, height_px: int = 320) -> str:
    """Return text as it stands, in a box that scrolls beyond a height."""
    style = (
        "margin:0;white-space:pre-wrap;overflow-wrap:anywhere;overflow:auto;"
        f"max-height:{height_px}px;font:12px/17px var(--jp-code-font-family,monospace);"
        "color:var(--jp-ui-font-color1,inherit);background:transparent"
    )
    return f'<pre style="{style}">{safe(text)}</pre>'
