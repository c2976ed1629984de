"""The content types that a model reads and writes without functions of its own."""

from __future__ import annotations

import csv
import importlib
import io
import json
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

JSON, CSV, NPY = "application/json", "text/csv", "application/x-npy"
BINARY = "application/octet-stream"
_SUPPORTED = f"{JSON}, {CSV} and {NPY}"


class UnservedError(Exception):
    """A request that the defaults cannot serve; `status_code` is the HTTP status."""

    def __init__(self, status_code: int, message: str) -> None:
        super().__init__(message)
        self.status_code = status_code


def media_type(value: str) -> str:
    """Return a content type without its parameters.

    Examples
    --------
    >>> media_type("Application/JSON; charset=utf-8")
    'application/json'
    """
    return value.partition(";")[0].strip().lower()


def as_sent(body: bytes | str, content_type: str) -> bytes | str:
    """Return a body as handlers get it: JSON and CSV as text, else bytes."""
    if isinstance(body, str) or media_type(content_type) not in (JSON, CSV):
        return body
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise UnservedError(400, f"The body is not UTF-8: {error}") from error


def decode(body: bytes | str, content_type: str) -> Any:
    """Return what a request holds.

    JSON becomes Python objects; CSV, without a header, a 2-D array of float, or a list
    of rows if it holds texts or there is no numpy; npy an array.

    Raises
    ------
    UnservedError
        415 for another content type, 400 for a body that is not what its type says.

    Examples
    --------
    >>> decode('{"x": [1, 2]}', "application/json; charset=utf-8")
    {'x': [1, 2]}
    """
    media = media_type(content_type)
    try:
        if media == JSON:
            return json.loads(body)
        if media == CSV and isinstance(body, str):
            return _table(body)
        if media == NPY and isinstance(body, bytes):
            numpy = importlib.import_module("numpy")
            return numpy.load(io.BytesIO(body), allow_pickle=False)
    except (ValueError, EOFError) as error:
        raise UnservedError(400, f"The body is not {media}: {error}") from error
    raise UnservedError(
        415,
        f"Content type {content_type} is not supported without input_fn; "
        f"supported are {_SUPPORTED}.",
    )


def _table(text: str) -> Any:
    rows = [[_cell(c) for c in row] for row in csv.reader(io.StringIO(text)) if row]
    if all(isinstance(cell, float) for row in rows for cell in row):
        with suppress(ImportError, ValueError):  # ragged rows stay rows
            return importlib.import_module("numpy").array(rows, dtype=float)
    return rows


def _cell(text: str) -> float | str:
    """Return a number if it is one; an empty cell is a missing number."""
    with suppress(ValueError):
        if "_" not in text:  # float() takes 1_2 for 12
            return float(text or "nan")
    return text


def encode(prediction: Any, accept: str) -> tuple[bytes, str]:
    r"""Return a prediction as bytes and their content type.

    The first type in `accept` that can be had is taken. Bytes stay as they are.

    Raises
    ------
    UnservedError
        406 if no type in `accept` can be had.

    Examples
    --------
    >>> encode([[1, "a"]], "text/html, text/csv")
    (b'1,a\n', 'text/csv')
    """
    wanted = [media_type(part) for part in accept.split(",")]
    if isinstance(prediction, bytes | bytearray | memoryview):
        return bytes(prediction), BINARY if wanted[0] == JSON else wanted[0]
    for media in wanted:
        if media in (JSON, "*/*", "application/*"):
            return to_json(prediction), JSON
        if media in (CSV, "text/*"):
            return _to_csv(prediction), CSV
        if media == NPY:
            numpy, file = importlib.import_module("numpy"), io.BytesIO()
            numpy.save(file, numpy.asarray(prediction), allow_pickle=False)
            return file.getvalue(), NPY
    raise UnservedError(
        406,
        f"Accept {accept} is not supported without output_fn; "
        f"supported are {_SUPPORTED}.",
    )


def to_json(value: Any) -> bytes:
    """Return `value` as JSON; arrays, numpy scalars and tensors become lists, numbers.

    DataFrames become records, dates and times text in ISO 8601, sets lists.
    NaN stays NaN, as from AWS's toolkit: Python reads it, and null would hide it.
    """
    return json.dumps(value, default=_plain).encode()


def _plain(value: Any) -> Any:
    if hasattr(value, "tolist"):
        return value.tolist()
    if hasattr(value, "to_dict"):  # a DataFrame
        return value.to_dict("records")
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if isinstance(value, set | frozenset):
        return list(value)
    raise TypeError(f"{type(value).__name__} is not JSON serializable")


def _to_csv(value: Any) -> bytes:
    if hasattr(value, "to_numpy"):  # of a DataFrame, iterating gives its columns' names
        value = value.to_numpy(dtype=object)
    rows = value.tolist() if hasattr(value, "tolist") else value
    if isinstance(rows, str | dict) or not isinstance(rows, Iterable):
        rows = [rows]
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(
        row if isinstance(row, list | tuple) else [row] for row in rows
    )
    return text.getvalue().encode()
