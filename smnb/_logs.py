"""What the model's container wrote, from CloudWatch Logs: its end, or as it comes.

An endpoint has one log group with a stream for each instance of each variant, and for
an asynchronous one a ``data-log`` beside it.
"""

from __future__ import annotations

import time
from collections import Counter, deque
from dataclasses import dataclass
from heapq import nlargest
from itertools import islice
from typing import TYPE_CHECKING, Any

from smnb import _html, _since
from smnb.errors import InvalidInputError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from smnb._session import Session
    from smnb._since import Since

_MOST_LINES = 10_000  # CloudWatch Logs API: GetLogEvents, FilterLogEvents
_STREAMS_READ = 50
_SHOWN_LINES = 500
# CloudWatch takes events of one moment in at different times; look back that far.
_LATE_MS = 15_000
_MOST_AT_ONCE = 1000  # lines within a millisecond
_FIRST_POLL_S, _SLOWEST_POLL_S = 0.25, 2.0


class LogLines(list[str]):
    """Lines of a log, shown as text."""

    def __repr__(self) -> str:
        return "\n".join(self) if self else "(nothing in the log)"

    def _repr_html_(self) -> str:
        left_out = len(self) - _SHOWN_LINES
        head = [f"… {left_out:,} earlier lines"] if left_out > 0 else []
        return _html.preformatted(
            "\n".join([*head, *self[-_SHOWN_LINES:]]) or repr(self)
        )


@dataclass(frozen=True)
class Entry:
    """One line of a log, when it was written (ms since 1970), and by which stream."""

    at_ms: int
    text: str
    stream: str


def entries(
    session: Session,
    endpoint_name: str,
    *,
    lines: int = 200,
    since_ms: int | None = None,
) -> list[Entry]:
    """Return the last lines of all the endpoint's streams, oldest first.

    Parameters
    ----------
    since_ms
        Only what was written at this time, ms since 1970, or later.
    """
    if since_ms is None:
        events = _last(session, endpoint_name, lines, None, None)
    else:
        events = _newest(_since_then(session, endpoint_name, since_ms, None), lines)
    return [
        Entry(_time(event), _text(event), str(event.get("logStreamName", "")))
        for event in events
    ]


def has_begun(session: Session, endpoint_name: str, *, since: datetime) -> bool:
    """Say whether a container of the endpoint has written anything since a time.

    The log outlives endpoints: what is older is of another one.
    """
    try:
        with session.translated(f"Reading the log of {endpoint_name}"):
            answer = session.client("logs").describe_log_streams(
                logGroupName=_group(endpoint_name),
                orderBy="LastEventTime",
                descending=True,
                limit=1,
            )
    except NotFoundError:
        return False
    since_ms = since.timestamp() * 1000
    return any(
        stream.get("lastEventTimestamp", 0) >= since_ms
        for stream in answer["logStreams"]
    )


def tail(
    session: Session,
    endpoint_name: str,
    *,
    lines: int = 20,
    since: Since | None = None,
    contains: str | None = None,
) -> list[str]:
    """Return the last lines of all the endpoint's streams, oldest first; none if no log.

    Raises
    ------
    InvalidInputError
        If `lines` is not 1 to 10,000, or `since` no time.
    """
    _check_lines(lines)
    return [
        _text(event) for event in _last(session, endpoint_name, lines, since, contains)
    ]


def follow(
    session: Session,
    endpoint_name: str,
    *,
    lines: int = 20,
    since: Since | None = None,
    contains: str | None = None,
    nap: Callable[[float], None] = time.sleep,
) -> Iterator[str]:
    """Yield the log's last lines, then all that come, in time order, each once.

    Never ends by itself. A log that does not exist yet is waited for.
    """
    _check_lines(lines)
    newest_ms = int(time.time() * 1000)
    more = min(lines + _MOST_AT_ONCE, _MOST_LINES)
    known = _last(session, endpoint_name, more, since, contains)
    last = known[-lines:]
    yield from map(_text, last)
    start_ms = _time(last[0]) if len(last) == lines else 0
    # What is read again at the border, also what was left out and is of the same moment,
    # told by its content: it has no id yet.
    shown = Counter(_content(event) for event in known if _time(event) >= start_ms)
    seen: dict[str, int] = {}
    poll_s = _FIRST_POLL_S
    while True:
        start_ms = max(start_ms, newest_ms - _LATE_MS)
        events = _since_then(session, endpoint_name, start_ms, contains)
        fresh = sorted(
            (event for event in events if event["eventId"] not in seen), key=_time
        )
        for event in fresh:
            seen[event["eventId"]] = _time(event)
            newest_ms = max(newest_ms, _time(event))
            if shown[_content(event)]:
                shown[_content(event)] -= 1
            else:
                yield _text(event)
        seen = {key: at for key, at in seen.items() if at >= newest_ms - _LATE_MS}
        poll_s = _FIRST_POLL_S if fresh else min(poll_s * 1.5, _SLOWEST_POLL_S)
        nap(poll_s)


