"""The public names are pinned, light to import, and never shadowed by a module."""

import importlib
import pkgutil
import random
import subprocess
import sys

import pytest

import smnb

PUBLIC = [
    "Async",
    "Batch",
    "Benchmark",
    "Budget",
    "Direct",
    "Endpoint",
    "FrameResult",
    "Job",
    "LoadTest",
    "Model",
    "Phase",
    "Quote",
    "RealTime",
    "Recommendation",
    "Reply",
    "Route",
    "ServerSentEvent",
    "Serverless",
    "Session",
    "Spending",
    "Split",
    "Stream",
    "ViaS3",
    "Video",
    "VideoResult",
    "Vpc",
    "container",
    "deploy",
    "deserializers",
    "doctor",
    "endpoint",
    "endpoints",
    "errors",
    "iam_policy",
    "invoke",
    "job",
    "load_test",
    "panel",
    "prices",
    "quote",
    "reap",
    "recommend",
    "serializers",
    "spending",
]
HEAVY = ["IPython", "PIL", "anywidget", "av", "boto3", "botocore", "cv2", "ipywidgets"]
HEAVY += ["numpy", "orjson", "pandas", "requests_toolbelt", "sagemaker", "uvicorn"]
FUNCTIONS = ["deploy", "endpoint", "endpoints", "invoke", "job", "reap"]


def test_public_names_are_these():
    assert smnb.__all__ == PUBLIC
    assert smnb.__all__ == sorted(smnb.__all__)


@pytest.mark.parametrize("name", PUBLIC)
def test_public_name_resolves(name):
    assert getattr(smnb, name) is not None


def test_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="deplyo"):
        _ = smnb.deplyo


def run(program, *arguments):
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@pytest.mark.parametrize(
    "module", ["smnb", "smnb._endpoint", "smnb._deploy", "smnb.serializers"]
)
def test_import_loads_nothing_heavy(module):
    program = (
        "import sys, importlib; importlib.import_module(sys.argv[1]);"
        "print(*{name.partition('.')[0] for name in sys.modules})"
    )
    heavy = HEAVY if module == "smnb" else [name for name in HEAVY if name != "orjson"]

    assert not set(run(program, module)) & set(heavy)


@pytest.mark.parametrize("seed", range(3))
def test_no_submodule_shadows_a_public_function(seed):
    names = [
        info.name
        for info in pkgutil.walk_packages(smnb.__path__, "smnb.")
        if not info.name.endswith("__main__") and ".local" not in info.name
    ]
    random.Random(seed).shuffle(names)
    program = (
        "import sys, importlib, smnb;"
        "[importlib.import_module(name) for name in sys.argv[1:]];"
        f"print(*[callable(getattr(smnb, name)) for name in {FUNCTIONS}])"
    )

    assert run(program, *names) == ["True"] * len(FUNCTIONS)


def test_deploy_keeps_its_eight_arguments():
    import inspect

    assert list(inspect.signature(smnb.deploy).parameters) == [
        "model",
        "compute",
        "name",
        "overflow",
        "ttl",
        "budget_usd",
        "session",
        "wait",
    ]


def test_every_error_is_in_the_tree():
    errors = importlib.import_module("smnb.errors")
    for name in errors.__all__:
        assert issubclass(getattr(errors, name), smnb.errors.SmnbError)
        assert name in (errors.__doc__ or "")
