"""Content that has its form already, and what all serializers have in common."""

from __future__ import annotations

import io
import subprocess
import sys

import pytest

from smnb import serializers
from smnb.errors import InvalidInputError
from smnb.serializers import (
    BaseSerializer,
    CSVSerializer,
    DataSerializer,
    IdentitySerializer,
    LibSVMSerializer,
    SimpleBaseSerializer,
    StringSerializer,
)

DEFAULT_TYPES = {
    "CSVSerializer": "text/csv",
    "DataSerializer": "file-path/raw-bytes",
    "IdentitySerializer": "application/octet-stream",
    "ImageSerializer": "image/jpeg",
    "JSONLinesSerializer": "application/jsonlines",
    "JSONSerializer": "application/json",
    "LibSVMSerializer": "text/libsvm",
    "NumpySerializer": "application/x-npy",
    "RecordSerializer": "application/x-recordio-protobuf",
    "SparseMatrixSerializer": "application/x-npz",
    "StringSerializer": "text/plain",
    "TorchTensorSerializer": "tensor/pt",
    "VideoSerializer": "video/mp4",
}


def test_every_serializer_has_a_tested_content_type():
    classes = {name for name in serializers.__all__ if name.endswith("Serializer")}

    assert classes == {*DEFAULT_TYPES, "BaseSerializer", "SimpleBaseSerializer"}


@pytest.mark.parametrize(("name", "content_type"), DEFAULT_TYPES.items())
def test_default_content_type(name, content_type):
    found = getattr(serializers, name)().CONTENT_TYPE

    assert found == content_type


def test_content_type_can_be_chosen_and_changed():
    serializer = CSVSerializer(content_type="text/x-csv")
    serializer.content_type = "text/plain"

    assert serializer.CONTENT_TYPE == "text/plain"


def test_content_type_that_is_no_text_is_refused():
    with pytest.raises(InvalidInputError, match="content_type must be a string"):
        CSVSerializer(content_type=5)


def test_own_serializer_with_a_class_attribute():
    class Upper(BaseSerializer):
        CONTENT_TYPE = "text/upper"

        def serialize(self, data):
            return data.upper()

    assert (Upper().CONTENT_TYPE, Upper().serialize("a")) == ("text/upper", "A")


def test_own_serializer_without_serialize_cannot_be_made():
    class Nothing(SimpleBaseSerializer):
        pass

    with pytest.raises(TypeError, match="serialize"):
        Nothing()


def test_identity_returns_the_same_object():
    data = object()

    assert IdentitySerializer().serialize(data) is data


def test_string_is_encoded_in_utf8():
    assert StringSerializer().serialize("é") == b"\xc3\xa9"


def test_libsvm_text_is_passed_on():
    assert LibSVMSerializer().serialize("0 1:2") == "0 1:2"
    assert LibSVMSerializer().serialize(io.StringIO("0 1:2")) == "0 1:2"


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "data.bin"
    path.write_bytes(b"\x00\xff")
    return path


@pytest.mark.parametrize(
    "wrap",
    [
        pytest.param(lambda path: path, id="path"),
        pytest.param(str, id="text-path"),
        pytest.param(lambda path: {"data": str(path)}, id="dict"),
        pytest.param(lambda path: path.read_bytes(), id="bytes"),
        pytest.param(lambda path: bytearray(path.read_bytes()), id="bytearray"),
        pytest.param(lambda path: memoryview(path.read_bytes()), id="memoryview"),
        pytest.param(lambda path: io.BytesIO(path.read_bytes()), id="file-object"),
    ],
)
def test_data_is_the_content(file, wrap):
    assert DataSerializer().serialize(wrap(file)) == b"\x00\xff"


def test_data_of_a_missing_file_is_refused(tmp_path):
    with pytest.raises(InvalidInputError, match=r"gone\.bin.*cannot be read"):
        DataSerializer().serialize(str(tmp_path / "gone.bin"))


@pytest.mark.parametrize(
    "serializer", [StringSerializer, LibSVMSerializer, DataSerializer]
)
def test_number_is_refused(serializer):
    with pytest.raises(InvalidInputError, match="type int"):
        serializer().serialize(5)


def test_import_loads_no_heavy_module():
    program = "import sys, smnb.serializers, smnb.deserializers; print(*sys.modules)"
    shown = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )

    assert not {"numpy", "pandas", "PIL", "orjson", "scipy"} & set(shown.stdout.split())
