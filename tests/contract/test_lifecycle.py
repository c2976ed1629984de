"""Endpoints on their way: created, updated, scaled, rolled back, or failed."""

import json
import sys
import venv
from concurrent.futures import ThreadPoolExecutor

import pytest


@pytest.fixture
def sagemaker(hosting):
    return hosting.sagemaker


@pytest.mark.parametrize(
    ("operation", "params"),
    [
        pytest.param("update_endpoint", {"EndpointConfigName": "any"}, id="update"),
        pytest.param(
            "update_endpoint_weights_and_capacities",
            {"DesiredWeightsAndCapacities": [{"VariantName": "AllTraffic"}]},
            id="scale",
        ),
        pytest.param("delete_endpoint", {}, id="delete"),
    ],
)
@pytest.mark.parametrize("status", ["Creating", "Updating"])
def test_change_in_progress_is_refused(hosting, refused, status, operation, params):
    name = hosting.create_endpoint("echo")
    if status == "Updating":
        hosting.wait(name)
        config = hosting.create_config(hosting.create_model("echo"))
        hosting.sagemaker.update_endpoint(EndpointName=name, EndpointConfigName=config)
    call = getattr(hosting.sagemaker, operation)
    error = refused(call, EndpointName=name, **params)

    assert error["Code"] == "ValidationException"
    assert error["Message"].startswith("Cannot update in-progress endpoint")


def test_model_without_a_handler_fails_with_the_cause(hosting, sagemaker):
    name = hosting.create_endpoint("echo", environment={"SAGEMAKER_PROGRAM": "nope.py"})

    settled = hosting.settled(name)

    assert settled["EndpointStatus"] == "Failed"
    assert settled["FailureReason"].startswith(
        "The primary container for production variant AllTraffic did not pass the ping"
        " health check. Please check CloudWatch logs for this endpoint. "
    )
    assert "nope.py" in settled["FailureReason"]
    hosting.delete(name)


def test_model_whose_archive_is_broken_fails_in_awss_words(hosting, sagemaker):
    name = hosting.create_model("echo")
    url = sagemaker.describe_model(ModelName=name)["PrimaryContainer"]["ModelDataUrl"]
    bucket, _, key = url.removeprefix("s3://").partition("/")
    hosting.s3.put_object(Bucket=bucket, Key=key, Body=b"no archive")
    hosting.start_endpoint(name, hosting.create_config(name))

    reason = hosting.settled(name)["FailureReason"]

    assert reason.startswith(
        f'Failed to extract model data archive from URL "{url}". Please ensure that the'
        " object located at the URL is a valid tar.gz archive."
    )


def test_update_replaces_the_model_while_the_old_one_serves(hosting, sagemaker):
    name = hosting.deploy("echo")
    config = hosting.create_config(hosting.create_model("double"))

    sagemaker.update_endpoint(EndpointName=name, EndpointConfigName=config)
    updating = sagemaker.describe_endpoint(EndpointName=name)
    during = hosting.invoke(name, b"[1, 2]")
    hosting.wait(name)
    after = hosting.invoke(name, b"[1, 2]")

    assert updating["EndpointStatus"] == "Updating"
    assert updating["PendingDeploymentSummary"]["EndpointConfigName"] == config
    assert during == b"[1, 2]"
    assert after == b"[2.0, 4.0]"


def test_update_that_fails_is_rolled_back(hosting, sagemaker):
    name = hosting.deploy("echo")
    broken = hosting.create_model("echo", environment={"SAGEMAKER_PROGRAM": "nope.py"})

    sagemaker.update_endpoint(
        EndpointName=name, EndpointConfigName=hosting.create_config(broken)
    )
    settled = hosting.settled(name)
    answer = hosting.invoke(name, b"[1]")

    assert settled["EndpointStatus"] == "InService"
    assert "nope.py" in settled["FailureReason"]
    assert answer == b"[1]"


def test_serverless_endpoint_becomes_realtime_and_never_again_serverless(
    hosting, sagemaker, refused
):
    serverless = {"ServerlessConfig": {"MemorySizeInMB": 1024, "MaxConcurrency": 1}}
    name = hosting.deploy("echo", serverless)
    before = sagemaker.describe_endpoint(EndpointName=name)["EndpointConfigName"]
    config = hosting.create_config(hosting.create_model("double"))

    sagemaker.update_endpoint(EndpointName=name, EndpointConfigName=config)
    hosting.wait(name)
    answer = hosting.invoke(name, b"[1]")
    error = refused(
        sagemaker.update_endpoint, EndpointName=name, EndpointConfigName=before
    )

    assert answer == b"[2.0]"
    assert error["Code"] == "ValidationException"


def test_asynchronous_endpoint_stays_asynchronous(hosting, sagemaker, refused):
    name = hosting.deploy_async("echo")
    config = hosting.create_config(hosting.create_model("echo"))

    error = refused(
        sagemaker.update_endpoint, EndpointName=name, EndpointConfigName=config
    )

    assert error["Code"] == "ValidationException"
    assert error["Message"].startswith(
        "The AsyncInferenceConfig parameter cannot be removed from this endpoint"
        f" {name}. To change the e"
    )


def test_capacity_is_changed_and_described(hosting, sagemaker):
    name = hosting.deploy("echo")

    sagemaker.update_endpoint_weights_and_capacities(
        EndpointName=name,
        DesiredWeightsAndCapacities=[
            {"VariantName": "AllTraffic", "DesiredInstanceCount": 3}
        ],
    )
    settled = hosting.settled(name)

    assert settled["EndpointStatus"] == "InService"
    (variant,) = settled["ProductionVariants"]
    assert (variant["CurrentInstanceCount"], variant["DesiredInstanceCount"]) == (3, 3)
    assert hosting.invoke(name, b"x") == b"x"


def test_new_serverless_concurrency_lets_more_requests_in(hosting, sagemaker):
    serverless = {"ServerlessConfig": {"MemorySizeInMB": 1024, "MaxConcurrency": 1}}
    name = hosting.deploy("slow", serverless)

    def throttled():
        """Send two requests at once and return how many were refused."""
        with ThreadPoolExecutor(2) as pool:
            sent = [pool.submit(hosting.invoke, name, b"1") for _ in range(2)]
        return sum(request.exception() is not None for request in sent)

    before = throttled()
    sagemaker.update_endpoint_weights_and_capacities(
        EndpointName=name,
        DesiredWeightsAndCapacities=[
            {
                "VariantName": "AllTraffic",
                "ServerlessUpdateConfig": {"MaxConcurrency": 2},
            }
        ],
    )
    hosting.wait(name)

    assert (before, throttled()) == (1, 0)


def test_models_of_two_environments_run_each_in_its_own(hosting, tmp_path):
    """The SDK tells the local backend in a header which Python it runs in."""
    pythons = []
    for name in ("one", "two"):
        venv.create(tmp_path / name)
        pythons.append(str(tmp_path / name / "bin" / "python"))
    endpoints = []
    for python in pythons:
        with hosting.headers_sent(hosting.sagemaker, {"x-smnb-python": python}):
            endpoints.append(hosting.create_endpoint("environment"))
    for endpoint in endpoints:
        hosting.wait(endpoint)

    found = [json.loads(hosting.invoke(name, b"{}"))["python"] for name in endpoints]

    assert found == pythons


def test_model_of_another_client_runs_in_the_daemons_python(hosting):
    name = hosting.deploy("environment")

    assert json.loads(hosting.invoke(name, b"{}"))["python"] == sys.executable
