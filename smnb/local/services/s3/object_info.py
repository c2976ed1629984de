"""What is known of an object beside its content."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from smnb.local.services.s3.blobs import Blob
    from smnb.local.services.s3.checksums import Checksum

_DEFAULT_CONTENT_TYPE: Final = "binary/octet-stream"


@dataclass(frozen=True)
class ObjectInfo:
    """All that is known of one object.

    Parameters
    ----------
    etag
        Without quotes.
    modified
        In whole seconds, as S3 says it.
    headers
        Those that are kept and sent back, such as ``content-type``, by lower-case name.
    metadata
        The user's own, without ``x-amz-meta-``.
    blobs
        Whose content makes up the object, in order.
    """

    etag: str
    modified: datetime
    blobs: Sequence[Blob]
    headers: Mapping[str, str]
    metadata: Mapping[str, str]
    checksum: Checksum | None = None

    @property
    def size_bytes(self) -> int:
        """Length of the content."""
        return sum(blob.size_bytes for blob in self.blobs)

    @property
    def content_type(self) -> str:
        """The kept content type, or S3's default."""
        return self.headers.get("content-type", _DEFAULT_CONTENT_TYPE)
