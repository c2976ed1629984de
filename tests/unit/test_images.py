"""AWS's own images, as either generation of the sagemaker SDK lists them."""

import sys
import types

import pytest
from aws_answers import REGION

from smnb import _images
from smnb._compute import RealTime, Serverless
from smnb._images import framework_image
from smnb.errors import ConfigurationError

THIS_PYTHON = f"py{sys.version_info.major}{sys.version_info.minor}"
PLAIN = {"repository": "r", "registries": {REGION: "1"}}
LISTS = {
    "pytorch": {
        "inference": {
            "versions": {
                "1.9.0": {**PLAIN, "py_versions": ["py38", THIS_PYTHON]},
                "1.10.0": {**PLAIN, "py_versions": ["py38", THIS_PYTHON]},
                "1.11.0": {**PLAIN, "py_versions": ["py27"]},
            }
        },
        "inference_graviton": {
            "versions": {"1.8.0": {**PLAIN, "py_versions": ["py38"]}}
        },
    },
    "mxnet": {"inference": {"versions": {"1.9.0": {**PLAIN, "py_versions": ["py27"]}}}},
    "sklearn": {
        "inference": {
            "versions": {
                "1.0-1": {**PLAIN, "py_versions": ["py3"]},
                "1.2-1": {**PLAIN, "py_versions": ["py3"]},
            }
        }
    },
    "xgboost": {
        "inference": {"versions": {"1": PLAIN, "latest": PLAIN, "1.7-1": PLAIN}}
    },
    "sagemaker-tritonserver": {"versions": {"24.09": PLAIN, "23.12": PLAIN}},
    "huggingface": {
        "inference": {
            "versions": {
                "4.49.0": {
                    "version_aliases": {"pytorch2.6": "pytorch2.6.0"},
                    "tensorflow2.19.0": {**PLAIN, "py_versions": ["py38"]},
                    "pytorch2.6.0": {**PLAIN, "py_versions": ["py38", "py39"]},
                }
            }
        }
    },
}


class Place:
    region = REGION


def retrieve(framework, region, **options):
    if options["version"] == "1.0-1":
        raise ValueError("Unsupported region.\nSupported are others.")
    words = [framework, region, options["version"], options["base_framework_version"]]
    words += [options["py_version"], options["instance_type"], options["image_scope"]]
    return " ".join(str(word) for word in words if word)


@pytest.fixture(params=["sagemaker", "sagemaker.core"], ids=["v2", "v3"])
def sdk(request, monkeypatch):
    """Put an SDK in place that lists a few images."""
    module = types.ModuleType(f"{request.param}.image_uris")
    module.config_for_framework = LISTS.__getitem__
    module.retrieve = retrieve
    monkeypatch.setattr(_images, "_MODULES", (f"{request.param}.image_uris",))
    monkeypatch.setitem(sys.modules, "sagemaker", types.ModuleType("sagemaker"))
    monkeypatch.setitem(sys.modules, request.param, types.ModuleType(request.param))
    monkeypatch.setitem(sys.modules, f"{request.param}.image_uris", module)


@pytest.mark.parametrize(
    ("framework", "version", "expected"),
    [
        pytest.param("pytorch", None, f"1.10.0 {THIS_PYTHON}", id="newest-for-python"),
        pytest.param("pytorch", "1.9.0", f"1.9.0 {THIS_PYTHON}", id="listed"),
        pytest.param("pytorch", "1.9.2+cpu", f"1.9.0 {THIS_PYTHON}", id="same-minor"),
        pytest.param("mxnet", None, "1.9.0 py27", id="none-for-this-python"),
        pytest.param("sklearn", None, "1.2-1 py3", id="any-python-3"),
        pytest.param("sklearn", "1.2.2", "1.2-1 py3", id="aws-numbering"),
        pytest.param("xgboost", None, "1.7-1", id="old-names-left-out"),
        pytest.param("triton", None, "24.09", id="newest-by-number"),
        pytest.param("huggingface", None, "4.49.0 pytorch2.6.0 py39", id="built-on"),
    ],
)
def test_version_is_chosen(sdk, framework, version, expected):
    image = framework_image(Place(), framework, version, Serverless())

    name = _images._NAMES[framework]
    assert image == f"{name} {REGION} {expected} ml.m5.xlarge inference"


def test_instance_type_is_passed_on(sdk):
    image = framework_image(Place(), "pytorch", None, RealTime("ml.g5.xlarge"))

    assert "ml.g5.xlarge" in image


def test_graviton_has_versions_of_its_own(sdk):
    image = framework_image(Place(), "pytorch", None, RealTime("ml.c7g.xlarge"))

    assert "1.8.0" in image


@pytest.mark.parametrize(
    ("framework", "version", "words"),
    [
        pytest.param("onnx", None, "no image for onnx", id="framework"),
        pytest.param("sklearn", "1.7.2", "the newest are 1.2-1", id="version"),
        pytest.param("sklearn", "1.0.2", "Unsupported region", id="region"),
    ],
)
def test_image_that_is_none_names_other_ways(sdk, framework, version, words):
    with pytest.raises(ConfigurationError, match=words) as caught:
        framework_image(Place(), framework, version, Serverless())

    assert "smnb.container(" in caught.value.hint
    assert "image=" in caught.value.hint


def test_sdk_that_is_missing_names_three_ways(monkeypatch):
    monkeypatch.setattr(_images, "_MODULES", ("no_such_sdk.image_uris",))

    with pytest.raises(ConfigurationError) as caught:
        framework_image(Place(), "pytorch", None, Serverless())

    for way in ('pip install "smnb[sagemaker]"', "image=", "smnb.container("):
        assert way in caught.value.hint
