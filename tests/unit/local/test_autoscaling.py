"""Scalable targets and alarms: kept as given, found again, missing ones as on AWS."""

import asyncio
from types import SimpleNamespace

import pytest

from smnb.local.errors import ServiceError
from smnb.local.request import Context
from smnb.local.services.autoscaling import AutoScalingService
from smnb.local.services.cloudwatch_alarms import AlarmOperations
from smnb.local.services.fleet import AsyncSettings, Fleet, Hosted
from smnb.local.services.s3_uri import S3Uri
from smnb.local.state import State

CONTEXT = Context("us-east-1", "000000000000", "r", None)
TARGET = {
    "ServiceNamespace": "sagemaker",
    "ResourceId": "endpoint/talks/variant/AllTraffic",
    "ScalableDimension": "sagemaker:variant:DesiredInstanceCount",
}
WORDS = (
    "service namespace: sagemaker, resource ID: endpoint/talks/variant/AllTraffic,"
    " scalable dimension: sagemaker:variant:DesiredInstanceCount"
)
POLICY = {
    "PolicyName": "backlog",
    "PolicyType": "TargetTrackingScaling",
    "TargetTrackingScalingPolicyConfiguration": {
        "TargetValue": 5.0,
        "CustomizedMetricSpecification": {
            "MetricName": "ApproximateBacklogSizePerInstance",
            "Namespace": "AWS/SageMaker",
            "Statistic": "Average",
        },
    },
}


@pytest.fixture
def state(tmp_path):
    state = State(tmp_path)
    yield state
    state.close()


@pytest.fixture
def fleet():
    """Two endpoints: talks works from a queue, faces answers at once."""
    fleet = Fleet()
    variants = (SimpleNamespace(name="AllTraffic"),)
    settings = AsyncSettings(S3Uri("b", "out"), S3Uri("b", "failed"), 1)
    fleet.host("us-east-1", "talks", Hosted("async", variants, settings))
    fleet.host("us-east-1", "faces", Hosted("realtime", variants))
    return fleet


@pytest.fixture
def service(state, fleet):
    return AutoScalingService(state, fleet)


@pytest.fixture
def call(service):
    return lambda operation, **params: asyncio.run(
        getattr(service, operation)(CONTEXT, params)
    )


def test_target_is_described_as_registered(call):
    arn = call("register_scalable_target", **TARGET, MinCapacity=0, MaxCapacity=4)
    (target,) = call("describe_scalable_targets", ServiceNamespace="sagemaker")[
        "ScalableTargets"
    ]

    assert TARGET.items() <= target.items()
    assert (target["MinCapacity"], target["MaxCapacity"]) == (0, 4)
    assert target["ScalableTargetARN"] == arn["ScalableTargetARN"]


def test_target_registered_again_keeps_what_is_not_given(call):
    call("register_scalable_target", **TARGET, MinCapacity=0, MaxCapacity=4)
    call("register_scalable_target", **TARGET, MaxCapacity=2)
    (target,) = call("describe_scalable_targets", ServiceNamespace="sagemaker")[
        "ScalableTargets"
    ]

    assert (target["MinCapacity"], target["MaxCapacity"]) == (0, 2)


@pytest.mark.parametrize(
    "params",
    [
        pytest.param({"MinCapacity": 0}, id="without-max"),
        pytest.param({"MinCapacity": 3, "MaxCapacity": 2}, id="min-above-max"),
        pytest.param({"MinCapacity": -1, "MaxCapacity": 2}, id="negative"),
        pytest.param(
            {
                "MinCapacity": 1,
                "MaxCapacity": 2,
                "ResourceId": "endpoint/talks/variant/B",
            },
            id="unknown-variant",
        ),
        pytest.param(
            {
                "MinCapacity": 1,
                "MaxCapacity": 2,
                "ResourceId": "endpoint/no/variant/AllTraffic",
            },
            id="unknown-endpoint",
        ),
        pytest.param(
            {"MinCapacity": 1, "MaxCapacity": 2, "ResourceId": "table/talks"},
            id="other-resource",
        ),
        pytest.param(
            {
                "MinCapacity": 0,
                "MaxCapacity": 2,
                "ResourceId": "endpoint/faces/variant/AllTraffic",
            },
            id="zero-for-realtime",
        ),
    ],
)
def test_target_that_cannot_be_is_refused(call, service, params):
    with pytest.raises(ServiceError) as caught:
        call("register_scalable_target", **(TARGET | params))

    assert caught.value.code == "ValidationException"
    assert not service.scales_to_zero("us-east-1", "talks")


