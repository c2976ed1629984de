"""An endpoint's life: created, described, updated, deleted, and back after a restart."""

import asyncio
import io
import sys
import tarfile
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from hosting_fakes import FakeMetricStore, FakeStore, new_container_class, until

from smnb.local.errors import ServiceError
from smnb.local.request import Context
from smnb.local.services.async_queue import AsyncQueue
from smnb.local.services.endpoint_metrics import EndpointMetrics
from smnb.local.services.fleet import Fleet
from smnb.local.services.log_store import LogStore
from smnb.local.services.sagemaker.service import SageMakerService
from smnb.local.state import State

REGION = "us-east-1"
CONTEXT = Context(REGION, "000000000000", "r", sys.executable)
ARN = "arn:aws:sagemaker:us-east-1:000000000000:endpoint/faces"
INSTANCE = {"InstanceType": "ml.m5.large", "InitialInstanceCount": 1}
SERVERLESS = {"ServerlessConfig": {"MemorySizeInMB": 3072, "MaxConcurrency": 1}}
ASYNC = {
    "OutputConfig": {"S3OutputPath": "s3://models/out"},
    "ClientConfig": {"MaxConcurrentInvocationsPerInstance": 1},
}


@pytest.fixture
def container_class(monkeypatch):
    cls = new_container_class()
    monkeypatch.setattr("smnb.local.services.fleet.Container", cls)
    return cls


class World:
    """One run of the daemon over a data directory."""

    def __init__(self, data_dir, store):
        self.state = State(data_dir)
        self.store = store
        self.fleet = Fleet()
        logs = LogStore(self.state)
        metrics = EndpointMetrics(FakeMetricStore())
        self.queue = AsyncQueue(
            self.state,
            store,
            self.fleet,
            logs,
            metrics,
            scales_to_zero=lambda *_: False,
        )
        self.service = SageMakerService(self.state, store, logs, self.fleet, self.queue)

    async def call(self, operation, context=CONTEXT, **params):
        return await getattr(self.service, operation)(context, params)

    async def create(self, name="faces", image="good", compute=INSTANCE, **config):
        """Create a model, a configuration and an endpoint, all of one name."""
        container = {"Image": image, "ModelDataUrl": "s3://models/model.tar.gz"}
        await self.call("create_model", ModelName=name, PrimaryContainer=container)
        await self.configure(name, name, compute, **config)
        await self.call("create_endpoint", EndpointName=name, EndpointConfigName=name)

    async def configure(self, name, model, compute=INSTANCE, **config):
        variant = {"VariantName": "AllTraffic", "ModelName": model, **compute}
        await self.call(
            "create_endpoint_config",
            EndpointConfigName=name,
            ProductionVariants=[variant],
            **config,
        )

    async def describe(self, name="faces"):
        return await self.call("describe_endpoint", EndpointName=name)

    async def settled(self, name="faces"):
        """Return the endpoint's description once nothing is in progress."""
        for _ in range(2000):
            found = await self.describe(name)
            if not found["EndpointStatus"].endswith("ing"):
                return found
            await asyncio.sleep(0.001)
        raise AssertionError(f"still {found}")

    async def gone(self, name="faces"):
        """Wait until the endpoint's record is gone."""
        rows = "SELECT 1 FROM sagemaker_resources WHERE kind = 'endpoint' AND name = ?"
        await until(lambda: self.state.db.execute(rows, (name,)).fetchone() is None)


@pytest.fixture
def store():
    store = FakeStore("models")
    store.buckets["models"]["model.tar.gz"] = (b"archive", "application/gzip")
    return store


@pytest.fixture
def running(tmp_path, store, container_class):
    """Return a context manager that runs a daemon; `killed` leaves it as kill -9 does."""

    @asynccontextmanager
    async def running(killed=False):
        world = World(tmp_path, store)
        await world.service.start()
        yield world
        if not killed:
            await world.service.stop()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        world.state.close()

    return running


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


