"""InvokeEndpointAsync: what appears in S3, when, and what is refused."""

import json

import pytest
from botocore.exceptions import ClientError


@pytest.fixture(scope="module")
def echo(module_hosting):
    return module_hosting.deploy_async("echo")


def test_output_has_the_containers_content_type(hosting, echo):
    accepted = hosting.submit(echo, b"a,b", "text/csv")
    output = hosting.get(accepted["OutputLocation"])

    assert output["Body"].read() == b"a,b"
    assert output["ContentType"] == "text/csv"


def test_body_may_be_inline(hosting, echo):
    accepted = hosting.runtime.invoke_endpoint_async(
        EndpointName=echo, Body=b"x" * 128_000, ContentType="text/plain"
    )

    assert hosting.get(accepted["OutputLocation"])["ContentLength"] == 128_000


def test_large_input_goes_through(hosting, echo):
    size = 30 * 1024 * 1024
    accepted = hosting.submit(echo, b"v" * size, "video/mp4")

    assert hosting.get(accepted["OutputLocation"])["ContentLength"] == size


def test_output_goes_where_the_request_says(hosting, echo):
    accepted = hosting.submit(
        echo, b"x", "text/plain", S3OutputPathExtension="day/1", Filename="a.txt"
    )

    assert accepted["OutputLocation"] == "s3://contract/out/day/1/a.txt"
    assert hosting.get(accepted["OutputLocation"])["Body"].read() == b"x"


@pytest.mark.parametrize(
    "params",
    [
        pytest.param({"Body": b"x" * 128_001}, id="body-one-byte-over"),
        pytest.param({"Body": b"x", "InputLocation": "s3://contract/x"}, id="both"),
        pytest.param({}, id="neither"),
        pytest.param({"Body": b"x", "RequestTTLSeconds": 21_601}, id="ttl-over"),
        pytest.param(
            {"Body": b"x", "InvocationTimeoutSeconds": 3_601}, id="timeout-over"
        ),
    ],
)
def test_request_beyond_a_limit_is_refused(hosting, refused, echo, params):
    error = refused(hosting.runtime.invoke_endpoint_async, EndpointName=echo, **params)

    assert error["Code"] == "ValidationError"


def test_synchronous_call_of_an_asynchronous_endpoint_is_refused(
    hosting, refused, echo
):
    error = refused(hosting.runtime.invoke_endpoint, EndpointName=echo, Body=b"x")

    assert error["Code"] == "ValidationError"


def test_model_that_raises_leaves_a_failure_object_and_a_log_line(hosting):
    name = hosting.deploy_async("raises")
    accepted = hosting.submit(name, json.dumps("error").encode(), InferenceId="mine")
    failure = hosting.get(accepted["FailureLocation"])["Body"].read().decode()
    log = hosting.log(name)

    assert failure.startswith('Received server error (500) from primary with message "')
    assert any("[sagemaker logs] [mine]" in line for line in log)


def test_requests_of_a_deleted_endpoint_are_dropped(hosting):
    name = hosting.deploy_async("slow")
    accepted = [hosting.submit(name, b"0.5") for _ in range(3)]
    hosting.delete(name)

    with pytest.raises(ClientError):
        hosting.submit(name, b"0")
    bucket, _, key = accepted[-1]["OutputLocation"].removeprefix("s3://").partition("/")
    assert hosting.find(bucket, key) is None


def test_request_has_a_timeout_of_its_own(hosting):
    name = hosting.deploy_async("slow")
    accepted = hosting.submit(name, b"30", InvocationTimeoutSeconds=1)
    failure = hosting.get(accepted["FailureLocation"])["Body"].read()

    assert b"Your invocation timed out" in failure


def test_scalable_target_at_zero_is_registered_by_boto3(backend, hosting, echo):
    scaling = backend.client("application-autoscaling")
    target = {
        "ServiceNamespace": "sagemaker",
        "ResourceId": f"endpoint/{echo}/variant/AllTraffic",
        "ScalableDimension": "sagemaker:variant:DesiredInstanceCount",
    }
    scaling.register_scalable_target(**target, MinCapacity=0, MaxCapacity=1)
    scaling.put_scaling_policy(
        **target,
        PolicyName="backlog",
        PolicyType="TargetTrackingScaling",
        TargetTrackingScalingPolicyConfiguration={
            "TargetValue": 1.0,
            "CustomizedMetricSpecification": {
                "MetricName": "ApproximateBacklogSizePerInstance",
                "Namespace": "AWS/SageMaker",
                "Dimensions": [{"Name": "EndpointName", "Value": echo}],
                "Statistic": "Average",
            },
        },
    )
    found = scaling.describe_scalable_targets(
        ServiceNamespace="sagemaker", ResourceIds=[target["ResourceId"]]
    )["ScalableTargets"]
    scaling.deregister_scalable_target(**target)

    assert [item["MinCapacity"] for item in found] == [0]
    assert hosting.get(hosting.submit(echo, b"x")["OutputLocation"])


def test_alarm_is_put_and_described_by_boto3(backend):
    cloudwatch = backend.client("cloudwatch")
    cloudwatch.put_metric_alarm(
        AlarmName="backlog",
        MetricName="HasBacklogWithoutCapacity",
        Namespace="AWS/SageMaker",
        Statistic="Average",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
    )
    (alarm,) = cloudwatch.describe_alarms(AlarmNames=["backlog"])["MetricAlarms"]
    cloudwatch.delete_alarms(AlarmNames=["backlog"])

    assert alarm["Threshold"] == 1.0
    assert cloudwatch.describe_alarms()["MetricAlarms"] == []
