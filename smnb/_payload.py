"""A payload: what goes into one request body, with its type and its exact size."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from pathlib import Path


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
    """

    content_type: str
    size_bytes: int
    source: bytes | Path = field(repr=False)
    label: str

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