@pytest.mark.parametrize("operation", ["delete_endpoint", "update_endpoint"])
def test_change_of_a_creating_endpoint_is_refused(running, operation):
    async def main():
        async with running() as world:
            await world.create()
            config = {"EndpointConfigName": "faces"} if "update" in operation else {}
            await world.call(operation, EndpointName="faces", **config)

    with pytest.raises(ServiceError) as caught:
        asyncio.run(main())

    assert caught.value.code == "ValidationException"
    assert caught.value.message == f'Cannot update in-progress endpoint "{ARN}".'


def test_deleted_endpoint_is_gone_with_its_container_and_folder(
    running, container_class, tmp_path
):
    async def main():
        async with running() as world:
            await world.create()
            await world.settled()
            await world.call("delete_endpoint", EndpointName="faces")
            deleting = await world.describe()
            not_served = world.fleet.lookup(REGION, "faces") is None
            await world.gone()
            return deleting, not_served

    deleting, not_served = asyncio.run(main())

    assert deleting["EndpointStatus"] == "Deleting"
    assert not_served
    assert container_class.made[0].stopped
    assert list((tmp_path / "endpoints").iterdir()) == []


def test_failed_endpoint_can_be_deleted_and_not_updated(running, container_class):
    container_class.failures["bad"] = "no"

    async def main():
        async with running() as world:
            await world.create(image="bad")
            await world.settled()
            with pytest.raises(ServiceError, match="failed endpoint"):
                await world.call(
                    "update_endpoint", EndpointName="faces", EndpointConfigName="faces"
                )
            await world.call("delete_endpoint", EndpointName="faces")
            await world.gone()

    asyncio.run(main())


def test_deleted_model_and_config_leave_the_endpoint_as_it_is(running, container_class):
    async def main():
        async with running() as world:
            await world.create()
            await world.settled()
            await world.call("delete_model", ModelName="faces")
            await world.call("delete_endpoint_config", EndpointConfigName="faces")
            return await world.describe()

    described = asyncio.run(main())

    assert described["EndpointStatus"] == "InService"
    assert described["EndpointConfigName"] == "faces"


async def update(world, image, compute=INSTANCE, **params):
    """Update the endpoint faces to a configuration named next, of another image."""
    container = {"Image": image, "ModelDataUrl": "s3://models/model.tar.gz"}
    await world.call("create_model", ModelName="next", PrimaryContainer=container)
    await world.configure("next", "next", compute)
    await world.call(
        "update_endpoint", EndpointName="faces", EndpointConfigName="next", **params
    )


def test_old_container_serves_until_the_new_one_does(running, container_class):
    async def main():
        async with running() as world:
            await world.create()
            await world.settled()
            before = world.fleet.lookup(REGION, "faces")
            await update(world, "better")
            updating = await world.describe()
            during = world.fleet.lookup(REGION, "faces")
            settled = await world.settled()
            await until(lambda: container_class.made[0].stopped)
            return (
                before is during,
                updating,
                settled,
                world.fleet.lookup(REGION, "faces"),
            )

    same, updating, settled, after = asyncio.run(main())

    assert same
    assert updating["EndpointStatus"] == "Updating"
    assert updating["EndpointConfigName"] == "faces"
    assert updating["PendingDeploymentSummary"]["EndpointConfigName"] == "next"
    assert settled["EndpointConfigName"] == "next"
    assert after.variants[0].spec.image == "better"


