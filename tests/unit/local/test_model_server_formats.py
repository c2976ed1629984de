import csv
import io
import json
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smnb.local.model_server.formats import UnservedError, as_sent, decode, encode

FRAME = pd.DataFrame({"a": [1, 2], "b": [0.5, 1.5]})


def npy(array):
    """Return an array as the bytes of a .npy file."""
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "application/json;charset=utf-8", "Application/JSON ; a=b"],
)
def test_decode_json_whatever_its_parameters(content_type):
    assert decode('{"x": [1, 2.5, null]}', content_type) == {"x": [1, 2.5, None]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("1,2\n3,4\n", [[1, 2], [3, 4]], id="rows"),
        pytest.param("1.5,-2e3", [[1.5, -2000]], id="one row is still a table"),
        pytest.param("1\n2\n", [[1], [2]], id="one column"),
        pytest.param('"1","2"\r\n', [[1, 2]], id="quoted"),
        pytest.param("1,2\n\n", [[1, 2]], id="empty line at the end"),
    ],
)
def test_decode_csv_of_numbers_is_a_float_array(text, expected):
    table = decode(text, "text/csv")

    assert table.dtype == np.float64
    assert table.tolist() == expected


def test_decode_csv_gap_is_nan():
    table = decode("1,,3\n", "text/csv")

    assert np.isnan(table).tolist() == [[False, True, False]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a,1\nb,2\n", [["a", 1.0], ["b", 2.0]], id="texts"),
        pytest.param('"x, ""y""\nz",1', [['x, "y"\nz', 1.0]], id="quoted text"),
        pytest.param("1,2\n3\n", [[1.0, 2.0], [3.0]], id="ragged"),
        pytest.param("2024_01,1", [["2024_01", 1.0]], id="underscore is no number"),
    ],
)
def test_decode_csv_with_texts_is_a_list_of_rows(text, expected):
    assert decode(text, "text/csv") == expected


def test_decode_npy():
    array = np.arange(6, dtype=np.uint8).reshape(2, 3)

    decoded = decode(npy(array), "application/x-npy")

    assert decoded.dtype == np.uint8
    assert decoded.tolist() == [[0, 1, 2], [3, 4, 5]]


@pytest.mark.parametrize(
    "content_type", ["image/jpeg", "application/octet-stream", "text/plain", ""]
)
def test_decode_refuses_other_types_with_415(content_type):
    with pytest.raises(UnservedError, match="application/json, text/csv") as caught:
        decode(b"\xff\xd8", content_type)

    assert caught.value.status_code == 415


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        pytest.param("{", "application/json", id="json"),
        pytest.param(b"\x93NUMPY", "application/x-npy", id="cut npy"),
        pytest.param(npy(np.array([{}])), "application/x-npy", id="npy with a pickle"),
    ],
)
def test_decode_refuses_a_body_that_is_not_of_its_type_with_400(body, content_type):
    with pytest.raises(UnservedError) as caught:
        decode(body, content_type)

    assert caught.value.status_code == 400


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        pytest.param("application/json", "1", id="json"),
        pytest.param("text/csv; header=absent", "1", id="csv"),
        pytest.param("application/x-npy", b"1", id="npy"),
        pytest.param("text/plain", b"1", id="other text"),
        pytest.param("image/png", b"1", id="image"),
    ],
)
def test_handlers_get_text_for_json_and_csv_alone(content_type, expected):
    assert as_sent(b"1", content_type) == expected


def test_handlers_get_no_text_that_is_not_utf_8():
    with pytest.raises(UnservedError, match="UTF-8") as caught:
        as_sent(b"\xff", "text/csv")

    assert caught.value.status_code == 400


@pytest.mark.parametrize(
    ("prediction", "expected"),
    [
        pytest.param(np.float32(0.5), 0.5, id="numpy scalar"),
        pytest.param(np.array([[1, 2]]), [[1, 2]], id="array"),
        pytest.param(
            {"x": np.array([1.5]), "n": np.int64(3)}, {"x": [1.5], "n": 3}, id="nested"
        ),
        pytest.param("a", "a", id="text"),
        pytest.param(None, None, id="none"),
        pytest.param(FRAME, [{"a": 1, "b": 0.5}, {"a": 2, "b": 1.5}], id="frame"),
        pytest.param({"x": FRAME["a"]}, {"x": [1, 2]}, id="series"),
        pytest.param([date(2026, 1, 2)], ["2026-01-02"], id="date"),
        pytest.param({7}, [7], id="set"),
    ],
)
def test_encode_json(prediction, expected):
    body, content_type = encode(prediction, "application/json")

    assert content_type == "application/json"
    assert json.loads(body) == expected


@pytest.mark.parametrize(
    ("prediction", "expected"),
    [
        pytest.param(np.array([[1, 2], [3, 4]]), b"1,2\n3,4\n", id="table"),
        pytest.param([0.5, 1.5], b"0.5\n1.5\n", id="one value a line"),
        pytest.param(np.float64(2), b"2.0\n", id="scalar"),
        pytest.param(FRAME, b"1,0.5\n2,1.5\n", id="frame"),
        pytest.param(FRAME["a"], b"1\n2\n", id="series"),
        pytest.param("a", b"a\n", id="text"),
        pytest.param([("a,b", 1)], b'"a,b",1\n', id="quoting"),
    ],
)
def test_encode_csv(prediction, expected):
    assert encode(prediction, "text/csv") == (expected, "text/csv")


def test_encode_npy():
    body, content_type = encode([[1, 2]], "application/x-npy")

    assert content_type == "application/x-npy"
    assert np.load(io.BytesIO(body)).tolist() == [[1, 2]]


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        pytest.param("*/*", "application/json", id="anything"),
        pytest.param("application/*", "application/json", id="any application"),
        pytest.param(
            "text/html, text/csv;q=0.5, application/json", "text/csv", id="first"
        ),
        pytest.param("text/*", "text/csv", id="any text"),
    ],
)
def test_encode_takes_the_first_type_that_it_has(accept, expected):
    assert encode([1], accept)[1] == expected


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        pytest.param("application/json", "application/octet-stream", id="not said"),
        pytest.param("image/png", "image/png", id="said"),
    ],
)
def test_encode_leaves_bytes_as_they_are(accept, expected):
    assert encode(bytearray(b"\x89PNG"), accept) == (b"\x89PNG", expected)


def test_encode_refuses_other_types_with_406():
    with pytest.raises(UnservedError, match="supported are") as caught:
        encode([1], "image/png, text/html")

    assert caught.value.status_code == 406


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False)
        | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_json_comes_back_as_it_went(value):
    body, content_type = encode(value, "application/json")

    assert decode(as_sent(body, content_type), content_type) == value


@given(
    st.integers(1, 5).flatmap(
        lambda n: st.lists(st.tuples(*[st.floats()] * n), min_size=1)
    )
)
def test_csv_of_numbers_comes_back_as_it_went(rows):
    body, content_type = encode(rows, "text/csv")

    decoded = decode(as_sent(body, content_type), content_type)

    np.testing.assert_array_equal(decoded, np.array(rows))


@given(st.lists(st.lists(st.text().filter(lambda t: "\r" not in t and "\0" not in t))))
def test_csv_rows_are_those_that_csv_reads(rows):
    text = io.StringIO()
    csv.writer(text).writerows(rows)

    decoded = decode(text.getvalue(), "text/csv")

    assert len(decoded) == sum(
        1 for row in csv.reader(io.StringIO(text.getvalue())) if row
    )
