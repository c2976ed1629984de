"""Tags on any SageMaker resource, by its ARN."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smnb._limits import LIMITS
from smnb.local.errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smnb.local.request import Context
    from smnb.local.state import State

_SCHEMA = """
CREATE TABLE IF NOT EXISTS sagemaker_tags (
    arn TEXT NOT NULL REFERENCES sagemaker_resources (arn) ON DELETE CASCADE,
    key TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (arn, key)
)
"""


class Tags:
    """The tagging operations, and `put` for resources created with tags."""

    def __init__(self, state: State) -> None:
        self._state = state
        state.db.execute(_SCHEMA)

    async def add_tags(
        self, _context: Context, params: dict[str, Any]
    ) -> dict[str, Any]:
        """Add tags to a resource; an existing key gets the new value."""
        arn = self._known(params["ResourceArn"])
        with self._state.transaction():
            self.put(arn, params["Tags"])
        return {"Tags": self._of(arn)}

    async def list_tags(
        self, _context: Context, params: dict[str, Any]
    ) -> dict[str, Any]:
        """Return a resource's tags, always in one page: there are at most 50."""
        return {"Tags": self._of(self._known(params["ResourceArn"]))}

    async def delete_tags(
        self, _context: Context, params: dict[str, Any]
    ) -> dict[str, Any]:
        """Remove tags by key; keys that are not there are passed over."""
        arn = self._known(params["ResourceArn"])
        self._state.db.executemany(
            "DELETE FROM sagemaker_tags WHERE arn = ? AND key = ?",
            [(arn, key) for key in params["TagKeys"]],
        )
        return {}

    def put(self, arn: str, tags: Sequence[dict[str, str]]) -> None:
        """Add tags inside the caller's transaction.

        Raises
        ------
        ServiceError
            ``ResourceLimitExceeded``: the resource would have more than 50.
        """
        self._state.db.executemany(
            "INSERT OR REPLACE INTO sagemaker_tags VALUES (?, ?, ?)",
            [(arn, tag["Key"], tag["Value"]) for tag in tags],
        )
        limit = LIMITS["tags_per_resource"].value
        if len(self._of(arn)) > limit:
            raise ServiceError(
                "ResourceLimitExceeded", f"{arn} would have more than {limit} tags."
            )

    def _known(self, arn: str) -> str:
        """Return the ARN as it is kept; a resource that is not there is AWS's error."""
        row = self._state.db.execute(
            "SELECT arn FROM sagemaker_resources WHERE arn = ?", (_lower_name(arn),)
        ).fetchone()
        if row is None:
            raise ServiceError(
                "ValidationException", f'Could not find resource "{arn}".'
            )
        return str(row["arn"])

    def _of(self, arn: str) -> list[dict[str, str]]:
        rows = self._state.db.execute(
            "SELECT key, value FROM sagemaker_tags WHERE arn = ? ORDER BY key", (arn,)
        )
        return [{"Key": row["key"], "Value": row["value"]} for row in rows]


def _lower_name(arn: str) -> str:
    """Return `arn` with its name in lower case, as resources keep it."""
    place, _, name = arn.partition("/")
    return f"{place}/{name.lower()}"