def test_update_that_fails_is_rolled_back_and_says_why(
    running, container_class, tmp_path
):
    container_class.failures["bad"] = "no handler"

    async def main():
        async with running() as world:
            await world.create()
            await world.settled()
            await update(world, "bad")
            return await world.settled(), world.fleet.lookup(REGION, "faces")

    settled, hosted = asyncio.run(main())

    assert settled["EndpointStatus"] == "InService"
    assert settled["EndpointConfigName"] == "faces"
    assert settled["FailureReason"].endswith("no handler")
    assert hosted.variants[0].spec.image == "good"
    assert len(list((tmp_path / "endpoints").iterdir())) == 1


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        pytest.param(
            {"AsyncInferenceConfig": ASYNC},
            {"compute": INSTANCE},
            "The AsyncInferenceConfig parameter cannot be removed from this endpoint faces.",
            id="async-to-realtime",
        ),
        pytest.param(
            {}, {"compute": SERVERLESS}, "serverless", id="realtime-to-serverless"
        ),
    ],
)
def test_update_to_an_option_that_aws_refuses_is_refused(running, before, after, words):
    async def main():
        async with running() as world:
            await world.create(**before)
            await world.settled()
            await update(world, "good", **after)

    with pytest.raises(ServiceError, match=words):
        asyncio.run(main())


def test_serverless_endpoint_becomes_realtime_by_update(running):
    async def main():
        async with running() as world:
            await world.create(compute=SERVERLESS)
            before = await world.settled()
            await update(world, "good", INSTANCE)
            return before, await world.settled()

    before, after = asyncio.run(main())

    assert (
        before["ProductionVariants"][0]["CurrentServerlessConfig"]
        == (SERVERLESS["ServerlessConfig"])
    )
    assert after["ProductionVariants"][0]["CurrentInstanceCount"] == 1


async def create_two(world):
    """Create the endpoint faces with the variants A, weight 3, and B, weight 1."""
    await world.call("create_model", ModelName="m", PrimaryContainer={"Image": "good"})
    variants = [
        {"VariantName": name, "ModelName": "m", "InitialVariantWeight": weight}
        | INSTANCE
        for name, weight in (("A", 3), ("B", 1))
    ]
    await world.call(
        "create_endpoint_config", EndpointConfigName="two", ProductionVariants=variants
    )
    await world.call("create_endpoint", EndpointName="faces", EndpointConfigName="two")
    await world.settled()


async def scale(world, *changes):
    await world.call(
        "update_endpoint_weights_and_capacities",
        EndpointName="faces",
        DesiredWeightsAndCapacities=list(changes),
    )


def test_new_weights_hold_when_the_request_is_answered(running, container_class):
    async def main():
        async with running() as world:
            await create_two(world)
            await scale(world, {"VariantName": "B", "DesiredWeight": 9.0})
            hosted = world.fleet.lookup(REGION, "faces")
            weights = [variant.weight for variant in hosted.variants]
            return weights, await world.describe(), await world.settled()

    weights, updating, settled = asyncio.run(main())
    b_before, b_after = (
        updating["ProductionVariants"][1],
        settled["ProductionVariants"][1],
    )

    assert weights == [3, 9.0]
    assert updating["EndpointStatus"] == "Updating"
    assert (b_before["CurrentWeight"], b_before["DesiredWeight"]) == (1, 9.0)
    assert settled["EndpointStatus"] == "InService"
    assert (b_after["CurrentWeight"], b_after["DesiredWeight"]) == (9.0, 9.0)
    assert [container.stopped for container in container_class.made] == [True] * 2


def test_new_instance_count_reaches_the_running_container(
    running, container_class, monkeypatch
):
    monkeypatch.setattr("smnb.local.services.sagemaker.options._CORES", 8)

    async def main():
        async with running() as world:
            await create_two(world)
            await scale(world, {"VariantName": "A", "DesiredInstanceCount": 4})
            updating, settled = await world.describe(), await world.settled()
            workers = [container.spec.workers for container in container_class.made]
            return (
                updating["ProductionVariants"],
                settled["ProductionVariants"],
                workers,
            )

    before, after, workers = asyncio.run(main())

    assert [item["CurrentInstanceCount"] for item in before] == [1, 1]
    assert [item["DesiredInstanceCount"] for item in before] == [4, 1]
    assert [item["CurrentInstanceCount"] for item in after] == [4, 1]
    assert workers == [4, 1]


