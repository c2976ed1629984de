"""Write values as JSON text: orjson's speed, with nothing lost or changed on the way.

Rule: a value is written exactly, or refused with the place where it stands.
"""

from __future__ import annotations

import dataclasses
import json
import math
import os
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from functools import singledispatch
from typing import Any, Final, Literal
from uuid import UUID

from smnb.errors import InvalidInputError
from smnb.serializers._kinds import is_a, is_array, is_missing

NanPolicy = Literal["raise", "null", "NaN"]

# The place of a value: the place of what holds it, and its key or index there.
_Place = tuple[Any, object] | None

_ORJSON_INTEGERS: Final = range(-(2**63), 2**64)
_DOUBLE_BYTES: Final = 8
_READABLE_BYTES: Final = 16 * 1024
_NEVER_NAN: Final = frozenset((str, int, bool, type(None)))
_HINTS: Final = (
    ((bytes, bytearray, memoryview), "Decode it to text, or pass the bytes alone."),
    ((set, frozenset), "A set has no order: pass sorted(...) or list(...)."),
    (
        (os.PathLike,),
        "Pass the path alone to send its file, str(path) to send its name.",
    ),
    ((timedelta,), "Pass its .total_seconds()."),
    ((complex,), "Pass its real and its imaginary part."),
    (
        (object,),
        "Pass numbers, text, lists, dicts, arrays, or choose another serializer=.",
    ),
)


def json_text(data: Any, *, nan: NanPolicy, name: str = "value") -> str:
    """Return `data` as JSON.

    Parameters
    ----------
    nan
        What becomes of NaN, infinities and missing values.
    name
        What messages call `data`.

    Raises
    ------
    InvalidInputError
        If something in `data` has no JSON form.
    """
    import orjson

    try:
        written = orjson.dumps(data, _standard, orjson.OPT_PASSTHROUGH_DATACLASS)
    except TypeError:  # which value it was, the strict way says
        return _strict_text(data, nan, name)
    # orjson writes null for NaN. No number holds an "n": most long arrays stop there.
    has_null = b"n" in written and b"null" in written
    if nan != "null" and has_null and not _is_plain(data):
        return _strict_text(data, nan, name)
    return _readable(written).decode()


def records(frame: Any) -> list[dict[Any, Any]]:
    """Return the rows of a DataFrame, each as a dict by column name.

    Raises
    ------
    InvalidInputError
        If two columns have one name: a record can hold only one of them.
    """
    if not frame.columns.is_unique:
        raise InvalidInputError(
            "Two columns of the DataFrame have the same name.",
            hint="Rename one of them, or send CSV, which has no names.",
        )
    columns = [frame[name].tolist() for name in frame.columns]
    return [
        dict(zip(frame.columns, row, strict=True)) for row in zip(*columns, strict=True)
    ]


def _strict_text(data: Any, nan: NanPolicy, name: str) -> str:
    import orjson

    try:
        plain = _Strict(nan, name).plain(data, None)
        written = orjson.dumps(plain, _standard)
    except (RecursionError, TypeError) as error:
        raise InvalidInputError(
            f"{name} cannot be written as JSON: {error}.",
            hint="JSON nests at most 254 levels deep, and nothing in it contains itself.",
        ) from None
    return _readable(written).decode()


def _is_plain(value: Any) -> bool:
    """Tell quickly whether each null that orjson wrote for `value` stands for None."""
    if type(value) is dict:
        value = value.values()
    elif type(value) not in (list, tuple):
        return value is None
    for item in value:
        kind = type(item)
        if kind is float:
            if not math.isfinite(item):
                return False
        elif kind not in _NEVER_NAN and not _is_plain(item):
            return False
    return True


def _readable(compact: bytes) -> bytes:
    """Add the blanks that the json module writes, unless the text is long."""
    if len(compact) > _READABLE_BYTES:
        return compact
    # Control characters are always escaped in JSON, so these two are free to stand in.
    hidden = compact.replace(rb"\\", b"\x00").replace(rb"\"", b"\x01")
    parts = hidden.split(b'"')
    for index in range(0, len(parts), 2):  # the others were in quotes
        parts[index] = parts[index].replace(b",", b", ").replace(b":", b": ")
    return b'"'.join(parts).replace(b"\x01", rb"\"").replace(b"\x00", rb"\\")


