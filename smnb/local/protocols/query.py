"""AWS's query protocol, as STS, IAM and CloudWatch speak it: a form in, XML out."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from botocore.model import ListShape, MapShape, StructureShape

from smnb.local.errors import ServiceError
from smnb.local.protocols import timestamps, xml

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from botocore.model import OperationModel, Shape


@dataclass
class _Node:
    """A point in the tree that keys such as ``a.member.1`` describe."""

    text: str = ""
    parts: dict[str, _Node] = field(default_factory=dict)


def read_form(body: bytes) -> dict[str, str]:
    """Return the pairs of a form-encoded body."""
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True))
    except ValueError as error:
        raise _malformed(str(error)) from None


def parse(shape: Shape | None, form: Mapping[str, str]) -> dict[str, Any]:
    """Return the modelled parameters in `form`; others are left out.

    Raises
    ------
    ServiceError
        ``MalformedInput``: a value of the wrong type, or a map's entry without a key.
    """
    root = _Node()
    for key, value in form.items():
        node = root
        for part in key.split("."):
            node = node.parts.setdefault(part, _Node())
        node.text = value
    params: dict[str, Any] = {} if shape is None else _parse(shape, root)
    return params


def render(operation: OperationModel, result: dict[str, Any], request_id: str) -> bytes:
    """Return `result` in the query protocol's envelope; None is left out.

    Raises
    ------
    KeyError
        If `result` has a member that the model does not know.
    """
    name, shape = operation.name, operation.output_shape
    content = ""
    if shape is not None:
        content = f"<{name}Result>{_render(shape, result)}</{name}Result>"
    return (
        f"{xml.DECLARATION}"
        f'<{name}Response xmlns="{operation.service_model.metadata["xmlNamespace"]}">'
        f"{content}"
        f"<ResponseMetadata><RequestId>{request_id}</RequestId></ResponseMetadata>"
        f"</{name}Response>"
    ).encode()


def _parse(shape: Shape, node: _Node) -> Any:
    if isinstance(shape, StructureShape):
        return {
            name: _parse(member, node.parts[name])
            for name, member in shape.members.items()
            if name in node.parts
        }
    if isinstance(shape, ListShape):
        return [_parse(shape.member, item) for item in _items(node, "member")]
    if isinstance(shape, MapShape):
        entries = [entry.parts for entry in _items(node, "entry")]
        if not all("key" in entry and "value" in entry for entry in entries):
            raise _malformed("An entry of a map lacks its key or its value.")
        return {
            _parse(shape.key, entry["key"]): _parse(shape.value, entry["value"])
            for entry in entries
        }
    return _parse_scalar(shape.type_name, node.text)


def _items(node: _Node, name: str) -> list[_Node]:
    """Return what is numbered under the part called `name`, in order."""
    numbered = node.parts.get(name, _Node()).parts
    return [numbered[key] for key in sorted(filter(str.isdecimal, numbered), key=int)]


def _parse_scalar(kind: str, value: str) -> Any:
    try:
        if kind == "timestamp":
            return timestamps.parse(value)
        if kind in ("integer", "long"):
            return int(value)
        if kind in ("float", "double"):
            return float(value)
        if kind == "blob":
            return base64.b64decode(value, validate=True)
    except ValueError:
        raise _malformed(f"{value!r} is not of type {kind}.") from None
    return value == "true" if kind == "boolean" else value


def _malformed(message: str) -> ServiceError:
    return ServiceError("MalformedInput", message)


def _render(shape: Shape, value: Any) -> str:
    """Return `value` as the content of its element."""
    if isinstance(shape, StructureShape):
        return "".join(
            f"<{name}>{_render(shape.members[name], item)}</{name}>"
            for name, item in value.items()
            # AWS never sends an empty structure.
            if item is not None and item != {}
        )
    if isinstance(shape, ListShape):
        items = [_render(shape.member, item) for item in value]
        return "".join(f"<member>{item}</member>" for item in items)
    if isinstance(shape, MapShape):
        return "".join(
            f"<entry><key>{_render(shape.key, key)}</key>"
            f"<value>{_render(shape.value, item)}</value></entry>"
            for key, item in value.items()
        )
    return xml.text(_render_scalar(value))


def _render_scalar(value: str | float | bytes | datetime) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, (str, int, float)):
        return str(value)
    return timestamps.iso8601(value)
