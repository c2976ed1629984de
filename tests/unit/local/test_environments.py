"""Models' own Python environments: which installer, which name, what a failure says."""

import asyncio
import sys
import types
from pathlib import Path

import pytest

from smnb.local.container import Environments, RequirementsError
from smnb.local.container import installer as installers
from smnb.local.container import requirements as module
from smnb.local.container.installer import Installer, installer_environment


@pytest.fixture
def no_files(monkeypatch):
    """Take the machine's own configuration of pip out of the way, and have a uv."""
    monkeypatch.setattr(installers, "_PIP_FILES", ())
    uv = types.ModuleType("uv")
    uv.find_uv_bin = lambda: "/bin/uv"
    uv.__spec__ = types.SimpleNamespace()
    monkeypatch.setitem(sys.modules, "uv", uv)


@pytest.mark.parametrize(
    ("variables", "name"),
    [
        pytest.param({}, "uv", id="nothing-said"),
        pytest.param({"PIP_INDEX_URL": "x"}, "pip", id="pip-knows-the-index"),
        pytest.param({"PIP_QUIET": "1"}, "uv", id="pip-knows-no-index"),
        pytest.param({"PIP_INDEX_URL": "x", "UV_INDEX": "y"}, "uv", id="both-know"),
    ],
)
def test_installer_is_the_one_that_was_told_where_packages_are(
    no_files, variables, name
):
    assert Installer.choose(variables, has_pip=True).name == name


def test_installer_is_pip_where_a_file_configures_it(no_files, monkeypatch, tmp_path):
    (tmp_path / "pip.conf").touch()
    monkeypatch.setattr(installers, "_PIP_FILES", (str(tmp_path / "pip.conf"),))

    assert Installer.choose({}, has_pip=True).name == "pip"


def test_uv_first_tries_the_versions_that_are_seen_outside(tmp_path):
    first, second = Installer("/bin/uv", has_pip=False).attempts(
        "python", tmp_path / "r.txt", tmp_path / "pins.txt"
    )

    assert first == [[*second[0], "-c", str(tmp_path / "pins.txt")]]


def test_pip_is_got_where_there_is_none(tmp_path):
    [steps] = Installer(None, has_pip=False).attempts("python", tmp_path, tmp_path)

    assert [step[2] for step in steps] == ["ensurepip", "pip"]


def test_installer_sees_its_settings_and_no_keys():
    seen = installer_environment(
        {
            "UV_INDEX": "x",
            "PIP_CERT": "y",
            "https_proxy": "z",
            "AWS_SECRET_ACCESS_KEY": "s",
            "PIP_TARGET": "t",
            "PYTHONPATH": "p",
        }
    )

    assert set(seen) == {"UV_INDEX", "PIP_CERT", "https_proxy", "PYTHONUNBUFFERED"}


class Installing:
    """Stands for the programs that are run: what they were, and how the last one ends."""

    def __init__(self):
        self.installed = 0
        self.status = 0
        self.lines = []
        self.hook = None

    async def __call__(self, command, _environment, log, _cwd=None):
        if command[1] == "-c":
            log(
                b'{"version": "3.11", "has_pip": true, "site_folders": ["/site"],'
                b' "installed": ["numpy==2", "torch-cpu==2.13.0+cpu"]}'
            )
            return 0
        if "venv" in command:
            (Path(command[-1]) / "lib/python3.11/site-packages").mkdir(parents=True)
            return 0
        self.installed += 1
        await asyncio.sleep(0)
        for line in self.lines:
            log(line)
        if self.hook:
            raise self.hook
        return self.status


@pytest.fixture
def installing(monkeypatch):
    installing = Installing()
    monkeypatch.setattr(module, "run_logged", installing)
    monkeypatch.setenv("PIP_INDEX_URL", "x")
    return installing


@pytest.fixture
def requirements(tmp_path):
    path = tmp_path / "code" / "requirements.txt"
    path.parent.mkdir()
    path.write_text("faces==1\n# comment\nother>=2\n")
    return path


@pytest.fixture
def root(tmp_path):
    return tmp_path / "environments"


