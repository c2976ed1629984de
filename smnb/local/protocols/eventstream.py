"""Frame events as ``application/vnd.amazon.eventstream``: lengths, CRC32s, headers, payload."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, Any, Final

import orjson

if TYPE_CHECKING:
    from collections.abc import Mapping

CONTENT_TYPE: Final = "application/vnd.amazon.eventstream"
_STRING: Final = 7  # the type of a header's value
_CRC_BYTES: Final = 4
_PRELUDE_BYTES: Final = 12  # both lengths and their CRC


def message(headers: Mapping[str, str], payload: bytes) -> bytes:
    """Return one message; a name may take 255 bytes, a value 65,535.

    Examples
    --------
    >>> message({}, b"four").hex(" ", 4)
    '00000014 00000000 f042ee2b 666f7572 9f202a85'
    """
    packed = b"".join(_header(name, value) for name, value in headers.items())
    total_bytes = _PRELUDE_BYTES + len(packed) + len(payload) + _CRC_BYTES
    lengths = struct.pack("!II", total_bytes, len(packed))
    framed = b"".join((lengths, _crc(lengths), packed, payload))
    return framed + _crc(framed)


def event(event_type: str, content_type: str, payload: bytes) -> bytes:
    """Return the message for an event of that type."""
    return message(
        {
            ":message-type": "event",
            ":event-type": event_type,
            ":content-type": content_type,
        },
        payload,
    )


def exception(exception_type: str, members: Mapping[str, Any]) -> bytes:
    """Return the message for a modelled error, after which nothing may come."""
    return message(
        {
            ":message-type": "exception",
            ":exception-type": exception_type,
            ":content-type": "application/json",
        },
        orjson.dumps(members),
    )


def _header(name: str, value: str) -> bytes:
    name_bytes, value_bytes = name.encode(), value.encode()
    kind = struct.pack("!BH", _STRING, len(value_bytes))
    return b"".join((bytes([len(name_bytes)]), name_bytes, kind, value_bytes))


def _crc(content: bytes) -> bytes:
    return struct.pack("!I", zlib.crc32(content))
