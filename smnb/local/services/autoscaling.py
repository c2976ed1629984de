"""Application Auto Scaling for endpoint variants: kept faithfully, acted on at zero.

A scalable target with MinCapacity 0 lets an asynchronous endpoint stop its container
when it has no work; nothing else scales yet.
"""

from __future__ import annotations

import re
import time
import uuid
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Final

import orjson

from smnb.local.errors import ServiceError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    from smnb.local.request import Context
    from smnb.local.services.fleet import Fleet
    from smnb.local.state import State

_COUNT_DIMENSION: Final = "sagemaker:variant:DesiredInstanceCount"
_CONCURRENCY_DIMENSION: Final = "sagemaker:variant:DesiredProvisionedConcurrency"
_VARIANT = re.compile(r"endpoint/(?P<endpoint>[^/]+)/variant/(?P<variant>[^/]+)")
_DEFAULT_PAGE: Final = 50
_SCHEMA = """
CREATE TABLE IF NOT EXISTS scalable_targets (
    id INTEGER PRIMARY KEY,
    region TEXT NOT NULL,
    resource_id TEXT NOT NULL,
    dimension TEXT NOT NULL,
    min_capacity INTEGER NOT NULL,
    max_capacity INTEGER NOT NULL,
    document BLOB NOT NULL,
    UNIQUE (region, resource_id, dimension)
);
CREATE TABLE IF NOT EXISTS scaling_policies (
    id INTEGER PRIMARY KEY,
    target_id INTEGER NOT NULL REFERENCES scalable_targets (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    document BLOB NOT NULL,
    UNIQUE (target_id, name)
);
"""


