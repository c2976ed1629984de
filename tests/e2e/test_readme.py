"""The README's lines: the first ones run as they stand, the rest name what exists."""

import ast
import re
import shlex
import shutil
from pathlib import Path

import pytest
import skimage.data

import smnb
from demo import assets, build
from smnb import _session
from smnb.__main__ import main as smnb_program
from smnb.local.__main__ import main as local_program

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^ *```(\w+)\n(.*?)^ *```", README, re.MULTILINE | re.DOTALL)
PYTHON = [text for language, text in BLOCKS if language == "python"]
SHELL = [
    line.partition("#")[0].strip()
    for language, text in BLOCKS
    if language == "sh"
    for line in text.splitlines()
]


@pytest.fixture
def workplace(tmp_path, monkeypatch):
    """Work in a folder with the files that the README speaks of."""
    photos = Path(skimage.data.__file__).parent
    shutil.copytree(build.faces(), tmp_path / "faces")
    shutil.copy(photos / "astronaut.png", tmp_path)
    shutil.copy(assets.fetch(assets.PORTRAIT), tmp_path / "bikes.mp4")
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("workplace", "nothing_left")
def test_first_lines_run_as_they_stand():
    first = next(text for text in PYTHON if "import smnb" in text)

    names = {}
    exec(first, names)  # noqa: S102  the README's own lines

    assert repr(names["ep"]) == "Endpoint faces · gone · local"


@pytest.mark.usefixtures("workplace")
def test_costs_are_told_as_they_stand():
    (costs,) = [text for text in PYTHON if "smnb.quote" in text]
    lines = [line for line in costs.splitlines() if line.strip()]
    told = [line for line in lines if line.startswith("smnb.")]
    deploy = lines[-1]

    shown = [repr(eval(line, {"smnb": smnb})) for line in told]  # noqa: S307

    assert "1  serverless 2048 MB" in shown[0]
    assert "$167.90 a month" in shown[1]
    with smnb.deploy("faces/", ttl="2h", budget_usd=smnb.Budget(5, then="delete")):
        assert deploy.endswith('budget_usd=smnb.Budget(5, then="delete"))')


@pytest.mark.parametrize("text", PYTHON, ids=lambda text: text.split("\n")[0][:40])
def test_python_names_what_exists(text):
    owners = {"smnb": smnb, "ep": smnb.Endpoint, "job": smnb.Job}

    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            owner = owners.get(node.value.id)
            assert owner is None or hasattr(owner, node.attr)


@pytest.mark.parametrize("name", re.findall(r"`ep\.(\w+)\(", README))
def test_prose_names_what_exists(name):
    assert hasattr(smnb.Endpoint, name)


@pytest.mark.parametrize(
    "line", [line for line in SHELL if "python -m smnb" in line and "$(" not in line]
)
def test_programs_take_their_lines(line, monkeypatch, capsys):
    words = shlex.split(line)
    program = {"smnb": smnb_program, "smnb.local": local_program}[words[2]]
    try:
        assert not program(words[3:])
    finally:
        if "images" in words:
            local_program(["images", "remove", words[5]])


@pytest.mark.parametrize("target", re.findall(r"\]\(([^)#:]+)\)", README))
def test_links_lead_somewhere(target):
    assert (ROOT / target).is_file()


def test_environment_of_other_clients_is_printed(capsys):
    _session.default_session().client("sts").get_caller_identity()
    local_program(["env"])

    assert "AWS_ENDPOINT_URL" in capsys.readouterr().out
