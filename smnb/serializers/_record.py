"""Serializer of RecordIO-protobuf, which the SageMaker algorithms read."""

from __future__ import annotations

import io
from typing import Any, Final

from smnb import _recordio
from smnb.errors import InvalidInputError
from smnb.serializers._base import SimpleBaseSerializer, refusal
from smnb.serializers._kinds import is_a, is_array

_MATRIX_DIMENSIONS: Final = 2
_INT32: Final = range(-(2**31), 2**31)


class RecordSerializer(SimpleBaseSerializer):
    """Write each row of an array as one record.

    Integers become int32 tensors, float64 stays, smaller floats become float32. The rows
    of a scipy sparse matrix become sparse tensors.

    Parameters
    ----------
    content_type
        MIME type that the request carries.
    """

    def __init__(self, content_type: str = "application/x-recordio-protobuf") -> None:
        super().__init__(content_type)

    def serialize(self, data: Any) -> io.BytesIO:
        """Return the records in a file object, at its start.

        Parameters
        ----------
        data
            A numpy array of one or two dimensions, or a scipy sparse matrix.

        Raises
        ------
        InvalidInputError
            If it is neither, not of numbers, or an integer does not fit 32 bits.
        """
        if is_a(data, "scipy.sparse", "spmatrix", "sparray"):
            matrix = data.tocsr()
            rows = [matrix[[index]] for index in range(matrix.shape[0])]
            name = _tensor_name(matrix)
            width = matrix.shape[1]
            messages = [
                _recordio.features_message(
                    name, row.data.tolist(), row.indices.tolist(), [width]
                )
                for row in rows
            ]
        elif is_array(data):
            name = _tensor_name(data)
            messages = [
                _recordio.features_message(name, row) for row in _matrix(data).tolist()
            ]
        else:
            raise refusal(
                data, "records", "Pass a numpy array or a scipy sparse matrix."
            )
        return io.BytesIO(b"".join(map(_recordio.frame, messages)))


def _matrix(array: Any) -> Any:
    if array.ndim == 1:
        return array.reshape(1, -1)
    if array.ndim == _MATRIX_DIMENSIONS:
        return array
    raise InvalidInputError(
        f"Records take an array of 1 or 2 dimensions, this one has {array.ndim}.",
        hint="Flatten each record: x.reshape(len(x), -1)",
    )


def _tensor_name(data: Any) -> str:
    kind, size = data.dtype.kind, data.dtype.itemsize
    if kind == "f" and size in (2, 4, 8):
        return "float64_tensor" if size > 4 else "float32_tensor"  # noqa: PLR2004  bytes
    if kind not in "iu":
        raise InvalidInputError(
            f"Records hold numbers, this array is {data.dtype}.",
            hint='Convert it: x.astype("float32")',
        )
    numbers = data.data if hasattr(data, "tocsr") else data
    if numbers.size and (
        int(numbers.min()) not in _INT32 or int(numbers.max()) not in _INT32
    ):
        raise InvalidInputError(
            "An integer does not fit 32 bits, which is what records hold.",
            hint='Convert it: x.astype("float64"), exact up to 2**53',
        )
    return "int32_tensor"
