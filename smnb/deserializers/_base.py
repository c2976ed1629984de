"""What every deserializer is: the content types it asks for and a method."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, Protocol

from smnb.errors import UnreadableResponseError

_SHOWN_BYTES = 80


class ByteStream(Protocol):
    """The body of an answer: what botocore's StreamingBody and io.BytesIO have in common."""

    def read(self) -> bytes:
        """Return everything that is left."""

    def close(self) -> object:
        """Release the connection."""


class BaseDeserializer(ABC):
    """Base of deserializers whose content types are fixed."""

    @property
    @abstractmethod
    def ACCEPT(self) -> tuple[str, ...]:  # noqa: N802  the name is the interface
        """MIME types that the request asks for."""

    @abstractmethod
    def deserialize(self, stream: ByteStream, content_type: str) -> Any:
        """Decode an answer, and close its stream.

        Parameters
        ----------
        stream
            The body of the answer.
        content_type
            The MIME type that the model gave it.

        Raises
        ------
        UnreadableResponseError
            If the body is not what the content type says; it keeps the body. It is also
            a ValueError.
        """


class SimpleBaseDeserializer(BaseDeserializer):
    """Base of deserializers whose content types can be chosen.

    Parameters
    ----------
    accept
        The MIME type, or types, that the request asks for.
    """

    def __init__(self, accept: str | tuple[str, ...] = "*/*") -> None:
        self.accept = accept

    @property
    def ACCEPT(self) -> tuple[str, ...]:  # noqa: N802  the name is the interface
        """MIME types that the request asks for; follows `accept`."""
        return (self.accept,) if isinstance(self.accept, str) else self.accept


def read_all(stream: ByteStream) -> bytes:
    """Return the whole body, and close the stream whatever happens."""
    try:
        return stream.read()
    finally:
        stream.close()


def media_type_of(content_type: str) -> str:
    """Return a content type without its parameters.

    Examples
    --------
    >>> media_type_of("Text/CSV; charset=utf-8")
    'text/csv'
    """
    return content_type.partition(";")[0].strip().lower()


def unreadable(
    form: str, reason: object, body: bytes, content_type: str
) -> UnreadableResponseError:
    """Return the error for a body that is not of a form.

    Parameters
    ----------
    form
        What was expected, for example ``"JSON"``.
    reason
        Why it is not that, as a sentence.
    """
    shown = repr(body[:_SHOWN_BYTES]) + ("..." if len(body) > _SHOWN_BYTES else "")
    cause = str(reason).rstrip(".")
    return UnreadableResponseError(
        f"{cause[:1].upper()}{cause[1:]}. So the answer cannot be read as {form}; "
        f"it is {len(body)} bytes of {content_type or 'no type'}: {shown}",
        hint="All of it is in this error's .body; BytesDeserializer() reads anything.",
        body=body,
        content_type=content_type,
    )
