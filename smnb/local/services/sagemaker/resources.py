"""The table that keeps SageMaker's resources, one row each, with its document."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Final

import orjson

from smnb.local.errors import ServiceError
from smnb.local.services.sagemaker.listing import Listing

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from smnb.local.request import Context
    from smnb.local.state import State

_SCHEMA = """
CREATE TABLE IF NOT EXISTS sagemaker_resources (
    kind TEXT NOT NULL,
    region TEXT NOT NULL,
    name TEXT NOT NULL COLLATE NOCASE,  -- AWS keeps names unique whatever their case
    arn TEXT NOT NULL UNIQUE,
    created REAL NOT NULL,
    modified REAL NOT NULL,
    status TEXT,
    document BLOB NOT NULL,
    PRIMARY KEY (kind, region, name)
);
CREATE INDEX IF NOT EXISTS sagemaker_resources_by_time
    ON sagemaker_resources (kind, region, created, name);  -- a page of the default order
"""
_LISTED: Final = "region, name, arn, created, modified, status"


@dataclass
class Listed:
    """What lists tell of a resource."""

    region: str
    name: str
    arn: str
    created: float
    modified: float
    status: str | None

    @property
    def created_at(self) -> datetime:
        """``CreationTime`` as AWS's shapes want it."""
        return datetime.fromtimestamp(self.created, timezone.utc)

    @property
    def modified_at(self) -> datetime:
        """``LastModifiedTime`` as AWS's shapes want it."""
        return datetime.fromtimestamp(self.modified, timezone.utc)


@dataclass
class Resource(Listed):
    """One row; `document` holds what else there is to know, as JSON can hold it."""

    document: dict[str, Any]


class ResourceTable:
    """The resources of one kind in every region.

    Parameters
    ----------
    kind
        As it stands in the ARN, for example ``"endpoint-config"``.
    noun
        As AWS's messages call it, for example ``"endpoint configuration"``.
    """

    def __init__(self, state: State, kind: str, noun: str) -> None:
        self._db = state.db
        self._kind = kind
        self._noun = noun
        self._db.executescript(_SCHEMA)

    def arn(self, context: Context, name: str) -> str:
        """Return the resource's ARN, in which AWS shows the name in lower case."""
        place = f"{context.region}:{context.account_id}"
        return f"arn:aws:sagemaker:{place}:{self._kind}/{name.lower()}"

    def require_absent(self, context: Context, name: str) -> None:
        """Raise AWS's error if the name is taken."""
        if self.find(context.region, name) is not None:
            raise ServiceError(
                "ValidationException",
                f'Cannot create already existing {self._noun} "{self.arn(context, name)}".',
            )

    def insert(
        self,
        context: Context,
        name: str,
        document: Mapping[str, Any],
        status: str | None = None,
    ) -> Resource:
        """Keep a new resource; raises ``ValidationException`` if the name is taken."""
        self.require_absent(context, name)
        now = round(time.time(), 3)
        resource = Resource(
            context.region,
            name,
            self.arn(context, name),
            now,
            now,
            status,
            dict(document),
        )
        self._db.execute(
            "INSERT INTO sagemaker_resources VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                self._kind,
                resource.region,
                name,
                resource.arn,
                now,
                now,
                status,
                orjson.dumps(resource.document),
            ),
        )
        return resource

    def find(self, region: str, name: str) -> Resource | None:
        """Return the resource, whatever the case of `name`, or None."""
        row = self._db.execute(
            "SELECT * FROM sagemaker_resources WHERE kind = ? AND region = ? AND name = ?",
            (self._kind, region, name),
        ).fetchone()
        return None if row is None else _resource(row)

    def get(self, context: Context, name: str) -> Resource:
        """Return the resource; raises ``ValidationException`` if there is none."""
        resource = self.find(context.region, name)
        if resource is None:
            raise ServiceError(
                "ValidationException",
                f'Could not find {self._noun} "{self.arn(context, name)}".',
            )
        return resource

    def save(self, resource: Resource) -> None:
        """Write back a resource's status and document, and when it changed."""
        resource.modified = round(time.time(), 3)
        self._db.execute(
            "UPDATE sagemaker_resources SET status = ?, document = ?, modified = ?"
            " WHERE arn = ?",
            (
                resource.status,
                orjson.dumps(resource.document),
                resource.modified,
                resource.arn,
            ),
        )

    def delete(self, resource: Resource) -> None:
        """Remove the row, and with it the resource's tags."""
        self._db.execute(
            "DELETE FROM sagemaker_resources WHERE arn = ?", (resource.arn,)
        )

    def everywhere(self) -> list[Resource]:
        """Return the resources of all regions, oldest first."""
        rows = self._db.execute(
            "SELECT * FROM sagemaker_resources WHERE kind = ? ORDER BY created",
            (self._kind,),
        )
        return [_resource(row) for row in rows]

    def page(
        self, region: str, params: Mapping[str, Any]
    ) -> tuple[list[Listed], str | None]:
        """Return one page as a List operation's `params` ask for, and the next token."""
        listing = Listing.from_params(params)
        where, values = listing.where()
        rows = self._db.execute(
            f"SELECT {_LISTED} FROM sagemaker_resources"  # noqa: S608 - made of constants
            f" WHERE kind = ? AND region = ?{where}"
            f" ORDER BY {listing.order_by} LIMIT ?",
            (self._kind, region, *values, listing.limit + 1),
        ).fetchall()
        token = (
            listing.token_after(rows[listing.limit - 1])
            if len(rows) > listing.limit
            else None
        )
        return [Listed(*row) for row in rows[: listing.limit]], token


def _resource(row: sqlite3.Row) -> Resource:
    _, region, name, arn, created, modified, status, document = row
    content = orjson.loads(document)
    return Resource(region, name, arn, created, modified, status, content)
