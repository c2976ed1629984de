"""Say what is going on: one line that is rewritten where that is possible.

A notebook gets a display that is updated, a terminal a line that is overwritten, a
file or pipe plain lines. ``SMNB_PROGRESS=off`` silences it.
"""

from __future__ import annotations

import html
import os
import sys
import time
from typing import Any, Protocol

_REDRAW_S = 0.1
_STYLE = (
    "margin:0;white-space:pre-wrap;word-break:normal;overflow-wrap:anywhere;"
    "font-size:90%;color:var(--jp-ui-font-color2,#666)"
)


class Reporter(Protocol):
    """Whatever is told what is going on: `Progress`, or a job that keeps it."""

    def line(self, text: str) -> None:
        """Add a line that stays."""

    def now(self, text: str) -> None:
        """Change the last line."""

    def done(self, text: str | None = None) -> None:
        """Remove the changing line, and put `text` in its place."""


class Progress:
    """Lines that stay, above one line that changes.

    Examples
    --------
    >>> progress = Progress()
    >>> progress.line("faces · local · serverless 2048 MB")
    >>> progress.now("creating · 0.3 s")
    >>> progress.done("✓ in service after 0.7 s")
    """

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._now = ""
        self._drawn_at = 0.0
        self._display: Any = None
        self._off = os.environ.get("SMNB_PROGRESS") == "off"
        self._in_notebook = not self._off and _in_notebook()
        self._is_terminal = not self._in_notebook and sys.stderr.isatty()

    def line(self, text: str) -> None:
        """Add a line that stays."""
        self._lines.append(text)
        if self._in_notebook:
            self._draw()
        elif not self._off:
            self._clear()
            print(text, file=sys.stderr, flush=True)  # noqa: T201  shown on purpose

    def now(self, text: str) -> None:
        """Change the last line; drawn at most ten times a second."""
        self._now = text
        clock = time.monotonic()
        if clock - self._drawn_at < _REDRAW_S:
            return
        self._drawn_at = clock
        if self._in_notebook:
            self._draw()
        elif self._is_terminal and not self._off:
            sys.stderr.write(f"\r\x1b[2K{text}")
            sys.stderr.flush()

    def done(self, text: str | None = None) -> None:
        """Remove the changing line, and put `text` in its place."""
        self._now = ""
        if text is not None:
            self.line(text)
        elif self._in_notebook:
            self._draw()
        else:
            self._clear()

    def _clear(self) -> None:
        if self._is_terminal and not self._off:
            sys.stderr.write("\r\x1b[2K")

    def _draw(self) -> None:
        from IPython.display import HTML, display

        lines = [*self._lines, self._now] if self._now else self._lines
        text = html.escape("\n".join(lines))
        shown = HTML(f'<pre style="{_STYLE}">{text}</pre>' if text else "")
        if self._display is None:
            self._display = display(shown, display_id=True)
        else:
            self._display.update(shown)


def _in_notebook() -> bool:
    """Whether the process is a Jupyter kernel (not IPython in a terminal)."""
    if "IPython" not in sys.modules:
        return False
    shell = sys.modules["IPython"].get_ipython()
    return shell is not None and getattr(shell, "kernel", None) is not None
