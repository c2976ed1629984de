"""npy, npz, tensors and RecordIO."""

from __future__ import annotations

import io
import struct
import sys
from types import ModuleType

import numpy as np
import pytest
import scipy.sparse
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from smnb.deserializers import NumpyDeserializer, RecordDeserializer
from smnb.errors import InvalidInputError
from smnb.serializers import (
    NumpySerializer,
    RecordSerializer,
    SparseMatrixSerializer,
    TorchTensorSerializer,
)

NPY = "application/x-npy"
arrays = hnp.arrays(
    hnp.scalar_dtypes(), hnp.array_shapes(min_dims=0, max_dims=3), fill=st.nothing()
)


def records_of(data):
    return RecordDeserializer().deserialize(RecordSerializer().serialize(data), "")


@settings(deadline=None)
@given(arrays)
def test_npy_array_comes_back_exactly(array):
    body = NumpySerializer().serialize(array)
    back = NumpyDeserializer().deserialize(io.BytesIO(body), NPY)

    assert (back.dtype, back.shape, back.tobytes()) == (
        array.dtype,
        array.shape,
        array.tobytes(),
    )


@pytest.mark.parametrize("data", [[1, 2], (1, 2), np.array([1.0, 2.0])])
def test_npy_converts_to_the_dtype(data):
    body = NumpySerializer(dtype="float16").serialize(data)
    array = np.load(io.BytesIO(body))

    assert array.dtype == "float16"
    assert array.tolist() == [1.0, 2.0]


def test_npy_file_object_is_passed_on():
    assert NumpySerializer().serialize(io.BytesIO(b"npy")) == b"npy"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param([], "empty array", id="empty-list"),
        pytest.param(np.zeros((2, 0)), "empty array", id="empty-array"),
        pytest.param([[1], [1, 2]], "cannot be made an array", id="ragged"),
    ],
)
def test_npy_refused_value(data, message):
    with pytest.raises(InvalidInputError, match=message):
        NumpySerializer().serialize(data)


@pytest.mark.parametrize("form", ["csr", "csc", "coo", "bsr", "dia", "lil", "dok"])
def test_npz_sparse_matrix_comes_back_exactly(form):
    dense = np.array([[0, 0, 3], [4, 0, 0]])
    matrix = scipy.sparse.csr_matrix(dense).asformat(form)

    body = SparseMatrixSerializer().serialize(matrix)

    assert scipy.sparse.load_npz(io.BytesIO(body)).toarray().tolist() == dense.tolist()


def test_npz_of_a_dense_array_is_refused():
    with pytest.raises(InvalidInputError, match="csr_matrix"):
        SparseMatrixSerializer().serialize(np.eye(2))


class FakeTensor:
    """What the serializer uses of a torch tensor."""

    def __init__(self, array):
        self.array = array

    def detach(self):
        return self

    cpu = detach

    def numpy(self):
        if self.array is None:
            raise TypeError("Got unsupported ScalarType BFloat16")
        return self.array


@pytest.fixture
def torch(monkeypatch):
    module = ModuleType("torch")
    module.Tensor = FakeTensor
    monkeypatch.setitem(sys.modules, "torch", module)


@pytest.mark.usefixtures("torch")
def test_tensor_is_written_as_npy():
    body = TorchTensorSerializer().serialize(FakeTensor(np.arange(3)))

    assert np.load(io.BytesIO(body)).tolist() == [0, 1, 2]


@pytest.mark.usefixtures("torch")
def test_tensor_that_numpy_lacks_is_refused():
    with pytest.raises(InvalidInputError, match="BFloat16"):
        TorchTensorSerializer().serialize(FakeTensor(None))


def test_tensor_serializer_refuses_what_is_no_tensor():
    with pytest.raises(InvalidInputError, match="type list"):
        TorchTensorSerializer().serialize([1])


def test_record_bytes_are_those_of_the_format():
    # features {"values": {float32_tensor: {values: [1.0]}}}, by the protobuf encoding guide
    tensor = b"\x0a\x04" + struct.pack("<f", 1)
    value = b"\x12" + bytes([len(tensor)]) + tensor
    entry = b"\x0a\x06values\x12" + bytes([len(value)]) + value
    message = b"\x0a" + bytes([len(entry)]) + entry
    header = struct.pack("<II", 0xCED7230A, len(message))

    content = RecordSerializer().serialize(np.array([1], "f4")).getvalue()

    assert content == header + message + bytes(-len(message) % 4)


@settings(deadline=None)
@given(
    hnp.arrays(
        st.sampled_from(["f4", "f8", "i1", "i4"]),
        hnp.array_shapes(min_dims=2, max_dims=2),
        elements={"allow_nan": False},
    )
)
def test_record_rows_come_back_exactly(array):
    name = {"f4": "float32_tensor", "f8": "float64_tensor"}.get(
        array.dtype.str[1:], "int32_tensor"
    )

    records = records_of(array)

    assert [
        getattr(r.features["values"], name).values for r in records
    ] == array.tolist()


def test_record_of_a_sparse_matrix_holds_positions_and_width():
    matrix = scipy.sparse.csr_matrix(np.array([[0, 0, 3.5], [4.5, 0, 1.5], [0, 0, 0]]))

    tensors = [
        record.features["values"].float64_tensor for record in records_of(matrix)
    ]

    assert [tensor.values for tensor in tensors] == [[3.5], [4.5, 1.5], []]
    assert [tensor.keys for tensor in tensors] == [[2], [0, 2], []]
    assert [tensor.shape for tensor in tensors] == [[3], [3], [3]]


def test_record_of_one_dimension_is_one_record():
    assert len(records_of(np.arange(3))) == 1


@pytest.mark.parametrize(
    ("data", "message"),
    [
        pytest.param([1, 2], "type list", id="list"),
        pytest.param(np.zeros((1, 1, 1)), "has 3", id="three-dimensions"),
        pytest.param(np.array(["a"]), "hold numbers", id="text"),
        pytest.param(np.array([2**31]), "32 bits", id="large-integer"),
        pytest.param(
            scipy.sparse.csr_matrix([[-(2**31) - 1]]), "32 bits", id="large-sparse"
        ),
    ],
)
def test_record_refused_value(data, message):
    with pytest.raises(InvalidInputError, match=message):
        RecordSerializer().serialize(data)
