"""CSV: quoted where it must be, numbers exact, nothing but rows."""

from __future__ import annotations

import csv
import io

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from smnb.errors import InvalidInputError
from smnb.serializers import CSVSerializer

NAN, INFINITY = float("nan"), float("inf")

cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
rows = st.lists(st.lists(cells, min_size=1), min_size=1)
floats = hnp.arrays(
    st.sampled_from(["f4", "f8", ">f8"]),
    hnp.array_shapes(min_dims=2, max_dims=2),
    elements={"allow_nan": False},
)


def read(text):
    return list(csv.reader(io.StringIO(text, newline="")))


@settings(deadline=None)
@given(rows)
def test_csv_text_comes_back_the_same(table):
    assert read(CSVSerializer().serialize(table)) == table


@settings(deadline=None)
@given(floats)
def test_csv_array_of_floats_comes_back_exactly(array):
    cells = read(CSVSerializer().serialize(array))

    np.testing.assert_array_equal(np.array(cells, array.dtype), array)


@settings(deadline=None)
@given(
    st.lists(
        st.lists(st.integers() | st.floats(allow_nan=False), min_size=1), min_size=1
    )
)
def test_csv_lists_of_numbers_come_back_exactly(table):
    cells = read(CSVSerializer().serialize(table))

    assert [list(map(float, row)) for row in cells] == [
        list(map(float, row)) for row in table
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param([1, 2.5, "a"], "1,2.5,a", id="row"),
        pytest.param((1, 2), "1,2", id="tuple"),
        pytest.param(range(3), "0,1,2", id="range"),
        pytest.param([[1, 2], [3]], "1,2\n3", id="rows-of-any-length"),
        pytest.param(((1, 2), (3, 4)), "1,2\n3,4", id="tuple-of-rows"),
        pytest.param([[1, "x,y"], ['q"', None]], '1,"x,y"\n"q""",', id="quoting"),
        pytest.param([["a\nb", "a\rb"]], '"a\nb","a\rb"', id="line-ends-in-cells"),
        pytest.param([["é", "中"]], "é,中", id="unicode"),
        pytest.param(["1,2", "3,4"], "1,2\n3,4", id="lines-of-text"),
        pytest.param(("a", "b"), "a,b", id="tuple-of-text"),
        pytest.param([True, False], "True,False", id="booleans"),
        pytest.param([[10**30, 1]], f"{10**30},1", id="big-integer"),
        pytest.param([None], '""', id="lonely-none"),
        pytest.param(np.array([1, 2, 3]), "1,2,3", id="array"),
        pytest.param(np.array([[1, 2], [3, 4]]).T, "1,3\n2,4", id="strided-array"),
        pytest.param(
            np.arange(8).reshape(2, 2, 2), "0,1,2,3\n4,5,6,7", id="flattened-array"
        ),
        pytest.param(np.array(3), "3", id="zero-dimensional"),
        pytest.param(np.array([1, 2], ">i2"), "1,2", id="big-endian"),
        pytest.param(np.array([0.1], "f4"), "0.1", id="float32"),
        pytest.param(np.array([0.1], "f2"), "0.1", id="float16"),
        pytest.param(np.array([True]), "True", id="boolean-array"),
        pytest.param(np.array(["1,2", "3,4"]), "1,2\n3,4", id="array-of-lines"),
        pytest.param(np.array([["a,b", "c"]]), '"a,b",c', id="array-of-text"),
        pytest.param(
            [np.arange(2), np.arange(2.0)], "0,1\n0.0,1.0", id="list-of-arrays"
        ),
        pytest.param([np.float32(0.1), 2], "0.1,2", id="numpy-scalars"),
        pytest.param(pd.Series([1, 2], index=["x", "y"]), "1,2", id="series"),
        pytest.param(
            pd.DataFrame({"a": [1, 2], "b": [3, 4]}), "1,3\n2,4\n", id="frame"
        ),
        pytest.param(pd.DataFrame({"a": [1], "b": [2.5]}), "1,2.5\n", id="mixed-frame"),
        pytest.param(
            pd.DataFrame({"a": [1], "b": ["x,y"]}), '1,"x,y"\n', id="frame-of-text"
        ),
        pytest.param(
            pd.DataFrame({"a": [1, 2], "b": [0.5, NAN]}), "1,0.5\n2,\n", id="frame-nan"
        ),
        pytest.param(
            pd.DataFrame({"a": np.array([0.1], "f4")}), "0.1\n", id="float32-frame"
        ),
    ],
)
def test_csv_value(value, text):
    assert CSVSerializer().serialize(value) == text


