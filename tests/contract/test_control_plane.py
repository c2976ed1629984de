"""The control plane as boto3 sees it: what is described and listed, and AWS's refusals."""

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
        (
            "delete_endpoint_config",
            {"EndpointConfigName": "gone"},
            "endpoint configuration",
            "endpoint-config",
        ),
        (
            "create_endpoint",
            {"EndpointName": "new", "EndpointConfigName": "gone"},
            "endpoint configuration",
            "endpoint-config",
        ),
        (
            "update_endpoint_weights_and_capacities",
            {
                "EndpointName": "gone",
                "DesiredWeightsAndCapacities": [{"VariantName": "v"}],
            },
            "endpoint",
            "endpoint",
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


def test_operation_that_is_not_there_is_named(sagemaker, refused):
    error = refused(sagemaker.list_training_jobs)

    assert error["Code"] == "NotImplemented"
    assert "ListTrainingJobs" in error["Message"]
