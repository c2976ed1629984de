"""An object's headers: which are kept when it is written, and sent when it is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from smnb.local.errors import ServiceError
from smnb.local.services.s3.call import http_date

if TYPE_CHECKING:
    from collections.abc import Mapping

    from smnb.local.services.s3.object_info import ObjectInfo

_KEPT: Final = (
    "cache-control",
    "content-disposition",
    "content-encoding",
    "content-language",
    "content-type",
    "expires",
)
_METADATA_PREFIX: Final = "x-amz-meta-"
_METADATA_LIMIT_BYTES: Final = 2048
"""Names and values together (S3 User Guide, "Working with object metadata")."""


def kept_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers of a request that belong to the object it writes."""
    kept = {name: headers[name] for name in _KEPT if headers.get(name)}
    # aws-chunked is how the body travels, not what the object is.
    codings = [
        coding.strip()
        for coding in kept.pop("content-encoding", "").split(",")
        if coding.strip() not in ("", "aws-chunked")
    ]
    if codings:
        kept["content-encoding"] = ",".join(codings)
    return kept


def user_metadata(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the user's own metadata in a request.

    Raises
    ------
    ServiceError
        It is larger than S3 takes.
    """
    metadata = {
        name.removeprefix(_METADATA_PREFIX): value
        for name, value in headers.items()
        if name.startswith(_METADATA_PREFIX)
    }
    size_bytes = sum(len(name) + len(value) for name, value in metadata.items())
    if size_bytes > _METADATA_LIMIT_BYTES:
        raise ServiceError(
            "MetadataTooLarge",
            "Your metadata headers exceed the maximum allowed metadata size",
            Size=size_bytes,
            MaxSizeAllowed=_METADATA_LIMIT_BYTES,
        )
    return metadata


def response_headers(found: ObjectInfo, query: Mapping[str, str]) -> dict[str, str]:
    """Return the headers of an object, those that the query overrides as it says.

    Raises
    ------
    ServiceError
        An override cannot be a header.
    """
    headers = {
        "accept-ranges": "bytes",
        "content-type": found.content_type,
        **found.headers,
        **validators(found),
        **{
            f"{_METADATA_PREFIX}{name}": value for name, value in found.metadata.items()
        },
    }
    for name in _KEPT:
        override = query.get(f"response-{name}")
        if override is not None:
            headers[name] = _header_value(f"response-{name}", override)
    return headers


def validators(found: ObjectInfo) -> dict[str, str]:
    """Return what a client compares to know whether it has the object already."""
    return {"etag": f'"{found.etag}"', "last-modified": http_date(found.modified)}


def _header_value(name: str, value: str) -> str:
    if not all(" " <= character <= "\xff" for character in value):
        raise ServiceError(
            "InvalidArgument",
            "Header value cannot be represented using ISO-8859-1.",
            ArgumentName=name,
            ArgumentValue=value,
        )
    return value