class AutoScalingService:
    """Scalable targets and their policies.

    Parameters
    ----------
    on_change
        Called when a target is registered or gone, since an endpoint may now rest.
    """

    def __init__(self, state: State, fleet: Fleet) -> None:
        self._db = state.db
        self._db.executescript(_SCHEMA)
        self._fleet = fleet
        self.on_change: Callable[[], None] = lambda: None

    def scales_to_zero(self, region: str, endpoint_name: str) -> bool:
        """Return whether a variant of the endpoint has a target with MinCapacity 0."""
        rows = self._db.execute(
            "SELECT resource_id FROM scalable_targets"
            " WHERE region = ? AND dimension = ? AND min_capacity = 0",
            (region, _COUNT_DIMENSION),
        )
        prefix = f"endpoint/{endpoint_name}/variant/"
        return any(row["resource_id"].startswith(prefix) for row in rows)

    async def register_scalable_target(
        self, context: Context, params: dict[str, Any]
    ) -> dict[str, Any]:
        """Register a variant, or change the bounds of one that is registered."""
        before = self._find_target(context, params)
        low = params.get("MinCapacity", before and before["min_capacity"])
        high = params.get("MaxCapacity", before and before["max_capacity"])
        if low is None or high is None:
            raise _invalid(
                "MinCapacity and MaxCapacity are required to register a target."
            )
        if not 0 <= low <= high:
            raise _invalid("MinCapacity must be at least 0 and at most MaxCapacity.")
        self._check_variant(context, params, low)
        document = orjson.loads(before["document"]) if before else _new_target(context)
        document |= {
            key: params[key] for key in ("RoleARN", "SuspendedState") if key in params
        }
        self._db.execute(
            "INSERT INTO scalable_targets"
            " (region, resource_id, dimension, min_capacity, max_capacity, document)"
            " VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (region, resource_id, dimension) DO UPDATE SET document ="
            " excluded.document, min_capacity = excluded.min_capacity,"
            " max_capacity = excluded.max_capacity",
            (*_target_key(context, params), low, high, orjson.dumps(document)),
        )
        self.on_change()
        return {"ScalableTargetARN": document["ScalableTargetARN"]}

    async def describe_scalable_targets(
        self, context: Context, params: dict[str, Any]
    ) -> dict[str, Any]:
        """Return one page of targets, in the order in which they were registered."""
        rows = self._db.execute(
            "SELECT * FROM scalable_targets WHERE region = ? AND id > ? ORDER BY id",
            (context.region, _after(params)),
        ).fetchall()
        wanted = params.get("ResourceIds")
        rows = [
            row
            for row in rows
            if (not wanted or row["resource_id"] in wanted)
            and _of_dimension(row, params)
        ]
        page, token = _page(rows, params)
        return {
            "ScalableTargets": [_describe_target(row) for row in page],
            "NextToken": token,
        }

    async def deregister_scalable_target(
        self, context: Context, params: dict[str, Any]
    ) -> dict[str, Any]:
        """Forget a target and its policies."""
        target = self._target(context, params)
        self._db.execute("DELETE FROM scalable_targets WHERE id = ?", (target["id"],))
        self.on_change()
        return {}

    async def put_scaling_policy(
        self, context: Context, params: dict[str, Any]
    ) -> dict[str, Any]:
        """Keep a policy of a registered target, new or changed."""
        target = self._target(context, params)
        before = self._db.execute(
            "SELECT document FROM scaling_policies WHERE target_id = ? AND name = ?",
            (target["id"], params["PolicyName"]),
        ).fetchone()
        document = (
            orjson.loads(before["document"]) if before else _new_policy(context, params)
        )
        document |= params
        document.setdefault("PolicyType", "StepScaling")
        self._db.execute(
            "INSERT INTO scaling_policies (target_id, name, document) VALUES (?, ?, ?)"
            " ON CONFLICT (target_id, name) DO UPDATE SET document = excluded.document",
            (target["id"], params["PolicyName"], orjson.dumps(document)),
        )
        return {"PolicyARN": document["PolicyARN"], "Alarms": []}

    async def describe_scaling_policies(
        self, context: Context, params: dict[str, Any]
    ) -> dict[str, Any]:
        """Return one page of policies, in the order in which they were put."""
        rows = self._db.execute(
            "SELECT p.*, t.resource_id, t.dimension FROM scaling_policies p"
            " JOIN scalable_targets t ON t.id = p.target_id"
            " WHERE t.region = ? AND p.id > ? ORDER BY p.id",
            (context.region, _after(params)),
        ).fetchall()
        names, resource_id = params.get("PolicyNames"), params.get("ResourceId")
        rows = [
            row
            for row in rows
            if (not names or row["name"] in names)
            and resource_id in (None, row["resource_id"])
            and _of_dimension(row, params)
        ]
        page, token = _page(rows, params)
        return {
            "ScalingPolicies": [_describe_policy(row) for row in page],
            "NextToken": token,
        }

    async def delete_scaling_policy(
        self, context: Context, params: dict[str, Any]
    ) -> dict[str, Any]:
        """Forget a policy."""
        deleted = self._db.execute(
            "DELETE FROM scaling_policies WHERE name = ? AND target_id = (SELECT id FROM"
            " scalable_targets WHERE region = ? AND resource_id = ? AND dimension = ?)",
            (params["PolicyName"], *_target_key(context, params)),
        )
        if deleted.rowcount == 0:
            raise ServiceError(
                "ObjectNotFoundException",
                f"No scaling policy found for {_words(params)},"
                f" policy name: {params['PolicyName']}",
            )
        return {}

    def _check_variant(
        self, context: Context, params: dict[str, Any], low: int
    ) -> None:
        """Raise if there is no such variant, or if it can't go as low."""
        match = _VARIANT.fullmatch(params["ResourceId"])
        dimension = params["ScalableDimension"]
        known = dimension in (_COUNT_DIMENSION, _CONCURRENCY_DIMENSION)
        if params["ServiceNamespace"] != "sagemaker" or match is None or not known:
            raise _invalid(
                "Unsupported service namespace, resource type or scalable dimension"
            )
        hosted = self._fleet.lookup(context.region, match["endpoint"])
        if hosted is None or match["variant"] not in {v.name for v in hosted.variants}:
            raise _invalid(f"No variant in service: {params['ResourceId']}")
        if dimension == _COUNT_DIMENSION and low == 0 and hosted.kind != "async":
            raise _invalid("MinCapacity 0 is for asynchronous endpoints.")

    def _find_target(
        self, context: Context, params: dict[str, Any]
    ) -> sqlite3.Row | None:
        row: sqlite3.Row | None = self._db.execute(
            "SELECT * FROM scalable_targets"
            " WHERE region = ? AND resource_id = ? AND dimension = ?",
            _target_key(context, params),
        ).fetchone()
        return row

    def _target(self, context: Context, params: dict[str, Any]) -> sqlite3.Row:
        target = self._find_target(context, params)
        if target is None:
            raise ServiceError(
                "ObjectNotFoundException",
                f"No scalable target registered for {_words(params)}",
            )
        return target


