"""Whether a Matroska or WebM file breaks off, of which FFmpeg says nothing."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from smnb._video.reader import Source

# Elements of EBML (RFC 8794): an id, a size, that many bytes. A Matroska file is a header
# and one segment that holds all else (RFC 9559, section 5.1).
_HEADER = b"\x1a\x45\xdf\xa3"
_SEGMENT = b"\x18\x53\x80\x67"


def breaks_off(source: Source) -> bool:
    """Say whether a file is shorter than its segment; False where that has no size.

    What is recorded live has none, nor has a file of another kind.
    """
    if isinstance(source, bytes):
        return _is_short(io.BytesIO(source), len(source))
    with source.open("rb") as file:
        return _is_short(file, source.stat().st_size)


def _is_short(file: BinaryIO, size_bytes: int) -> bool:
    if file.read(len(_HEADER)) != _HEADER:
        return False
    header_bytes = _size(file)
    if header_bytes is None:
        return False
    file.seek(header_bytes, io.SEEK_CUR)
    if file.read(len(_SEGMENT)) != _SEGMENT:
        return False
    segment_bytes = _size(file)
    return segment_bytes is not None and file.tell() + segment_bytes > size_bytes


def _size(file: BinaryIO) -> int | None:
    """Read a size of 1 to 8 bytes, as the first one's leading zeros say; None: unknown."""
    first = file.read(1)
    if not first or not first[0]:
        return None
    length = 9 - first[0].bit_length()
    bits = 7 * length
    value = int.from_bytes(first + file.read(length - 1), "big") & ((1 << bits) - 1)
    return None if value == (1 << bits) - 1 else value
