"""An endpoint on its way into service: what its container gets, and why it fails."""

import asyncio
import io
import sys
import tarfile
from pathlib import Path

import pytest
from endpoint_world import ARN, INSTANCE, REGION, SERVERLESS

from smnb.local.errors import ServiceError
from smnb.local.request import Context


def test_endpoint_comes_into_service(running, container_class):
    async def main():
        async with running() as world:
            await world.create()
            creating = await world.describe()
            return creating, await world.settled()

    creating, settled = asyncio.run(main())

    assert creating["EndpointStatus"] == "Creating"
    assert creating["PendingDeploymentSummary"]["EndpointConfigName"] == "faces"
    assert settled["EndpointStatus"] == "InService"
    assert settled["EndpointArn"] == ARN
    assert settled["PendingDeploymentSummary"] is None
    (variant,) = settled["ProductionVariants"]
    assert variant["CurrentWeight"] == variant["DesiredWeight"] == 1.0
    assert variant["CurrentInstanceCount"] == variant["DesiredInstanceCount"] == 1
    assert variant["DeployedImages"][0]["SpecifiedImage"] == "good"


def test_container_gets_the_archive_and_what_its_type_has(running, container_class):
    async def main():
        async with running() as world:
            await world.create()
            await world.settled()
            return container_class.made[0].spec, container_class.made[
                0
            ].spec.archive.read_bytes()

    spec, archive = asyncio.run(main())

    assert archive == b"archive"
    assert spec.memory_mb == 8192
    assert spec.workers == 1
    assert spec.python == sys.executable
    assert spec.timeout_s == 60
    assert spec.startup_timeout_s == 480
    assert spec.environment["AWS_REGION"] == REGION


@pytest.mark.parametrize(
    ("compute", "memory_mb"),
    [
        pytest.param(SERVERLESS, 3072, id="serverless-size"),
        pytest.param(
            {**INSTANCE, "InstanceType": "ml.m5.xlarge"}, 16384, id="instance-type"
        ),
        pytest.param(
            {**INSTANCE, "InstanceType": "ml.new.large"}, 0, id="unknown-no-cap"
        ),
    ],
)
def test_memory_is_capped_by_the_size_that_is_known(
    running, container_class, compute, memory_mb
):
    async def main():
        async with running() as world:
            await world.create(compute=compute)
            await world.settled()

    asyncio.run(main())

    assert container_class.made[0].spec.memory_mb == memory_mb


def test_models_environment_wins(running, container_class):
    async def main():
        async with running() as world:
            container = {
                "Image": "good",
                "Environment": {"AWS_REGION": "mine", "A": "b"},
            }
            await world.call(
                "create_model", ModelName="faces", PrimaryContainer=container
            )
            await world.configure("faces", "faces")
            await world.call(
                "create_endpoint", EndpointName="faces", EndpointConfigName="faces"
            )
            await world.settled()

    asyncio.run(main())
    environment = container_class.made[0].spec.environment

    assert (environment["AWS_REGION"], environment["A"]) == ("mine", "b")


