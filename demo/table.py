"""Prints the demo's table, a row as soon as it is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smnb._text import bytes_text, seconds_text

if TYPE_CHECKING:
    from smnb import Reply

_COLUMNS = {
    "input": 31,
    "route": 6,
    "content type": 19,
    "size": 9,
    "parts": 5,
    "latency": 7,
    "answer": 34,
}
_RIGHT = ("size", "parts", "latency")


def head() -> None:
    """Print the names of the columns."""
    _print(*_COLUMNS)
    _print(*("─" * width for width in _COLUMNS.values()))


def row(what: str, reply: Reply, answer: str) -> None:
    """Print an answer and how it came about; the latency is that of one request."""
    _print(
        what,
        reply.route.name,
        reply.content_type,
        bytes_text(reply.size_bytes),
        str(reply.parts),
        seconds_text(reply.latency_ms / 1000),
        answer,
    )


def note(what: str, answer: str) -> None:
    """Print a row of what was not a request of its own."""
    _print(what, "", "", "", "", "", answer)


def _print(*cells: str) -> None:
    padded = (
        cell.rjust(width) if name in _RIGHT else cell.ljust(width)
        for (name, width), cell in zip(_COLUMNS.items(), cells, strict=True)
    )
    print("  ".join(padded).rstrip(), flush=True)
