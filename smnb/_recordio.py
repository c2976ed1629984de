"""RecordIO-protobuf, the format of the SageMaker algorithms: records to bytes and back.

Each record stands in a frame: magic number, length, message, zeros up to four bytes. The
message is ``aialgs.data.Record`` in the protobuf encoding: features and labels by name, each
one tensor (values; keys and shape if it is sparse) or raw bytes.
Source: SageMaker developer guide, "Common data formats for training"; protobuf encoding guide.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_FRAME: Final = struct.Struct("<II")
_MAGIC: Final = 0xCED7230A
_ALIGNMENT: Final = 4
_VARINT, _FIXED64, _DELIMITED, _FIXED32 = 0, 1, 2, 5
_FIXED_BYTES: Final = {_FIXED64: 8, _FIXED32: 4}
_TENSOR_NUMBERS: Final = {"float32_tensor": 2, "float64_tensor": 3, "int32_tensor": 7}
_TENSOR_NAMES: Final = {number: name for name, number in _TENSOR_NUMBERS.items()}
_BYTES_NUMBER: Final = 9
_FLOAT_FORMATS: Final = {"float32_tensor": "f", "float64_tensor": "d"}
_MAPS: Final = {1: "features", 2: "label"}
_TEXTS: Final = {3: "uid", 4: "metadata", 5: "configuration"}
_WORD: Final = 1 << 64


@dataclass
class Tensor:
    """Numbers; those of a sparse tensor with their positions (`keys`) in its `shape`."""

    values: list[Any] = field(default_factory=list)
    keys: list[int] = field(default_factory=list)
    shape: list[int] = field(default_factory=list)


@dataclass
class Content:
    """Raw bytes, each element one object, with their MIME type."""

    value: list[bytes] = field(default_factory=list)
    content_type: str = ""


@dataclass
class Value:
    """One feature or label; all of its members but one are empty."""

    float32_tensor: Tensor = field(default_factory=Tensor)
    float64_tensor: Tensor = field(default_factory=Tensor)
    int32_tensor: Tensor = field(default_factory=Tensor)
    bytes: Content = field(default_factory=Content)


@dataclass
class Record:
    """One record: named features and labels, and what else was said about it."""

    features: dict[str, Value] = field(default_factory=dict)
    label: dict[str, Value] = field(default_factory=dict)
    uid: str = ""
    metadata: str = ""
    configuration: str = ""


def frame(message: bytes) -> bytes:
    """Return a message in its RecordIO frame."""
    padding = -len(message) % _ALIGNMENT
    return _FRAME.pack(_MAGIC, len(message)) + message + bytes(padding)


def features_message(
    name: str,
    values: Iterable[Any],
    keys: Iterable[int] = (),
    shape: Iterable[int] = (),
) -> bytes:
    """Return the message of a record whose feature ``values`` is one tensor.

    Parameters
    ----------
    name
        ``"float32_tensor"``, ``"float64_tensor"`` or ``"int32_tensor"``.
    values, keys, shape
        The numbers; for a sparse tensor their positions, and the full length.
    """
    values = list(values)
    if name in _FLOAT_FORMATS:
        packed = struct.pack(f"<{len(values)}{_FLOAT_FORMATS[name]}", *values)
    else:
        packed = _varints(values)
    tensor = _field(1, packed) + _field(2, _varints(keys)) + _field(3, _varints(shape))
    value = _delimited(_TENSOR_NUMBERS[name], tensor)
    return _delimited(1, _delimited(1, b"values") + _delimited(2, value))


def content_message(content: bytes, content_type: str) -> bytes:
    """Return the message of a record whose feature ``values`` is an encoded object."""
    held = _delimited(1, content) + _delimited(2, content_type.encode())
    value = _delimited(_BYTES_NUMBER, held)
    return _delimited(1, _delimited(1, b"values") + _delimited(2, value))


def read_records(content: bytes) -> Iterator[Record]:
    """Yield the records in `content`.

    Raises
    ------
    ValueError
        If the content is not RecordIO-protobuf, or ends too early.
    """
    view = memoryview(content)
    while view:
        if len(view) < _FRAME.size:
            raise ValueError("it ends within a frame")
        magic, size = _FRAME.unpack_from(view)
        if magic != _MAGIC:
            raise ValueError(f"a record starts with {magic:#x}, not {_MAGIC:#x}")
        end = _FRAME.size + size
        if len(view) < end:
            raise ValueError("it ends within a record")
        yield _record(view[_FRAME.size : end])
        view = view[end + -size % _ALIGNMENT :]


def _record(message: memoryview) -> Record:
    record = Record()
    for number, item in _fields(message):
        if number in _MAPS:
            entry = dict(_fields(item))
            key = bytes(entry.get(1, b"")).decode()
            getattr(record, _MAPS[number])[key] = _value(entry.get(2, memoryview(b"")))
        elif number in _TEXTS:
            setattr(record, _TEXTS[number], bytes(item).decode())
    return record


def _value(message: memoryview) -> Value:
    value = Value()
    for number, item in _fields(message):
        if number in _TENSOR_NAMES:
            name = _TENSOR_NAMES[number]
            setattr(value, name, _tensor(item, _FLOAT_FORMATS.get(name)))
        elif number == _BYTES_NUMBER:
            for inner, content in _fields(item):
                if inner == 1:
                    value.bytes.value.append(bytes(content))
                else:
                    value.bytes.content_type = bytes(content).decode()
    return value


def _tensor(message: memoryview, number_format: str | None) -> Tensor:
    tensor = Tensor()
    for number, item in _fields(message):
        if number == 1 and number_format is not None:
            count, rest = divmod(len(item), struct.calcsize(number_format))
            if rest:
                raise ValueError("it ends within a number")
            tensor.values += struct.unpack(f"<{count}{number_format}", item)
        elif number == 1:
            tensor.values += [_signed(word) for word in _words(item)]
        else:
            (tensor.keys if number == 2 else tensor.shape).extend(_words(item))  # noqa: PLR2004
    return tensor


def _fields(message: memoryview) -> Iterator[tuple[int, Any]]:
    """Yield number and content of each field; a single varint as the bytes that it was."""
    position = 0
    while position < len(message):
        tag, position = _varint_at(message, position)
        wire = tag & 7
        if wire == _VARINT:
            _, end = _varint_at(message, position)
        elif wire == _DELIMITED:
            size, position = _varint_at(message, position)
            end = position + size
        elif wire in _FIXED_BYTES:
            end = position + _FIXED_BYTES[wire]
        else:
            raise ValueError(f"a field has the unknown wire type {wire}")
        if end > len(message):
            raise ValueError("it ends within a field")
        yield tag >> 3, message[position:end]
        position = end


def _varint_at(content: memoryview, position: int) -> tuple[int, int]:
    """Return the varint at `position`, and the position after it."""
    result = shift = 0
    while position < len(content):
        byte = content[position]
        position += 1
        result |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:  # noqa: PLR2004  the continuation bit
            return result, position
    raise ValueError("it ends within a number")


def _words(content: memoryview) -> Iterator[int]:
    position = 0
    while position < len(content):
        word, position = _varint_at(content, position)
        yield word


def _signed(word: int) -> int:
    return word - _WORD if word >= _WORD >> 1 else word


def _varints(numbers: Iterable[int]) -> bytes:
    return b"".join(_varint(int(number)) for number in numbers)


def _varint(number: int) -> bytes:
    number %= _WORD  # negative numbers as two's complement
    encoded = bytearray()
    while number > 0x7F:  # noqa: PLR2004  seven bits a byte
        encoded.append(number & 0x7F | 0x80)
        number >>= 7
    encoded.append(number)
    return bytes(encoded)


def _delimited(number: int, content: bytes) -> bytes:
    return _varint(number << 3 | _DELIMITED) + _varint(len(content)) + content


def _field(number: int, content: bytes) -> bytes:
    """Return a repeated field; an empty one is left out."""
    return _delimited(number, content) if content else b""
