"""JSON and JSON Lines: written exactly, or refused with the place."""

from __future__ import annotations

import dataclasses
import datetime as dt
import enum
import io
import json
import uuid
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from smnb.errors import InvalidInputError
from smnb.serializers import JSONLinesSerializer, JSONSerializer

NAN, INFINITY = float("nan"), float("inf")
LONG = 20_000  # numbers whose JSON is longer than what is written with blanks


class Point(NamedTuple):
    x: float
    y: float


class Colour(enum.Enum):
    RED = "red"


@dataclasses.dataclass
class Request:
    size: int
    values: object


finite = st.floats(allow_nan=False, allow_infinity=False)
scalars = st.none() | st.booleans() | st.integers() | finite | st.text()
documents = st.recursive(
    scalars,
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=30,
)
numeric_arrays = hnp.arrays(
    st.sampled_from(["f2", "f4", "f8", ">f4", ">f8", "i1", "i4", ">i8", "u8", "?"]),
    hnp.array_shapes(min_dims=0, max_dims=3),
)


@settings(deadline=None)
@given(documents)
def test_json_document_comes_back_the_same(document):
    assert json.loads(JSONSerializer().serialize(document)) == document


@settings(deadline=None)
@given(st.recursive(st.integers() | st.text('ab,: "\\\n'), st.lists))
def test_json_short_text_is_that_of_the_json_module(document):
    assert JSONSerializer().serialize(document) == json.dumps(document)


@settings(deadline=None)
@given(
    numeric_arrays,
    st.sampled_from([slice(None), slice(None, None, 2), slice(None, None, -1)]),
)
def test_json_array_comes_back_exactly(array, steps):
    array = array[steps] if array.ndim else array

    text = JSONSerializer(nan="NaN").serialize({"x": [array]})

    np.testing.assert_equal(json.loads(text), {"x": [array.tolist()]})


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param(np.array([[1, 2], [3, 4]]), "[[1, 2], [3, 4]]", id="array"),
        pytest.param(np.array(1.5), "1.5", id="zero-dimensional"),
        pytest.param(np.array([]), "[]", id="empty"),
        pytest.param(np.zeros((2, 0)), "[[], []]", id="empty-rows"),
        pytest.param(np.array(["a", "b"]), '["a", "b"]', id="text-array"),
        pytest.param(
            np.array([{"a": np.int8(1)}, None]), '[{"a": 1}, null]', id="objects"
        ),
        pytest.param(
            [np.float32(0.5), np.int64(2), np.True_], "[0.5, 2, true]", id="scalars"
        ),
        pytest.param(np.float32(0.1), "0.10000000149011612", id="float32-exact"),
        pytest.param(
            np.datetime64("2026-01-02T03:04"), '"2026-01-02T03:04"', id="datetime64"
        ),
        pytest.param(np.array(["2026-01-02"], "M8[D]"), '["2026-01-02"]', id="dates"),
        pytest.param({np.int64(1): np.str_("a")}, '{"1": "a"}', id="numpy-key"),
        pytest.param(
            {2: 1, None: 2, 1.5: 3}, '{"2": 1, "null": 2, "1.5": 3}', id="keys"
        ),
        pytest.param(
            [2**64, -(2**63) - 1], f"[{2**64}, {-(2**63) - 1}]", id="big-integers"
        ),
        pytest.param(Decimal("1.10"), "1.10", id="decimal"),
        pytest.param(
            [Decimal("0." + "1" * 30), None], f"[0.{'1' * 30}, null]", id="long-decimal"
        ),
        pytest.param(dt.date(2026, 1, 2), '"2026-01-02"', id="date"),
        pytest.param(
            dt.datetime(2026, 1, 2, tzinfo=dt.timezone.utc),
            '"2026-01-02T00:00:00+00:00"',
            id="datetime",
        ),
        pytest.param(
            pd.Timestamp("2026-01-02"), '"2026-01-02T00:00:00"', id="timestamp"
        ),
        pytest.param(pd.Series([1, 2]), "[1, 2]", id="series"),
        pytest.param(
            pd.DataFrame({"a": [1], "b": ["x"]}), '[{"a": 1, "b": "x"}]', id="frame"
        ),
        pytest.param(Point(1, 2.5), "[1, 2.5]", id="namedtuple"),
        pytest.param(Colour.RED, '"red"', id="enum"),
        pytest.param(
            Request(1, np.arange(2)), '{"size": 1, "values": [0, 1]}', id="dataclass"
        ),
        pytest.param(MappingProxyType({"a": 1}), '{"a": 1}', id="mapping"),
        pytest.param(uuid.UUID(int=0), f'"{uuid.UUID(int=0)}"', id="uuid"),
        pytest.param("é 中", '"é 中"', id="unicode"),
        pytest.param("\ud800", r'"\ud800"', id="half-surrogate"),
        pytest.param(
            {'a,"b":\\': ['c:,\\"']}, r'{"a,\"b\":\\": ["c:,\\\""]}', id="quotes"
        ),
    ],
)
def test_json_value(value, text):
    assert JSONSerializer().serialize(value) == text


