"""Each framework's layout is recognised, and its usual mistakes are named with a fix."""

import io
import json
import tarfile

import pytest

from smnb._archive import pack_folder, read_archive, read_folder
from smnb._layout import check
from smnb.errors import InvalidInputError

CODE = "code/inference.py"
HANDLER = b"def model_fn(model_dir): ..."
LAYOUTS = {
    "pytorch": ["model.pth", CODE, "code/requirements.txt"],
    "tensorflow": ["1/saved_model.pb", "1/variables/variables.index", CODE],
    "mxnet": ["model-symbol.json", "model-shapes.json", "model-0000.params", CODE],
    "sklearn": ["model.joblib", CODE],
    "xgboost": ["xgboost-model", CODE],
    "huggingface": ["config.json", "model.safetensors", "tokenizer.json", CODE],
    "triton": ["cats/config.pbtxt", "cats/1/model.onnx"],
    "onnx": ["model.onnx", CODE],
}
SERVE_BY_THEMSELVES = ["tensorflow", "mxnet", "xgboost", "huggingface", "triton"]


def write(root, files):
    """Write files, given by name or by name and content."""
    contents = files if isinstance(files, dict) else dict.fromkeys(files, b"")
    for name, content in contents.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(HANDLER if name.endswith("inference.py") else content)
    return root


def archive(path, files):
    with tarfile.open(path, "w:gz") as tar:
        for name in files:
            content = HANDLER if name.endswith("inference.py") else b""
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return path


def checked(contents, *, needs_code=False, own_image=False):
    return check(contents, needs_code=needs_code, own_image=own_image)


@pytest.mark.parametrize(
    ("framework", "files"),
    [pytest.param(name, files, id=name) for name, files in LAYOUTS.items()],
)
def test_layout_is_recognised_in_a_folder_and_in_its_archive(
    tmp_path, framework, files
):
    folder = write(tmp_path / "model", files)
    packed = pack_folder(folder, tmp_path / "model.tar.gz")
    with tarfile.open(packed) as tar:
        names = tar.getnames()

    assert names == sorted(files)
    assert checked(read_folder(folder)).framework == framework
    assert checked(read_archive(packed)).framework == framework


def test_layout_of_no_framework_is_taken_with_code(tmp_path):
    folder = write(tmp_path, ["weights.bin", CODE])

    assert checked(read_folder(folder)).framework is None


@pytest.mark.parametrize("framework", SERVE_BY_THEMSELVES)
def test_layout_needs_no_code_where_the_framework_serves_itself(tmp_path, framework):
    files = [name for name in LAYOUTS[framework] if name != CODE]
    layout = checked(read_folder(write(tmp_path, files)))

    assert (layout.framework, layout.code.handlers) == (framework, ())


@pytest.mark.parametrize("framework", SERVE_BY_THEMSELVES)
def test_layout_needs_code_where_no_framework_serves_it(tmp_path, framework):
    files = [name for name in LAYOUTS[framework] if name != CODE]

    with pytest.raises(InvalidInputError, match=r"AWS's image for .* needs none"):
        checked(read_folder(write(tmp_path, files)), needs_code=True)


