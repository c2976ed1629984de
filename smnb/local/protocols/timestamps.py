"""Points in time as AWS's protocols write them."""

from __future__ import annotations

from datetime import datetime, timezone


def parse(value: object) -> datetime:
    """Return the aware datetime of Unix seconds or of an ISO 8601 text.

    Raises
    ------
    ValueError
        If `value` is neither, or out of range.

    Examples
    --------
    >>> parse("2026-11-22T10:00:00Z") == parse(1795341600)
    True
    """
    if isinstance(value, str):
        # Python 3.10 does not know the Z.
        read = datetime.fromisoformat(value.replace("Z", "+00:00"))
        return read if read.tzinfo else read.replace(tzinfo=timezone.utc)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        try:
            return datetime.fromtimestamp(value, tz=timezone.utc)
        except (OverflowError, OSError) as error:
            raise ValueError(str(error)) from None
    raise ValueError(f"{value!r} is not a timestamp")


def iso8601(value: datetime) -> str:
    """Return `value` in UTC, with milliseconds where it has them.

    Examples
    --------
    >>> iso8601(datetime(2026, 11, 22, 10, tzinfo=timezone.utc))
    '2026-11-22T10:00:00Z'
    """
    precision = "milliseconds" if value.microsecond else "seconds"
    text = value.astimezone(timezone.utc).isoformat(timespec=precision)
    return text.replace("+00:00", "Z")