def show(lines: Iterable[str], *, most: int) -> LogLines:
    """Print lines until they end or Stop is pressed; return the last of them."""
    kept: deque[str] = deque(maxlen=most)
    try:
        for line in lines:
            print(line, flush=True)  # noqa: T201  shown on purpose
            kept.append(line)
    except KeyboardInterrupt:  # the way to end it
        pass
    return LogLines(kept)


def _last(
    session: Session,
    endpoint_name: str,
    lines: int,
    since: Since | None,
    contains: str | None,
) -> list[dict[str, Any]]:
    """Return the last events, oldest first; none if there is no log."""
    if since is None and contains is None:
        try:
            with session.translated(f"Reading the log of {endpoint_name}"):
                events = _ends(session, endpoint_name, lines)
        except NotFoundError:
            return []
        return _newest(events, lines)
    start_ms = 0 if since is None else _milliseconds(since)
    return _newest(_since_then(session, endpoint_name, start_ms, contains), lines)


def _ends(session: Session, endpoint_name: str, lines: int) -> list[dict[str, Any]]:
    """Return the last events of each stream, without reading the log from its start."""
    client, group = session.client("logs"), _group(endpoint_name)
    pages = client.get_paginator("describe_log_streams").paginate(
        logGroupName=group, orderBy="LastEventTime", descending=True
    )
    streams = (
        stream["logStreamName"] for page in pages for stream in page["logStreams"]
    )
    events: list[dict[str, Any]] = []
    for stream in islice(streams, _STREAMS_READ):
        answer = client.get_log_events(
            logGroupName=group, logStreamName=stream, limit=lines, startFromHead=False
        )
        events += [{**event, "logStreamName": stream} for event in answer["events"]]
    return events


def _since_then(
    session: Session, endpoint_name: str, start_ms: int, contains: str | None
) -> Iterator[dict[str, Any]]:
    """Yield the events of all streams from a time on, page by page."""
    request: dict[str, Any] = {
        "logGroupName": _group(endpoint_name),
        "startTime": start_ms,
    }
    if contains:
        quoted = contains.replace("\\", "\\\\").replace('"', '\\"')
        request["filterPattern"] = f'"{quoted}"'
    pages = session.client("logs").get_paginator("filter_log_events")
    try:
        with session.translated(f"Reading the log of {endpoint_name}"):
            for page in pages.paginate(**request):
                yield from page["events"]
    except NotFoundError:
        return


def _newest(events: Iterable[dict[str, Any]], lines: int) -> list[dict[str, Any]]:
    """Return the last events, oldest first, without holding more than those."""
    numbered = nlargest(
        lines, enumerate(events), key=lambda pair: (_time(pair[1]), pair[0])
    )
    return [event for _, event in reversed(numbered)]


def _check_lines(lines: int) -> None:
    if not 1 <= lines <= _MOST_LINES:
        raise InvalidInputError(
            f"lines={lines} is out of range.",
            hint=f"Choose 1 to {_MOST_LINES:,}; since= and contains= narrow it down.",
        )


def _group(endpoint_name: str) -> str:
    return f"/aws/sagemaker/Endpoints/{endpoint_name}"


def _milliseconds(since: Since) -> int:
    return int(_since.span_start(since).timestamp() * 1000)


def _time(event: dict[str, Any]) -> int:
    return int(event["timestamp"])


def _content(event: dict[str, Any]) -> tuple[str, int, str]:
    return event["logStreamName"], _time(event), event["message"]


def _text(event: dict[str, Any]) -> str:
    return str(event["message"]).rstrip("\n")