class _Strict:
    """Put in plain words what orjson refuses or would silently change."""

    def __init__(self, nan: NanPolicy, name: str) -> None:
        self._nan = nan
        self._name = name
        self._converters: dict[type, Callable[[Any, _Place], Any]] = {
            str: self._text,
            int: self._integer,
            float: self._float,
            dict: self._dict,
            list: self._list,
            tuple: self._list,
        }
        self._same = {type(None), bool, datetime, date, time, UUID}

    def plain(self, value: Any, place: _Place) -> Any:
        """Return `value` in types that orjson writes exactly."""
        kind = type(value)
        if kind in self._same:
            return value
        convert = self._converters.get(kind)
        if convert is None:
            bases = (
                convert
                for base, convert in self._converters.items()
                if isinstance(value, base)
            )
            convert = next(bases, self._other)
        return convert(value, place)

    def _text(self, value: str, _place: _Place) -> Any:
        try:
            value.encode()
        except UnicodeEncodeError:  # half a surrogate pair can only stand escaped
            return _verbatim(json.dumps(value))
        return value

    def _integer(self, value: int, _place: _Place) -> Any:
        return value if value in _ORJSON_INTEGERS else _verbatim(int.__repr__(value))

    def _float(self, value: float, place: _Place) -> Any:
        if math.isfinite(value):
            return float(value)
        if self._nan == "null":
            return None
        if self._nan == "NaN":
            return _verbatim(json.dumps(float(value)))
        raise InvalidInputError(
            f"{self._where(place)} is {float(value)}, which JSON does not have.",
            hint='Fill it, or choose JSONSerializer(nan="null") or nan="NaN".',
        )

    def _list(self, value: list[Any], place: _Place) -> list[Any]:
        return [self.plain(item, (place, index)) for index, item in enumerate(value)]

    def _dict(self, value: dict[Any, Any], place: _Place) -> dict[str, Any]:
        plain = {
            self._key(key, place): self.plain(item, (place, key))
            for key, item in value.items()
        }
        if len(plain) < len(value):
            raise InvalidInputError(
                f"{self._where(place)} has keys that JSON cannot tell apart, such as 1 and '1'.",
                hint="Rename one of them.",
            )
        return plain

    def _key(self, key: Any, place: _Place) -> str:
        if is_a(key, "numpy", "generic"):
            key = key.tolist()
        if isinstance(key, str):
            return str.__str__(key)
        if key is None or isinstance(key, int | float):
            return json.dumps(key)
        raise InvalidInputError(
            f"{self._where(place)} has the key {key!r}, a {type(key).__name__}.",
            hint="Keys in JSON are text: use str(key).",
        )

    def _other(self, value: Any, place: _Place) -> Any:
        if isinstance(value, Enum):
            return self.plain(value.value, place)
        import orjson

        if is_array(value) and value.dtype.kind == "f":
            import numpy as np

            if not np.isfinite(value).all():
                return self.plain(value.tolist(), place)
        try:
            standard = _standard(value)
        except TypeError as error:
            hint = next(hint for kinds, hint in _HINTS if isinstance(value, kinds))
            raise InvalidInputError(
                f"{self._where(place)} is {error}, which has no JSON form.", hint=hint
            ) from None
        return (
            standard
            if isinstance(standard, orjson.Fragment)
            else self.plain(standard, place)
        )

    def _where(self, place: _Place) -> str:
        keys = []
        while place is not None:
            place, key = place
            keys.append(f"[{key!r}]")
        return self._name + "".join(reversed(keys))


@singledispatch
def _standard(value: Any) -> Any:
    """Return `value` in a form that orjson writes; missing values become NaN."""
    if is_missing(value):
        return math.nan
    if is_array(value):
        return _standard_array(value)
    if is_a(value, "pandas", "DataFrame"):
        return records(value)
    if is_a(value, "numpy", "datetime64"):
        return str(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: getattr(value, field.name)
            for field in dataclasses.fields(value)
        }
    if hasattr(value, "tolist") and not is_a(
        value, "numpy", "longdouble", "timedelta64"
    ):
        return value.tolist()
    raise TypeError(f"of type {type(value).__name__}")


@_standard.register
def _(value: float) -> float:
    return float(value)


@_standard.register
def _(value: Decimal) -> Any:
    return _verbatim(str(value)) if value.is_finite() else float(value)


@_standard.register
def _(value: datetime) -> Any:
    return math.nan if is_missing(value) else value.isoformat()


@_standard.register
def _(value: tuple) -> list[Any]:  # type: ignore[type-arg]
    return list(value)


@_standard.register
def _(value: Mapping) -> dict[Any, Any]:  # type: ignore[type-arg]
    return dict(value)


def _standard_array(array: Any) -> Any:
    """Return JSON of a numeric array, or a list for other arrays."""
    import numpy as np
    import orjson

    kind = array.dtype.kind
    if kind == "M":
        texts = np.datetime_as_string(array).astype(object)
        texts[np.isnat(array)] = math.nan
        return texts.tolist()
    if kind in "OUV" or (array.ndim == 0 and kind in "iufb"):
        return array.tolist()
    if kind not in "iufb" or array.dtype.itemsize > _DOUBLE_BYTES:
        raise TypeError(f"an array of {array.dtype}")
    # Doubles, since orjson writes 0.1 for the float32 0.10000000149011612.
    dtype = np.float64 if kind == "f" else array.dtype.newbyteorder("=")
    native = np.ascontiguousarray(array, dtype)
    return orjson.Fragment(orjson.dumps(native, option=orjson.OPT_SERIALIZE_NUMPY))


def _verbatim(text: str) -> Any:
    import orjson

    return orjson.Fragment(text)
