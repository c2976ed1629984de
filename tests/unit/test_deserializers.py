"""Answers: read exactly, or refused with the body kept; the stream is always closed."""

from __future__ import annotations

import io
import json
import struct
import sys
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from smnb import deserializers
from smnb._recordio import frame, read_records
from smnb.deserializers import (
    BaseDeserializer,
    BytesDeserializer,
    CSVDeserializer,
    ImageDeserializer,
    JSONDeserializer,
    JSONLinesDeserializer,
    NumpyDeserializer,
    PandasDeserializer,
    RecordDeserializer,
    StreamDeserializer,
    StringDeserializer,
    TorchTensorDeserializer,
    for_content_type,
)
from smnb.errors import InvalidInputError, InvocationError, UnreadableResponseError
from smnb.serializers import CSVSerializer, JSONSerializer, RecordSerializer

DEFAULT_ACCEPT = {
    "BytesDeserializer": ("*/*",),
    "CSVDeserializer": ("text/csv",),
    "ImageDeserializer": ("image/png", "image/jpeg"),
    "JSONDeserializer": ("application/json",),
    "JSONLinesDeserializer": ("application/jsonlines",),
    "NumpyDeserializer": ("application/x-npy",),
    "PandasDeserializer": ("text/csv", "application/json"),
    "RecordDeserializer": ("application/x-recordio-protobuf",),
    "StreamDeserializer": ("*/*",),
    "StringDeserializer": ("application/json",),
    "TorchTensorDeserializer": ("tensor/pt",),
}


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


def test_every_deserializer_has_a_tested_accept():
    classes = {name for name in deserializers.__all__ if name.endswith("Deserializer")}

    assert classes == {*DEFAULT_ACCEPT, "BaseDeserializer", "SimpleBaseDeserializer"}


@pytest.mark.parametrize(("name", "accept"), DEFAULT_ACCEPT.items())
def test_default_accept(name, accept):
    found = getattr(deserializers, name)().ACCEPT

    assert found == accept


@pytest.mark.parametrize("accept", ["text/x", ("text/x", "text/y")])
def test_accept_can_be_chosen(accept):
    found = CSVDeserializer(accept=accept).ACCEPT

    assert found == ((accept,) if isinstance(accept, str) else accept)


def test_own_deserializer_with_a_class_attribute():
    class Length(BaseDeserializer):
        ACCEPT = ("text/plain",)

        def deserialize(self, stream, content_type):
            return content_type, len(stream.read())

    assert read(Length(), b"abc", "text/plain") == ("text/plain", 3)


@pytest.mark.parametrize(
    ("deserializer", "body"),
    [
        pytest.param(BytesDeserializer(), b"x", id="bytes"),
        pytest.param(StringDeserializer(), b"x", id="string"),
        pytest.param(CSVDeserializer(), b"1,2", id="csv"),
        pytest.param(JSONDeserializer(), b"[1]", id="json"),
        pytest.param(JSONLinesDeserializer(), b"1\n2", id="jsonlines"),
        pytest.param(ImageDeserializer(), png(), id="image"),
        pytest.param(RecordDeserializer(), b"", id="record"),
    ],
)
def test_stream_is_closed_after_reading(deserializer, body):
    stream = io.BytesIO(body)

    deserializer.deserialize(stream, "x/y")

    assert stream.closed


@pytest.mark.parametrize(
    ("deserializer", "body"),
    [
        pytest.param(StringDeserializer(), b"\xff", id="string"),
        pytest.param(CSVDeserializer(), b"\xff", id="csv"),
        pytest.param(CSVDeserializer(), b"x" * 200_000, id="csv-cell-too-long"),
        pytest.param(JSONDeserializer(), b"[1", id="json"),
        pytest.param(JSONLinesDeserializer(), b"1\n[", id="jsonlines"),
        pytest.param(NumpyDeserializer(), b"1", id="numpy"),
        pytest.param(PandasDeserializer(), b"1", id="pandas"),
        pytest.param(ImageDeserializer(), png()[:50], id="image"),
        pytest.param(RecordDeserializer(), b"record", id="record"),
    ],
)
def test_unreadable_answer_keeps_its_body_and_closes_the_stream(deserializer, body):
    stream = io.BytesIO(body)

    with pytest.raises(UnreadableResponseError) as caught:
        deserializer.deserialize(stream, "x/y")

    assert stream.closed
    assert (caught.value.body, caught.value.content_type) == (body, "x/y")


def test_stream_is_closed_when_reading_fails():
    class Broken(io.BytesIO):
        def read(self, *_):
            raise ConnectionError

    stream = Broken()
    with pytest.raises(ConnectionError):
        JSONDeserializer().deserialize(stream, "application/json")

    assert stream.closed


def test_unreadable_answer_is_a_value_error_and_an_invocation_error():
    with pytest.raises(UnreadableResponseError) as caught:
        read(JSONDeserializer(), b"<html>" * 100, "application/json")

    assert isinstance(caught.value, ValueError)
    assert isinstance(caught.value, InvocationError)
    assert "600 bytes of application/json: b'<html><html>" in str(caught.value)


def test_stream_is_handed_over_open():
    stream = io.BytesIO(b"x")

    assert StreamDeserializer().deserialize(stream, "a/b") == (stream, "a/b")
    assert not stream.closed


def test_string_in_another_encoding():
    assert read(StringDeserializer("latin-1"), b"\xe9") == "é"


