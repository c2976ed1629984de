"""Answers: read or refused with the body kept; the stream is always closed."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from smnb import deserializers
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
)
from smnb.errors import InvocationError, UnreadableResponseError

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
