"""The whole walk of hosting a model, by unmodified boto3."""

import boto3
import pytest


def test_walk_of_a_realtime_endpoint(backend, hosting, refused):
    """Bucket, upload, model, config, endpoint, invoke, logs, delete."""
    sagemaker = hosting.sagemaker
    name = hosting.deploy("echo")

    described = sagemaker.describe_endpoint(EndpointName=name)
    assert described["EndpointStatus"] == "InService"
    answer = hosting.runtime.invoke_endpoint(
        EndpointName=name, Body=b"1,2,3", ContentType="text/csv"
    )
    assert answer["Body"].read() == b"1,2,3"
    assert answer["ContentType"] == "text/csv"
    assert answer["InvokedProductionVariant"] == "AllTraffic"

    hosting.delete(name)
    sagemaker.delete_endpoint_config(EndpointConfigName=described["EndpointConfigName"])
    sagemaker.delete_model(ModelName=name)

    error = refused(sagemaker.describe_endpoint, EndpointName=name)
    assert error["Code"] == "ValidationException"
    assert error["Message"].startswith("Could not find endpoint")


def test_walk_of_an_asynchronous_endpoint(hosting):
    """Input in S3, a request, boto3's waiter on the output, delete."""
    name = hosting.deploy_async("echo")

    accepted = hosting.submit(name, b"hello", "text/plain", InferenceId="mine")
    assert accepted["ResponseMetadata"]["HTTPStatusCode"] == 202
    assert accepted["InferenceId"] == "mine"
    bucket, _, key = accepted["OutputLocation"].removeprefix("s3://").partition("/")
    patience = {"Delay": 0.1, "MaxAttempts": 300}
    hosting.s3.get_waiter("object_exists").wait(
        Bucket=bucket, Key=key, WaiterConfig=patience
    )
    output = hosting.s3.get_object(Bucket=bucket, Key=key)
    assert output["Body"].read() == b"hello"
    assert output["ContentType"] == "text/plain"

    hosting.delete(name)


def test_walk_with_only_the_environment_set(backend, hosting, monkeypatch):
    """What any program does that was told of the backend by environment variables."""
    name = hosting.deploy("echo")
    monkeypatch.setenv("AWS_ENDPOINT_URL", backend.url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", backend.runtime_file.access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", backend.runtime_file.secret_key)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")

    runtime = boto3.Session().client("sagemaker-runtime")
    answer = runtime.invoke_endpoint(EndpointName=name, Body=b"x")

    assert answer["Body"].read() == b"x"


@pytest.mark.parametrize("first", [b"", b"x" * 6_291_456], ids=["empty", "6-MiB"])
def test_walk_carries_bodies_of_any_size(hosting, first):
    name = hosting.deploy("echo")

    assert hosting.invoke(name, first, "application/octet-stream") == first
