"""Each failure of the table says what happened and what to do, and leaves nothing."""

import subprocess
import sys

import pytest
from failures import FAILURES, World

from smnb import _session, errors

# As `python -m smnb.local serve`, with the waits of AWS cut short.
IN_A_HURRY = """
import sys
from dataclasses import replace
from smnb._limits import LIMITS

for name, seconds in {"realtime_timeout_s": 3, "serverless_start_s": 8}.items():
    LIMITS[name] = replace(LIMITS[name], value=seconds)

from smnb.local.__main__ import main

main(["serve", "--data-dir", sys.argv[1]])
"""


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """Return the world of the failures, on a backend of its own."""
    data_dir = tmp_path_factory.mktemp("hurry")
    program = [sys.executable, "-c", IN_A_HURRY, str(data_dir)]
    backend = subprocess.Popen(program, stdout=subprocess.PIPE)
    assert backend.stdout.readline().startswith(b"http")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SMNB_DATA_DIR", str(data_dir))
        patch.setattr(_session, "_default", {})
        world = World(tmp_path_factory.mktemp("world"))
        world.start()
        yield world
        world.echo.delete()
        world.queue.delete()
        left = remains(world.session)
    backend.terminate()
    backend.wait(30)
    backend.stdout.close()
    assert left == set()


def remains(session):
    """Return the names of all endpoints, configurations, models and objects."""
    sagemaker, s3 = session.client("sagemaker"), session.client("s3")
    names = {e["EndpointName"] for e in sagemaker.list_endpoints()["Endpoints"]}
    configs = sagemaker.list_endpoint_configs()["EndpointConfigs"]
    names |= {config["EndpointConfigName"] for config in configs}
    names |= {model["ModelName"] for model in sagemaker.list_models()["Models"]}
    for bucket in s3.list_buckets()["Buckets"]:
        objects = s3.list_objects_v2(Bucket=bucket["Name"]).get("Contents", [])
        names |= {f"s3://{bucket['Name']}/{row['Key']}" for row in objects}
    return names


@pytest.mark.parametrize(
    "failure", [pytest.param(failure, id=failure.name) for failure in FAILURES]
)
def test_failure_is_explained_and_leaves_nothing(world, failure):
    before = remains(world.session)
    with world.restored(), pytest.raises(failure.error) as caught:
        failure.cause(world)

    said = str(caught.value)
    assert type(caught.value) is failure.error
    assert failure.what in caught.value.what
    assert failure.hint in caught.value.hint
    left = remains(world.session) - before
    assert not {name for name in left if name not in said}


def test_every_kind_of_error_is_among_the_failures():
    raised = {failure.error for failure in FAILURES}

    assert len(FAILURES) >= 40
    assert {errors.DeploymentFailedError, errors.ModelFailedError} <= raised
