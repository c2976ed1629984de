"""An object becomes a folder in its framework's layout, the same bytes each time."""

import functools
import pickle
import subprocess
import sys
import tarfile
import threading
from importlib.metadata import version

import numpy as np
import onnx
import pytest
import xgboost
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from smnb._model import Model, pack
from smnb.errors import InvalidInputError, NotFoundError

ROWS = np.arange(12.0).reshape(6, 2)
CODE = ["code/inference.py", "code/smnb_formats.py"]
FACTOR = 3
XGBOOST = "xgboost" if sys.platform == "darwin" else "xgboost-cpu"


def triple(x):
    return x * FACTOR


def names_two(x):
    return x in {"one", "two", "three", "four"}


async def later(x):
    return x


def chain(*steps):
    return make_pipeline(*steps, LinearRegression()).fit(ROWS, ROWS[:, 0])


def booster():
    return xgboost.train({}, xgboost.DMatrix(ROWS, ROWS[:, 0]), 1)


def regressor():
    return xgboost.XGBRegressor(n_estimators=1).fit(ROWS, ROWS[:, 0])


def identity_onnx():
    value = onnx.helper.make_tensor_value_info("x", onnx.TensorProto.FLOAT, [None])
    node = onnx.helper.make_node("Identity", ["x"], ["y"])
    result = onnx.helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, [None])
    return onnx.helper.make_model(
        onnx.helper.make_graph([node], "identity", [value], [result])
    )


@pytest.fixture
def packed(tmp_path):
    """Return a function that packs an object; `text` reads a file of its archive."""

    class Packed:
        def __init__(self, value, **options):
            self.artifact = pack(Model(value, **options), tmp_path)
            with tarfile.open(self.artifact.path) as tar:
                self.files = {
                    name: tar.extractfile(name).read() for name in tar.getnames()
                }

        @property
        def requirements(self):
            return self.files["code/requirements.txt"].decode().splitlines()

    return Packed


@pytest.mark.parametrize(
    ("make", "files", "framework", "package"),
    [
        pytest.param(chain, ["model.joblib"], "sklearn", "scikit-learn", id="sklearn"),
        pytest.param(booster, ["xgboost-model"], "xgboost", XGBOOST, id="boost"),
        pytest.param(regressor, ["xgboost-model"], "xgboost", XGBOOST, id="xgb"),
        pytest.param(identity_onnx, ["model.onnx"], "onnx", "onnxruntime", id="onnx"),
    ],
)
def test_object_is_packed_in_the_layout_of_its_framework(
    packed, make, files, framework, package
):
    made = packed(make())
    extra = ["code/requirements.txt"] if framework != "xgboost" else []

    assert sorted(made.files) == sorted([*CODE, *extra, *files])
    assert made.artifact.framework == framework
    assert made.artifact.version == version(package)


def test_function_is_packed_with_the_python_that_it_needs(packed):
    made = packed(triple)
    python = f"{sys.version_info.major}.{sys.version_info.minor}"

    assert set(made.files) == {*CODE, "code/requirements.txt", "function.pkl"}
    assert (made.artifact.framework, made.artifact.version) == ("python", python)
    assert made.artifact.python == python
    assert made.requirements == [f"cloudpickle=={version('cloudpickle')}"]


def test_estimator_is_pinned_to_what_pickled_it(packed):
    assert packed(chain()).requirements == [
        f"{name}=={version(name)}" for name in ("joblib", "numpy", "scikit-learn")
    ]


def test_estimator_with_code_of_the_notebook_takes_it_along(packed):
    made = packed(chain(FunctionTransformer(triple)))

    assert f"cloudpickle=={version('cloudpickle')}" in made.requirements
    assert made.artifact.python is not None
    assert b"FACTOR" in made.files["model.joblib"]


def test_package_that_an_estimator_holds_is_pinned(packed):
    made = packed(make_pipeline(StandardScaler(), regressor()).fit(ROWS, ROWS[:, 0]))

    assert f"{XGBOOST}=={version(XGBOOST)}" in made.requirements


def test_package_that_a_function_uses_is_pinned(packed):
    assert f"numpy=={version('numpy')}" in packed(lambda x: np.sum(x) + 1).requirements


def test_requirement_without_a_version_is_pinned_to_the_one_that_is_here(packed):
    wishes = ("Pandas", "requests>=2", "not-installed-here")

    assert packed(triple, requirements=wishes).requirements == [
        f"cloudpickle=={version('cloudpickle')}",
        "not-installed-here",
        f"Pandas=={version('pandas')}",
        "requests>=2",
    ]


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(chain, id="estimator"),
        pytest.param(lambda: chain(FunctionTransformer(triple)), id="own-code"),
        pytest.param(booster, id="booster"),
        pytest.param(identity_onnx, id="onnx"),
        pytest.param(lambda: triple, id="function"),
        pytest.param(lambda: names_two, id="set-in-function"),
    ],
)
def test_same_object_gives_the_same_digest(packed, make):
    value = make()

    assert packed(value).artifact.digest == packed(value).artifact.digest


