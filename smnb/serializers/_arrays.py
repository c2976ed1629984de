"""Serializers of arrays in their own formats: npy, npz of sparse matrices, tensors."""

from __future__ import annotations

import io
from typing import Any, Final

from smnb._extras import require
from smnb.errors import InvalidInputError
from smnb.serializers._base import SimpleBaseSerializer, refusal
from smnb.serializers._kinds import is_a

_NPZ_FORMATS: Final = ("csr", "csc", "bsr", "dia", "coo")


class NumpySerializer(SimpleBaseSerializer):
    r"""Write an array in the npy format, exactly, with its dtype and shape.

    Anything else becomes an array first; a file object holds npy already and is passed
    on. Objects that are not numbers or text are pickled, as numpy does.

    Parameters
    ----------
    dtype
        What the values are converted to, for example ``"float32"``; None keeps them.
    content_type
        MIME type that the request carries.

    Examples
    --------
    >>> NumpySerializer().serialize([1.0, 2.0])[:6]
    b'\x93NUMPY'
    """

    def __init__(
        self, dtype: Any = None, content_type: str = "application/x-npy"
    ) -> None:
        super().__init__(content_type)
        self.dtype = dtype

    def serialize(self, data: Any) -> Any:
        """Return `data` as the bytes of an npy file.

        Raises
        ------
        InvalidInputError
            If `data` is empty or ragged, or does not convert to `dtype`.
        """
        if hasattr(data, "read"):
            return data.read()
        np = require("numpy", purpose="The npy format")
        try:
            array = np.asarray(data, self.dtype)
        except (TypeError, ValueError) as error:
            raise InvalidInputError(
                f"A value of type {type(data).__name__} cannot be made an array: {error}.",
                hint="Rows have the same length, and values convert to the dtype.",
            ) from None
        if array.size == 0:
            raise InvalidInputError(
                "Cannot serialize an empty array.", hint="Pass at least one value."
            )
        buffer = io.BytesIO()
        np.save(buffer, array)
        return buffer.getvalue()


class SparseMatrixSerializer(SimpleBaseSerializer):
    """Write a scipy sparse matrix in the npz format.

    Parameters
    ----------
    content_type
        MIME type that the request carries.
    """

    def __init__(self, content_type: str = "application/x-npz") -> None:
        super().__init__(content_type)

    def serialize(self, data: Any) -> bytes:
        """Return `data` as the bytes of an npz file.

        Formats that npz does not have (lil, dok) are written as csr.

        Raises
        ------
        InvalidInputError
            If `data` is not a sparse matrix.
        """
        sparse = require("scipy.sparse", purpose="The npz format of sparse matrices")
        if not sparse.issparse(data):
            raise refusal(
                data, "a sparse matrix", "Pass scipy.sparse.csr_matrix(data)."
            )
        buffer = io.BytesIO()
        sparse.save_npz(buffer, data if data.format in _NPZ_FORMATS else data.tocsr())
        return buffer.getvalue()


class TorchTensorSerializer(SimpleBaseSerializer):
    """Write a torch tensor, from any device, in the npy format.

    Parameters
    ----------
    content_type
        MIME type that the request carries.
    """

    def __init__(self, content_type: str = "tensor/pt") -> None:
        super().__init__(content_type)

    def serialize(self, data: Any) -> Any:
        """Return `data` as the bytes of an npy file.

        Raises
        ------
        InvalidInputError
            If `data` is not a tensor, is empty, or has a dtype that numpy lacks.
        """
        if not is_a(data, "torch", "Tensor"):
            raise refusal(
                data, "a tensor", "Pass a torch.Tensor, or use NumpySerializer()."
            )
        try:
            array = data.detach().cpu().numpy()
        except (RuntimeError, TypeError) as error:
            raise InvalidInputError(
                f"The tensor cannot be made an array: {str(error).rstrip('.')}.",
                hint="Convert it first: .to_dense() if it is sparse, .float() if bfloat16.",
            ) from None
        return NumpySerializer().serialize(array)
