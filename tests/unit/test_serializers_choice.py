"""Which serializer `for_value` chooses, and what it refuses."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import scipy.sparse
from PIL import Image

from smnb import serializers
from smnb.errors import InvalidInputError
from smnb.serializers import for_value

PNG = b"\x89PNG\r\n\x1a\n"
JPEG = b"\xff\xd8\xff\xe0"
GIF = b"GIF89a"
MP4 = b"\x00\x00\x00\x1cftypisom"
MOV = b"\x00\x00\x00\x14ftypqt  "
NPY = b"\x93NUMPY"
PHOTO = np.zeros((20, 30, 3), np.uint8)
FRAME = pd.DataFrame({"a": [1]})


@dataclass
class Request:
    size: int


def chosen(value, content_type=None):
    serializer = for_value(value, content_type)
    return type(serializer).__name__, serializer.CONTENT_TYPE


@pytest.mark.parametrize(
    ("value", "serializer", "content_type"),
    [
        *(
            pytest.param(
                value, "JSONSerializer", "application/json", id=type(value).__name__
            )
            for value in (
                {"a": 1},
                [1],
                (1,),
                "text",
                1,
                1.5,
                True,
                None,
                Decimal(1),
                dt.date(2026, 1, 2),
                Request(1),
                np.float32(1),
            )
        ),
        pytest.param(
            np.array([{}]), "JSONSerializer", "application/json", id="objects"
        ),
        pytest.param(FRAME, "CSVSerializer", "text/csv", id="frame"),
        pytest.param(FRAME["a"], "CSVSerializer", "text/csv", id="series"),
        pytest.param(np.eye(2), "NumpySerializer", "application/x-npy", id="floats"),
        pytest.param(PHOTO[:, :, 0], "NumpySerializer", "application/x-npy", id="grey"),
        pytest.param(PHOTO[None], "NumpySerializer", "application/x-npy", id="batch"),
        pytest.param(
            PHOTO / 255, "NumpySerializer", "application/x-npy", id="float-photo"
        ),
        pytest.param(PHOTO, "ImageSerializer", "image/jpeg", id="photo"),
        pytest.param(
            np.zeros((4, 4, 4), "u1"), "ImageSerializer", "image/png", id="alpha"
        ),
        pytest.param(
            Image.new("RGB", (4, 4)), "ImageSerializer", "image/jpeg", id="pil"
        ),
        pytest.param(
            Image.new("RGBA", (4, 4)), "ImageSerializer", "image/png", id="pil-alpha"
        ),
        pytest.param(
            Image.new("I;16", (4, 4)), "ImageSerializer", "image/png", id="pil-16"
        ),
        pytest.param(
            scipy.sparse.csr_matrix([[1]]),
            "SparseMatrixSerializer",
            "application/x-npz",
            id="sparse",
        ),
        pytest.param(JPEG, "ImageSerializer", "image/jpeg", id="jpeg"),
        pytest.param(GIF, "ImageSerializer", "image/gif", id="gif"),
        pytest.param(MP4, "VideoSerializer", "video/mp4", id="mp4"),
        pytest.param(memoryview(MOV), "VideoSerializer", "video/quicktime", id="mov"),
        pytest.param(io.BytesIO(PNG), "ImageSerializer", "image/png", id="file-object"),
        pytest.param(NPY, "DataSerializer", "application/x-npy", id="npy"),
        pytest.param(b"1,2", "DataSerializer", "application/octet-stream", id="bytes"),
    ],
)
def test_usual_serializer(value, serializer, content_type):
    assert chosen(value) == (serializer, content_type)


@pytest.mark.parametrize(
    ("name", "content", "serializer", "content_type"),
    [
        ("a.jpg", JPEG, "ImageSerializer", "image/jpeg"),
        ("a.mp4", MP4, "VideoSerializer", "video/mp4"),
        ("wrong.mp4", PNG, "ImageSerializer", "image/png"),
        ("rows.csv", b"1,2", "DataSerializer", "text/csv"),
        ("x.json", b"{}", "DataSerializer", "application/json"),
        ("x.bin", b"\x00", "DataSerializer", "application/octet-stream"),
    ],
)
@pytest.mark.parametrize("form", [Path, str])
def test_usual_serializer_of_a_file(
    tmp_path, name, content, serializer, content_type, form
):
    path = tmp_path / name
    path.write_bytes(content)
    value = form(path)

    assert chosen(value) == (serializer, content_type)
    assert for_value(value).serialize(value) == content


def test_usual_serializer_of_an_open_file_goes_by_its_name(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_bytes(b"1,2")

    with path.open("rb") as file:
        assert chosen(file) == ("DataSerializer", "text/csv")


@pytest.mark.parametrize(
    ("value", "content_type", "serializer"),
    [
        pytest.param([[1, 2]], "text/csv", "CSVSerializer", id="list-as-csv"),
        pytest.param(
            {"a": 1}, "application/jsonlines", "JSONLinesSerializer", id="dict-as-lines"
        ),
        pytest.param(
            {"a": 1}, "application/vnd.x+json", "JSONSerializer", id="json-suffix"
        ),
        pytest.param(
            [1], "application/json; charset=utf-8", "JSONSerializer", id="parameter"
        ),
        pytest.param([1], "application/x-npy", "NumpySerializer", id="list-as-npy"),
        pytest.param(PHOTO, "application/x-npy", "NumpySerializer", id="photo-as-npy"),
        pytest.param(PHOTO, "image/png", "ImageSerializer", id="photo-as-png"),
        pytest.param(PHOTO, "application/x-image", "ImageSerializer", id="x-image"),
        pytest.param(
            PHOTO[:, :, 0], "image/jpeg", "ImageSerializer", id="grey-as-jpeg"
        ),
        pytest.param(
            np.eye(2), "application/json", "JSONSerializer", id="array-as-json"
        ),
        pytest.param(
            np.eye(2),
            "application/x-recordio-protobuf",
            "RecordSerializer",
            id="records",
        ),
        pytest.param(FRAME, "application/json", "JSONSerializer", id="frame-as-json"),
        pytest.param("1,2", "text/csv", "CSVSerializer", id="text-as-csv"),
        pytest.param("hello", "text/plain", "StringSerializer", id="text-as-text"),
        pytest.param("<a/>", "application/xml", "StringSerializer", id="text-as-xml"),
        pytest.param(PNG, "image/jpeg", "ImageSerializer", id="png-as-jpeg"),
        pytest.param(MOV, "video/mp4", "VideoSerializer", id="mov-as-mp4"),
        pytest.param(
            MP4, "application/octet-stream", "DataSerializer", id="mp4-as-bytes"
        ),
        pytest.param(b"1,2", "text/csv", "DataSerializer", id="bytes-as-csv"),
        pytest.param(
            b"PK\x03\x04", "application/x-npz", "DataSerializer", id="zip-as-npz"
        ),
    ],
)
def test_wished_content_type(value, content_type, serializer):
    assert chosen(value, content_type) == (serializer, content_type)


@pytest.mark.parametrize(
    ("value", "content_type"),
    [
        pytest.param({"a": 1}, "text/csv", id="dict-as-csv"),
        pytest.param({"a": 1}, "image/jpeg", id="dict-as-image"),
        pytest.param([1], "text/plain", id="list-as-text"),
        pytest.param("hello", "image/jpeg", id="text-as-image"),
        pytest.param("hello", "multipart/form-data", id="text-as-multipart"),
        pytest.param("hello", "application/octet-stream", id="text-as-bytes"),
        pytest.param(np.eye(2), "image/jpeg", id="floats-as-image"),
        pytest.param(np.eye(2), "application/x-npz", id="array-as-sparse"),
        pytest.param(FRAME, "image/png", id="frame-as-image"),
        pytest.param(MP4, "image/jpeg", id="video-as-image"),
        pytest.param(JPEG, "video/mp4", id="image-as-video"),
        pytest.param(JPEG, "application/json", id="image-as-json"),
        pytest.param(b"1,2", "image/jpeg", id="unknown-bytes-as-image"),
    ],
)
def test_wished_content_type_that_the_value_has_not_is_refused(value, content_type):
    with pytest.raises(InvalidInputError, match=f"cannot be sent as {content_type}"):
        for_value(value, content_type)


def test_file_object_is_left_at_its_place():
    file = io.BytesIO(b"skip" + JPEG)
    file.seek(4)

    for_value(file)

    assert file.tell() == 4


@pytest.mark.parametrize("value", [object(), {1}, iter([1]), int])
def test_unknown_value_is_refused_with_the_way_out(value):
    with pytest.raises(
        InvalidInputError, match=r"There is no serializer for(?s:.*)serializer="
    ):
        for_value(value)


def test_missing_path_is_refused(tmp_path):
    with pytest.raises(InvalidInputError, match="cannot be read"):
        for_value(tmp_path / "gone.png")


def test_text_with_a_nul_is_text():
    assert chosen("a\0b") == ("JSONSerializer", "application/json")


def test_every_choice_is_public():
    names = {name for name in dir(serializers) if name.endswith("Serializer")}

    assert names == {
        name for name in serializers.__all__ if name.endswith("Serializer")
    }