def _target_key(context: Context, params: dict[str, Any]) -> tuple[str, str, str]:
    return context.region, params["ResourceId"], params["ScalableDimension"]


def _words(params: dict[str, Any]) -> str:
    return (
        f"service namespace: {params['ServiceNamespace']},"
        f" resource ID: {params['ResourceId']},"
        f" scalable dimension: {params['ScalableDimension']}"
    )


def _new_target(context: Context) -> dict[str, Any]:
    place = f"{context.region}:{context.account_id}"
    return {
        "ScalableTargetARN": f"arn:aws:application-autoscaling:{place}:scalable-target/"
        + uuid.uuid4().hex,
        "RoleARN": f"arn:aws:iam::{context.account_id}:role/aws-service-role/"
        "sagemaker.application-autoscaling.amazonaws.com/"
        "AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint",
        "CreationTime": round(time.time(), 3),
    }


def _new_policy(context: Context, params: dict[str, Any]) -> dict[str, Any]:
    place = f"{context.region}:{context.account_id}"
    return {
        "PolicyARN": f"arn:aws:autoscaling:{place}:scalingPolicy:{uuid.uuid4()}:resource/"
        f"sagemaker/{params['ResourceId']}:policyName/{params['PolicyName']}",
        "CreationTime": round(time.time(), 3),
    }


def _describe_target(row: sqlite3.Row) -> dict[str, Any]:
    document = orjson.loads(row["document"])
    not_suspended = {
        "DynamicScalingInSuspended": False,
        "DynamicScalingOutSuspended": False,
        "ScheduledScalingSuspended": False,
    }
    return {
        **document,
        "ServiceNamespace": "sagemaker",
        "ResourceId": row["resource_id"],
        "ScalableDimension": row["dimension"],
        "MinCapacity": row["min_capacity"],
        "MaxCapacity": row["max_capacity"],
        "CreationTime": _time(document),
        "SuspendedState": not_suspended | document.get("SuspendedState", {}),
    }


def _describe_policy(row: sqlite3.Row) -> dict[str, Any]:
    document = orjson.loads(row["document"])
    return {**document, "Alarms": [], "CreationTime": _time(document)}


def _time(document: dict[str, Any]) -> datetime:
    return datetime.fromtimestamp(document["CreationTime"], timezone.utc)


def _of_dimension(row: sqlite3.Row, params: dict[str, Any]) -> bool:
    return params.get("ScalableDimension") in (None, row["dimension"])


def _after(params: dict[str, Any]) -> int:
    token = params.get("NextToken", "0")
    if not token.isdecimal():
        raise ServiceError("InvalidNextTokenException", "The next token is invalid.")
    return int(token)


def _page(
    rows: list[sqlite3.Row], params: dict[str, Any]
) -> tuple[list[sqlite3.Row], str | None]:
    limit = min(params.get("MaxResults", _DEFAULT_PAGE), _DEFAULT_PAGE)
    token = str(rows[limit - 1]["id"]) if len(rows) > limit else None
    return rows[:limit], token


def _invalid(message: str) -> ServiceError:
    return ServiceError("ValidationException", message)
