"""Lines of a log with their level, and the mark after which the next ones come."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from smnb import _logs
from smnb.jupyter.shapes import Log, LogLine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smnb._logs import Entry
    from smnb._session import Session

Level: TypeAlias = Literal["info", "warning", "error"]

_LINES: Final = 200
_MOST: Final = 2000
_LONGEST: Final = 10_000
_ERROR: Final = re.compile(
    r"(?i:\b(error|critical|fatal|traceback|exception|killed|out of memory)\b)"
    r"|\b[A-Z]\w*(Error|Exception)\b"
)
_WARNING: Final = re.compile(r"(?i:\b(warn|warning|deprecated)\b)|\b[A-Z]\w*Warning\b")
# A line that says its own level first, maybe behind a time, is taken at its word.
_INFO: Final = re.compile(r"(\S+ ){0,3}\[?(INFO|DEBUG)\b")
# How many lines of its last moment a mark can count: a float of this size has no more.
_AT_ONE_MOMENT: Final = 1_000


def log(session: Session, name: str, after: float | None) -> Log:
    """Return the last lines of an endpoint's log, or those after a mark.

    A mark is the time of the last line in ms, and behind the point how many lines of
    that very moment were told: the next may come from the same.
    """
    if after is None:
        return page(_logs.entries(session, name, lines=_LINES), None)
    found = _logs.entries(session, name, lines=_MOST, since_ms=int(after))
    return page(found, after)


def page(entries: Sequence[Entry], after: float | None) -> Log:
    """Return entries from the moment of a mark on without those that it counts."""
    if after is not None:
        told = round(after % 1 * _AT_ONE_MOMENT)
        entries = entries[min(told, _count(entries, int(after))) :]
    mark = after or 0.0
    if entries:
        last = entries[-1].at_ms
        same = sum(entry.at_ms == last for entry in entries)
        if after is not None and last == int(after):
            same += round(after % 1 * _AT_ONE_MOMENT)
        mark = last + min(same, _AT_ONE_MOMENT - 1) / _AT_ONE_MOMENT
    return Log(lines=[_line(entry) for entry in entries], next=mark)


def level_of(text: str) -> Level:
    """Return how grave a line is, by what it says.

    Examples
    --------
    >>> level_of("ModuleNotFoundError: No module named 'cv2'"), level_of("INFO ready")
    ('error', 'info')
    """
    if _INFO.match(text):
        return "info"
    if _ERROR.search(text):
        return "error"
    return "warning" if _WARNING.search(text) else "info"


def _count(entries: Sequence[Entry], moment: int) -> int:
    return sum(entry.at_ms == moment for entry in entries)


def _line(entry: Entry) -> LogLine:
    return LogLine(
        t=entry.at_ms,
        text=entry.text[:_LONGEST],
        level=level_of(entry.text),
        stream=entry.stream,
    )
