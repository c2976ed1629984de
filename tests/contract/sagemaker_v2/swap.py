"""Encodes and decodes the same values by sagemaker 2, or by what is imported in its place.

Usage: python swap.py sagemaker SEEN.json, or python swap.py smnb SEEN.json
"""

import base64
import io
import json
import sys
from importlib import import_module
from pathlib import Path

import numpy as np

package, seen_path = sys.argv[1], Path(sys.argv[2])
s = import_module(f"{package}.serializers")
d = import_module(f"{package}.deserializers")

NPY = io.BytesIO()
np.save(NPY, np.ones((2, 3)))
TABLE = np.array([[1, 2, 3], [3, 4, 5]])
ROWS = [{"name": "Ada", "score": 24}, {"name": "Bo", "score": 29.5}]
LINES = '{"name": "Ada"}\n{"name": "Bo"}'
FILE = seen_path.with_suffix(".bin")
FILE.write_bytes(b"\xff\xd8 a picture")


def read(deserializer, body, content_type):
    """Decode a body as a predictor does."""
    return deserializer.deserialize(io.BytesIO(body), content_type)


CASES = {
    "csv-text": lambda: s.CSVSerializer().serialize("1,2,3"),
    "csv-list": lambda: s.CSVSerializer().serialize([1, 2.5, 3]),
    "csv-words": lambda: s.CSVSerializer().serialize(["a", "b c", 'd"e']),
    "csv-tuple": lambda: s.CSVSerializer().serialize((1, 2)),
    "csv-array": lambda: s.CSVSerializer().serialize(np.array([1, 2, 3])),
    "csv-floats": lambda: s.CSVSerializer().serialize(np.array([0.1, 1e-9, 1e300])),
    "csv-table": lambda: s.CSVSerializer().serialize(TABLE),
    "csv-lines": lambda: s.CSVSerializer().serialize(["1,2,3", "4,5,6"]),
    "csv-lists": lambda: s.CSVSerializer().serialize([[1, 2, 3], [3, 4, 5]]),
    "csv-mixed": lambda: s.CSVSerializer().serialize([["a,b", 1], ["c", None]]),
    "csv-file": lambda: s.CSVSerializer().serialize(io.StringIO("1,2\n3,4\n")),
    "csv-nothing": lambda: s.CSVSerializer().serialize([]),
    "csv-empty-array": lambda: s.CSVSerializer().serialize(np.array([])),
    "csv-empty-rows": lambda: s.CSVSerializer().serialize(np.array([[], []])),
    "csv-type": lambda: s.CSVSerializer(content_type="a/b").CONTENT_TYPE,
    "json-array": lambda: s.JSONSerializer().serialize(np.array([1, 2, 3])),
    "json-table": lambda: s.JSONSerializer().serialize(TABLE),
    "json-list": lambda: s.JSONSerializer().serialize([1, "é", None, True]),
    "json-dict": lambda: s.JSONSerializer().serialize(ROWS[0]),
    "json-dict-array": lambda: s.JSONSerializer().serialize({"x": np.array([1, 2])}),
    "json-text": lambda: s.JSONSerializer().serialize("a"),
    "json-no-items": lambda: s.JSONSerializer().serialize([]),
    "json-no-keys": lambda: s.JSONSerializer().serialize({}),
    "json-empty-array": lambda: s.JSONSerializer().serialize(np.array([])),
    "json-file": lambda: s.JSONSerializer().serialize(io.StringIO('{"a": 1}')),
    "json-type": lambda: s.JSONSerializer().CONTENT_TYPE,
    "lines-text": lambda: s.JSONLinesSerializer().serialize(LINES),
    "lines-list": lambda: s.JSONLinesSerializer().serialize(ROWS),
    "lines-lists": lambda: s.JSONLinesSerializer().serialize([["a"], ["b", 2]]),
    "lines-file": lambda: s.JSONLinesSerializer().serialize(io.StringIO(LINES)),
    "lines-number": lambda: s.JSONLinesSerializer().serialize(5),
    "npy-list": lambda: s.NumpySerializer().serialize([1, 2, 3]),
    "npy-dtype": lambda: s.NumpySerializer(dtype="float16").serialize([1, 2, 3]),
    "npy-table": lambda: s.NumpySerializer().serialize(TABLE),
    "npy-four": lambda: s.NumpySerializer().serialize(np.ones((2, 2, 2, 2))),
    "npy-words": lambda: s.NumpySerializer().serialize(np.array(["one", "three"])),
    "npy-file": lambda: s.NumpySerializer().serialize(io.BytesIO(NPY.getvalue())),
    "npy-nothing": lambda: s.NumpySerializer().serialize([]),
    "npy-empty-array": lambda: s.NumpySerializer().serialize(np.array([])),
    "npy-empty-rows": lambda: s.NumpySerializer().serialize(np.array([[], []])),
    "bytes": lambda: s.IdentitySerializer().serialize(b"{}"),
    "bytes-type": lambda: s.IdentitySerializer(content_type="a/b").CONTENT_TYPE,
    "libsvm-text": lambda: s.LibSVMSerializer().serialize("0 0:1 5:1"),
    "libsvm-file": lambda: s.LibSVMSerializer().serialize(io.StringIO("0 0:1\n1 2:3")),
    "libsvm-number": lambda: s.LibSVMSerializer().serialize(5),
    "data-bytes": lambda: s.DataSerializer().serialize(b"\x00\xff"),
    "data-path": lambda: s.DataSerializer().serialize(str(FILE)),
    "data-number": lambda: s.DataSerializer().serialize(5),
    "text": lambda: s.StringSerializer().serialize("a b"),
    "text-number": lambda: s.StringSerializer().serialize(5),
    "base-type": lambda: s.JSONSerializer(content_type=5),
    "read-text": lambda: read(d.StringDeserializer(), "é".encode(), "text/plain"),
    "read-bytes": lambda: read(d.BytesDeserializer(), b"\x00", "a/b"),
    "read-csv": lambda: read(d.CSVDeserializer(), b'1,"a,b"\n2,c', "text/csv"),
    "read-json": lambda: read(d.JSONDeserializer(), b'{"a": [1]}', "application/json"),
    "read-lines": lambda: read(d.JSONLinesDeserializer(), LINES.encode(), "x"),
    "read-npy": lambda: read(
        d.NumpyDeserializer(), NPY.getvalue(), "application/x-npy"
    ),
    "read-npy-csv": lambda: read(d.NumpyDeserializer(), b"1,2\n3,4", "text/csv"),
    "read-npy-json": lambda: read(
        d.NumpyDeserializer(), b"[[1, 2]]", "application/json"
    ),
    "read-npy-other": lambda: read(d.NumpyDeserializer(), b"x", "a/b"),
    "accept-json": lambda: list(d.JSONDeserializer().ACCEPT),
    "accept-csv": lambda: list(d.CSVDeserializer().ACCEPT),
    "accept-several": lambda: list(d.CSVDeserializer(accept=("a/b", "c/d")).ACCEPT),
}


def outcome(case):
    """Return what came of a case, as JSON can hold it."""
    try:
        value = case()
    except ValueError:
        return "ValueError"
    if isinstance(value, bytes) and value.startswith(b"\x93NUMPY"):
        value = np.load(io.BytesIO(value))
    if isinstance(value, np.ndarray):
        return [str(value.dtype), value.tolist()]
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return value


seen = {name: outcome(case) for name, case in CASES.items()}
seen_path.write_text(json.dumps(seen))
