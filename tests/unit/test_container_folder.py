"""smnb.container: which files it writes, and what it never overwrites."""

import ast
import html
import re
import sys
import tarfile
from importlib.metadata import version
from pathlib import Path

import pytest

import smnb
from smnb.errors import InvalidInputError

AWS_IMAGE = (
    "763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.3.0-cpu-py311"
)
SERVER = Path(smnb.__file__).parent / "local" / "model_server"
CODE = """
import json
from numpy import asarray
import smnb_surely_not_installed

def model_fn(model_dir):
    return None
"""


@pytest.fixture
def write(tmp_path):
    """Return a function that writes the container of a model."""

    def write(code=CODE, requirements=None, folder="faces container", **options):
        model = tmp_path / "model"
        (model / "code").mkdir(parents=True, exist_ok=True)
        (model / "code" / "inference.py").write_text(code)
        if requirements is not None:
            content = requirements
            if isinstance(content, str):
                content = content.encode()
            (model / "code" / "requirements.txt").write_bytes(content)
        source = smnb.Model(model, **options.pop("model", {}))
        return smnb.container(source, tmp_path / folder, **options)

    return write


def test_folder_holds_these_files(write):
    folder = Path(write())

    assert sorted(path.name for path in folder.iterdir()) == [
        ".dockerignore",
        ".smnb.json",
        "Dockerfile",
        "README.md",
        "model.tar.gz",
        "model_server",
        "requirements.txt",
    ]


def test_model_server_is_the_local_backend_s(write):
    copied = {p.name: p.read_bytes() for p in (write().path / "model_server").iterdir()}

    assert copied == {p.name: p.read_bytes() for p in SERVER.glob("*.py")}


def test_dockerfile_is_on_the_slim_image_of_this_python(write):
    dockerfile = (write().path / "Dockerfile").read_text()

    here = f"python:{sys.version_info.major}.{sys.version_info.minor}-slim"
    assert f"\nFROM {here}\n" in dockerfile
    assert "capabilities.accept-bind-to-port=true" in dockerfile
    assert "\nEXPOSE 8080\n" in dockerfile
    assert 'ENTRYPOINT ["python", "-m", "model_server"]' in dockerfile


@pytest.mark.parametrize(
    ("own", "base", "expected"),
    [
        pytest.param(None, None, [f"numpy=={version('numpy')}"], id="imported"),
        pytest.param(
            "NumPy>=1.26 # arrays\n", None, ["NumPy>=1.26 # arrays"], id="named"
        ),
        pytest.param(
            "pillow",
            None,
            ["pillow", f"numpy=={version('numpy')}"],
            id="named-and-imported",
        ),
        pytest.param("pillow", AWS_IMAGE, ["pillow"], id="base-has-the-framework"),
        pytest.param(None, AWS_IMAGE, [], id="nothing"),
    ],
)
def test_requirements_are_the_model_s_and_what_it_imports(write, own, base, expected):
    text = (write(requirements=own, base=base).path / "requirements.txt").read_text()

    assert [line for line in text.splitlines() if not line.startswith("#")] == expected


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_requirements_are_read_in_the_encodings_that_pip_reads(write, encoding):
    folder = write(requirements="pillow  # für Bilder".encode(encoding))

    assert "pillow  # für Bilder" in (folder.path / "requirements.txt").read_text()


def test_requirements_in_another_encoding_are_refused(write):
    with pytest.raises(InvalidInputError, match=r"requirements\.txt is not UTF-8"):
        write(requirements="pillow  # für Bilder".encode("latin-1"))


def test_code_that_is_none_of_this_python_is_not_looked_into(write, tmp_path):
    write()
    (tmp_path / "model" / "code" / "old.py").write_text("print 'hello'")

    assert "numpy==" in (write().path / "requirements.txt").read_text()


def test_registry_is_what_ecr_calls_it_in_any_partition(write):
    push = write().push

    assert "describe-repositories --repository-names faces-container" in push
    assert "amazonaws" not in push


def test_base_in_ecr_needs_a_login_to_build(write):
    folder = write(base=AWS_IMAGE)

    login, build = folder.build.splitlines()
    assert "--region us-west-2" in login
    assert login.endswith(" 763104351884.dkr.ecr.us-west-2.amazonaws.com")
    assert build.startswith("docker buildx build --platform linux/amd64")
    assert f"\nFROM {AWS_IMAGE}\n" in (folder.path / "Dockerfile").read_text()


