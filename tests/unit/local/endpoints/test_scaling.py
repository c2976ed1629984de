"""UpdateEndpointWeightsAndCapacities: what holds at once, and what after a restart."""

import asyncio

import pytest
from endpoint_world import ARN, ASYNC, INSTANCE, REGION, SERVERLESS, scale

from smnb.local.errors import ServiceError


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
