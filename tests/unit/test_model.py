"""A model is checked and packed before anything is sent, and never run."""

import copy
import gzip
import io
import os
import pickle
import shlex
import subprocess
import tarfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smnb._model import Model, pack
from smnb.errors import InvalidInputError, NotFoundError

HANDLER = """
ACCEPTS = ("image/jpeg", "image/png")

def model_fn(model_dir):
    return None

def predict_fn(data, model):
    return data
"""


@pytest.fixture
def folder(tmp_path):
    root = tmp_path / "faces"
    (root / "code").mkdir(parents=True)
    (root / "code" / "inference.py").write_text(HANDLER)
    (root / "weights.bin").write_bytes(bytes(range(256)))
    return root


@pytest.fixture
def out(tmp_path):
    path = tmp_path / "out"
    path.mkdir()
    return path


def archive_of(path, *members):
    with tarfile.open(path, "w:gz") as tar:
        for info, content in members:
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return path


def member(name, kind=tarfile.REGTYPE, link=""):
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    return info


CODE = (member("code/inference.py"), HANDLER.encode())


def test_folder_is_packed_in_the_layout_of_sagemaker(folder, out):
    artifact = pack(Model(folder), out)

    with tarfile.open(artifact.path) as tar:
        assert tar.getnames() == ["code/inference.py", "weights.bin"]
    assert artifact.handlers == ("model_fn", "predict_fn")
    assert artifact.accepts == ("image/jpeg", "image/png")
    assert artifact.unpacked_bytes == 256 + len(HANDLER)


def test_same_files_give_the_same_digest(folder, tmp_path):
    first, second = tmp_path / "1", tmp_path / "2"
    first.mkdir()
    second.mkdir()
    before = pack(Model(folder), first).digest
    os.utime(folder / "weights.bin", (1, 1))

    assert pack(Model(folder), second).digest == before


def test_another_byte_gives_another_digest(folder, out):
    before = pack(Model(folder), out).digest
    (folder / "weights.bin").write_bytes(b"\1")

    assert pack(Model(folder), out).digest != before


def test_junk_is_left_out(folder, out):
    for junk in (
        "__pycache__/x.pyc",
        ".ipynb_checkpoints/a",
        ".DS_Store",
        ".git/config",
    ):
        path = folder / junk
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"junk")

    with tarfile.open(pack(Model(folder), out).path) as tar:
        assert tar.getnames() == ["code/inference.py", "weights.bin"]


def test_archive_is_taken_as_it_is(tmp_path, out):
    path = archive_of(
        tmp_path / "m.tar.gz", (member("./code/inference.py"), HANDLER.encode())
    )

    assert pack(Model(path), out).path == path


def no_handler(folder):
    (folder / "code/inference.py").write_text("x = 1")


def syntax_error(folder):
    (folder / "code/inference.py").write_text("def model_fn(:\n")


def at_the_root(folder):
    (folder / "code/inference.py").rename(folder / "inference.py")


def no_entry(folder):
    (folder / "code/inference.py").unlink()


def with_link(folder):
    (folder / "link.bin").symlink_to(folder / "weights.bin")


def computed_accepts(folder):
    (folder / "code/inference.py").write_text("ACCEPTS = f()\ndef model_fn(d): ...")


def bad_accepts(folder):
    (folder / "code/inference.py").write_text("ACCEPTS = 'jpeg'\ndef model_fn(d): ...")


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (no_handler, "defines no handler"),
        (syntax_error, r"inference.py, line 1"),
        (at_the_root, "Move it to code/inference.py"),
        (no_entry, "has no code/inference.py"),
        (with_link, "is a link"),
        (computed_accepts, "must be written out"),
        (bad_accepts, "is no content type"),
    ],
)
def test_folder_that_would_fail_later_is_refused(folder, out, spoil, message):
    spoil(folder)

    with pytest.raises(InvalidInputError, match=message):
        pack(Model(folder), out)


@pytest.mark.parametrize("to", ["file", "folder"])
def test_links_are_gone_from_the_copy_that_is_proposed(folder, out, tmp_path, to):
    (tmp_path / "file").write_text("weights")
    (tmp_path / "folder").mkdir()
    (folder / "a link").symlink_to(tmp_path / to)
    with pytest.raises(InvalidInputError, match="is a link") as caught:
        pack(Model(folder), out)
    command = shlex.split(caught.value.hint.partition(": ")[2])
    subprocess.run(command, check=True)

    assert pack(Model(command[-1]), out).size_bytes > 0


