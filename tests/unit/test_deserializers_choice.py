"""Which deserializer reads an answer, by its content type."""

from __future__ import annotations

import io

import pytest

from smnb.deserializers import (
    ImageDeserializer,
    NumpyDeserializer,
    TorchTensorDeserializer,
    for_content_type,
)
from smnb.errors import UnreadableResponseError


def read(deserializer, body, content_type="x/y"):
    return deserializer.deserialize(io.BytesIO(body), content_type)


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
