"""Answers that hold numbers: arrays, tables, tensors, images, records."""

from __future__ import annotations

import io
import struct
import sys
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from smnb._recordio import frame, read_records
from smnb.deserializers import (
    ImageDeserializer,
    NumpyDeserializer,
    PandasDeserializer,
    RecordDeserializer,
    TorchTensorDeserializer,
)
from smnb.errors import InvalidInputError, UnreadableResponseError
from smnb.serializers import RecordSerializer


def npy(array):
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


def png():
    buffer = io.BytesIO()
    Image.new("RGB", (3, 2), (255, 0, 0)).save(buffer, "PNG")
    return buffer.getvalue()


def read(deserializer, body, content_type="x/y"):
    return deserializer.deserialize(io.BytesIO(body), content_type)


@pytest.mark.parametrize(
    ("body", "content_type", "values"),
    [
        pytest.param(
            npy(np.array([[1.5, 2]])), "application/x-npy", [[1.5, 2.0]], id="npy"
        ),
        pytest.param(b"1,2\n3,4", "text/csv", [[1, 2], [3, 4]], id="csv"),
        pytest.param(
            b"1,\n3,4", "text/csv; charset=utf-8", [[1, np.nan], [3, 4]], id="missing"
        ),
        pytest.param(b"[[1, 2]]", "application/json", [[1, 2]], id="json"),
    ],
)
def test_numpy(body, content_type, values):
    array = read(NumpyDeserializer(dtype="float64"), body, content_type)

    np.testing.assert_equal(array, np.array(values))


def test_numpy_npz_is_a_mapping():
    buffer = io.BytesIO()
    np.savez(buffer, a=np.arange(2))

    arrays = read(NumpyDeserializer(), buffer.getvalue(), "application/x-npz")

    assert {name: arrays[name].tolist() for name in arrays} == {"a": [0, 1]}


@pytest.mark.parametrize(
    ("body", "content_type", "reason"),
    [
        pytest.param(
            npy(np.array([{}])), "application/x-npy", "allow_pickle", id="pickle"
        ),
        pytest.param(b"", "application/x-npy", "No data", id="nothing"),
        pytest.param(
            npy(np.arange(9))[:-1], "application/x-npy", "array", id="cut-off"
        ),
        pytest.param(b"PK\x03\x04", "application/x-npz", "zip", id="no-zip"),
        pytest.param(
            b"[[1], [1, 2]]", "application/json", "inhomogeneous", id="ragged-json"
        ),
        pytest.param(b"1,2\n3", "text/csv", "columns", id="ragged-csv"),
        pytest.param(b"{", "application/json", "as JSON", id="no-json"),
        pytest.param(b"x", "image/png", "neither npy", id="other-type"),
    ],
)
def test_numpy_that_is_none_is_refused(body, content_type, reason):
    with pytest.raises(UnreadableResponseError, match=reason):
        read(NumpyDeserializer(), body, content_type)


def test_numpy_refuses_to_unpickle():
    with pytest.raises(InvalidInputError, match="run code"):
        NumpyDeserializer(allow_pickle=True)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        pytest.param(b"a,b\n1,x\n", "text/csv; header=present", id="csv"),
        pytest.param(
            b'{"a": {"0": 1}, "b": {"0": "x"}}', "application/json", id="columns"
        ),
        pytest.param(b'[{"a": 1, "b": "x"}]', "application/json", id="records"),
    ],
)
def test_pandas(body, content_type):
    frame = read(PandasDeserializer(), body, content_type)

    assert frame.to_dict("list") == {"a": [1], "b": ["x"]}


@pytest.mark.parametrize(
    ("body", "content_type"),
    [(b"", "text/csv"), (b"[", "application/json"), (b"a", "text/plain")],
)
def test_pandas_that_is_no_table_is_refused(body, content_type):
    with pytest.raises(UnreadableResponseError, match="cannot be read as a table"):
        read(PandasDeserializer(), body, content_type)


def test_tensor_is_made_of_npy(monkeypatch):
    torch = ModuleType("torch")
    torch.from_numpy = lambda array: ("tensor", array.tolist())
    monkeypatch.setitem(sys.modules, "torch", torch)

    assert read(TorchTensorDeserializer(), npy(np.arange(2))) == ("tensor", [0, 1])


def test_image_is_a_pil_image():
    image = read(ImageDeserializer(), png())

    assert (image.size, image.getpixel((0, 0))) == ((3, 2), (255, 0, 0))


def test_record_members():
    # Record{label: {"score": {float32_tensor: {values: [0.5]}}}, uid: "u"}, values not packed
    tensor = b"\x0d" + struct.pack("<f", 0.5)
    value = b"\x12" + bytes([len(tensor)]) + tensor
    entry = b"\x0a\x05score\x12" + bytes([len(value)]) + value
    body = frame(b"\x12" + bytes([len(entry)]) + entry + b"\x1a\x01u")

    (record,) = read(RecordDeserializer(), body)

    assert record.label["score"].float32_tensor.values == [0.5]
    assert (record.uid, record.features) == ("u", {})


def test_record_bytes_value():
    # Record{features: {"i": {bytes: {value: "ab", content_type: "t"}}}}
    content = b"\x0a\x02ab\x12\x01t"
    value = b"\x4a" + bytes([len(content)]) + content
    entry = b"\x0a\x01i\x12" + bytes([len(value)]) + value

    (record,) = read(RecordDeserializer(), frame(b"\x0a" + bytes([len(entry)]) + entry))

    assert record.features["i"].bytes.value == [b"ab"]
    assert record.features["i"].bytes.content_type == "t"


@settings(deadline=None)
@given(st.data())
def test_record_that_is_damaged_is_read_or_refused(data):
    body = bytearray(
        RecordSerializer().serialize(np.arange(6.0).reshape(2, 3)).getvalue()
    )
    body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    body = bytes(body[: data.draw(st.integers(0, len(body)))])

    try:
        records = list(read_records(body))
    except ValueError:
        with pytest.raises(UnreadableResponseError):
            read(RecordDeserializer(), body)
    else:
        assert repr(read(RecordDeserializer(), body)) == repr(records)
