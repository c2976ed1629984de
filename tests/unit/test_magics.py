"""What a cell of %%invoke means, and that the magics are there for %load_ext."""

import sys

import pytest
from IPython.core.error import UsageError

import smnb
from smnb._magics import _payload

IMAGE = object()


@pytest.mark.parametrize(
    ("cell", "content_type", "expected"),
    [
        pytest.param('{"a": [1, 2]}', None, {"a": [1, 2]}, id="json"),
        pytest.param("[1, 2]\n", "application/json", [1, 2], id="declared-json"),
        pytest.param("1,2\n3,4\n", "text/csv", b"1,2\n3,4", id="csv"),
        pytest.param("[1, 2]", "text/plain", b"[1, 2]", id="text-like-json"),
        pytest.param("{image}", None, IMAGE, id="variable"),
        pytest.param("{ rows[0] + 1 }", None, 4, id="expression"),
        pytest.param("{image}", "image/png", IMAGE, id="variable-of-a-type"),
        pytest.param("astronaut.png", None, "astronaut.png", id="path"),
        pytest.param('{"a": 1}', "application/jsonlines", b'{"a": 1}', id="json-lines"),
        pytest.param("{a b}", None, "{a b}", id="no-expression"),
    ],
)
def test_cell_means(cell, content_type, expected):
    namespace = {"image": IMAGE, "rows": [3]}

    assert _payload(cell, namespace, content_type) == expected


def test_empty_cell_is_refused():
    with pytest.raises(UsageError, match="empty"):
        _payload("\n", {}, None)


def test_extension_is_found_and_not_loaded_before(monkeypatch):
    from smnb import _magics

    monkeypatch.delitem(vars(smnb), "load_ipython_extension", raising=False)

    assert smnb.load_ipython_extension is _magics.load_ipython_extension
    assert "load_ipython_extension" not in dir(smnb)
    assert sys.modules["smnb._magics"] is _magics