def test_folder_that_is_empty_is_refused(tmp_path, out):
    (tmp_path / "empty").mkdir()

    with pytest.raises(InvalidInputError, match="is empty"):
        pack(Model(tmp_path / "empty"), out)


def test_path_that_is_missing_is_named(tmp_path, out):
    with pytest.raises(NotFoundError, match=r"There is no .*nowhere"):
        pack(Model(tmp_path / "nowhere"), out)


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        ((member("../evil"), b""), "points outside"),
        ((member("/etc/passwd"), b""), "points outside"),
        ((member("a", tarfile.SYMTYPE, "/etc"), b""), "a link or device"),
        ((member("a", tarfile.LNKTYPE, "code/inference.py"), b""), "a link or device"),
        ((member("a", tarfile.CHRTYPE), b""), "a link or device"),
    ],
)
def test_archive_that_is_unsafe_is_refused(tmp_path, out, extra, message):
    path = archive_of(tmp_path / "m.tar.gz", CODE, extra)

    with pytest.raises(InvalidInputError, match=message):
        pack(Model(path), out)


@given(keep=st.floats(0, 0.95))
def test_archive_that_is_truncated_is_refused(tmp_path_factory, keep):
    folder = tmp_path_factory.mktemp("cut")
    weights = (member("w"), os.urandom(5000))
    whole = archive_of(folder / "m.tar.gz", CODE, weights).read_bytes()
    cut = folder / "cut.tar.gz"
    cut.write_bytes(whole[: int(len(whole) * keep)])

    with pytest.raises(InvalidInputError, match=r"no whole \.tar\.gz"):
        pack(Model(cut), folder)


def test_archive_that_is_no_tar_is_refused(tmp_path, out):
    path = tmp_path / "m.tar.gz"
    path.write_bytes(gzip.compress(b"hello"))

    with pytest.raises(InvalidInputError, match="no whole"):
        pack(Model(path), out)


def test_image_alone_needs_no_inference_py(folder, out):
    no_entry(folder)

    assert pack(Model(folder, image="repo/image:1"), out).handlers == ()


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({"environment": {"A": 1}}, id="number"),
        pytest.param({"environment": {"A": "x" * 1025}}, id="long"),
        pytest.param({"environment": {str(i): "" for i in range(101)}}, id="many"),
        pytest.param({"accepts": ("jpeg",)}, id="no-slash"),
        pytest.param({"accepts": ("image/*",)}, id="wildcard"),
        pytest.param({"environment": {"MY-VAR": "1"}}, id="hyphen-in-a-variable"),
        pytest.param({"environment": {"1ST": "1"}}, id="digit-before-a-variable"),
        pytest.param(
            {"environment": {f"V{i}": "é" * 600 for i in range(30)}}, id="32-kb"
        ),
        pytest.param(
            {"accepts": tuple(f"a/{i:040}" for i in range(9))}, id="too-many-types"
        ),
    ],
)
def test_option_that_aws_would_refuse_is_refused(options):
    with pytest.raises(InvalidInputError):
        Model("model/", **options)


def test_url_that_is_not_on_s3_is_refused(out):
    with pytest.raises(InvalidInputError, match=r"Download it"):
        pack(Model("https://example.com/model.tar.gz"), out)


def test_accepts_given_as_a_list_is_the_same():
    assert Model("model/", accepts=["text/csv"]) == Model("model/", accepts="text/csv")


def test_environment_cannot_change_afterwards():
    given_ = {"A": "1"}
    model = Model("model/", environment=given_)
    given_["A"] = "2"

    assert model.environment["A"] == "1"


@pytest.mark.parametrize(
    ("model", "shown"),
    [
        pytest.param(Model("faces/"), "Model('faces/')", id="path"),
        pytest.param(Model(len, requirements="pillow"), "Model(<len>, requirements=('pillow',))", id="object"),
        pytest.param(Model(image="i", environment={"TOKEN": "secret"}), "Model(image='i', environment={'TOKEN': '…'})", id="secret"),
    ],
)  # fmt: skip
def test_model_shows_what_was_given_and_no_secret(model, shown):
    assert repr(model) == shown


@pytest.mark.parametrize(
    "copied",
    [copy.deepcopy, lambda model: pickle.loads(pickle.dumps(model))],  # noqa: S301
)
def test_model_crosses_processes(copied):
    model = Model("faces/", environment={"A": "1"}, accepts="text/csv")

    assert copied(model) == model
