"""One S3 request, its bucket and key found, as the operations see it."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import format_datetime
from typing import TYPE_CHECKING, Final

from smnb.local.errors import ServiceError
from smnb.local.request import Response
from smnb.local.services.s3 import xml
from smnb.local.services.s3.checksums import HEADER_PREFIX
from smnb.local.services.s3.integrity import BodyCheck

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from smnb.local.request import Request

OWNER: Final[xml.Tree] = [("ID", "0" * 64)]
_PAGE_LIMIT: Final = 1000
_DOCUMENT_LIMIT_BYTES: Final = 8 * 1024 * 1024  # 1,000 keys of 1,024 bytes, escaped


@dataclass(frozen=True)
class Call:
    """A request with what its address means.

    Parameters
    ----------
    bucket, key
        Decoded; empty if the request is about none.
    query
        Decoded values by name.
    """

    request: Request
    bucket: str
    key: str
    query: Mapping[str, str]

    @property
    def headers(self) -> Mapping[str, str]:
        """The request's, by lower-case name."""
        return self.request.headers

    async def document(self, *, checksum_is_its_own: bool = True) -> bytes:
        """Return the body, a whole document, once it is checked.

        Parameters
        ----------
        checksum_is_its_own
            Whether a checksum in the headers is that of the body.

        Raises
        ------
        ServiceError
            It is too large, or not what the request declares.
        """
        body = await self.request.read(_DOCUMENT_LIMIT_BYTES)
        declared = {
            name: value
            for name, value in self.headers.items()
            if checksum_is_its_own or not name.startswith(HEADER_PREFIX)
        }
        check = BodyCheck(declared)
        check.update(body)
        check.finish({})
        return body

    def limit(self, name: str) -> int:
        """Return how many items a page may have: at most 1,000, unless asked for fewer."""
        return min(self.number(name, _PAGE_LIMIT), _PAGE_LIMIT)

    def number(self, name: str, default: int | None = None, least: int = 0) -> int:
        """Return a parameter of the query that is a whole number.

        Raises
        ------
        ServiceError
            It is none, or less than `least`, or not there and has no default.
        """
        value = self.query.get(name, "")
        if not value and default is not None:
            return default
        if not (value.isascii() and value.isdecimal() and least <= int(value) < 2**31):
            raise ServiceError(
                "InvalidArgument",
                f"Provided {name} not an integer or within integer range",
                ArgumentName=name,
                ArgumentValue=value,
            )
        return int(value)


def xml_response(root: str, content: xml.Content) -> Response:
    """Answer a document."""
    return Response(
        200, {"content-type": "application/xml"}, xml.document(root, content)
    )


def iso_date(moment: datetime) -> str:
    """Return a time as in S3's documents."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.000Z"


def http_date(moment: datetime) -> str:
    """Return a time as in HTTP's headers."""
    return format_datetime(moment, usegmt=True)
