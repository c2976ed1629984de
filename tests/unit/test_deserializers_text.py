"""Answers of text: CSV, JSON, JSON lines, read exactly."""

from __future__ import annotations

import io
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smnb.deserializers import (
    CSVDeserializer,
    JSONDeserializer,
    JSONLinesDeserializer,
)
from smnb.errors import UnreadableResponseError
from smnb.serializers import CSVSerializer, JSONSerializer


def read(deserializer, body, content_type="x/y"):
    return deserializer.deserialize(io.BytesIO(body), content_type)


@pytest.mark.parametrize(
    ("body", "rows"),
    [
        pytest.param(b"1,2\n3,4\n", [["1", "2"], ["3", "4"]], id="rows"),
        pytest.param(b"1,2\r\n3,4\r\n", [["1", "2"], ["3", "4"]], id="crlf"),
        pytest.param(b'"a,b","c\nd"', [["a,b", "c\nd"]], id="quoted"),
        pytest.param("a\u2028b\x0bc".encode(), [["a\u2028b\x0bc"]], id="odd-line-ends"),
        pytest.param(b"\xef\xbb\xbfa,b", [["a", "b"]], id="byte-order-mark"),
        pytest.param(b"", [], id="nothing"),
    ],
)
def test_csv(body, rows):
    assert read(CSVDeserializer(), body) == rows


cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\ufeff"))


@settings(deadline=None)
@given(st.lists(st.lists(cells, min_size=1), min_size=1))
def test_csv_reads_what_the_serializer_writes(rows):
    assert read(CSVDeserializer(), CSVSerializer().serialize(rows).encode()) == rows


@pytest.mark.parametrize(
    ("body", "value"),
    [
        pytest.param(b'{"a": [1, 2.5, null]}', {"a": [1, 2.5, None]}, id="document"),
        pytest.param(
            b"[NaN, Infinity, -Infinity]",
            [float("nan"), float("inf"), -float("inf")],
            id="nan",
        ),
        pytest.param(
            f"[{2**64}, -{2**70}]".encode(), [2**64, -(2**70)], id="big-integers"
        ),
        pytest.param(f"{2**64}".encode(), 2**64, id="one-big-integer"),
        pytest.param(
            f'{{"a":{2**64}}}'.encode(), {"a": 2**64}, id="big-integer-in-a-dict"
        ),
        pytest.param(
            b"0.00012345678901234567890123",
            0.00012345678901234567890123,
            id="long-fraction",
        ),
        pytest.param(rb'"\ud800"', "\ud800", id="half-surrogate"),
        pytest.param("é".join('""').encode(), "é", id="unicode"),
    ],
)
def test_json(body, value):
    np.testing.assert_equal(read(JSONDeserializer(), body), value)


@settings(deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=20,
    )
)
def test_json_reads_what_the_serializer_and_the_json_module_write(value):
    ours = JSONSerializer(nan="NaN").serialize(value)

    for text in (ours, json.dumps(value)):
        assert repr(read(JSONDeserializer(), text.encode())) == repr(value)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"[1,]", id="trailing-comma"),
        pytest.param(b"\xff", id="not-utf8"),
        pytest.param(b"[" * 100_000, id="too-deep"),
    ],
)
def test_json_that_is_none_is_refused(body):
    with pytest.raises(UnreadableResponseError, match="cannot be read as JSON"):
        read(JSONDeserializer(), body)


@pytest.mark.parametrize(
    ("body", "values"),
    [
        pytest.param(b'{"a": 1}\n[2]\n', [{"a": 1}, [2]], id="lines"),
        pytest.param(b"1\r\n\r\n2", [1, 2], id="blank-lines"),
        pytest.param('"a\u2028b"'.encode(), ["a\u2028b"], id="line-separator-in-text"),
        pytest.param(b"", [], id="nothing"),
    ],
)
def test_json_lines(body, values):
    assert read(JSONLinesDeserializer(), body) == values
