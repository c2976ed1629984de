"""Turn a Python value into a payload of a content type that the model takes."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from smnb import serializers
from smnb._payload import Payload
from smnb._sniff import sniff
from smnb.errors import InvalidInputError, NotFoundError

if TYPE_CHECKING:
    from smnb.serializers import BaseSerializer

_HEAD_BYTES = 4096
_LONGEST_PATH = 1024
_UNKNOWN_TYPE = "application/octet-stream"


def encode(
    value: Any,
    *,
    accepts: tuple[str, ...] | None,
    content_type: str | None = None,
    serializer: BaseSerializer | None = None,
) -> Payload:
    """Encode `value` for the model.

    Parameters
    ----------
    accepts
        Content types that the model declares; None if it declares none. A value is
        encoded as one of these where that is possible: a PNG file becomes a JPEG for
        a model that takes JPEG.
    content_type
        The caller's wish; it wins over `accepts`.
    serializer
        The caller's own; it wins over everything.

    Raises
    ------
    NotFoundError
        If the value is a path, and there is no such file.
    InvalidInputError
        If the value cannot be encoded.
    """
    if serializer is not None:
        return _serialized(value, serializer, content_type)
    path = _as_path(value)
    if path is not None:
        return _file(path, accepts, content_type)
    if hasattr(value, "read") and not hasattr(value, "getpixel"):
        value = value.read()
    if isinstance(value, bytes | bytearray | memoryview) and content_type is not None:
        return Payload.of_bytes(bytes(value), content_type, "bytes")
    return _serialized(value, _choose(value, accepts, content_type), content_type)


def _as_path(value: Any) -> Path | None:
    """Return the file that `value` names, if it names one."""
    if isinstance(value, os.PathLike):
        return _existing(Path(os.fspath(value)).expanduser())
    if not isinstance(value, str) or len(value) > _LONGEST_PATH or "\n" in value:
        return None
    path = Path(value).expanduser()
    try:
        if path.is_file():
            return path
    except (OSError, ValueError):  # too long a name, or a NUL: text, not a path
        return None
    # A known suffix says that a file was meant; anything else is text.
    if sniff(b"", value) not in (None, _UNKNOWN_TYPE) and " " not in path.suffix:
        return _existing(path)
    return None


def _existing(path: Path) -> Path:
    if path.is_dir():
        raise InvalidInputError(
            f"{path} is a folder, and a request holds one file.",
            hint="Name a file of it; ep.map(folder) sends all videos in it.",
        )
    if not path.is_file():
        raise NotFoundError(
            f"There is no file {path}.",
            hint=f"Relative paths start at {Path.cwd()}.",
        )
    return path


def _file(
    path: Path, accepts: tuple[str, ...] | None, content_type: str | None
) -> Payload:
    """Name the file by its type; only an image of an unwanted type is read."""
    if content_type is not None:
        return Payload.of_file(path, content_type)
    with path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    found = sniff(head, path.name) or _UNKNOWN_TYPE
    if accepts is not None and found.startswith("image/") and found not in accepts:
        for wanted in accepts:
            if wanted.startswith("image/"):
                content = serializers.ImageSerializer(wanted).serialize(path)
                return Payload.of_bytes(content, wanted, path.name)
    return Payload.of_file(path, found)


def _choose(
    value: Any, accepts: tuple[str, ...] | None, content_type: str | None
) -> BaseSerializer:
    """Return the serializer that comes first for the value and suits the model."""
    if content_type is not None:
        return serializers.for_value(value, content_type)
    usual = serializers.for_value(value)
    if accepts is None or _type_of(usual) in accepts:
        return usual
    for wanted in accepts:
        try:
            return serializers.for_value(value, wanted)
        except InvalidInputError:
            continue
    return usual  # the route will say that the model does not take it


def _serialized(
    value: Any, serializer: BaseSerializer, content_type: str | None
) -> Payload:
    content = serializer.serialize(value)
    if hasattr(content, "read"):
        content = content.read()
    if isinstance(content, str):
        content = content.encode()
    label = type(value).__name__
    return Payload.of_bytes(bytes(content), content_type or _type_of(serializer), label)


def _type_of(serializer: BaseSerializer) -> str:
    return str(getattr(serializer, "content_type", serializer.CONTENT_TYPE))
