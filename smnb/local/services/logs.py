"""CloudWatch Logs: the operations with which clients read what containers wrote."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from smnb.local.errors import ServiceError
from smnb.local.services.log_store import NEWEST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from smnb.local.request import Context
    from smnb.local.services.log_store import LogEvent, LogStore

_MAX_EVENTS: Final = 10_000  # CloudWatch Logs: a page holds up to 1 MB or 10,000 events
_MAX_PAGE_BYTES: Final = 1024 * 1024
_DEFAULT_LIMIT: Final = 50
_TERM = re.compile(r'(?P<sign>[?-]?)(?:"(?P<phrase>[^"]*)"|(?P<word>\S+))')


class LogsService:
    """Reading and deleting; writing is the containers' alone."""

    def __init__(self, store: LogStore) -> None:
        self._store = store

    async def describe_log_groups(
        self, context: Context, params: dict[str, Any]
    ) -> dict[str, Any]:
        """Return one page of groups in the order of their names."""
        limit = params.get("limit", _DEFAULT_LIMIT)
        prefix = params.get("logGroupNamePrefix", "")
        pattern = params.get("logGroupNamePattern", "")
        matching = (
            row
            for row in self._store.groups(context.region, params.get("nextToken", ""))
            if row["name"].startswith(prefix) and pattern in row["name"]
        )
        rows = list(islice(matching, limit + 1))
        return {
            "logGroups": [
                {
                    "logGroupName": row["name"],
                    "creationTime": row["created_ms"],
                    "metricFilterCount": 0,
                    "arn": f"{_group_arn(context, row['name'])}:*",
                    "logGroupArn": _group_arn(context, row["name"]),
                    "logGroupClass": "STANDARD",
                    "storedBytes": row["size_bytes"],
                }
                for row in rows[:limit]
            ],
            "nextToken": rows[limit - 1]["name"] if len(rows) > limit else None,
        }

    async def describe_log_streams(
        self, context: Context, params: dict[str, Any]
    ) -> dict[str, Any]:
        """Return one page of a group's streams, by name or by their last event."""
        group_id, group = self._group(context, params)
        limit = params.get("limit", _DEFAULT_LIMIT)
        start = _number(params.get("nextToken", "0"))
        prefix = params.get("logStreamNamePrefix", "")
        rows = [
            row
            for row in self._store.streams(group_id)
            if row["name"].startswith(prefix)
        ]
        if params.get("orderBy") == "LastEventTime":
            rows.sort(key=lambda row: row["last_ms"])
        if params.get("descending"):
            rows.reverse()
        return {
            "logStreams": [
                {
                    "logStreamName": row["name"],
                    "creationTime": row["created_ms"],
                    "firstEventTimestamp": row["first_ms"],
                    "lastEventTimestamp": row["last_ms"],
                    "lastIngestionTime": row["last_ms"],
                    "arn": f"{_group_arn(context, group)}:log-stream:{row['name']}",
                    "storedBytes": 0,  # AWS stopped counting it per stream in 2019
                }
                for row in rows[start : start + limit]
            ],
            "nextToken": str(start + limit) if len(rows) > start + limit else None,
        }

    async def get_log_events(
        self, context: Context, params: dict[str, Any]
    ) -> dict[str, Any]:
        """Return events of one stream, forward or backward from a token.

        Without a token it starts with the latest page, or at the head if asked to. At
        either end the token that is returned is the one that was sent, as on AWS.
        """
        group_id, _ = self._group(context, params)
        stream = params["logStreamName"]
        if all(row["name"] != stream for row in self._store.streams(group_id)):
            raise _not_found("stream")
        direction, position = _position(params)
        read = self._store.after if direction == "f" else self._store.before
        start_ms, end_ms = _interval(params)
        found = (
            event
            for event in read(group_id, position, stream)
            if start_ms <= event.time_ms < end_ms
        )
        events, _ = _page(found, params)
        if direction == "b":
            events.reverse()
        if events:
            first, last = events[0].id, events[-1].id
        else:  # at an end; the other way lies all that was found before
            first, last = (
                (position + 1, position) if direction == "f" else (position, 0)
            )
        return {
            "events": [
                {
                    "timestamp": event.time_ms,
                    "message": event.message,
                    "ingestionTime": event.time_ms,
                }
                for event in events
            ],
            "nextForwardToken": f"f/{last}/s",
            "nextBackwardToken": f"b/{first}/s",
        }

    async def filter_log_events(
        self, context: Context, params: dict[str, Any]
    ) -> dict[str, Any]:
        """Return a group's events, of all or some streams, that match the pattern."""
        group_id, _ = self._group(context, params)
        matches = _matcher(params.get("filterPattern", ""))
        names = params.get("logStreamNames")
        prefix = params.get("logStreamNamePrefix", "")
        start_ms, end_ms = _interval(params)
        found = (
            event
            for event in self._store.after(
                group_id, _number(params.get("nextToken", "0"))
            )
            if event.stream.startswith(prefix)
            and (not names or event.stream in names)
            and start_ms <= event.time_ms < end_ms
            and matches(event.message)
        )
        events, more = _page(found, params)
        return {
            "events": [
                {
                    "logStreamName": event.stream,
                    "timestamp": event.time_ms,
                    "message": event.message,
                    "ingestionTime": event.time_ms,
                    "eventId": f"{event.id:056d}",
                }
                for event in events
            ],
            "searchedLogStreams": [],
            "nextToken": str(events[-1].id) if more else None,
        }

    async def delete_log_group(
        self, context: Context, params: dict[str, Any]
    ) -> dict[str, Any]:
        """Delete a group; a container that still writes creates it again."""
        if not self._store.delete_group(context.region, params["logGroupName"]):
            raise _not_found("group")
        return {}

    def _group(self, context: Context, params: dict[str, Any]) -> tuple[int, str]:
        """Return the id and name of the group that is named or given by its ARN."""
        given = params.get("logGroupName") or params.get("logGroupIdentifier", "")
        name = given.rpartition(":log-group:")[2]
        group_id = self._store.group_id(context.region, name)
        if group_id is None:
            raise _not_found("group")
        return group_id, name


