"""Serializers of JSON and JSON Lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, get_args

from smnb.errors import InvalidInputError
from smnb.serializers._base import SimpleBaseSerializer, refusal
from smnb.serializers._json_text import NanPolicy, json_text, records
from smnb.serializers._kinds import is_a

_NAN_POLICIES: Final = get_args(NanPolicy)


class JSONSerializer(SimpleBaseSerializer):
    """Write a value as JSON.

    Takes what the json module takes, and at any depth numpy arrays and scalars, tensors,
    DataFrames (a list of records), Series, dataclasses, enums, Decimals and integers of
    any size (digit by digit), dates and times (ISO 8601). Bytes, sets and paths are
    refused. The content of a file object is passed on. Text beyond ASCII is written as
    itself, in UTF-8. Text beyond 16 KiB has no blanks between its elements.

    Parameters
    ----------
    content_type
        MIME type that the request carries.
    nan
        What becomes of NaN, infinities and missing values, none of which JSON has:
        ``"raise"`` refuses them, ``"null"`` writes null, ``"NaN"`` writes NaN, Infinity
        and -Infinity, which Python reads although the standard has no such words.

    Raises
    ------
    InvalidInputError
        If `nan` is none of these.

    Examples
    --------
    >>> JSONSerializer().serialize({"x": [1, 2.5, None]})
    '{"x": [1, 2.5, null]}'
    >>> JSONSerializer(nan="null").serialize([float("nan"), 1])
    '[null, 1]'
    """

    def __init__(
        self,
        content_type: str = "application/json",
        *,
        nan: NanPolicy = "raise",
    ) -> None:
        super().__init__(content_type)
        _check(nan)
        self.nan = nan

    def serialize(self, data: Any) -> Any:
        """Return `data` as JSON text.

        Raises
        ------
        InvalidInputError
            If something in `data` has no JSON form; the message says where it stands.
        """
        if hasattr(data, "read"):
            return data.read()
        return json_text(data, nan=self.nan)


class JSONLinesSerializer(SimpleBaseSerializer):
    """Write each element of an iterable as one line of JSON.

    A dict is one line; the rows of a DataFrame or array are one each. Text, bytes and
    the content of a file object are JSON Lines already and are passed on.

    Parameters
    ----------
    content_type
        MIME type that the request carries.
    nan
        What becomes of NaN, as in `JSONSerializer`.

    Examples
    --------
    >>> print(JSONLinesSerializer().serialize([{"x": 1}, {"x": 2}]))
    {"x": 1}
    {"x": 2}
    """

    def __init__(
        self,
        content_type: str = "application/jsonlines",
        *,
        nan: NanPolicy = "raise",
    ) -> None:
        super().__init__(content_type)
        _check(nan)
        self.nan = nan

    def serialize(self, data: Any) -> Any:
        """Return `data` as lines of JSON.

        Raises
        ------
        InvalidInputError
            If `data` cannot be iterated, or an element has no JSON form.
        """
        if isinstance(data, str | bytes):
            return data
        if hasattr(data, "read"):
            return data.read()
        if isinstance(data, Mapping):
            data = [data]
        elif is_a(data, "pandas", "DataFrame"):
            data = records(data)
        if not isinstance(data, Iterable):
            raise refusal(
                data, "JSON Lines", "Pass an iterable: each element is a line."
            )
        return "\n".join(
            json_text(item, nan=self.nan, name=f"line {number}")
            for number, item in enumerate(data, start=1)
        )


def _check(nan: object) -> None:
    if nan not in _NAN_POLICIES:
        raise InvalidInputError(
            f"nan={nan!r} is not one of {', '.join(_NAN_POLICIES)}.",
            hint='nan="null" writes null for NaN; nan="raise" refuses it.',
        )