def sourcedir():
    """Return code as sourcedir.tar.gz has it."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as tar:
        member = tarfile.TarInfo("inference.py")
        member.size = 4
        tar.addfile(member, io.BytesIO(b"pass"))
    return content.getvalue()


@pytest.mark.parametrize(
    ("archive", "status"),
    [
        pytest.param(sourcedir(), "InService", id="whole"),
        pytest.param(sourcedir()[:-20], "Failed", id="truncated"),
        pytest.param(None, "Failed", id="missing"),
    ],
)
def test_code_apart_from_the_model_is_fetched_and_unpacked(
    running, container_class, store, archive, status
):
    environment = {
        "SAGEMAKER_PROGRAM": "inference.py",
        "SAGEMAKER_SUBMIT_DIRECTORY": "s3://models/sourcedir.tar.gz",
    }
    if archive:
        store.buckets["models"]["sourcedir.tar.gz"] = (archive, "application/gzip")

    async def main():
        async with running() as world:
            container = {"Image": "good", "Environment": environment}
            await world.call(
                "create_model", ModelName="faces", PrimaryContainer=container
            )
            await world.configure("faces", "faces")
            await world.call(
                "create_endpoint", EndpointName="faces", EndpointConfigName="faces"
            )
            settled = await world.settled()
            code = [
                Path(one.spec.environment["SAGEMAKER_SUBMIT_DIRECTORY"], "inference.py")
                for one in container_class.made
            ]
            return settled["EndpointStatus"], [path.read_text() for path in code]

    found, code = asyncio.run(main())

    assert found == status
    assert code == (["pass"] if status == "InService" else [])


def test_interpreter_that_is_gone_gives_way_to_the_daemons(running, container_class):
    gone = Context(REGION, "000000000000", "r", "/nowhere/bin/python")

    async def main():
        async with running() as world:
            container = {"Image": "good"}
            await world.call(
                "create_model", gone, ModelName="faces", PrimaryContainer=container
            )
            await world.configure("faces", "faces")
            await world.call(
                "create_endpoint", EndpointName="faces", EndpointConfigName="faces"
            )
            await world.settled()

    asyncio.run(main())

    assert container_class.made[0].spec.python == sys.executable


def test_container_that_does_not_start_fails_the_endpoint_with_its_reason(
    running, container_class
):
    container_class.failures["bad"] = "ModuleNotFoundError: No module named 'cv2'"

    async def main():
        async with running() as world:
            await world.create(image="bad")
            settled = await world.settled()
            return settled, world.fleet.lookup(REGION, "faces")

    settled, hosted = asyncio.run(main())

    assert settled["EndpointStatus"] == "Failed"
    assert settled["FailureReason"] == (
        "The primary container for production variant AllTraffic did not pass the ping health"
        " check. Please check CloudWatch logs for this endpoint."
        " ModuleNotFoundError: No module named 'cv2'"
    )
    assert hosted is None


def test_fault_of_ours_fails_the_endpoint_instead_of_leaving_it_creating(
    running, container_class, store
):
    async def full(*_):
        raise OSError(28, "No space left on device")

    store.copy_to = full

    async def main():
        async with running() as world:
            await world.create()
            return await world.settled()

    settled = asyncio.run(main())

    assert settled["EndpointStatus"] == "Failed"
    assert "No space left on device" in settled["FailureReason"]


def test_model_data_deleted_before_the_endpoint_fails_it(running, store):
    async def main():
        async with running() as world:
            await world.create("other")
            await world.settled("other")
            del store.buckets["models"]["model.tar.gz"]
            await world.call(
                "create_endpoint", EndpointName="faces", EndpointConfigName="other"
            )
            return await world.settled()

    settled = asyncio.run(main())

    assert (
        settled["FailureReason"]
        == "Could not find model data at s3://models/model.tar.gz."
    )


@pytest.mark.parametrize(
    ("model", "words"),
    [
        pytest.param(
            {"Containers": [{"Image": "a"}, {"Image": "b"}]}, "2", id="pipeline"
        ),
        pytest.param(
            {"PrimaryContainer": {"Image": "a", "Mode": "MultiModel"}},
            "multi-model",
            id="mme",
        ),
        pytest.param(
            {
                "PrimaryContainer": {
                    "Image": "a",
                    "ModelDataSource": {
                        "S3DataSource": {
                            "S3Uri": "s3://models/m/",
                            "S3DataType": "S3Prefix",
                            "CompressionType": "None",
                        }
                    },
                }
            },
            "uncompressed",
            id="uncompressed",
        ),
    ],
)
def test_model_of_a_form_that_does_not_run_here_fails_with_the_reason(
    running, model, words
):
    async def main():
        async with running() as world:
            await world.call("create_model", ModelName="faces", **model)
            await world.configure("faces", "faces")
            await world.call(
                "create_endpoint", EndpointName="faces", EndpointConfigName="faces"
            )
            return await world.settled()

    settled = asyncio.run(main())

    assert settled["EndpointStatus"] == "Failed"
    assert words in settled["FailureReason"]


def test_endpoint_of_a_missing_config_is_refused(running):
    async def main():
        async with running() as world:
            await world.call(
                "create_endpoint", EndpointName="faces", EndpointConfigName="no"
            )

    with pytest.raises(ServiceError) as caught:
        asyncio.run(main())

    assert caught.value.message == (
        'Could not find endpoint configuration "'
        'arn:aws:sagemaker:us-east-1:000000000000:endpoint-config/no".'
    )
