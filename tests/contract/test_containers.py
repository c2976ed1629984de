"""What a container of AWS does, seen by boto3: code, memory, workers, scale to zero."""

import io
import json
import os
import tarfile
import time
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

NAMED = """
import os, time

def model_fn(model_dir):
    return os.getpid()

def predict_fn(seconds, pid):
    time.sleep(seconds)
    return {"pid": pid, "file": os.path.basename(__file__)}
"""


@pytest.fixture
def serverless():
    """Return what a serverless variant of some size has."""

    def serverless(memory_mb):
        return {"ServerlessConfig": {"MemorySizeInMB": memory_mb, "MaxConcurrency": 1}}

    return serverless


@pytest.fixture
def deploy_code(hosting):
    """Return a function that deploys code that lies in S3, apart from the model."""

    def deploy_code(hosting=hosting, **compute):
        content = io.BytesIO()
        with tarfile.open(fileobj=content, mode="w:gz") as tar:
            member = tarfile.TarInfo("serve.py")
            member.size = len(NAMED)
            tar.addfile(member, io.BytesIO(NAMED.encode()))
        key = f"code/{uuid4().hex}.tar.gz"
        hosting.s3.put_object(Bucket="contract", Key=key, Body=content.getvalue())
        environment = {
            "SAGEMAKER_PROGRAM": "serve.py",
            "SAGEMAKER_SUBMIT_DIRECTORY": f"s3://contract/{key}",
        }
        return hosting.deploy("echo", environment=environment, **compute)

    return deploy_code


def pid_of(hosting, name, seconds=0):
    return json.loads(hosting.invoke(name, str(seconds).encode()))["pid"]


def test_code_on_s3_runs_in_place_of_the_archives(hosting, deploy_code):
    name = deploy_code()

    assert json.loads(hosting.invoke(name, b"0"))["file"] == "serve.py"


def test_model_of_1600_mb_dies_at_1024_and_lives_at_2048(hosting, serverless):
    small = hosting.deploy("hungry", serverless(1024))
    large = hosting.deploy("hungry", serverless(2048))

    with pytest.raises(hosting.runtime.exceptions.ModelError) as caught:
        hosting.invoke(small, b"1600")

    assert caught.value.response["OriginalStatusCode"] == 0
    assert "insufficient memory" in caught.value.response["Error"]["Message"]
    assert "The model took more than its 1024 MB of memory." in hosting.log(small)
    assert json.loads(hosting.invoke(large, b"1600")) == {"held_mb": 1600}


@pytest.mark.parametrize("instances", [1, 2])
def test_there_are_as_many_workers_as_instances(hosting, deploy_code, instances):
    compute = {"InstanceType": "ml.m5.large", "InitialInstanceCount": instances}
    name = deploy_code(compute=compute)

    with ThreadPoolExecutor(4) as pool:
        pids = set(pool.map(lambda _: pid_of(hosting, name, 0.5), range(4)))

    assert len(pids) == instances


@pytest.fixture
def hasty(hosting_on, tmp_path, backend_on):
    """Return hosting on a daemon that lets no serverless model wait."""
    return hosting_on(backend_on(tmp_path / "smnb", "--serverless-idle-s", "1"))


def test_serverless_scales_to_zero_after_the_time_that_was_said(
    hasty, deploy_code, serverless
):
    kept = deploy_code(hasty)
    name = deploy_code(hasty, compute=serverless(1024))
    staying, before = pid_of(hasty, kept), pid_of(hasty, name)

    _wait_for_the_end_of(before)

    assert pid_of(hasty, name) != before
    assert pid_of(hasty, kept) == staying


def _wait_for_the_end_of(pid):
    deadline = time.monotonic() + 20
    while True:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        assert time.monotonic() < deadline
        time.sleep(0.05)
