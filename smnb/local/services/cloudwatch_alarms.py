"""CloudWatch alarms: kept faithfully; nothing evaluates them, so none ever fires."""

from __future__ import annotations

import time
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Final

import orjson

from smnb.local.errors import ServiceError

if TYPE_CHECKING:
    import sqlite3

    from smnb.local.request import Context
    from smnb.local.state import State

_DEFAULT_PAGE: Final = 50
_SCHEMA = """
CREATE TABLE IF NOT EXISTS alarms (
    region TEXT NOT NULL,
    name TEXT NOT NULL,
    updated REAL NOT NULL,
    document BLOB NOT NULL,
    PRIMARY KEY (region, name)
)
"""


class AlarmOperations:
    """PutMetricAlarm, DescribeAlarms, DeleteAlarms."""

    def __init__(self, state: State) -> None:
        self._state = state
        state.db.execute(_SCHEMA)

    async def put_metric_alarm(
        self, context: Context, params: dict[str, Any]
    ) -> dict[str, Any]:
        """Keep an alarm, new or changed."""
        self._state.db.execute(
            "INSERT OR REPLACE INTO alarms VALUES (?, ?, ?, ?)",
            (
                context.region,
                params["AlarmName"],
                round(time.time(), 3),
                orjson.dumps({key: params[key] for key in params if key != "Tags"}),
            ),
        )
        return {}

    async def describe_alarms(
        self, context: Context, params: dict[str, Any]
    ) -> dict[str, Any]:
        """Return one page of alarms in the order of their names."""
        limit = params.get("MaxRecords", _DEFAULT_PAGE)
        names = params.get("AlarmNames")
        prefix = params.get("AlarmNamePrefix", "")
        rows = [
            row
            for row in self._state.db.execute(
                "SELECT * FROM alarms WHERE region = ? AND name > ? ORDER BY name",
                (context.region, params.get("NextToken", "")),
            )
            if row["name"].startswith(prefix)
            and (not names or row["name"] in names)
            and params.get("StateValue") in (None, "INSUFFICIENT_DATA")
        ]
        return {
            "MetricAlarms": [_describe(context, row) for row in rows[:limit]],
            "CompositeAlarms": [],
            "NextToken": rows[limit - 1]["name"] if len(rows) > limit else None,
        }

    async def delete_alarms(
        self, context: Context, params: dict[str, Any]
    ) -> dict[str, Any]:
        """Forget alarms; if one of them is not there, none is deleted."""
        with self._state.transaction() as db:
            for name in params["AlarmNames"]:
                deleted = db.execute(
                    "DELETE FROM alarms WHERE region = ? AND name = ?",
                    (context.region, name),
                )
                if deleted.rowcount == 0:
                    raise ServiceError(
                        "ResourceNotFound", f"Alarm {name} does not exist.", 404
                    )
        return {}


def _describe(context: Context, row: sqlite3.Row) -> dict[str, Any]:
    updated = datetime.fromtimestamp(row["updated"], timezone.utc)
    return {
        "ActionsEnabled": True,
        "OKActions": [],
        "AlarmActions": [],
        "InsufficientDataActions": [],
        **orjson.loads(row["document"]),
        "AlarmArn": f"arn:aws:cloudwatch:{context.region}:{context.account_id}:alarm:{row['name']}",
        "AlarmConfigurationUpdatedTimestamp": updated,
        "StateUpdatedTimestamp": updated,
        "StateValue": "INSUFFICIENT_DATA",
        "StateReason": "Unchecked: Initial alarm creation",
    }
