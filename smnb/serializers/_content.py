"""Serializers of content that has its form already: bytes, text and files."""

from __future__ import annotations

import os
from typing import Any

from smnb.errors import InvalidInputError
from smnb.serializers._base import SimpleBaseSerializer, refusal


class IdentitySerializer(SimpleBaseSerializer):
    """Return the data as it is.

    Parameters
    ----------
    content_type
        MIME type that the request carries.

    Examples
    --------
    >>> IdentitySerializer("text/csv").serialize(b"1,2")
    b'1,2'
    """

    def __init__(self, content_type: str = "application/octet-stream") -> None:
        super().__init__(content_type)

    def serialize(self, data: Any) -> Any:
        """Return `data`."""
        return data


class StringSerializer(SimpleBaseSerializer):
    """Encode text in UTF-8.

    Parameters
    ----------
    content_type
        MIME type that the request carries.
    """

    def __init__(self, content_type: str = "text/plain") -> None:
        super().__init__(content_type)

    def serialize(self, data: Any) -> bytes:
        """Return the text as bytes.

        Raises
        ------
        InvalidInputError
            If `data` is not a string.
        """
        if isinstance(data, str):
            return data.encode()
        raise refusal(data, "text", "Pass a str, or choose another serializer=.")


class LibSVMSerializer(SimpleBaseSerializer):
    """Pass on text that is in the LibSVM format: ``label index:value index:value``.

    Parameters
    ----------
    content_type
        MIME type that the request carries.
    """

    def __init__(self, content_type: str = "text/libsvm") -> None:
        super().__init__(content_type)

    def serialize(self, data: Any) -> Any:
        """Return the text, or the content of a file object.

        Raises
        ------
        InvalidInputError
            If `data` is anything else.
        """
        if isinstance(data, str | bytes):
            return data
        if hasattr(data, "read"):
            return data.read()
        raise refusal(
            data, "LibSVM", "Pass text: sklearn.datasets.dump_svmlight_file writes it."
        )


class DataSerializer(SimpleBaseSerializer):
    """Return the bytes of a file, or bytes as they are.

    Parameters
    ----------
    content_type
        MIME type that the request carries.
    """

    def __init__(self, content_type: str = "file-path/raw-bytes") -> None:
        super().__init__(content_type)

    def serialize(self, data: Any) -> bytes:
        """Return the content of `data`.

        Parameters
        ----------
        data
            A path (str or PathLike), bytes, a file object, or a dict that holds one of
            these under ``"data"``.

        Raises
        ------
        InvalidInputError
            If it is none of these, or the file cannot be read.
        """
        return content_of(
            data["data"] if isinstance(data, dict) and "data" in data else data
        )


def content_of(data: Any) -> bytes:
    """Return the bytes of a path, a file object, or bytes."""
    if isinstance(data, bytes | bytearray | memoryview):
        return bytes(data)
    if hasattr(data, "read"):
        content = data.read()
        return content.encode() if isinstance(content, str) else bytes(content)
    if not isinstance(data, str | os.PathLike):
        raise refusal(data, "bytes", "Pass a path, bytes, or a file object.")
    try:
        with open(data, "rb") as file:  # noqa: PTH123  a str is a path here as well
            return file.read()
    except (OSError, ValueError) as error:
        raise InvalidInputError(
            f"The file {os.fspath(data)!r} cannot be read: {error}.",
            hint="Check the path; a relative one starts at the working directory.",
        ) from None
