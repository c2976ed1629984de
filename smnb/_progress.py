"""Say what is going on: one line that is rewritten where that is possible.

A notebook gets a display that is updated and folded at the end, a terminal a line that
is overwritten, a file or pipe plain lines. ``SMNB_PROGRESS=off`` silences it.
"""

from __future__ import annotations

import os
import shutil
import sys
import threading
import time
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Protocol

from smnb import _html

if TYPE_CHECKING:
    from collections.abc import Iterator

_REDRAW_S = 0.1
_ERASE = "\r\x1b[2K"
_STYLE = (
    "margin:0;white-space:pre-wrap;word-break:normal;overflow-wrap:anywhere;"
    "font:12px/18px var(--jp-code-font-family,monospace);opacity:.8;"
    "color:var(--jp-ui-font-color1,inherit);background:transparent"
)


class Reporter(Protocol):
    """Whatever is told what is going on: `Progress`, or a job that keeps it."""

    def line(self, text: str) -> None:
        """Add a line that stays."""

    def now(self, text: str) -> None:
        """Change the last line."""

    def done(self, text: str | None = None) -> None:
        """Remove the changing line, and put `text` in its place."""


_told: ContextVar[Reporter | None] = ContextVar("_told", default=None)


@contextmanager
def told_to(reporter: Reporter) -> Iterator[None]:
    """Have `reporter` told all that calls in the block would show.

    What it raises stops the call, as Ctrl-C would.
    """
    token = _told.set(reporter)
    try:
        yield
    finally:
        _told.reset(token)


class Progress:
    """Lines that stay, above one line that changes; several may be shown at once.

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
        self._told = _told.get()
        self._in_notebook = not self._off and not self._told and _in_notebook()

    def line(self, text: str) -> None:
        """Add a line that stays."""
        if self._told is not None:
            self._told.line(text)
            return
        self._lines.append(text)
        if self._in_notebook:
            self._draw()
        elif not self._off:
            _print(text)

    def now(self, text: str) -> None:
        """Change the last line; drawn at most ten times a second."""
        if self._told is not None:
            self._told.now(text)
            return
        self._now = text
        clock = time.monotonic()
        if self._off or clock - self._drawn_at < _REDRAW_S:
            return
        self._drawn_at = clock
        if self._in_notebook:
            self._draw()
        else:
            _overwrite(text)

    def done(self, text: str | None = None) -> None:
        """Remove the changing line, and put `text` in its place.

        In a notebook what stood above the last line is folded.
        """
        if self._told is not None:
            self._told.done(text)
            return
        self._now = ""
        if text is not None:
            self._lines.append(text)
        if self._in_notebook:
            self._draw(folded=True)
        elif self._off:
            return
        elif text is not None:
            _print(text)
        else:
            _overwrite("")

    def _draw(self, *, folded: bool = False) -> None:
        from IPython.display import display

        lines = [*self._lines, self._now] if self._now else self._lines
        if not lines and self._display is None:
            return
        shown = {
            "text/plain": "\n".join(lines),
            "text/html": _folded(lines) if folded else _open(lines),
        }
        if self._display is None:
            self._display = display(shown, raw=True, display_id=True)
        else:
            self._display.update(shown, raw=True)


# One terminal for all threads: what one of them writes must not end up in the middle of
# what another writes.
_terminal = threading.Lock()


def _print(text: str) -> None:
    """Write a line that stays, in place of the changing one."""
    with _terminal:
        erase = _ERASE if sys.stderr.isatty() else ""
        sys.stderr.write(f"{erase}{text}\n")
        sys.stderr.flush()


def _overwrite(text: str) -> None:
    """Write the changing line where there is a terminal; it must not wrap."""
    with _terminal:
        if not sys.stderr.isatty():
            return
        columns = shutil.get_terminal_size().columns
        if len(text) >= columns:
            text = f"{text[: columns - 2]}…"
        sys.stderr.write(f"{_ERASE}{text}")
        sys.stderr.flush()


def _open(lines: list[str]) -> str:
    text = _html.safe("\n".join(lines))
    return f'<pre style="{_STYLE}">{text}</pre>' if text else ""


def _folded(lines: list[str]) -> str:
    """Return the last line, with those above it one click away."""
    if len(lines) < 2:  # noqa: PLR2004  nothing to fold
        return _open(lines)
    last = _html.safe(lines[-1])
    return (
        f'<details style="{_STYLE}"><summary style="cursor:pointer">{last}</summary>'
        f"{_open(lines[:-1])}</details>"
    )


def _in_notebook() -> bool:
    """Whether the process is a Jupyter kernel (not IPython in a terminal)."""
    if "IPython" not in sys.modules:
        return False
    shell = sys.modules["IPython"].get_ipython()
    return shell is not None and getattr(shell, "kernel", None) is not None