def make(environments, requirements, python="python"):
    return environments.python_for(requirements, python, lambda _: None)


@pytest.mark.parametrize(
    ("text", "installed"),
    [
        pytest.param("numpy==2\n", 0, id="version-that-is-there"),
        pytest.param("# extra\n\nNumPy  # any\n", 0, id="any-version"),
        pytest.param("torch_cpu==2.13.0\n", 0, id="local-build"),
        pytest.param("numpy==3\n", 1, id="another-version"),
        pytest.param("numpy>=2\n", 1, id="range"),
        pytest.param("numpy\nfaces\n", 1, id="another-package"),
    ],
)
def test_requirements_that_are_met_cost_no_environment(
    installing, requirements, root, text, installed
):
    requirements.write_text(text)
    python = asyncio.run(make(Environments(root), requirements))

    assert installing.installed == installed
    assert (python == "python") is not bool(installed)


def test_same_requirements_are_installed_once_for_all_who_ask(
    installing, requirements, root
):
    async def main():
        environments = Environments(root)
        return await asyncio.gather(
            *(make(environments, requirements) for _ in range(3))
        )

    assert len(set(asyncio.run(main()))) == 1
    assert installing.installed == 1


@pytest.mark.parametrize(
    "what", ["text", "python", "local-file", "file-in-local-folder"]
)
def test_environment_is_another_one_where_its_content_is(
    installing, requirements, root, what
):
    folder = requirements.parent
    (folder / "more.txt").write_text("a")
    (folder / "own").mkdir()
    requirements.write_text("faces==1\n-r more.txt\n./own\n")
    python = "python"
    before = asyncio.run(make(Environments(root), requirements, python))
    if what == "text":
        requirements.write_text("faces==2\n-r more.txt\n./own\n")
    elif what == "python":
        python = "other"
    else:
        (folder / ("more.txt" if what == "local-file" else "own/x.py")).write_text("b")

    after = asyncio.run(make(Environments(root), requirements, python))

    assert before != after


def test_environment_is_the_same_whatever_else_the_code_is(
    installing, requirements, root
):
    before = asyncio.run(make(Environments(root), requirements))
    (requirements.parent / "inference.py").write_text("changed")

    assert asyncio.run(make(Environments(root), requirements)) == before


def test_packages_of_the_interpreter_come_after_its_own(installing, requirements, root):
    python = Path(asyncio.run(make(Environments(root), requirements)))

    [path] = python.parents[1].glob("lib/*/site-packages/*.pth")
    assert path.read_text() == "import site; site.addsitedir('/site')\n"


def test_environment_that_was_half_made_is_made_anew(installing, requirements, root):
    python = Path(asyncio.run(make(Environments(root), requirements)))
    folder = python.parents[1]
    (folder / "complete").unlink()
    (folder / "left").touch()

    asyncio.run(make(Environments(root), requirements))

    assert installing.installed == 2
    assert not (folder / "left").exists()


def test_failure_names_the_requirement_and_leaves_nothing(
    installing, requirements, root
):
    installing.status = 1
    installing.lines = [b"a", b"WARNING: b", b"ERROR: No match for faces==1", b""]

    with pytest.raises(RequirementsError) as caught:
        asyncio.run(make(Environments(root), requirements))

    assert str(caught.value) == (
        "code/requirements.txt could not be installed (faces==1):"
        " a ERROR: No match for faces==1"
    )
    assert list(root.iterdir()) == []


def test_environments_without_a_link_to_them_are_discarded(
    installing, requirements, root, tmp_path
):
    environments = Environments(root)
    kept = Path(asyncio.run(make(environments, requirements))).parents[1]
    asyncio.run(make(environments, requirements, "other"))
    (tmp_path / "link").symlink_to(kept)

    environments.discard_all_but([tmp_path / "link"])

    assert list(root.iterdir()) == [kept]


def test_install_that_is_given_up_leaves_nothing(installing, requirements, root):
    installing.hook = asyncio.CancelledError()

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(make(Environments(root), requirements))

    assert list(root.iterdir()) == []
