"""What a List operation asks for: filters, order, page; and its token."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import orjson

from smnb.local.errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Mapping

_DEFAULT_LIMIT: Final = 10  # AWS: "This value defaults to 10"
_SORT_COLUMNS: Final = {"Name": "name", "CreationTime": "created", "Status": "status"}
_TIME_FILTERS: Final = {
    "CreationTimeAfter": "created >= ?",
    "CreationTimeBefore": "created < ?",
    "LastModifiedTimeAfter": "modified > ?",
    "LastModifiedTimeBefore": "modified < ?",
}


@dataclass(frozen=True)
class Listing:
    """One List request over `sagemaker_resources`.

    A page starts after the last row of the one before, by value and not by number, so
    that rows created or deleted meanwhile neither repeat nor hide others.
    """

    column: str
    descending: bool
    limit: int
    filters: tuple[tuple[str, Any], ...]
    after: tuple[str | float, str] | None

    @classmethod
    def from_params(cls, params: Mapping[str, Any]) -> Listing:
        """Read the members that all List operations share."""
        filters = [
            (condition, params[member].timestamp())
            for member, condition in _TIME_FILTERS.items()
            if member in params
        ]
        if name := params.get("NameContains"):
            filters.append(("instr(lower(name), ?)", name.lower()))
        if status := params.get("StatusEquals"):
            filters.append(("status = ?", status))
        token = params.get("NextToken")
        return cls(
            column=_SORT_COLUMNS[params.get("SortBy", "CreationTime")],
            descending=params.get("SortOrder", "Descending") == "Descending",
            limit=params.get("MaxResults", _DEFAULT_LIMIT),
            filters=tuple(filters),
            after=None if token is None else _decoded(token),
        )

    @property
    def order_by(self) -> str:
        """The SQL order; names break ties, since creation times can be equal."""
        direction = "DESC" if self.descending else "ASC"
        return f"{self.column} {direction}, name {direction}"

    def where(self) -> tuple[str, list[Any]]:
        """Return SQL conditions, each with its leading AND, and their values."""
        conditions = [condition for condition, _ in self.filters]
        values = [value for _, value in self.filters]
        if self.after is not None:
            comparison = "<" if self.descending else ">"
            conditions.append(f"({self.column}, name) {comparison} (?, ?)")
            values += self.after
        return "".join(f" AND {condition}" for condition in conditions), values

    def token_after(self, row: Mapping[str, Any]) -> str:
        """Return the token of the page that follows `row`."""
        position = [row[self.column], row["name"]]
        return base64.urlsafe_b64encode(orjson.dumps(position)).decode()


def _decoded(token: str) -> tuple[str | float, str]:
    try:
        value, name = orjson.loads(base64.urlsafe_b64decode(token))
    except (binascii.Error, ValueError, TypeError):
        value = name = None
    if not (isinstance(value, (str, int, float)) and isinstance(name, str)):
        raise ServiceError("ValidationException", "Invalid pagination token.")
    return value, name