@pytest.mark.parametrize("content", ["1,2", b"1,2", b"\xff"])
def test_csv_text_and_bytes_are_passed_on(content):
    assert CSVSerializer().serialize(content) == content


def test_csv_file_object_is_passed_on():
    assert CSVSerializer().serialize(io.BytesIO(b"1,2")) == b"1,2"


@pytest.mark.parametrize(
    ("value", "empty", "word"),
    [
        pytest.param([1, NAN, None], "1,,", "1,NA,NA", id="list"),
        pytest.param(np.array([1, NAN]), "1.0,", "1.0,NA", id="array"),
        pytest.param(np.array([[NAN], [1]]), '""\n1.0', "NA\n1.0", id="column"),
        pytest.param(
            np.array([NAN, INFINITY, -INFINITY]), ",inf,-inf", "NA,inf,-inf", id="inf"
        ),
        pytest.param(
            [[1.5, pd.NA], [pd.NaT, 2]], "1.5,\n,2", "1.5,NA\nNA,2", id="pandas"
        ),
        pytest.param(
            pd.DataFrame({"a": [NAN], "b": ["x"]}), ",x\n", "NA,x\n", id="frame"
        ),
        pytest.param(
            pd.DataFrame({"a": [NAN, 1]}), '""\n1.0\n', "NA\n1.0\n", id="float-frame"
        ),
    ],
)
def test_csv_missing_values_are_empty_or_a_chosen_word(value, empty, word):
    assert CSVSerializer().serialize(value) == empty
    assert CSVSerializer(nan="NA").serialize(value) == word


def test_csv_header_of_a_frame_on_request():
    frame = pd.DataFrame({"a,b": [1], "c": [2]})

    assert CSVSerializer(header=True).serialize(frame) == '"a,b",c\n1,2\n'


@pytest.mark.parametrize(
    "value",
    [
        pytest.param([], id="list"),
        pytest.param([[1], []], id="row"),
        pytest.param(np.array([]), id="array"),
        pytest.param(np.array([[], []]), id="rows"),
        pytest.param([np.array([])], id="list-of-arrays"),
        pytest.param(pd.DataFrame({"a": []}), id="frame"),
    ],
)
def test_csv_of_nothing_is_refused(value):
    with pytest.raises(InvalidInputError, match="empty array"):
        CSVSerializer().serialize(value)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        pytest.param(5, "type int cannot be written as CSV", id="number"),
        pytest.param({"a": [1]}, "type dict", id="dict"),
        pytest.param({1}, "type set", id="set"),
        pytest.param([1, [2]], "type list cannot be written as a cell", id="nested"),
        pytest.param(
            [[1, [2]]], "type list cannot be written as a cell", id="nested-in-a-row"
        ),
        pytest.param(
            [[1], 2, [[3]]], "type int cannot be written as a row", id="not-a-row"
        ),
        pytest.param([[1, np.arange(2)]], "type ndarray", id="array-in-a-row"),
        pytest.param([[b"x"]], "type bytes", id="bytes-in-a-row"),
        pytest.param(
            ["a", 1], "type int cannot be written as a row", id="text-then-number"
        ),
    ],
)
def test_csv_refused_value(value, message):
    with pytest.raises(InvalidInputError, match=message):
        CSVSerializer().serialize(value)


def test_csv_word_for_nan_that_breaks_rows_is_refused():
    with pytest.raises(InvalidInputError, match="break the rows"):
        CSVSerializer(nan="a,b")
