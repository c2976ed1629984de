"""What every serializer is: a content type and a method."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from smnb.errors import InvalidInputError


class BaseSerializer(ABC):
    """Base of serializers whose content type is fixed."""

    @property
    @abstractmethod
    def CONTENT_TYPE(self) -> str:  # noqa: N802  the name is the interface
        """MIME type of what `serialize` returns."""

    @abstractmethod
    def serialize(self, data: Any) -> Any:
        """Encode a value.

        Returns
        -------
        str, bytes or binary file object
            The body of the request; text is sent as UTF-8.

        Raises
        ------
        InvalidInputError
            If the value has no such form. It is also a ValueError.
        """


class SimpleBaseSerializer(BaseSerializer):
    """Base of serializers whose content type can be chosen.

    Parameters
    ----------
    content_type
        MIME type that the request carries; the encoding does not depend on it unless
        the serializer says so.
    """

    def __init__(self, content_type: str = "application/json") -> None:
        if not isinstance(content_type, str):
            raise InvalidInputError(
                f"content_type must be a string, not {content_type!r}.",
                hint='Name a MIME type, for example "application/json" or "text/csv".',
            )
        self.content_type = content_type

    @property
    def CONTENT_TYPE(self) -> str:  # noqa: N802  the name is the interface
        """MIME type of what `serialize` returns; follows `content_type`."""
        return self.content_type


def refusal(data: Any, form: str, hint: str) -> InvalidInputError:
    """Return the error for a value that has no such form."""
    return InvalidInputError(
        f"A value of type {type(data).__name__} cannot be written as {form}.", hint=hint
    )
