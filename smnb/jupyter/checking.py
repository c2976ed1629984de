"""Check what came from outside against a shape of `shapes`, before anything uses it."""

from __future__ import annotations

import math
import types
import typing
from typing import Any

_ANY_OF = (types.UnionType, typing.Union)
_EXACT: dict[Any, tuple[type, ...]] = {
    str: (str,),
    int: (int,),
    float: (int, float),
    bool: (bool,),
    types.NoneType: (types.NoneType,),
}


class ShapeError(ValueError):
    """The value is not of the shape; the message names the place and what is there."""


def check(value: object, shape: Any, place: str = "args") -> None:
    """Raise `ShapeError` unless `value` is of `shape`.

    Parameters
    ----------
    shape
        A TypedDict whose keys are all required, a list, a union, a Literal, or str,
        int, float, bool or None. A number is finite, and a bool is none.
    place
        What messages call the value.

    Examples
    --------
    >>> check([1, 2], list[int])
    >>> from smnb.jupyter.shapes import OfEndpoint
    >>> check({"name": 1}, OfEndpoint)
    Traceback (most recent call last):
    smnb.jupyter.checking.ShapeError: args.name is a number, and must be text
    """
    origin = typing.get_origin(shape)
    if typing.is_typeddict(shape):
        _check_fields(value, shape, place)
    elif origin in _ANY_OF:
        _check_any(value, shape, place)
    elif origin is list:
        if not isinstance(value, list):
            raise _wrong(value, shape, place)
        (inner,) = typing.get_args(shape)
        for index, item in enumerate(value):
            check(item, inner, f"{place}[{index}]")
    elif origin is typing.Literal:
        if value not in typing.get_args(shape) or isinstance(value, bool):
            raise _wrong(value, shape, place)
    elif type(value) not in _EXACT[shape] or _is_endless(value):
        raise _wrong(value, shape, place)


def _check_fields(value: object, shape: Any, place: str) -> None:
    if not isinstance(value, dict):
        raise _wrong(value, shape, place)
    fields = typing.get_type_hints(shape)
    for name in value:
        if name not in fields:
            raise ShapeError(f"{place} has {name!r:.40}, which nothing reads")
    for name, kind in fields.items():
        if name not in value:
            raise ShapeError(f"{place} has no {name}")
        check(value[name], kind, f"{place}.{name}")


def _check_any(value: object, shape: Any, place: str) -> None:
    """Accept what is of one kind; of a dict, say what is wrong with the likeliest."""
    likeliest: ShapeError | None = None
    for kind in typing.get_args(shape):
        try:
            check(value, kind, place)
        except ShapeError as error:
            if _is_meant(value, kind):
                likeliest = error
        else:
            return
    raise likeliest or _wrong(value, shape, place)


def _is_meant(value: object, kind: Any) -> bool:
    """Whether a dict says by its `kind` that it is to be of this shape."""
    if not isinstance(value, dict) or not typing.is_typeddict(kind):
        return False
    allowed = typing.get_args(typing.get_type_hints(kind).get("kind"))
    return not allowed or value.get("kind") in allowed


def _is_endless(value: object) -> bool:
    return isinstance(value, float) and not math.isfinite(value)


def _wrong(value: object, shape: Any, place: str) -> ShapeError:
    return ShapeError(f"{place} is {_found(value)}, and must be {_wanted(shape)}")


def _found(value: object) -> str:
    if isinstance(value, str):
        return f"{value!r:.40}"
    if value is None:
        return "nothing"
    words: dict[type, str] = {bool: "yes or no", dict: "an object", list: "a list"}
    return words.get(type(value), "a number")


def _wanted(shape: Any) -> str:
    if typing.get_origin(shape) is typing.Literal:
        return f"one of {', '.join(map(str, typing.get_args(shape)))}"
    if typing.get_origin(shape) in _ANY_OF:
        return " or ".join(_wanted(kind) for kind in typing.get_args(shape))
    if typing.get_origin(shape) is list:
        return "a list"
    words = {str: "text", int: "a whole number", float: "a number", bool: "yes or no"}
    return words.get(shape, "nothing" if shape is types.NoneType else "an object")
