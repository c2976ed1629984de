"""Read how far back somebody wants to look."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import TypeAlias

from smnb.errors import InvalidInputError

Since: TypeAlias = "str | timedelta | datetime"

_SPAN = re.compile(r"(\d+(?:\.\d+)?)\s*(s|min|m|h|d|w)")
_UNIT_S = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86_400, "w": 604_800}


def span_start(since: Since, *, now: datetime | None = None) -> datetime:
    """Return the moment that `since` means, in UTC.

    Parameters
    ----------
    since
        ``"90s"``, ``"15m"``, ``"1h"``, ``"7d"`` or ``"2w"`` ago, a timedelta, or a
        moment: a datetime (one without a zone is local time) or ISO 8601 text.
    now
        What "ago" counts from; default: the clock.

    Raises
    ------
    InvalidInputError
        If it is none of these, or lies in the future.

    Examples
    --------
    >>> noon = datetime(2026, 1, 1, 12, tzinfo=timezone.utc)
    >>> f"{span_start('90m', now=noon):%H:%M}"
    '10:30'
    """
    now = now or datetime.now(timezone.utc)
    start = _moment(since, now)
    if start is None or start >= now:
        raise InvalidInputError(
            f"since={since!r} names no time in the past.",
            hint='Write "15m", "1h" or "7d", or give a datetime or timedelta.',
        )
    return start


def _moment(since: object, now: datetime) -> datetime | None:
    if isinstance(since, str):
        if match := _SPAN.fullmatch(since.strip()):
            since = timedelta(seconds=float(match[1]) * _UNIT_S[match[2]])
        else:
            try:
                since = datetime.fromisoformat(since.strip())
            except ValueError:
                return None
    try:
        if isinstance(since, timedelta):
            return now - since
        return since.astimezone(timezone.utc) if isinstance(since, datetime) else None
    except OverflowError:
        return None
