"""AWS's own images are found through the real sagemaker SDK, of either generation."""

import json
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CLIENTS = ROOT / ".cache" / "clients"
PROGRAM = """
import json
from types import SimpleNamespace
from smnb._compute import RealTime, Serverless
from smnb._images import framework_image

session = SimpleNamespace(region="eu-west-1")
found = {}
for name in ("pytorch", "tensorflow", "mxnet", "sklearn", "xgboost", "huggingface", "triton"):
    found[name] = framework_image(session, name, None, Serverless())
found["gpu"] = framework_image(session, "pytorch", "2.5.1", RealTime("ml.g5.xlarge"))
found["arm"] = framework_image(session, "pytorch", None, RealTime("ml.c7g.xlarge"))
china = SimpleNamespace(region="cn-north-1")
found["china"] = framework_image(china, "sklearn", "1.2.2", Serverless())
print(json.dumps(found))
"""


@pytest.fixture(scope="module", params=["sagemaker_v2", "sagemaker_v3"])
def images(request, tmp_path_factory):
    python = CLIENTS / request.param / "bin" / "python"
    assert python.exists(), f"no {python}: `make test` sees to that"
    done = subprocess.run(
        [python, "-c", PROGRAM],
        # Nothing of AWS is set: lists are read, and nobody is asked.
        env={"PYTHONPATH": str(ROOT), "HOME": str(tmp_path_factory.mktemp("home"))},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("pytorch", ["eu-west-1.amazonaws.com/pytorch-inference:", "-cpu-"]),
        ("tensorflow", ["/tensorflow-inference:", "-cpu"]),
        ("mxnet", ["/mxnet-inference:1.9.0-cpu-py38"]),
        ("sklearn", ["/sagemaker-scikit-learn:1."]),
        ("xgboost", ["/sagemaker-xgboost:3."]),
        ("huggingface", ["/huggingface-pytorch-inference:", "-transformers"]),
        ("triton", ["/sagemaker-tritonserver:2", "-cpu"]),
        ("gpu", ["/pytorch-inference:2.5.1-gpu-py311"]),
        ("arm", ["/pytorch-inference-(graviton|arm64):2"]),
        ("china", ["cn-north-1.amazonaws.com.cn/sagemaker-scikit-learn:1.2-1-cpu-py3"]),
    ],
)
def test_image_is_found_by_the_real_sdk(images, name, words):
    for word in words:
        assert re.search(word, images[name])