def test_new_serverless_concurrency_holds(running, container_class):
    async def main():
        async with running() as world:
            await world.create(compute=SERVERLESS)
            await world.settled()
            await scale(
                world,
                {
                    "VariantName": "AllTraffic",
                    "ServerlessUpdateConfig": {"MaxConcurrency": 7},
                },
            )
            return await world.settled()

    (variant,) = asyncio.run(main())["ProductionVariants"]

    assert variant["CurrentServerlessConfig"] == {
        "MemorySizeInMB": 3072,
        "MaxConcurrency": 7,
    }
    assert container_class.made[0].spec.max_concurrency == 7


def test_asynchronous_endpoint_scaled_to_zero_stops_and_starts(
    running, container_class
):
    async def main():
        async with running() as world:
            await world.create(AsyncInferenceConfig=ASYNC)
            await world.settled()
            counts = []
            for count in (0, 1):
                change = {"VariantName": "AllTraffic", "DesiredInstanceCount": count}
                await scale(world, change)
                (variant,) = (await world.settled())["ProductionVariants"]
                running_now = [not made.stopped for made in container_class.made]
                concurrency = world.fleet.lookup(
                    REGION, "faces"
                ).async_settings.concurrency
                counts.append(
                    (variant["CurrentInstanceCount"], concurrency, running_now)
                )
            return counts

    assert asyncio.run(main()) == [(0, 0, [False]), (1, 1, [False, True])]


def test_container_that_does_not_start_when_scaled_is_told(running, container_class):
    async def main():
        async with running() as world:
            await world.create(AsyncInferenceConfig=ASYNC)
            await world.settled()
            await scale(world, {"VariantName": "AllTraffic", "DesiredInstanceCount": 0})
            await world.settled()
            container_class.failures["good"] = "python is gone"
            await scale(world, {"VariantName": "AllTraffic", "DesiredInstanceCount": 1})
            return await world.settled()

    settled = asyncio.run(main())

    assert settled["EndpointStatus"] == "InService"
    assert settled["FailureReason"].endswith("python is gone")


def test_killed_while_scaling_goes_on_scaling(running, container_class):
    async def main():
        async with running(killed=True) as world:
            await create_two(world)
            await scale(world, {"VariantName": "A", "DesiredWeight": 0.0})
        async with running() as world:
            await world.settled()
            hosted = world.fleet.lookup(REGION, "faces")
            return [variant.weight for variant in hosted.variants]

    assert asyncio.run(main()) == [0.0, 1]


def test_scaled_weights_and_counts_are_retained_by_an_update(running):
    async def main():
        async with running() as world:
            await world.create()
            await world.settled()
            change = {"VariantName": "AllTraffic", "DesiredInstanceCount": 3}
            await scale(world, change)
            await world.settled()
            await update(world, "good", RetainAllVariantProperties=True)
            return await world.settled()

    (variant,) = asyncio.run(main())["ProductionVariants"]

    assert variant["DesiredInstanceCount"] == 3


def test_scaling_in_progress_or_of_a_failed_endpoint_is_refused(
    running, container_class
):
    container_class.failures["bad"] = "no"
    change = {"VariantName": "AllTraffic", "DesiredWeight": 1.0}

    async def main():
        messages = []
        async with running() as world:
            await world.create(image="bad")
            for _ in range(2):
                with pytest.raises(ServiceError) as caught:
                    await scale(world, change)
                messages.append(caught.value.message)
                await world.settled()
        return messages

    in_progress, failed = asyncio.run(main())

    assert in_progress == f'Cannot update in-progress endpoint "{ARN}".'
    assert failed.startswith(f'Cannot update failed endpoint "{ARN}"')


@pytest.mark.parametrize(
    ("excluded", "count"),
    [
        pytest.param([], 1, id="kept"),
        pytest.param(
            [{"VariantPropertyType": "DesiredInstanceCount"}], 2, id="excluded"
        ),
    ],
)
def test_update_retains_variant_properties_when_asked(running, excluded, count):
    async def main():
        async with running() as world:
            await world.create()
            await world.settled()
            await update(
                world,
                "good",
                {**INSTANCE, "InitialInstanceCount": 2},
                RetainAllVariantProperties=True,
                ExcludeRetainedVariantProperties=excluded,
            )
            return await world.settled()

    settled = asyncio.run(main())

    assert settled["ProductionVariants"][0]["DesiredInstanceCount"] == count