def test_endpoint_scales_to_zero_while_its_target_says_so(call, service):
    seen = [service.scales_to_zero("us-east-1", "talks")]
    call("register_scalable_target", **TARGET, MinCapacity=0, MaxCapacity=1)
    seen.append(service.scales_to_zero("us-east-1", "talks"))
    call("register_scalable_target", **TARGET, MinCapacity=1)
    seen.append(service.scales_to_zero("us-east-1", "talks"))

    assert seen == [False, True, False]
    assert not service.scales_to_zero("eu-west-1", "talks")


def test_policy_is_described_as_put(call):
    call("register_scalable_target", **TARGET, MinCapacity=0, MaxCapacity=4)
    put = call("put_scaling_policy", **TARGET, **POLICY)
    (policy,) = call("describe_scaling_policies", ServiceNamespace="sagemaker")[
        "ScalingPolicies"
    ]

    assert (TARGET | POLICY).items() <= policy.items()
    assert policy["PolicyARN"] == put["PolicyARN"]


def test_policy_put_again_keeps_its_arn(call):
    call("register_scalable_target", **TARGET, MinCapacity=0, MaxCapacity=4)
    first = call("put_scaling_policy", **TARGET, **POLICY)
    second = call("put_scaling_policy", **TARGET, **POLICY)

    assert first == second


def test_policies_go_with_their_target(call):
    call("register_scalable_target", **TARGET, MinCapacity=0, MaxCapacity=4)
    call("put_scaling_policy", **TARGET, **POLICY)
    call("deregister_scalable_target", **TARGET)

    assert call("describe_scaling_policies", ServiceNamespace="sagemaker") == {
        "ScalingPolicies": [],
        "NextToken": None,
    }


@pytest.mark.parametrize(
    ("operation", "params", "message"),
    [
        (
            "deregister_scalable_target",
            TARGET,
            f"No scalable target registered for {WORDS}",
        ),
        (
            "put_scaling_policy",
            TARGET | POLICY,
            f"No scalable target registered for {WORDS}",
        ),
        (
            "delete_scaling_policy",
            TARGET | {"PolicyName": "backlog"},
            f"No scaling policy found for {WORDS}, policy name: backlog",
        ),
    ],
)
def test_what_is_missing_is_refused_in_awss_words(call, operation, params, message):
    with pytest.raises(ServiceError) as caught:
        call(operation, **params)

    assert (caught.value.code, caught.value.message) == (
        "ObjectNotFoundException",
        message,
    )


def test_change_of_a_target_is_told(service, call):
    changes = []
    service.on_change = lambda: changes.append(1)

    call("register_scalable_target", **TARGET, MinCapacity=0, MaxCapacity=4)
    call("deregister_scalable_target", **TARGET)

    assert len(changes) == 2


ALARM = {
    "AlarmName": "backlog",
    "MetricName": "HasBacklogWithoutCapacity",
    "Namespace": "AWS/SageMaker",
    "Statistic": "Average",
    "Dimensions": [{"Name": "EndpointName", "Value": "talks"}],
    "Period": 60,
    "EvaluationPeriods": 2,
    "Threshold": 1.0,
    "ComparisonOperator": "GreaterThanOrEqualToThreshold",
}


@pytest.fixture
def alarms(state):
    service = AlarmOperations(state)
    return lambda operation, **params: asyncio.run(
        getattr(service, operation)(CONTEXT, params)
    )


def test_alarm_is_described_as_put(alarms):
    alarms("put_metric_alarm", **ALARM)
    (alarm,) = alarms("describe_alarms", AlarmNames=["backlog"])["MetricAlarms"]

    assert ALARM.items() <= alarm.items()
    assert alarm["StateValue"] == "INSUFFICIENT_DATA"


def test_alarms_are_listed_in_pages_by_name(alarms):
    for name in ("c", "a", "b"):
        alarms("put_metric_alarm", **(ALARM | {"AlarmName": name}))

    first = alarms("describe_alarms", MaxRecords=2)
    second = alarms("describe_alarms", MaxRecords=2, NextToken=first["NextToken"])
    names = [
        alarm["AlarmName"] for page in (first, second) for alarm in page["MetricAlarms"]
    ]

    assert names == ["a", "b", "c"]


def test_deleting_a_missing_alarm_deletes_none(alarms):
    alarms("put_metric_alarm", **ALARM)

    with pytest.raises(ServiceError) as caught:
        alarms("delete_alarms", AlarmNames=["backlog", "gone"])

    assert caught.value.code == "ResourceNotFound"
    assert len(alarms("describe_alarms")["MetricAlarms"]) == 1