@pytest.mark.parametrize(
    ("value", "place"),
    [
        pytest.param(NAN, "value is nan", id="float"),
        pytest.param([1, INFINITY], r"value\[1\] is inf", id="infinity"),
        pytest.param(
            [None, "null", {"a": [NAN]}], r"value\[2\]\['a'\]\[0\] is nan", id="nested"
        ),
        pytest.param(
            {"a": np.array([[1, NAN]])}, r"value\['a'\]\[0\]\[1\] is nan", id="array"
        ),
        pytest.param(np.float32(NAN), "value is nan", id="float32"),
        pytest.param(pd.NA, "value is nan", id="NA"),
        pytest.param([None, pd.NaT], r"value\[1\] is nan", id="NaT"),
        pytest.param(np.array(["NaT"], "M8[s]"), r"value\[0\] is nan", id="NaT-array"),
        pytest.param(Decimal("NaN"), "value is nan", id="decimal"),
        pytest.param(Request(1, NAN), r"value\['values'\] is nan", id="dataclass"),
        pytest.param(
            pd.DataFrame({"a": [1, None]}), r"value\[1\]\['a'\] is nan", id="frame"
        ),
    ],
)
def test_json_nan_is_refused_with_its_place(value, place):
    with pytest.raises(InvalidInputError, match=place):
        JSONSerializer().serialize(value)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param([NAN, None, 1.5], id="list"),
        pytest.param(np.array([NAN, NAN, 1.5]), id="array"),
        pytest.param([pd.NA, Decimal("NaN"), 1.5], id="other-libraries"),
    ],
)
def test_json_nan_as_null(value):
    assert JSONSerializer(nan="null").serialize(value) == "[null, null, 1.5]"


def test_json_nan_as_nan_keeps_none():
    data = {"a": np.array([NAN, INFINITY]), "b": [None, -INFINITY]}

    text = JSONSerializer(nan="NaN").serialize(data)

    assert text == '{"a": [NaN, Infinity], "b": [null, -Infinity]}'


@pytest.mark.parametrize(
    "value", [[None, 1.5], {"a": None}, "null", {"null": [1]}, None]
)
def test_json_null_that_is_meant_is_kept(value):
    assert json.loads(JSONSerializer().serialize(value)) == value


@pytest.mark.parametrize(
    ("value", "message"),
    [
        pytest.param({1, 2}, "of type set.*\n.*sorted", id="set"),
        pytest.param([b"x"], r"value\[0\] is of type bytes.*\n.*Decode", id="bytes"),
        pytest.param({"p": Path("x")}, r"value\['p'\] is of type \w*Path", id="path"),
        pytest.param(dt.timedelta(1), "timedelta.*\n.*total_seconds", id="timedelta"),
        pytest.param(np.timedelta64(1, "s"), "timedelta64", id="timedelta64"),
        pytest.param([1j], r"value\[0\] is of type complex", id="complex"),
        pytest.param(np.array([1j]), "an array of complex128", id="complex-array"),
        pytest.param(np.longdouble(1), "longdouble", id="longdouble"),
        pytest.param(np.array([b"x"]), r"an array of \|S1", id="bytes-array"),
        pytest.param(iter([1]), "list_iterator", id="iterator"),
        pytest.param(Request, "of type type", id="class"),
        pytest.param({(1, 2): 3}, r"the key \(1, 2\), a tuple", id="tuple-key"),
        pytest.param({1: "a", "1": "b"}, "cannot tell apart", id="clashing-keys"),
        pytest.param(
            pd.DataFrame([[1, 2]], columns=["a", "a"]), "same name", id="columns"
        ),
    ],
)
def test_json_refused_value(value, message):
    with pytest.raises(InvalidInputError, match=f"(?s){message}"):
        JSONSerializer().serialize(value)


def test_json_value_within_itself_is_refused():
    circle = []
    circle.append(circle)

    with pytest.raises(InvalidInputError, match="254 levels"):
        JSONSerializer().serialize(circle)


def test_json_long_text_has_no_blanks():
    text = JSONSerializer().serialize(list(range(LONG)))

    assert text == json.dumps(list(range(LONG)), separators=(",", ":"))


def test_json_file_object_is_passed_on():
    assert JSONSerializer().serialize(io.StringIO("[1,2]")) == "[1,2]"


def test_json_unknown_nan_policy_is_refused():
    with pytest.raises(InvalidInputError, match="nan='drop'"):
        JSONSerializer(nan="drop")


@pytest.mark.parametrize(
    ("value", "lines"),
    [
        pytest.param([{"a": 1}, [2, None], "x"], '{"a": 1}\n[2, null]\n"x"', id="list"),
        pytest.param(
            ({"a": i} for i in range(2)), '{"a": 0}\n{"a": 1}', id="generator"
        ),
        pytest.param({"a": 1}, '{"a": 1}', id="dict"),
        pytest.param(np.array([[1, 2], [3, 4]]), "[1, 2]\n[3, 4]", id="array"),
        pytest.param(pd.DataFrame({"a": [1, 2]}), '{"a": 1}\n{"a": 2}', id="frame"),
        pytest.param('{"a":1}\n2', '{"a":1}\n2', id="text"),
        pytest.param(io.StringIO("1\n2"), "1\n2", id="file"),
        pytest.param([], "", id="nothing"),
    ],
)
def test_json_lines(value, lines):
    assert JSONLinesSerializer().serialize(value) == lines


def test_json_lines_names_the_line_of_a_refused_value():
    with pytest.raises(InvalidInputError, match=r"line 2\['x'\] is nan"):
        JSONLinesSerializer().serialize([{"x": 1}, {"x": NAN}])


def test_json_lines_of_a_number_is_refused():
    with pytest.raises(InvalidInputError, match="type int"):
        JSONLinesSerializer().serialize(5)


@settings(deadline=None)
@given(st.lists(documents))
def test_json_lines_come_back_one_by_one(items):
    lines = JSONLinesSerializer().serialize(items).split("\n") if items else []

    assert [json.loads(line) for line in lines] == items
