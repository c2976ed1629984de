"""AWS's JSON protocols 1.0 and 1.1: bodies to parameters, results to bodies."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any, TypeAlias

import orjson
from botocore.model import ListShape, MapShape, StructureShape

from smnb.local.errors import ServiceError
from smnb.local.protocols import timestamps

if TYPE_CHECKING:
    from botocore.model import Shape

_NOT_FINITE = ("NaN", "Infinity", "-Infinity")
_Json: TypeAlias = Any


def parse(shape: Shape | None, body: bytes) -> dict[str, Any]:
    """Return the modelled parameters in `body`; members AWS does not know are left out.

    Raises
    ------
    ServiceError
        ``SerializationException``: not JSON, or a value of the wrong type.
    """
    try:
        content = orjson.loads(body or b"{}")
    except orjson.JSONDecodeError as error:
        raise _unreadable(f"The request body is not JSON: {error}") from None
    if shape is None:
        return {}
    params: dict[str, Any] = _parse(shape, content, "")
    return params


def render(shape: Shape | None, result: dict[str, Any]) -> bytes:
    """Return `result` as a body; None and empty structures are left out.

    Raises
    ------
    KeyError
        If `result` has a member that the model does not know.
    """
    return b"" if shape is None else orjson.dumps(_render(shape, result))


def _parse(shape: Shape, value: _Json, path: str) -> Any:
    if isinstance(shape, StructureShape):
        return _parse_structure(shape, _typed(value, dict, path), path)
    if isinstance(shape, ListShape):
        return [
            _parse(shape.member, item, f"{path}.{number}.member")
            for number, item in enumerate(_typed(value, list, path), 1)
        ]
    if isinstance(shape, MapShape):
        return {
            key: _parse(shape.value, item, f"{path}.{key}")
            for key, item in _typed(value, dict, path).items()
            if item is not None
        }
    try:
        return _parse_scalar(shape.type_name, value)
    except (ValueError, binascii.Error):
        raise _unreadable(
            f"Value at '{path}' is not of type {shape.type_name}."
        ) from None


def _parse_structure(shape: StructureShape, value: dict[str, _Json], path: str) -> Any:
    params = {}
    for name, member in shape.members.items():
        if (item := value.get(name)) is not None:
            where = name[:1].lower() + name[1:]
            params[name] = _parse(member, item, f"{path}.{where}" if path else where)
    return params


def _parse_scalar(kind: str, value: _Json) -> Any:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if kind == "timestamp":
        return timestamps.parse(value)
    if kind in ("integer", "long") and is_number and value == int(value):
        return int(value)
    if kind in ("float", "double") and (is_number or value in _NOT_FINITE):
        return float(value)
    if kind == "boolean" and isinstance(value, bool):
        return value
    if kind == "blob" and isinstance(value, str):
        return base64.b64decode(value, validate=True)
    if kind == "string" and isinstance(value, str):
        return value
    raise ValueError


def _typed(value: _Json, wanted: type, path: str) -> Any:
    if not isinstance(value, wanted):
        name = "list" if wanted is list else "structure"
        where = f"Value at '{path}'" if path else "The request body"
        raise _unreadable(f"{where} is not of type {name}.")
    return value


def _unreadable(message: str) -> ServiceError:
    return ServiceError("SerializationException", message)


def _render(shape: Shape, value: Any) -> _Json:
    if isinstance(shape, StructureShape):
        return _render_structure(shape, value)
    if isinstance(shape, ListShape):
        return [_render(shape.member, item) for item in value]
    if isinstance(shape, MapShape):
        return {key: _render(shape.value, item) for key, item in value.items()}
    if shape.type_name == "timestamp":
        # To the millisecond, as AWS gives them.
        return round(value.timestamp(), 3)
    if shape.type_name == "blob":
        return base64.b64encode(value).decode()
    return value


def _render_structure(shape: StructureShape, value: dict[str, Any]) -> _Json:
    content = {}
    for name, item in value.items():
        if item is None:
            continue
        member = shape.members[name]
        rendered = _render(member, item)
        # AWS never sends an empty structure, and its SDKs stumble over one.
        if rendered != {} or not isinstance(member, StructureShape):
            content[name] = rendered
    return content