@pytest.mark.parametrize(
    ("body", "rows"),
    [
        pytest.param(b"1,2\n3,4\n", [["1", "2"], ["3", "4"]], id="rows"),
        pytest.param(b"1,2\r\n3,4\r\n", [["1", "2"], ["3", "4"]], id="crlf"),
        pytest.param(b'"a,b","c\nd"', [["a,b", "c\nd"]], id="quoted"),
        pytest.param("a\u2028b\x0bc".encode(), [["a\u2028b\x0bc"]], id="odd-line-ends"),
        pytest.param(b"\xef\xbb\xbfa,b", [["a", "b"]], id="byte-order-mark"),
        pytest.param(b"", [], id="nothing"),
    ],
)
def test_csv(body, rows):
    assert read(CSVDeserializer(), body) == rows


cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufeff"))


@settings(deadline=None)
@given(st.lists(st.lists(cells, min_size=1), min_size=1))
def test_csv_reads_what_the_serializer_writes(rows):
    assert read(CSVDeserializer(), CSVSerializer().serialize(rows).encode()) == rows


@pytest.mark.parametrize(
    ("body", "value"),
    [
        pytest.param(b'{"a": [1, 2.5, null]}', {"a": [1, 2.5, None]}, id="document"),
        pytest.param(
            b"[NaN, Infinity, -Infinity]",
            [float("nan"), float("inf"), -float("inf")],
            id="nan",
        ),
        pytest.param(
            f"[{2**64}, -{2**70}]".encode(), [2**64, -(2**70)], id="big-integers"
        ),
        pytest.param(f"{2**64}".encode(), 2**64, id="one-big-integer"),
        pytest.param(
            f'{{"a":{2**64}}}'.encode(), {"a": 2**64}, id="big-integer-in-a-dict"
        ),
        pytest.param(
            b"0.00012345678901234567890123",
            0.00012345678901234567890123,
            id="long-fraction",
        ),
        pytest.param(rb'"\ud800"', "\ud800", id="half-surrogate"),
        pytest.param("é".join('""').encode(), "é", id="unicode"),
    ],
)
def test_json(body, value):
    np.testing.assert_equal(read(JSONDeserializer(), body), value)


@settings(deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=20,
    )
)
def test_json_reads_what_the_serializer_and_the_json_module_write(value):
    ours = JSONSerializer(nan="NaN").serialize(value)

    for text in (ours, json.dumps(value)):
        assert repr(read(JSONDeserializer(), text.encode())) == repr(value)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"[1,]", id="trailing-comma"),
        pytest.param(b"\xff", id="not-utf8"),
        pytest.param(b"[" * 100_000, id="too-deep"),
    ],
)
def test_json_that_is_none_is_refused(body):
    with pytest.raises(UnreadableResponseError, match="cannot be read as JSON"):
        read(JSONDeserializer(), body)


@pytest.mark.parametrize(
    ("body", "values"),
    [
        pytest.param(b'{"a": 1}\n[2]\n', [{"a": 1}, [2]], id="lines"),
        pytest.param(b"1\r\n\r\n2", [1, 2], id="blank-lines"),
        pytest.param('"a\u2028b"'.encode(), ["a\u2028b"], id="line-separator-in-text"),
        pytest.param(b"", [], id="nothing"),
    ],
)
def test_json_lines(body, values):
    assert read(JSONLinesDeserializer(), body) == values


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


@pytest.mark.parametrize(
    ("content_type", "body", "value"),
    [
        pytest.param("application/json", b"[1]", [1], id="json"),
        pytest.param(
            "Application/JSON; charset=utf-8", b"[1]", [1], id="json-parameter"
        ),
        pytest.param("application/problem+json", b"{}", {}, id="json-suffix"),
        pytest.param("application/jsonlines", b"1\n2", [1, 2], id="jsonlines"),
        pytest.param("application/x-ndjson", b"1\n2", [1, 2], id="ndjson"),
        pytest.param("text/csv", b"1,a", [["1", "a"]], id="csv"),
        pytest.param("text/csv; charset=latin-1", b"\xe9", [["é"]], id="csv-charset"),
        pytest.param("text/plain", b"hi", "hi", id="text"),
        pytest.param('text/html; charset="latin-1"', b"\xe9", "é", id="text-charset"),
        pytest.param("application/xml", b"<a/>", "<a/>", id="xml"),
        pytest.param("image/svg+xml", b"<svg/>", "<svg/>", id="svg"),
        pytest.param("application/x-recordio-protobuf", b"", [], id="records"),
        pytest.param("application/octet-stream", b"\x00", b"\x00", id="octets"),
        pytest.param("video/mp4", b"\x00", b"\x00", id="video"),
        pytest.param("", b"\x00", b"\x00", id="no-type"),
    ],
)
def test_answer_by_its_content_type(content_type, body, value):
    assert read(for_content_type(content_type), body, content_type) == value


@pytest.mark.parametrize(
    ("content_type", "deserializer"),
    [
        ("application/x-npy", NumpyDeserializer),
        ("application/x-npz", NumpyDeserializer),
        ("image/png", ImageDeserializer),
        ("tensor/pt", TorchTensorDeserializer),
    ],
)
def test_deserializer_by_content_type(content_type, deserializer):
    assert type(for_content_type(content_type)) is deserializer


def test_unknown_charset_is_refused_with_the_body():
    with pytest.raises(UnreadableResponseError, match="Unknown encoding"):
        read(for_content_type("text/plain; charset=klingon"), b"x", "text/plain")
