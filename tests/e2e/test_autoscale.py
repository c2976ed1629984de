"""autoscale: which rules are registered, what is refused, and that delete removes them."""

import pytest

import smnb
from smnb import _hosting, _spending, errors

pytestmark = pytest.mark.usefixtures("nothing_left")


def targets(session):
    scaling = session.client("application-autoscaling")
    found = scaling.describe_scalable_targets(ServiceNamespace="sagemaker")
    return [(t["MinCapacity"], t["MaxCapacity"]) for t in found["ScalableTargets"]]


def policies(session):
    scaling = session.client("application-autoscaling")
    found = scaling.describe_scaling_policies(ServiceNamespace="sagemaker")
    return {p["PolicyName"]: p for p in found["ScalingPolicies"]}


def alarms(session):
    found = session.client("cloudwatch").describe_alarms()
    return [alarm["AlarmName"] for alarm in found["MetricAlarms"]]


def test_realtime_endpoint_scales_by_its_requests(write_model, capsys):
    with smnb.deploy(write_model(), smnb.RealTime("ml.m5.large"), name="busy") as ep:
        ep.autoscale(1, 4, target_per_instance=600)

        policy = policies(ep.session)["busy-requests"]
        tracking = policy["TargetTrackingScalingPolicyConfiguration"]
        assert targets(ep.session) == [(1, 4)]
        assert tracking["TargetValue"] == 600
        assert tracking["PredefinedMetricSpecification"] == {
            "PredefinedMetricType": "SageMakerVariantInvocationsPerInstance"
        }
        assert "On AWS: $0.12 to $0.46 an hour" in capsys.readouterr().err
    assert targets(ep.session) == []
    assert policies(ep.session) == {}


def test_async_endpoint_scales_by_its_queue_and_from_zero(write_model):
    with smnb.deploy(write_model(), smnb.Async("ml.m5.large"), name="queue") as ep:
        ep.autoscale(0, 3, target_per_instance=2)

        named = policies(ep.session)
        tracking = named["queue-backlog"]["TargetTrackingScalingPolicyConfiguration"]
        assert targets(ep.session) == [(0, 3)]
        assert tracking["TargetValue"] == 2
        assert set(named) == {"queue-backlog", "queue-from-zero"}
        assert len(alarms(ep.session)) == 1
    assert alarms(ep.session) == []
    assert targets(ep.session) == []


def test_async_endpoint_that_nobody_waited_for_scales_once_it_is_waited_for(
    write_model,
):
    compute = smnb.Async("ml.m5.large", max_count=2)
    with smnb.deploy(write_model(), compute, name="later", wait=False) as ep:
        assert targets(ep.session) == []

        ep.wait()

        assert targets(ep.session) == [(0, 2)]


def test_scaling_of_an_endpoint_made_elsewhere_goes_with_it(write_model):
    with smnb.deploy(write_model(), smnb.Async("ml.m5.large"), name="queue") as ours:
        kept = alarms(ours.session)
        ours.session.client("sagemaker").create_endpoint(
            EndpointName="theirs",
            EndpointConfigName=_hosting.describe(ours.session, "queue").config,
        )
        theirs = smnb.endpoint("theirs").wait().autoscale(0, 2)
        assert len(alarms(ours.session)) == 2
        theirs.delete()

        assert alarms(ours.session) == kept
        assert targets(ours.session) == [(0, 1)]


def test_cost_of_a_scaled_endpoint_is_an_upper_bound(write_model):
    with smnb.deploy(write_model(), smnb.RealTime("ml.m5.large"), name="busy") as ep:
        ep.autoscale(1, 4)
        spent = _spending.spent(ep.session, _hosting.describe(ep.session, "busy"))

        assert spent.at_most
        assert "4 x ml.m5.large" in spent.why


@pytest.mark.parametrize(
    ("compute", "bounds", "message"),
    [
        pytest.param(smnb.Serverless(), (1, 2), "scales by itself", id="serverless"),
        pytest.param(smnb.RealTime("ml.m5.large"), (0, 2), "0 and 2", id="zero"),
        pytest.param(smnb.RealTime("ml.m5.large"), (3, 2), "3 and 2", id="reversed"),
        pytest.param(smnb.Async("ml.m5.large"), (0, 0), "0 and 0", id="nothing"),
        pytest.param(
            smnb.Async("ml.m5.large"), (0, 1, -5.0), "no load", id="target-below-zero"
        ),
    ],
)
def test_bounds_that_aws_does_not_take_are_refused(
    write_model, compute, bounds, message
):
    with smnb.deploy(write_model(), compute, name="busy") as ep:
        before = targets(ep.session)
        low, high, *target = bounds
        with pytest.raises(errors.InvalidInputError, match=message):
            ep.autoscale(low, high, target_per_instance=target[0] if target else None)

        assert targets(ep.session) == before
