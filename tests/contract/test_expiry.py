"""The daemon has what is expired removed, for any client that tags as the SDK does."""

import time
from datetime import datetime, timedelta, timezone
from uuid import uuid4

import pytest

from smnb._hosting import tag_list


def until(ready, seconds=40):
    """Wait until something holds."""
    deadline = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.1)


def tags(seconds, name, deployment):
    """Return the tags of a deployment that ends in so many seconds."""
    expires = datetime.now(timezone.utc) + timedelta(seconds=seconds)
    return tag_list(
        {
            "smnb:deployment": deployment,
            "smnb:endpoint": name,
            "smnb:expires": expires.isoformat(timespec="seconds"),
        }
    )


@pytest.fixture
def deployed(hosting_on, own_backend):
    """Return a function that creates an endpoint with tags on all that it consists of."""
    hosting = hosting_on(own_backend)

    def deploy(name, seconds):
        deployment = uuid4().hex[:8]
        model = hosting.create_model("echo", f"{name}-{deployment}-4567")
        config = hosting.create_config(model, name=f"{name}-{deployment}-89ab")
        endpoint = hosting.start_endpoint(name, config)
        hosting.wait(endpoint)
        sagemaker = hosting.sagemaker
        for arn in (
            sagemaker.describe_model(ModelName=model)["ModelArn"],
            sagemaker.describe_endpoint_config(EndpointConfigName=config)[
                "EndpointConfigArn"
            ],
            sagemaker.describe_endpoint(EndpointName=name)["EndpointArn"],
        ):
            sagemaker.add_tags(ResourceArn=arn, Tags=tags(seconds, name, deployment))
        return hosting

    return deploy


def test_expired_deployment_is_removed_whole(deployed):
    sagemaker = deployed("brief", 1).sagemaker

    until(lambda: not sagemaker.list_endpoints()["Endpoints"])
    until(lambda: not sagemaker.list_models()["Models"])
    assert sagemaker.list_endpoint_configs()["EndpointConfigs"] == []


def test_deployment_with_time_left_stays(deployed):
    deployed("stays", 3600)
    sagemaker = deployed("brief", 1).sagemaker
    until(lambda: len(sagemaker.list_endpoints()["Endpoints"]) == 1)

    assert sagemaker.describe_endpoint(EndpointName="stays")["EndpointStatus"] == (
        "InService"
    )