def _group_arn(context: Context, name: str) -> str:
    return f"arn:aws:logs:{context.region}:{context.account_id}:log-group:{name}"


def _not_found(what: str) -> ServiceError:
    return ServiceError(
        "ResourceNotFoundException", f"The specified log {what} does not exist."
    )


def _invalid(message: str) -> ServiceError:
    return ServiceError("InvalidParameterException", message)


def _number(token: str) -> int:
    if not token.isdecimal() or int(token) > NEWEST:
        raise _invalid("The specified nextToken is invalid.")
    return int(token)


def _position(params: dict[str, Any]) -> tuple[str, int]:
    """Return which way to read and from which event's id."""
    if token := params.get("nextToken"):
        direction, _, rest = token.partition("/")
        if direction not in ("f", "b") or not rest.endswith("/s"):
            raise _invalid("The specified nextToken is invalid.")
        return direction, _number(rest[:-2])
    return ("f", 0) if params.get("startFromHead") else ("b", NEWEST)


def _interval(params: dict[str, Any]) -> tuple[int, int]:
    """Return startTime (inclusive) and endTime (exclusive)."""
    return params.get("startTime", 0), params.get("endTime", NEWEST)


def _page(
    found: Iterable[LogEvent], params: dict[str, Any]
) -> tuple[list[LogEvent], bool]:
    """Return the events of one page, and whether there are more."""
    limit = params.get("limit", _MAX_EVENTS)
    events: list[LogEvent] = []
    room_bytes = _MAX_PAGE_BYTES
    for event in found:
        room_bytes -= len(event.message)
        if len(events) == limit or (events and room_bytes < 0):
            return events, True
        events.append(event)
    return events, False


def _matcher(pattern: str) -> Callable[[str], bool]:
    """Return the test of an unstructured filter pattern.

    Every plain term must be in the message, no ``-term``, and one of the ``?term``.
    """
    if pattern.lstrip().startswith(("{", "[", "%")):
        raise _invalid(
            "The local backend filters by terms, not by JSON, columns or regex."
        )
    terms: dict[str, list[str]] = {"": [], "-": [], "?": []}
    for match in _TERM.finditer(pattern):
        terms[match["sign"]].append(
            match["phrase"] if match["word"] is None else match["word"]
        )

    def matches(message: str) -> bool:
        return (
            all(term in message for term in terms[""])
            and not any(term in message for term in terms["-"])
            and (not terms["?"] or any(term in message for term in terms["?"]))
        )

    return matches
