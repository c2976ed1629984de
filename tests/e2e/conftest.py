"""A local backend of their own for the end-to-end tests, and models to deploy."""

import os
import signal
import subprocess
import sys

import pytest

import smnb
from smnb import _session

ECHO = """
import json

def model_fn(model_dir):
    return None

def input_fn(body, content_type):
    return {"type": content_type, "size": len(body)}

def predict_fn(data, model):
    return data
"""


@pytest.fixture(scope="session", autouse=True)
def backend(tmp_path_factory):
    """Keep the daemon of the tests apart from the user's."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SMNB_DATA_DIR", str(tmp_path_factory.mktemp("smnb")))
        patch.setenv("SMNB_TARGET", "local")
        patch.setattr(_session, "_default", {})
        yield
        stop = [sys.executable, "-m", "smnb.local", "stop", "--purge"]
        subprocess.run(stop, check=True, capture_output=True, env=dict(os.environ))


@pytest.fixture(scope="session", autouse=True)
def interruptible():
    """Let programs that tests start be interrupted, even if the tests' shell ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def write_model(tmp_path):
    """Return a function that writes a model folder with the given inference.py."""

    def write(code=ECHO, name="model", **files):
        folder = tmp_path / name
        (folder / "code").mkdir(parents=True, exist_ok=True)
        (folder / "code" / "inference.py").write_text(code)
        for file, content in files.items():
            (folder / file).write_bytes(content)
        return folder

    return write


@pytest.fixture
def nothing_left():
    """Fail the test if it leaves an endpoint, configuration, model or object."""
    yield
    assert smnb.endpoints() == []
    session = _session.default_session()
    sagemaker, s3 = session.client("sagemaker"), session.client("s3")
    assert sagemaker.list_endpoint_configs()["EndpointConfigs"] == []
    assert sagemaker.list_models()["Models"] == []
    for bucket in s3.list_buckets()["Buckets"]:
        assert s3.list_objects_v2(Bucket=bucket["Name"])["KeyCount"] == 0
