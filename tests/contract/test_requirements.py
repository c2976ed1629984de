"""A model's code/requirements.txt: installed for the model alone, once, or said why not."""

import asyncio
import importlib.util
import io
import json
import os
import tarfile
import time
from functools import partial
from uuid import uuid4

import pytest
from processes import is_running

from smnb.local.container.installer import run_logged
from smnb.local.pruning import prune

CODE = """
import json, shutil

def model_fn(model_dir):
    import cowsay
    return cowsay.__version__

def predict_fn(data, version):
    import numpy
    return {"version": version, "numpy": numpy.__file__, "program": shutil.which("cowsay")}
"""


@pytest.fixture
def deploy(hosting, deploy_on):
    """Return a function that starts an endpoint of a model with requirements."""
    return partial(deploy_on, hosting)


@pytest.fixture
def deploy_on():
    """Return a function that does so with some hosting."""

    def deploy(hosting, requirements):
        content = io.BytesIO()
        with tarfile.open(fileobj=content, mode="w:gz") as tar:
            for name, text in (
                ("inference.py", CODE),
                ("requirements.txt", requirements),
            ):
                member = tarfile.TarInfo(f"code/{name}")
                member.size = len(text)
                tar.addfile(member, io.BytesIO(text.encode()))
        name = f"needs-{uuid4().hex[:8]}"
        key = f"models/{name}.tar.gz"
        hosting.s3.put_object(Bucket="contract", Key=key, Body=content.getvalue())
        hosting.sagemaker.create_model(
            ModelName=name,
            ExecutionRoleArn=hosting.role,
            PrimaryContainer={
                "Image": hosting.image,
                "ModelDataUrl": f"s3://contract/{key}",
            },
        )
        return hosting.start_endpoint(name, hosting.create_config(name))

    return deploy


def test_package_is_there_for_the_model_and_not_for_the_daemon(hosting, deploy):
    name = deploy("cowsay==6.1\n")
    hosting.wait(name)

    answer = json.loads(hosting.invoke(name, b"0"))

    assert answer["version"] == "6.1"
    assert answer["program"].endswith("/bin/cowsay")
    assert answer["numpy"] == importlib.util.find_spec("numpy").origin
    assert importlib.util.find_spec("cowsay") is None


def test_endpoints_with_the_same_requirements_share_an_environment(
    hosting, deploy, backend
):
    names = [deploy("# shared\ncowsay==6.1\n") for _ in range(2)]
    for name in names:
        hosting.wait(name)

    programs = {json.loads(hosting.invoke(name, b"0"))["program"] for name in names}
    logs = [" ".join(hosting.log(name)) for name in names]

    assert len(programs) == 1
    assert programs.pop().startswith(str(backend.data_dir / "environments"))
    assert sorted("is there already" in log for log in logs) == [False, True]


def test_prune_keeps_the_environment_of_an_endpoint_that_stays(
    hosting_on, own_backend, deploy_on
):
    hosting = hosting_on(own_backend)
    kept, gone = (
        deploy_on(hosting, f"cowsay=={version}\n") for version in ("6.1", "6.0")
    )
    for name in (kept, gone):
        hosting.wait(name)
    hosting.delete(gone)
    own_backend.stop()
    environments = own_backend.data_dir / "environments"
    before = len(list(environments.iterdir()))

    prune(own_backend.data_dir)

    assert (before, len(list(environments.iterdir()))) == (2, 1)
    own_backend.start()
    again = hosting_on(own_backend)
    again.wait(kept)
    assert json.loads(again.invoke(kept, b"0"))["version"] == "6.1"


def test_requirement_that_cannot_be_installed_fails_the_endpoint(hosting, deploy):
    name = deploy("cowsay==99.9\n")

    found = hosting.settled(name)

    assert found["EndpointStatus"] == "Failed"
    assert "could not be installed (cowsay==99.9)" in found["FailureReason"]
    assert "ERROR: No matching distribution" in found["FailureReason"]
    assert any("Installing code/requirements.txt" in line for line in hosting.log(name))


def test_installer_that_is_given_up_is_killed_with_what_it_started():
    pids = []

    async def main():
        told = asyncio.Event()

        def log(line):
            pids.append(int(line))
            told.set()

        command = ["/bin/sh", "-c", "sleep 60 & echo $!; wait"]
        running = asyncio.create_task(run_logged(command, os.environ, log))
        await told.wait()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running

    asyncio.run(main())

    deadline = time.monotonic() + 10
    while is_running(pids[0]):
        assert time.monotonic() < deadline
        time.sleep(0.02)
