"""Conditional requests: If-Match, If-None-Match, If-(Un)Modified-Since."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

from smnb.local.errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from smnb.local.services.s3.object_info import ObjectInfo


@dataclass(frozen=True)
class Conditions:
    """What must hold of an object for a request to be carried out; None is no condition."""

    if_match: str | None = None
    if_none_match: str | None = None
    if_modified_since: str | None = None
    if_unmodified_since: str | None = None

    @classmethod
    def of(cls, headers: Mapping[str, str], prefix: str = "") -> Conditions:
        """Read them from headers whose names start with `prefix`."""
        return cls(
            headers.get(f"{prefix}if-match"),
            headers.get(f"{prefix}if-none-match"),
            headers.get(f"{prefix}if-modified-since"),
            headers.get(f"{prefix}if-unmodified-since"),
        )

    def allows_read(self, found: ObjectInfo) -> bool:
        """Say whether to send the object: False if the client has it already.

        Raises
        ------
        ServiceError
            The object is not the one that the client wants.
        """
        if self.if_match is not None:
            if not _lists(self.if_match, found.etag):
                raise _failed("If-Match")
        elif _is_after(found.modified, self.if_unmodified_since):
            raise _failed("If-Unmodified-Since")
        if self.if_none_match is not None:
            return not _lists(self.if_none_match, found.etag)
        since = _date(self.if_modified_since)
        return since is None or found.modified > since

    def check_write(self, current: ObjectInfo | None) -> None:
        """Check that the object that is there, if any, may be replaced or deleted.

        Raises
        ------
        ServiceError
            It may not.
        """
        if self.if_none_match not in (None, "*"):
            raise ServiceError(
                "NotImplemented",
                "A header you provided implies functionality that is not implemented",
                501,
                Header="If-None-Match",
            )
        if self.if_none_match and current is not None:
            raise _failed("If-None-Match")
        if self.if_match is None:
            return
        if current is None:
            raise ServiceError("NoSuchKey", "The specified key does not exist.", 404)
        if not _lists(self.if_match, current.etag):
            raise _failed("If-Match")


ANY: Final = Conditions()


def _lists(condition: str, etag: str) -> bool:
    listed = [
        item.strip().removeprefix("W/").strip('"') for item in condition.split(",")
    ]
    return "*" in listed or etag in listed


def _is_after(modified: datetime, date: str | None) -> bool:
    limit = _date(date)
    return limit is not None and modified > limit


def _date(value: str | None) -> datetime | None:
    """Return an HTTP date; one that is none is no condition (RFC 9110, section 13.1)."""
    if value is None:
        return None
    try:
        date = parsedate_to_datetime(value)
    except ValueError:
        return None
    return date if date.tzinfo else None


def _failed(condition: str) -> ServiceError:
    return ServiceError(
        "PreconditionFailed",
        "At least one of the pre-conditions you specified did not hold",
        412,
        Condition=condition,
    )
