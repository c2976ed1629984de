"""Choose the serializer for a value, by its kind and the content type that is wished for."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from smnb._sniff import HEAD_BYTES, sniff
from smnb.errors import InvalidInputError
from smnb.serializers._arrays import (
    NumpySerializer,
    SparseMatrixSerializer,
    TorchTensorSerializer,
)
from smnb.serializers._content import DataSerializer, StringSerializer
from smnb.serializers._csv import CSVSerializer
from smnb.serializers._image import ALIASES, IMAGE_TYPES, ImageSerializer
from smnb.serializers._json import JSONLinesSerializer, JSONSerializer
from smnb.serializers._kinds import is_a, is_array
from smnb.serializers._record import RecordSerializer
from smnb.serializers._video import VideoSerializer, is_video

if TYPE_CHECKING:
    from smnb.serializers._base import BaseSerializer

_ANY_BYTES: Final = "application/octet-stream"
_WRAPPERS: Final = (None, _ANY_BYTES, "application/zip", "application/gzip")

_LIBRARY_KINDS: Final = (
    ("picture", "PIL.Image", ("Image",)),
    ("table", "pandas", ("DataFrame", "Series")),
    ("sparse", "scipy.sparse", ("spmatrix", "sparray")),
    ("tensor", "torch", ("Tensor",)),
    ("object", "numpy", ("generic",)),
)
_PLAIN_KINDS: Final = (
    ("content", (bytes, bytearray, memoryview, os.PathLike)),
    ("text", (str,)),
    ("rows", (list, tuple)),
    ("object", (type(None), bool, int, float, Mapping, Enum)),
    ("object", (Decimal, datetime, date, time, UUID)),
)
_ARRAYS: Final = {"array", "grey", "pixels"}


def _npy(content_type: str) -> BaseSerializer:
    return NumpySerializer(content_type=content_type)


# Which kinds of values each content type can carry, and what writes it.
_JSON: Final = ({*_ARRAYS, "tensor", "table", "text", "rows", "object"}, JSONSerializer)
_LINES: Final = ({*_ARRAYS, "table", "text", "rows", "object"}, JSONLinesSerializer)
_IMAGE: Final = ({"picture", "pixels", "grey"}, ImageSerializer)
_WRITERS: Final[dict[str, tuple[set[str], Callable[[str], BaseSerializer]]]] = {
    "application/json": _JSON,
    "application/jsonlines": _LINES,
    "application/jsonl": _LINES,
    "application/x-jsonlines": _LINES,
    "application/x-ndjson": _LINES,
    "text/csv": ({*_ARRAYS, "tensor", "table", "text", "rows"}, CSVSerializer),
    "application/x-npy": ({*_ARRAYS, "table", "rows"}, _npy),
    "application/x-npz": ({"sparse"}, SparseMatrixSerializer),
    "application/x-recordio-protobuf": ({*_ARRAYS, "sparse"}, RecordSerializer),
    "tensor/pt": ({"tensor"}, TorchTensorSerializer),
    **dict.fromkeys((*IMAGE_TYPES, *ALIASES), _IMAGE),
}


def for_value(value: Any, content_type: str | None = None) -> BaseSerializer:
    """Return the serializer that `invoke` uses for `value`.

    =======================================================  ==========================
    value                                                    sent as
    =======================================================  ==========================
    dict, list, tuple, text, number, None, date, dataclass   application/json
    pandas DataFrame, Series                                 text/csv
    PIL image                                                image/jpeg; image/png if it
                                                             has transparency or more
                                                             than 8 bits
    numpy uint8 array (height, width, 3)                     image/jpeg
    numpy uint8 array (height, width, 4)                     image/png
    any other numpy array                                    application/x-npy
    scipy sparse matrix                                      application/x-npz
    torch tensor                                             tensor/pt
    bytes, file object, path (also as text, if there is      its own type, untouched;
    such a file)                                             application/octet-stream
                                                             if it is not recognised
    =======================================================  ==========================

    A grey image in an array, (height, width), is sent as npy unless an image type is
    wished for: it cannot be told from a table. Text from people you do not trust might
    name a file: choose its serializer yourself, ``JSONSerializer()`` for example.

    Parameters
    ----------
    content_type
        The type wished for, where the value has such a form: ``"text/csv"`` for a list,
        ``"image/png"`` for an array. Text goes as any type that is not binary; bytes and
        files as any type that their signature does not contradict. Images are converted.

    Raises
    ------
    InvalidInputError
        If no serializer takes the value, or none writes it as `content_type`.

    Examples
    --------
    >>> for_value({"x": 1}).CONTENT_TYPE
    'application/json'
    >>> for_value([[1, 2]], "text/csv").serialize([[1, 2]])
    '1,2'
    """
    kind = _kind(value)
    if kind == "content":
        return _for_content(value, content_type)
    if content_type is None:
        return _usual(kind, value)
    media_type = content_type.partition(";")[0].strip().lower()
    kinds, make = _WRITERS.get(media_type) or _by_pattern(media_type)
    if kind not in kinds:
        raise _mismatch(f"A value of type {type(value).__name__}", content_type)
    return make(media_type if make is ImageSerializer else content_type)


def _by_pattern(media_type: str) -> tuple[set[str], Callable[[str], BaseSerializer]]:
    if media_type.endswith("+json"):
        return _JSON
    binary = media_type.startswith(
        ("multipart/", "image/", "video/", "audio/", _ANY_BYTES)
    )
    return (set() if binary else {"text"}), StringSerializer


def _usual(kind: str, value: Any) -> BaseSerializer:
    if kind == "picture":
        wide = value.mode.startswith(("I", "F"))
        return ImageSerializer(
            "image/png" if wide or value.has_transparency_data else "image/jpeg"
        )
    if kind == "pixels":
        return ImageSerializer("image/jpeg" if value.shape[2] == 3 else "image/png")  # noqa: PLR2004
    usual: dict[str, Callable[[], BaseSerializer]] = {
        "array": NumpySerializer,
        "grey": NumpySerializer,
        "sparse": SparseMatrixSerializer,
        "tensor": TorchTensorSerializer,
        "table": CSVSerializer,
    }
    return usual.get(kind, JSONSerializer)()


def _kind(value: Any) -> str:
    if is_array(value):
        return _array_kind(value)
    for kind, module, names in _LIBRARY_KINDS:
        if is_a(value, module, *names):
            return kind
    if hasattr(value, "read") or (isinstance(value, str) and _names_file(value)):
        return "content"
    for kind, classes in _PLAIN_KINDS:
        if isinstance(value, classes):
            return kind
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return "object"
    raise InvalidInputError(
        f"There is no serializer for a value of type {type(value).__name__}.",
        hint="Make it a list, a dict, an array or bytes; or pass serializer=, any object "
        "with CONTENT_TYPE and serialize(data).",
    )


def _array_kind(array: Any) -> str:
    if array.dtype.kind in "OV":
        return "rows"
    if array.dtype == "uint8" and array.ndim == 3 and array.shape[2] in (3, 4):  # noqa: PLR2004
        return "pixels"
    return "grey" if array.ndim == 2 and array.dtype in ("uint8", "uint16") else "array"  # noqa: PLR2004


def _names_file(text: str) -> bool:
    try:
        return os.path.isfile(text)  # noqa: PTH113  text of any length and content
    except ValueError:
        return False


def _for_content(value: Any, content_type: str | None) -> BaseSerializer:
    head, name = _head(value)
    if content_type is None:
        return _usual_content(sniff(head, name) or _ANY_BYTES)
    media_type = content_type.partition(";")[0].strip().lower()
    found = sniff(head)
    if media_type in IMAGE_TYPES or media_type in ALIASES:
        if found in IMAGE_TYPES:
            return ImageSerializer(media_type)
    elif is_video(media_type) and is_video(found):
        return VideoSerializer(content_type)
    elif media_type == _ANY_BYTES or found in (*_WRAPPERS, media_type):
        return DataSerializer(content_type)
    raise _mismatch(f"Content of {found or 'an unknown type'}", content_type)


def _usual_content(found: str) -> BaseSerializer:
    if found in IMAGE_TYPES:
        return ImageSerializer(found)
    return VideoSerializer(found) if is_video(found) else DataSerializer(found)


def _head(value: Any) -> tuple[bytes, str]:
    """Return the first bytes of some content, and its name if it has one."""
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value[:HEAD_BYTES]), ""
    if not hasattr(value, "read"):
        try:
            with open(value, "rb") as file:  # noqa: PTH123  text is a path here as well
                return file.read(HEAD_BYTES), os.fspath(value)
        except OSError as error:
            raise InvalidInputError(
                f"The file {os.fspath(value)!r} cannot be read: {error}.",
                hint="Check the path; a relative one starts at the working directory.",
            ) from None
    name = str(getattr(value, "name", ""))
    if not value.seekable():
        return b"", name
    start = value.tell()
    head = value.read(HEAD_BYTES)
    value.seek(start)
    return (head.encode() if isinstance(head, str) else head), name


def _mismatch(what: str, content_type: str) -> InvalidInputError:
    return InvalidInputError(
        f"{what} cannot be sent as {content_type}.",
        hint="Leave content_type= out for the usual type, or pass serializer=.",
    )
