"""UpdateEndpoint: the old container serves until the new one does, or goes on."""

import asyncio

import pytest
from endpoint_world import ASYNC, INSTANCE, REGION, SERVERLESS, scale, update
from hosting_fakes import until

from smnb.local.errors import ServiceError


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