@pytest.mark.parametrize(
    ("files", "message"),
    [
        pytest.param(
            ["saved_model.pb"], r"lies in the root.*\n.*1/saved_model", id="tf-root"
        ),
        pytest.param(
            ["export/saved_model.pb"], r"lies in export.*\n.*1/", id="tf-no-version"
        ),
        pytest.param(["model.safetensors"], "no config.json", id="hf-no-config"),
        pytest.param(["tokenizer.json"], r"save_pretrained", id="hf-tokenizer-alone"),
        pytest.param(
            ["net-symbol.json", "net-0000.params"],
            "model-symbol.json, model-shapes.json, model-0000.params is missing",
            id="mxnet-names",
        ),
        pytest.param(
            ["model-symbol.json", "model-0000.params"],
            "model-shapes.json is missing",
            id="mxnet-shapes",
        ),
        pytest.param(
            ["cats/config.pbtxt"], "no version folder.*\n.*cats/1/", id="triton-version"
        ),
        pytest.param(
            ["cats/1/model.plan"], r"Put it at cats/config\.pbtxt", id="triton-config"
        ),
        pytest.param(
            ["a/config.pbtxt", "a/1/model.py", "b/1/model.pt"],
            r"b/config\.pbtxt",
            id="triton-second-model",
        ),
        pytest.param(["model.pth"], "has no code/inference.py", id="torch-no-code"),
        pytest.param(["model.joblib"], "has no code/inference.py", id="sklearn"),
        pytest.param(
            ["inference.py", "model.pth"],
            "Move it to code/inference.py",
            id="misplaced",
        ),
        pytest.param(
            [CODE, "faces/code/inference.py"], "has 2 models", id="two-models"
        ),
        pytest.param(
            ["a/code/inference.py", "b/code/inference.py"],
            "has 2 models: a/code/inference.py and b/code/inference.py",
            id="two-roots",
        ),
        pytest.param(
            ["README.md", "a/code/inference.py"],
            r"Give the folder in it: .*/a$",
            id="root-beside-others",
        ),
        pytest.param(
            ["model.tar.gz"], r"Give that itself: .*/model\.tar\.gz", id="archive-in-it"
        ),
    ],
)
def test_mistake_is_named_with_its_fix(tmp_path, files, message):
    with pytest.raises(InvalidInputError, match=message):
        checked(read_folder(write(tmp_path, files)))


def test_folder_of_the_code_alone_names_the_one_above(tmp_path):
    folder = write(tmp_path / "faces" / "code", ["inference.py"])

    with pytest.raises(InvalidInputError, match=r"Give the folder above: .*/faces$"):
        checked(read_folder(folder))


@pytest.mark.parametrize(
    "files",
    [
        pytest.param(["faces/code/inference.py", "faces/w.bin"], id="code"),
        pytest.param(["faces/xgboost-model"], id="framework"),
        pytest.param(["faces/cats/config.pbtxt", "faces/cats/1/model.py"], id="triton"),
    ],
)
def test_root_a_folder_too_deep_is_named_with_its_fix(tmp_path, files):
    folder = write(tmp_path / "model", files)
    packed = archive(tmp_path / "model.tar.gz", files)

    with pytest.raises(InvalidInputError, match=r"Give the folder in it: .*/faces"):
        checked(read_folder(folder))
    with pytest.raises(InvalidInputError, match=r"tar -czf model.tar.gz -C faces/ \."):
        checked(read_archive(packed))


def test_image_of_ones_own_takes_any_layout(tmp_path):
    folder = write(tmp_path, ["faces/xgboost-model", "saved_model.pb"])

    assert checked(read_folder(folder), own_image=True).framework == "tensorflow"


@pytest.mark.parametrize(
    ("files", "version"),
    [
        pytest.param(
            {"model.pth": b"", "code/requirements.txt": b"pillow\ntorch == 2.3.1\n"},
            "2.3.1",
            id="pinned",
        ),
        pytest.param(
            {"model.joblib": b"", "code/requirements.txt": b"scikit_learn==1.2"},
            "1.2",
            id="other-spelling",
        ),
        pytest.param(
            {
                "config.json": json.dumps({"transformers_version": "4.56.2"}).encode(),
                "model.safetensors": b"",
            },
            "4.56.2",
            id="config-json",
        ),
        pytest.param(
            {"config.json": b"{", "model.safetensors": b""}, None, id="broken-config"
        ),
        pytest.param({"m/config.pbtxt": b"", "m/1/model.py": b""}, None, id="triton"),
    ],
)
def test_version_is_that_of_the_model(tmp_path, files, version):
    folder = write(tmp_path, {CODE: HANDLER, **files})

    assert checked(read_folder(folder)).version == version


def test_version_is_that_installed_here_if_the_model_names_none(tmp_path):
    import sklearn

    folder = write(tmp_path, ["model.joblib", CODE])

    assert checked(read_folder(folder)).version == sklearn.__version__


def test_junk_in_an_archive_is_named(tmp_path):
    junk = [".git/config", "code/__pycache__/inference.pyc", "._weights"]
    packed = archive(tmp_path / "model.tar.gz", ["model.pth", CODE, *junk])
    layout = checked(read_archive(packed))

    assert layout.notes == (
        "it also holds .git/config and 2 more, which no model needs",
    )
    assert layout.framework == "pytorch"
