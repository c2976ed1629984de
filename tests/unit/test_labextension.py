"""What is generated or locked for the panel is what it should be."""

import json
import re
import runpy
from pathlib import Path

LABEXTENSION = Path(__file__).parents[2] / "labextension"


def test_the_shapes_in_typescript_are_those_of_python():
    generator = runpy.run_path(str(LABEXTENSION / "generate_shapes.py"))
    written = (LABEXTENSION / "ui" / "shapes.ts").read_text(encoding="utf-8")
    assert written == generator["typescript"](), "run: make shapes"


def test_the_lock_names_no_registry():
    lock = json.loads((LABEXTENSION / "package-lock.json").read_text(encoding="utf-8"))
    named = [name for name, entry in lock["packages"].items() if "resolved" in entry]
    assert named == []


def test_the_style_leaks_nothing_into_jupyterlab():
    for sheet in sorted((LABEXTENSION / "style").glob("*.css")):
        css = re.sub(
            r"/\*.*?\*/", "", sheet.read_text(encoding="utf-8"), flags=re.DOTALL
        )
        animations = re.findall(r"@keyframes\s+([\w-]+)", css)
        assert all(name.startswith("smnb-") for name in animations)
        css = re.sub(r"@keyframes[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", "", css)
        for head in re.findall(r"([^{};]+)\{", css):
            selector = " ".join(head.split())
            assert selector.startswith("@") or ".smnb" in selector, sheet.name
