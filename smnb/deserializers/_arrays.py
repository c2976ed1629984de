"""Deserializers of arrays, tensors and tables."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from smnb._extras import require
from smnb.deserializers._base import (
    SimpleBaseDeserializer,
    media_type_of,
    read_all,
    unreadable,
)
from smnb.deserializers._text import json_value
from smnb.errors import InvalidInputError, UnreadableResponseError

if TYPE_CHECKING:
    from smnb.deserializers._base import ByteStream


class NumpyDeserializer(SimpleBaseDeserializer):
    """Read npy, npz, CSV or JSON into a numpy array.

    Parameters
    ----------
    dtype
        The dtype for CSV and JSON, which numpy chooses itself when it is None; npy and
        npz carry their own.
    accept
        The MIME type, or types, that the request asks for.
    allow_pickle
        Only False: unpickling an answer would run code that came over the network.

    Raises
    ------
    InvalidInputError
        If `allow_pickle` is true.
    """

    def __init__(
        self,
        dtype: Any = None,
        accept: str | tuple[str, ...] = "application/x-npy",
        allow_pickle: bool = False,
    ) -> None:
        super().__init__(accept)
        if allow_pickle:
            raise InvalidInputError(
                "allow_pickle=True would run code that an answer brings along.",
                hint="Let the model answer numbers or text, or read the bytes with "
                "BytesDeserializer() and unpickle them where you trust them.",
            )
        self.dtype = dtype
        self.allow_pickle = allow_pickle

    def deserialize(self, stream: ByteStream, content_type: str) -> Any:
        """Return the array; for ``application/x-npz`` a mapping of name to array.

        Raises
        ------
        UnreadableResponseError
            If the body is not what the content type says, is ragged, holds pickled
            objects, or has a type other than these four.
        """
        from zipfile import BadZipFile

        body = read_all(stream)
        np = require("numpy", purpose="NumpyDeserializer")
        media_type = media_type_of(content_type)
        try:
            if media_type == "text/csv":
                text = io.StringIO(body.decode())
                return np.genfromtxt(text, delimiter=",", dtype=self.dtype)
            if media_type == "application/json":
                return np.array(json_value(body, body, content_type), dtype=self.dtype)
            if media_type in ("application/x-npy", "application/x-npz"):
                return np.load(io.BytesIO(body), allow_pickle=False)
        except UnreadableResponseError:
            raise
        except (EOFError, OSError, TypeError, ValueError, BadZipFile) as error:
            raise unreadable("an array", error, body, content_type) from None
        raise unreadable(
            "an array", "it is neither npy, npz, CSV nor JSON", body, content_type
        )


class TorchTensorDeserializer(SimpleBaseDeserializer):
    """Read npy into a torch tensor.

    Parameters
    ----------
    accept
        The MIME type, or types, that the request asks for.
    """

    def __init__(self, accept: str | tuple[str, ...] = "tensor/pt") -> None:
        super().__init__(accept)

    def deserialize(self, stream: ByteStream, content_type: str = "tensor/pt") -> Any:
        """Return the tensor.

        Raises
        ------
        MissingExtraError
            If torch is not installed.
        UnreadableResponseError
            If the body is not npy, or torch has no such dtype.
        """
        body = read_all(stream)
        torch = require("torch", purpose="TorchTensorDeserializer")
        array = NumpyDeserializer().deserialize(io.BytesIO(body), "application/x-npy")
        try:
            return torch.from_numpy(array)
        except TypeError as error:
            raise unreadable("a tensor", error, body, content_type) from None


class PandasDeserializer(SimpleBaseDeserializer):
    """Read CSV, or JSON by column, into a pandas DataFrame.

    Parameters
    ----------
    accept
        The MIME type, or types, that the request asks for.
    """

    def __init__(
        self, accept: str | tuple[str, ...] = ("text/csv", "application/json")
    ) -> None:
        super().__init__(accept)

    def deserialize(self, stream: ByteStream, content_type: str) -> Any:
        """Return the DataFrame; the first row of CSV names the columns.

        Raises
        ------
        MissingExtraError
            If pandas is not installed.
        UnreadableResponseError
            If the body is not what the content type says, or is neither of these.
        """
        body = read_all(stream)
        pandas = require("pandas", purpose="PandasDeserializer")
        readers = {"text/csv": pandas.read_csv, "application/json": pandas.read_json}
        read = readers.get(media_type_of(content_type))
        if read is None:
            raise unreadable(
                "a table", "it is neither CSV nor JSON", body, content_type
            )
        try:
            return read(io.BytesIO(body))
        except ValueError as error:
            raise unreadable("a table", error, body, content_type) from None
