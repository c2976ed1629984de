"""Models, configurations, endpoints and tags, as boto3 sees them."""

import json
import sys
import venv
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

ARN = "arn:aws:sagemaker:us-east-1:000000000000"


@pytest.fixture
def sagemaker(hosting):
    return hosting.sagemaker


@pytest.fixture
def model(hosting):
    return hosting.create_model("echo")


@pytest.fixture(scope="module")
def endpoint(module_hosting):
    """One endpoint in service for the tests that only look at it."""
    return module_hosting.deploy("echo", name=f"Mixed-Case-{uuid4().hex[:8]}")


def test_describe_model_gives_back_what_was_created(hosting, sagemaker, model):
    described = sagemaker.describe_model(ModelName=model)

    assert described["ModelArn"] == f"{ARN}:model/{model}"
    assert described["PrimaryContainer"]["Image"] == hosting.image
    assert described["PrimaryContainer"]["Mode"] == "SingleModel"
    assert described["ExecutionRoleArn"] == hosting.role


@pytest.mark.parametrize(
    ("operation", "params", "noun", "part"),
    [
        ("describe_model", {"ModelName": "gone"}, "model", "model"),
        ("delete_model", {"ModelName": "gone"}, "model", "model"),
        (
            "describe_endpoint_config",
            {"EndpointConfigName": "gone"},
            "endpoint configuration",
            "endpoint-config",
        ),
        ("describe_endpoint", {"EndpointName": "gone"}, "endpoint", "endpoint"),
        ("delete_endpoint", {"EndpointName": "gone"}, "endpoint", "endpoint"),
        (
            "update_endpoint",
            {"EndpointName": "gone", "EndpointConfigName": "gone"},
            "endpoint",
            "endpoint",
        ),
    ],
)
def test_what_is_missing_is_refused_in_awss_words(
    sagemaker, refused, operation, params, noun, part
):
    error = refused(getattr(sagemaker, operation), **params)

    assert error["Code"] == "ValidationException"
    assert error["Message"] == f'Could not find {noun} "{ARN}:{part}/gone".'


def test_duplicates_are_refused_in_awss_words(hosting, sagemaker, refused, endpoint):
    described = sagemaker.describe_endpoint(EndpointName=endpoint)
    config = described["EndpointConfigName"]

    error = refused(
        sagemaker.create_endpoint,
        EndpointName=endpoint.upper(),
        EndpointConfigName=config,
    )

    assert error["Code"] == "ValidationException"
    assert error["Message"] == (
        f'Cannot create already existing endpoint "{described["EndpointArn"]}".'
    )


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


def test_duplicate_configuration_and_model_are_refused(hosting, refused, model):
    config = hosting.create_config(model)
    variant = {
        "VariantName": "v",
        "ModelName": model,
        "InstanceType": "ml.m5.large",
        "InitialInstanceCount": 1,
    }
    of_config = refused(
        hosting.sagemaker.create_endpoint_config,
        EndpointConfigName=config,
        ProductionVariants=[variant],
    )
    of_model = refused(
        hosting.sagemaker.create_model,
        ModelName=model,
        ExecutionRoleArn=hosting.role,
        PrimaryContainer={"Image": "image"},
    )

    assert of_config["Message"] == (
        "Cannot create already existing endpoint configuration"
        f' "{ARN}:endpoint-config/{config}".'
    )
    assert of_model["Message"] == (
        f'Cannot create already existing model "{ARN}:model/{model}".'
    )


def test_endpoint_arn_is_in_lower_case_and_its_name_as_given(sagemaker, endpoint):
    described = sagemaker.describe_endpoint(EndpointName=endpoint)

    assert described["EndpointName"] == endpoint
    assert described["EndpointArn"] == f"{ARN}:endpoint/{endpoint.lower()}"


def test_endpoint_is_invoked_by_its_name_in_its_case(hosting, endpoint, refused):
    error = refused(
        hosting.runtime.invoke_endpoint, EndpointName=endpoint.lower(), Body=b"x"
    )

    assert error["Code"] == "ValidationError"
    assert error["Message"] == (
        f"Endpoint {endpoint.lower()} of account 000000000000 not found."
    )


