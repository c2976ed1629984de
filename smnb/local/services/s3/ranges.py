"""The Range header of a GET: which bytes of an object are asked for."""

from __future__ import annotations

import re

from smnb.local.errors import ServiceError

_BYTES = re.compile(r"bytes=\s*(\d*)-(\d*)\s*", re.ASCII)


def parse_range(header: str | None, size_bytes: int) -> tuple[int, int] | None:
    """Return the first byte asked for and the one behind the last; None for all.

    A header that is no range, or has several, is ignored, as S3 does.

    Raises
    ------
    ServiceError
        The range lies outside of the object.

    Examples
    --------
    >>> parse_range("bytes=2-4", 10), parse_range("bytes=7-", 10), parse_range("bytes=-4", 10)
    ((2, 5), (7, 10), (6, 10))
    """
    found = _BYTES.fullmatch(header or "")
    if found is None or found[1] == found[2] == "":
        return None
    if found[1]:
        start = int(found[1])
        end = min(int(found[2]) + 1, size_bytes) if found[2] else size_bytes
        if found[2] and int(found[2]) < start:
            return None
    else:
        start, end = max(size_bytes - int(found[2]), 0), size_bytes
    if start >= end:
        raise ServiceError(
            "InvalidRange",
            "The requested range is not satisfiable",
            416,
            RangeRequested=header,
            ActualObjectSize=size_bytes,
        )
    return start, end