def test_classes_of_one_name_are_kept_apart(packed):
    def adding(amount):
        class Adding:
            def __call__(self, x):
                return x + amount

        return Adding()

    one, two = adding(1), adding(2)
    content = packed(lambda x: [one(x), two(x)]).files["function.pkl"]
    loaded = pickle.loads(content)  # noqa: S301  just written

    assert loaded(10) == [11, 12]


PROGRAM = """
import sys, tempfile
from pathlib import Path
from sklearn.linear_model import LinearRegression
from smnb._model import Model, pack

class Scale:
    def __init__(self, factor):
        self.factor = factor
    def __call__(self, x):
        return x * self.factor if x not in {"one", "two", "three"} else x

def function(x):
    inner = lambda y: y in {"four", "five", "six"}
    return Scale(2)(x), inner(x)

estimator = LinearRegression().fit([[1.0], [2.0]], [1.0, 2.0])
for value in (function, Scale(3), estimator):
    print(pack(Model(value), Path(tempfile.mkdtemp())).digest)
"""


def test_same_object_gives_the_same_digest_in_another_process(tmp_path):
    digests = []
    for seed in ("1", "2"):
        program = tmp_path / seed / "program.py"
        program.parent.mkdir()
        program.write_text("\n" * int(seed) + PROGRAM)
        done = subprocess.run(
            [sys.executable, "-c", program.read_text()],
            env={"PYTHONHASHSEED": seed, "TMPDIR": str(program.parent)},
            capture_output=True,
            text=True,
            check=True,
        )
        digests.append(done.stdout.split())

    assert len(digests[0]) == 3
    assert digests[0] == digests[1]


def test_another_function_gives_another_digest(packed):
    assert packed(triple).artifact.digest != packed(names_two).artifact.digest


@pytest.mark.parametrize(
    ("value", "message"),
    [
        pytest.param(LinearRegression(), r"not fitted.*\n.*fit\(X, y\)", id="sklearn"),
        pytest.param(xgboost.XGBRegressor(), "not fitted", id="xgboost"),
        pytest.param(StandardScaler().fit(ROWS), r"no predict\(\)", id="transformer"),
        pytest.param(later, "coroutine", id="async"),
        pytest.param(lambda x, y: x, "called with one value", id="two-arguments"),
        pytest.param(lambda: None, "called with one value", id="no-argument"),
        pytest.param(
            functools.partial(max, threading.Lock()), "cannot be pickled", id="lock"
        ),
    ],
)
def test_object_that_would_fail_later_is_refused(tmp_path, value, message):
    with pytest.raises(InvalidInputError, match=message):
        pack(Model(value), tmp_path)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(42, id="number"),
        pytest.param(ROWS, id="array"),
        pytest.param(LinearRegression, id="class"),
        pytest.param({"a": 1}, id="dict"),
    ],
)
def test_what_is_no_model_is_refused(value):
    with pytest.raises(InvalidInputError, match="nothing that can be deployed"):
        Model(value)


@pytest.mark.parametrize(
    "wish",
    [pytest.param(text, id=text or "empty") for text in ("", "-r x.txt", " pandas")],
)
def test_wish_that_is_no_requirement_is_refused(tmp_path, wish):
    with pytest.raises(InvalidInputError, match="is no requirement"):
        pack(Model(triple, requirements=(wish,)), tmp_path)


def test_requirements_of_a_folder_are_sent_to_its_own_file():
    with pytest.raises(InvalidInputError, match=r"code/requirements\.txt"):
        Model("model/", requirements=("pandas",))


def test_onnx_file_is_packed_with_the_weights_beside_it(packed, tmp_path):
    onnx.save(identity_onnx(), tmp_path / "cats.onnx")
    (tmp_path / "cats.onnx.data").write_bytes(b"weights")
    made = packed(tmp_path / "cats.onnx")

    assert made.files["cats.onnx.data"] == b"weights"
    assert onnx.load_from_string(made.files["model.onnx"]) == identity_onnx()


def test_onnx_file_that_is_missing_is_named(tmp_path):
    with pytest.raises(NotFoundError, match=r"no file .*cats\.onnx"):
        pack(Model(tmp_path / "cats.onnx"), tmp_path)
