"""Static HTML for reprs: no script, no class, inline style; survives nbconvert."""

from __future__ import annotations

from html import escape

_BORDER = "var(--jp-border-color2,#ccc)"
_MUTED = "var(--jp-ui-font-color2,#666)"
# JupyterLab paints every second row of any table in an output.
_PLAIN_ROW = "background:transparent"
_BADGE = {
    False: "background:var(--jp-layout-color3,#ddd);color:var(--jp-ui-font-color1,#222)",
    # Red-amber: what runs there costs money.
    True: "background:#b3470b;color:#fff",
}


def badge(text: str, *, bills: bool) -> str:
    """Return the mark that says where something runs."""
    style = f"{_BADGE[bills]};border-radius:3px;padding:1px 6px;font-size:85%"
    return f'<span style="{style}">{escape(text)}</span>'


def card(title: str, mark: str, rows: list[tuple[str, str]]) -> str:
    """Return a titled table of names and values.

    Parameters
    ----------
    title
        Plain text.
    mark
        HTML put behind the title, from `badge`.
    rows
        Plain text pairs.
    """
    cells = "".join(
        f'<tr style="{_PLAIN_ROW}"><td style="padding:1px 12px 1px 0;color:{_MUTED};text-align:left">'
        f'{escape(name)}</td><td style="text-align:left;padding:1px 0">'
        f"{escape(value)}</td></tr>"
        for name, value in rows
    )
    return (
        f'<div style="border:1px solid {_BORDER};border-radius:4px;padding:8px 12px;'
        f'display:inline-block;min-width:20em"><div style="margin-bottom:4px">'
        f"<strong>{escape(title)}</strong> {mark}</div>"
        f'<table style="border-collapse:collapse;margin:0">{cells}</table></div>'
    )


def table(head: list[str], rows: list[list[str]]) -> str:
    """Return a plain table of text."""
    cell = "text-align:left;padding:2px 12px 2px 0"
    header = "".join(
        f'<th style="{cell};color:{_MUTED};font-weight:normal">{escape(name)}</th>'
        for name in head
    )
    body = "".join(
        f'<tr style="{_PLAIN_ROW}">'
        + "".join(f'<td style="{cell}">{escape(value)}</td>' for value in row)
        + "</tr>"
        for row in rows
    )
    return f'<table style="border-collapse:collapse"><tr>{header}</tr>{body}</table>'
