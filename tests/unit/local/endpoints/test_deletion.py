"""What deleting an endpoint, or what it was made of, removes; and when it is refused."""

import asyncio

import pytest
from endpoint_world import ARN, REGION

from smnb.local.errors import ServiceError


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


def test_operation_that_is_not_there_has_no_method(running):
    async def main():
        async with running() as world:
            return getattr(world.service, "create_training_job", None)

    assert asyncio.run(main()) is None
