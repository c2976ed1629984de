"""Serializer of CSV: quoted as RFC 4180 says, numbers exact, arrays through orjson's float writer."""

from __future__ import annotations

import csv
import io
from collections.abc import MutableSequence, Sequence
from typing import Any, Final

from smnb.errors import InvalidInputError
from smnb.serializers._base import SimpleBaseSerializer, refusal
from smnb.serializers._kinds import is_a, is_array, is_missing

# What orjson writes exactly; it writes float16 with the digits of a float32.
_FAST_TYPES: Final = frozenset(
    ("i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f4", "f8")
)
_NOT_A_CELL: Final = (bytes, list, tuple, dict, set, frozenset)
_HINT: Final = "Pass a list of rows, a numpy array, a DataFrame, or CSV text."


class CSVSerializer(SimpleBaseSerializer):
    r"""Write rows of values as CSV.

    =============================  ==================================================
    value                          what it becomes
    =============================  ==================================================
    str, bytes, file object        it is CSV already: passed on
    [1, "a", None], (1, 2)         one row
    [[1, 2], [3, 4]], [arr, arr]   a row for each element; a tuple of rows is the same
    ["1,2", "3,4"]                 a list of text: each element is a row in CSV already
    array of 0 or 1 dimension      one row
    array of more dimensions       a row for each element of the first, flattened
    Series, tensor, text array     as the list or nested list of its values
    DataFrame                      its rows without the index; its last row ends with
                                   a line end as well
    =============================  ==================================================

    Rows end with ``\n``, except the last. Floats keep every bit; float32 values are
    written as short as float32 allows.

    Parameters
    ----------
    content_type
        MIME type that the request carries.
    nan
        What is written for NaN and missing values; the empty cell by default.
    header
        Write the column names of a DataFrame as the first row.

    Raises
    ------
    InvalidInputError
        If `nan` would have to be quoted.

    Examples
    --------
    >>> print(CSVSerializer().serialize([[1, "a,b"], [2.5, None]]))
    1,"a,b"
    2.5,
    """

    def __init__(
        self, content_type: str = "text/csv", *, nan: str = "", header: bool = False
    ) -> None:
        super().__init__(content_type)
        if set(nan) & set(',"\r\n'):
            raise InvalidInputError(
                f"nan={nan!r} would break the rows of the CSV.",
                hint='Choose a word without commas, quotes and line ends, such as "nan".',
            )
        self.nan = nan
        self.header = header

    def serialize(self, data: Any) -> Any:
        """Return `data` as CSV text.

        Raises
        ------
        InvalidInputError
            If `data` is empty, not made of rows, or a cell holds more than one value.
        """
        if hasattr(data, "read"):
            return data.read()
        if isinstance(data, str | bytes):
            return data
        if isinstance(data, bytearray | memoryview):
            return bytes(data)
        if is_a(data, "pandas", "DataFrame"):
            return self._frame(data)
        if is_array(data):
            return self._array(data)
        if hasattr(data, "tolist"):
            data = data.tolist()
        return self._rows(data)

    def _frame(self, frame: Any) -> str:
        if not frame.size:
            raise _empty()
        head = frame.iloc[:0].to_csv(
            header=self.header, index=False, lineterminator="\n"
        )
        codes = {_code(dtype) for dtype in frame.dtypes}
        body = None
        if len(codes) == 1 and codes <= _FAST_TYPES:
            body = self._array(frame.to_numpy())
        elif codes == {"i8", "f8"}:
            columns = (column.tolist() for _, column in frame.items())
            body = _numbers(list(zip(*columns, strict=True)))
        if body is None:
            body = frame.to_csv(
                header=False, index=False, na_rep=self.nan, lineterminator="\n"
            ).removesuffix("\n")
        return f"{head}{body}\n"

    def _array(self, array: Any) -> str:
        if array.size == 0:
            raise _empty()
        rows = array.reshape(len(array) if array.ndim > 1 else 1, -1)
        if _code(array.dtype) in _FAST_TYPES:
            text = _number_array(rows)
            if "null" not in text:
                return text
            import numpy as np

            if not np.isinf(array).any():
                lonely = rows.shape[1] == 1 and not self.nan  # an empty line is no row
                return text.replace("null", '""' if lonely else self.nan)
        if array.ndim > 1:
            return "\n".join(self._line(list(row)) for row in rows)
        return self._rows(list(rows[0]))

    def _rows(self, data: Any) -> str:
        if not isinstance(data, Sequence):
            raise refusal(data, "CSV", _HINT)
        if not data:
            raise _empty()
        is_text = isinstance(data[0], str) and isinstance(data, MutableSequence)
        if not is_text and not _is_row(data[0]):
            return self._line(data)
        return _numbers(data) or "\n".join(self._line(row) for row in data)

    def _line(self, row: Any) -> str:
        if isinstance(row, str):
            return row
        if is_array(row):
            return self._array(row.reshape(1, -1))
        if hasattr(row, "tolist"):
            row = row.tolist()
        if not isinstance(row, Sequence) or isinstance(row, bytes):
            raise refusal(row, "a row of CSV", "Put the values of one row in a list.")
        if not row:
            raise _empty()
        line = io.StringIO()
        csv.writer(line).writerow([self._cell(cell) for cell in row])
        return line.getvalue().removesuffix("\r\n")

    def _cell(self, value: Any) -> Any:
        if isinstance(value, _NOT_A_CELL) or is_array(value):
            raise refusal(
                value,
                "a cell of CSV",
                "A cell is a number or text: flatten or decode it.",
            )
        return self.nan if value is None or is_missing(value) else value


def _code(dtype: Any) -> str:
    """Return kind and size of a numpy dtype, such as "f8"; nothing for pandas' own."""
    return str(dtype.str[1:]) if is_a(dtype, "numpy", "dtype") else ""


def _is_row(value: Any) -> bool:
    if isinstance(value, str | bytes):
        return False
    return isinstance(value, Sequence) or getattr(value, "ndim", 0) > 0


def _numbers(rows: Sequence[Any]) -> str | None:
    """Return rows of plain finite numbers as CSV; None if anything else is among them."""
    import orjson

    if not {type(row) for row in rows} <= {list, tuple}:
        return None
    try:
        json = orjson.dumps(rows, option=orjson.OPT_SERIALIZE_NUMPY)
    except TypeError:
        return None
    # Text has quotes, null and false an l, true a t, an empty or nested row more brackets.
    if any(mark in json for mark in (b'"', b"l", b"t", b"{", b"[]")):
        return None
    return _unbracketed(json) if json.count(b"[") == len(rows) + 1 else None


def _number_array(rows: Any) -> str:
    import numpy as np
    import orjson

    native = np.ascontiguousarray(rows, rows.dtype.newbyteorder("="))
    return _unbracketed(orjson.dumps(native, option=orjson.OPT_SERIALIZE_NUMPY))


def _unbracketed(json: bytes) -> str:
    return json[2:-2].replace(b"],[", b"\n").decode()


def _empty() -> InvalidInputError:
    return InvalidInputError(
        "Cannot serialize an empty array or table.",
        hint="Pass at least one value in each row.",
    )