def test_readme_leaves_nothing_to_fill_in_but_account_and_region(write):
    readme = (write().path / "README.md").read_text()

    assert "@" not in readme
    assert "docker buildx build" in readme
    assert "docker run --rm -p 8080:8080" in readme
    assert "aws ecr create-repository --repository-name faces-container" in readme
    assert 'smnb.Model("model.tar.gz", image="' in readme


def test_readme_repeats_options_without_their_values(write):
    folder = write(model={"environment": {"TOKEN": "secret"}, "accepts": "image/png"})

    calls = ast.parse(folder.deploy)
    assert "environment={'TOKEN': '…'}, accepts=('image/png',)" in ast.unparse(calls)
    for path in folder.path.rglob("*.*"):
        assert b"secret" not in path.read_bytes()


def test_repr_shows_the_commands(write):
    folder = write()

    for part in (folder.build, folder.push.splitlines()[0], folder.deploy):
        assert part in repr(folder)
    shown = html.unescape(re.sub("<[^>]*>", "", folder._repr_html_()))
    assert shown == repr(folder)


def test_same_again_changes_nothing(write):
    first = {p: p.read_bytes() for p in write().path.rglob("*") if p.is_file()}

    again = {p: p.read_bytes() for p in write().path.rglob("*") if p.is_file()}
    assert again == first


def test_another_model_replaces_what_was_written(write):
    write()
    folder = write(code="def model_fn(model_dir): return len")

    with tarfile.open(folder.path / "model.tar.gz") as tar:
        assert b"len" in tar.extractfile("code/inference.py").read()
    assert "numpy" not in (folder.path / "requirements.txt").read_text()


def test_changed_file_is_not_overwritten(write):
    dockerfile = write().path / "Dockerfile"
    dockerfile.write_text(dockerfile.read_text() + "USER nobody\n")

    with pytest.raises(InvalidInputError, match="changes of yours: Dockerfile"):
        write(base=AWS_IMAGE)
    assert "USER nobody" in dockerfile.read_text()


def test_file_beside_ours_stays(write):
    notes = write().path / "notes.txt"
    notes.write_text("mine")
    write(base=AWS_IMAGE)

    assert notes.read_text() == "mine"


def test_folder_of_somebody_else_is_refused(write, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "Dockerfile").write_text("FROM scratch")

    with pytest.raises(InvalidInputError, match="not written by smnb") as caught:
        write(folder="mine")
    assert caught.value.hint == "Name a new folder."
    assert (tmp_path / "mine" / "Dockerfile").read_text() == "FROM scratch"


def test_file_in_the_folder_s_place_is_refused(write, tmp_path):
    (tmp_path / "taken").write_text("")

    with pytest.raises(InvalidInputError, match="is a file"):
        write(folder="taken")


def test_nothing_stays_of_a_model_that_cannot_be_packed(write, tmp_path):
    with pytest.raises(InvalidInputError):
        write(code="def model_fn(:")

    assert [path.name for path in tmp_path.iterdir()] == ["model"]


@pytest.mark.parametrize(
    ("model", "what", "hint"),
    [
        pytest.param(
            "s3://bucket/model.tar.gz",
            "is on S3",
            "aws s3 cp s3://bucket/model.tar.gz model.tar.gz",
            id="on-s3",
        ),
        pytest.param(
            smnb.Model(image=AWS_IMAGE), "names none", "Give a folder", id="no-files"
        ),
    ],
)
def test_model_without_files_here_is_refused(tmp_path, model, what, hint):
    with pytest.raises(InvalidInputError, match=what) as caught:
        smnb.container(model, tmp_path / "out")
    assert hint in caught.value.hint
    assert not (tmp_path / "out").exists()


def test_function_gets_a_container_too(tmp_path):
    folder = smnb.container(lambda rows: rows, tmp_path / "out", base=AWS_IMAGE)

    assert "cloudpickle==" in (folder.path / "requirements.txt").read_text()


def test_archive_is_copied_as_it_is(write, tmp_path):
    archive = write().path / "model.tar.gz"
    second = smnb.container(archive, tmp_path / "second", base=AWS_IMAGE)

    assert (second.path / "model.tar.gz").read_bytes() == archive.read_bytes()