def test_describe_endpoint_has_no_empty_structures(sagemaker, endpoint):
    described = sagemaker.describe_endpoint(EndpointName=endpoint)

    assert set(described) - {"ResponseMetadata"} == {
        "EndpointName",
        "EndpointArn",
        "EndpointConfigName",
        "ProductionVariants",
        "EndpointStatus",
        "CreationTime",
        "LastModifiedTime",
    }
    assert set(described["ProductionVariants"][0]) == {
        "VariantName",
        "DeployedImages",
        "CurrentWeight",
        "DesiredWeight",
        "CurrentInstanceCount",
        "DesiredInstanceCount",
    }


@pytest.mark.parametrize(
    ("variant", "words"),
    [
        pytest.param(
            {"ServerlessConfig": {"MemorySizeInMB": 1500, "MaxConcurrency": 1}},
            "1500",
            id="memory-between-steps",
        ),
        pytest.param(
            {"InstanceType": "ml.t3.medium", "InitialInstanceCount": 1},
            "ml.t3.medium",
            id="instance-type-not-for-hosting",
        ),
    ],
)
def test_config_that_breaks_a_rule_is_refused(
    sagemaker, refused, model, variant, words
):
    error = refused(
        sagemaker.create_endpoint_config,
        EndpointConfigName=f"bad-{uuid4().hex[:8]}",
        ProductionVariants=[{"VariantName": "v", "ModelName": model, **variant}],
    )

    assert error["Code"] == "ValidationException"
    assert words in error["Message"]


@pytest.mark.parametrize("name", ["-dash-first", "under_score", "x" * 64])
def test_name_that_breaks_the_pattern_is_refused(sagemaker, refused, name):
    error = refused(
        sagemaker.create_endpoint, EndpointName=name, EndpointConfigName="any"
    )

    assert error["Code"] == "ValidationException"
    assert "failed to satisfy constraint" in error["Message"]


def test_model_whose_data_is_missing_is_refused(hosting, sagemaker, refused):
    error = refused(
        sagemaker.create_model,
        ModelName="nothing",
        PrimaryContainer={
            "Image": hosting.image,
            "ModelDataUrl": "s3://contract/nothing/model.tar.gz",
        },
    )

    assert error["Message"] == (
        "Could not find model data at s3://contract/nothing/model.tar.gz."
    )


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


def test_capacity_of_an_unknown_variant_is_refused(sagemaker, refused, endpoint):
    error = refused(
        sagemaker.update_endpoint_weights_and_capacities,
        EndpointName=endpoint,
        DesiredWeightsAndCapacities=[{"VariantName": "no", "DesiredWeight": 1}],
    )

    assert error["Code"] == "ValidationException"
    assert error["Message"].startswith(
        'The variant name(s) "no" is/are not present within endpoint configuration "'
    )


def test_endpoints_are_listed_in_pages(hosting, sagemaker, endpoint):
    second = hosting.deploy("echo", name=f"{endpoint}-2")
    pages = sagemaker.get_paginator("list_endpoints").paginate(
        NameContains=endpoint.lower(),
        SortBy="Name",
        SortOrder="Ascending",
        MaxResults=1,
    )
    listed = [[item["EndpointName"] for item in page["Endpoints"]] for page in pages]
    hosting.delete(second)

    assert listed == [[endpoint], [second]]


def test_endpoints_are_listed_by_status(sagemaker, endpoint):
    def names(status):
        listed = sagemaker.list_endpoints(StatusEquals=status, NameContains=endpoint)
        return [item["EndpointName"] for item in listed["Endpoints"]]

    assert names("InService") == [endpoint]
    assert names("Failed") == []


def test_tags_are_added_listed_and_deleted(sagemaker, endpoint):
    arn = sagemaker.describe_endpoint(EndpointName=endpoint)["EndpointArn"]
    sagemaker.add_tags(
        ResourceArn=arn, Tags=[{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]
    )
    sagemaker.delete_tags(ResourceArn=arn, TagKeys=["a"])

    assert sagemaker.list_tags(ResourceArn=arn)["Tags"] == [{"Key": "b", "Value": "2"}]


def test_regions_are_apart(backend, endpoint, refused):
    elsewhere = backend.client("sagemaker", region="eu-west-1")

    error = refused(elsewhere.describe_endpoint, EndpointName=endpoint)

    assert "eu-west-1" in error["Message"]


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


def test_operation_that_is_not_there_is_named(sagemaker, refused):
    error = refused(sagemaker.list_training_jobs)

    assert error["Code"] == "NotImplemented"
    assert "ListTrainingJobs" in error["Message"]
