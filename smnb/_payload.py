"""A payload: what goes into one request body, with its type and its exact size."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO, Final

from smnb.errors import InvalidInputError

if TYPE_CHECKING:
    from pathlib import Path


_HEADER: Final = re.compile(r"[\x20-\x7e]{0,1024}")


def check_header(value: str) -> str:
    """Return a content type, or several, if they can be sent as a header.

    Raises
    ------
    InvalidInputError
        If not: a line end would begin another header.
    """
    given: object = value  # also what no type checker has seen
    if not isinstance(given, str) or not _HEADER.fullmatch(given):
        raise InvalidInputError(
            f"{value!r} is no content type that can be sent.",
            hint='Use up to 1024 characters of ASCII, for example "text/csv".',
        )
    return value


@dataclass(frozen=True)
class Payload:
    """Encoded content with its size, readable as often as needed.

    Parameters
    ----------
    content_type
        MIME type, for example ``"image/jpeg"``.
    size_bytes
        Exact length of the content.
    source
        The content itself, or the file that holds it (never read before it is sent).
    label
        What messages call it: a file name, or the Python type it came from.

    Raises
    ------
    InvalidInputError
        If the content type cannot be sent.
    """

    content_type: str
    size_bytes: int
    source: bytes | Path = field(repr=False)
    label: str

    def __post_init__(self) -> None:
        check_header(self.content_type)

    @classmethod
    def of_bytes(cls, content: bytes, content_type: str, label: str) -> Payload:
        """Make a payload of bytes in memory."""
        return cls(content_type, len(content), content, label)

    @classmethod
    def of_file(cls, path: Path, content_type: str) -> Payload:
        """Make a payload of a file, by its size on disk; the file is not read."""
        return cls(content_type, path.stat().st_size, path, path.name)

    def open(self) -> BinaryIO:
        """Open the content from its start."""
        if isinstance(self.source, bytes):
            return io.BytesIO(self.source)
        return self.source.open("rb")

    def read(self) -> bytes:
        """Return the whole content."""
        return (
            self.source if isinstance(self.source, bytes) else self.source.read_bytes()
        )
