"""The document on fidelity says what the code does."""

import ast
import importlib.util
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
DATA = json.loads((DOCS / "fidelity.json").read_bytes())


def test_document_is_what_would_be_written():
    spec = importlib.util.spec_from_file_location("fidelity", DOCS / "fidelity.py")
    fidelity = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(fidelity)

    written = (DOCS / "fidelity.md").read_text("utf-8")

    assert written == fidelity.document(), "run: make docs"


@pytest.fixture(scope="module")
def said():
    """Return every text that the local backend's source holds."""
    modules = (ROOT / "smnb" / "local").rglob("*.py")
    trees = [ast.parse(module.read_text("utf-8")) for module in modules]
    return {
        node.value
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


@pytest.mark.parametrize(
    "error",
    [pytest.param(error, id=str(error["text"])[:40]) for error in DATA["errors"]],
)
def test_listed_error_is_in_the_source(said, error):
    pieces = [piece for piece in re.split(r"<[^>]*>", error["text"] or "") if piece]
    unsaid = [piece for piece in pieces if not any(piece in text for text in said)]

    assert unsaid == []
    assert error["code"] in said
