"""What a daemon that starts finds of its endpoints, and goes on with."""

import asyncio

import pytest
from endpoint_world import ASYNC, REGION, SERVERLESS, update
from hosting_fakes import until


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
