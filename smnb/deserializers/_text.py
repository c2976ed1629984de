"""Deserializers of bytes, text, CSV and JSON."""

from __future__ import annotations

import csv
import io
import json
from typing import Any, Final

from smnb.deserializers._base import (
    ByteStream,
    SimpleBaseDeserializer,
    read_all,
    unreadable,
)

_BYTE_ORDER_MARK: Final = "\ufeff"
# Digits, signs and what may stand before a number, to find numbers by their length.
_NUMBER_SHAPES: Final = bytes.maketrans(b"0123456789-[,: \n\r\t", b"d" * 11 + b" " * 7)
_LONG_INTEGER: Final = b" " + b"d" * 20


class BytesDeserializer(SimpleBaseDeserializer):
    """Return the body as it is."""

    def deserialize(self, stream: ByteStream, content_type: str) -> bytes:  # noqa: ARG002
        """Return the body."""
        return read_all(stream)


class StreamDeserializer(SimpleBaseDeserializer):
    """Return the stream itself, which the caller closes."""

    def deserialize(
        self, stream: ByteStream, content_type: str
    ) -> tuple[ByteStream, str]:
        """Return the stream and its content type."""
        return stream, content_type


class StringDeserializer(SimpleBaseDeserializer):
    """Decode the body to text.

    Parameters
    ----------
    encoding
        Name of the text encoding.
    accept
        The MIME type, or types, that the request asks for.
    """

    def __init__(
        self,
        encoding: str = "UTF-8",
        accept: str | tuple[str, ...] = "application/json",
    ) -> None:
        super().__init__(accept)
        self.encoding = encoding

    def deserialize(self, stream: ByteStream, content_type: str) -> str:
        """Return the text.

        Raises
        ------
        UnreadableResponseError
            If the body is not in this encoding.
        """
        return _decoded(read_all(stream), self.encoding, content_type)


class CSVDeserializer(SimpleBaseDeserializer):
    """Read CSV into a list of rows, each a list of strings.

    Parameters
    ----------
    encoding
        Name of the text encoding.
    accept
        The MIME type, or types, that the request asks for.
    """

    def __init__(
        self, encoding: str = "utf-8", accept: str | tuple[str, ...] = "text/csv"
    ) -> None:
        super().__init__(accept)
        self.encoding = encoding

    def deserialize(self, stream: ByteStream, content_type: str) -> list[list[str]]:
        """Return the rows; a quoted cell may hold commas and line ends.

        Raises
        ------
        UnreadableResponseError
            If the body is not CSV in this encoding.
        """
        body = read_all(stream)
        text = _decoded(body, self.encoding, content_type)
        try:
            return list(csv.reader(io.StringIO(text, newline="")))
        except csv.Error as error:
            raise unreadable("CSV", error, body, content_type) from None


class JSONDeserializer(SimpleBaseDeserializer):
    """Read JSON, and what Python writes beside it: NaN, Infinity, integers of any size.

    Parameters
    ----------
    accept
        The MIME type, or types, that the request asks for.
    """

    def __init__(self, accept: str | tuple[str, ...] = "application/json") -> None:
        super().__init__(accept)

    def deserialize(self, stream: ByteStream, content_type: str) -> Any:
        """Return the value.

        Raises
        ------
        UnreadableResponseError
            If the body is not JSON.
        """
        body = read_all(stream)
        return json_value(body, body, content_type)


class JSONLinesDeserializer(SimpleBaseDeserializer):
    """Read JSON Lines into a list with one value a line; blank lines are skipped.

    Parameters
    ----------
    accept
        The MIME type, or types, that the request asks for.
    """

    def __init__(self, accept: str | tuple[str, ...] = "application/jsonlines") -> None:
        super().__init__(accept)

    def deserialize(self, stream: ByteStream, content_type: str) -> list[Any]:
        """Return the values.

        Raises
        ------
        UnreadableResponseError
            If a line is not JSON.
        """
        body = read_all(stream)
        lines = (line for line in body.split(b"\n") if line.strip())
        return [json_value(line, body, content_type) for line in lines]


def json_value(text: bytes, body: bytes, content_type: str) -> Any:
    """Return the value of JSON text, which is all or a part of `body`.

    Raises
    ------
    UnreadableResponseError
        If it is not JSON.
    """
    import orjson

    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        pass  # NaN, a lone surrogate, or no JSON at all: the json module tells
    else:
        # orjson turns an integer beyond 64 bits into a float.
        if _LONG_INTEGER not in b" " + text.translate(_NUMBER_SHAPES):
            return value
    try:
        return json.loads(text)
    except (RecursionError, ValueError) as error:
        raise unreadable("JSON", error, body, content_type) from None


def _decoded(body: bytes, encoding: str, content_type: str) -> str:
    try:
        return body.decode(encoding).removeprefix(_BYTE_ORDER_MARK)
    except (LookupError, UnicodeDecodeError) as error:
        raise unreadable("text", error, body, content_type) from None