def test_endpoint_in_service_is_back_after_a_restart(running, container_class):
    async def main():
        async with running() as world:
            await world.create()
            await world.settled()
            await world.call("delete_model", ModelName="faces")
            world.store.buckets["models"].clear()
        async with running() as world:
            hosted = world.fleet.lookup(REGION, "faces")
            await hosted.variants[0].ready()
            return await world.describe()

    described = asyncio.run(main())

    assert described["EndpointStatus"] == "InService"
    assert [container.stopped for container in container_class.made] == [True, True]


@pytest.mark.parametrize("kind", ["realtime", "serverless", "async"])
def test_restart_starts_at_once_what_never_rests(running, container_class, kind):
    made = {
        "realtime": {},
        "serverless": {"compute": SERVERLESS},
        "async": {"AsyncInferenceConfig": ASYNC},
    }[kind]

    async def main():
        async with running() as world:
            await world.create(**made)
            await world.settled()
        container_class.made.clear()
        async with running():
            for _ in range(20):
                await asyncio.sleep(0)
            return len(container_class.made)

    assert asyncio.run(main()) == (1 if kind == "realtime" else 0)


def test_killed_while_creating_goes_on_creating(running, container_class):
    async def main():
        async with running(killed=True) as world:
            await world.create()
        async with running() as world:
            return await world.settled()

    assert asyncio.run(main())["EndpointStatus"] == "InService"


def test_killed_while_deleting_goes_on_deleting(running):
    async def main():
        async with running(killed=True) as world:
            await world.create()
            await world.settled()
            await world.call("delete_endpoint", EndpointName="faces")
        async with running() as world:
            await world.gone()

    asyncio.run(main())


def test_killed_while_updating_goes_on_updating(running, container_class):
    async def main():
        async with running(killed=True) as world:
            await world.create()
            await world.settled()
            await update(world, "better")
        async with running() as world:
            during = world.fleet.lookup(REGION, "faces").variants[0].spec.image
            await world.settled()
            return during, world.fleet.lookup(REGION, "faces").variants[0].spec.image

    assert asyncio.run(main()) == ("good", "better")


def test_endpoint_that_does_not_come_back_is_failed(running, container_class):
    async def main():
        async with running() as world:
            await world.create()
            await world.settled()
        container_class.failures["good"] = "python is gone"
        async with running() as world:
            await until(lambda: world.fleet.lookup(REGION, "faces") is None)
            return await world.describe()

    described = asyncio.run(main())

    assert described["EndpointStatus"] == "Failed"
    assert described["FailureReason"].endswith("python is gone")


def test_folder_of_no_endpoint_is_deleted_at_the_start(running, tmp_path):
    (tmp_path / "endpoints" / "orphan").mkdir(parents=True)

    async def main():
        async with running():
            return list((tmp_path / "endpoints").iterdir())

    assert asyncio.run(main()) == []


def test_asynchronous_endpoint_at_rest_has_no_instances(running):
    async def main():
        async with running() as world:
            await world.create(AsyncInferenceConfig=ASYNC)
            up = await world.settled()
            await world.fleet.lookup(REGION, "faces").stop()
            return up, await world.describe()

    up, resting = asyncio.run(main())

    assert up["ProductionVariants"][0]["CurrentInstanceCount"] == 1
    assert resting["ProductionVariants"][0]["CurrentInstanceCount"] == 0
    assert resting["AsyncInferenceConfig"] == ASYNC


def test_operation_that_is_not_there_has_no_method(running):
    async def main():
        async with running() as world:
            return getattr(world.service, "create_training_job", None)

    assert asyncio.run(main()) is None
