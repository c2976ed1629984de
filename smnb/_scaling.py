"""Scale an asynchronous endpoint between zero and its most, by its queue.

Two rules, since the first cannot leave zero: target tracking on the backlog an
instance has, and a step to one instance when there is a backlog and no instance
(SageMaker Developer Guide, async-inference-autoscale).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smnb.errors import NotFoundError

if TYPE_CHECKING:
    from smnb._session import Session

_NAMESPACE = "sagemaker"
_DIMENSION = "sagemaker:variant:DesiredInstanceCount"
_BACKLOG_AN_INSTANCE = 5.0
_SCALE_IN_COOLDOWN_S = 300
_SCALE_OUT_COOLDOWN_S = 60


def scale_to_zero(
    session: Session, endpoint_name: str, variant: str, *, max_count: int
) -> None:
    """Let the endpoint scale from 0 to `max_count` instances.

    The endpoint must be in service.
    """
    scaling = session.client("application-autoscaling")
    target = _target(endpoint_name, variant)
    with session.translated(f"Scaling {endpoint_name} to zero when idle"):
        scaling.register_scalable_target(**target, MinCapacity=0, MaxCapacity=max_count)
        scaling.put_scaling_policy(
            **target,
            PolicyName=f"{endpoint_name}-backlog",
            PolicyType="TargetTrackingScaling",
            TargetTrackingScalingPolicyConfiguration={
                "TargetValue": _BACKLOG_AN_INSTANCE,
                "CustomizedMetricSpecification": {
                    "MetricName": "ApproximateBacklogSizePerInstance",
                    "Namespace": "AWS/SageMaker",
                    "Dimensions": _dimensions(endpoint_name),
                    "Statistic": "Average",
                },
                "ScaleInCooldown": _SCALE_IN_COOLDOWN_S,
                "ScaleOutCooldown": _SCALE_OUT_COOLDOWN_S,
            },
        )
        step = scaling.put_scaling_policy(
            **target,
            PolicyName=f"{endpoint_name}-from-zero",
            PolicyType="StepScaling",
            StepScalingPolicyConfiguration={
                "AdjustmentType": "ChangeInCapacity",
                "MetricAggregationType": "Average",
                "Cooldown": _SCALE_OUT_COOLDOWN_S,
                "StepAdjustments": [
                    {"MetricIntervalLowerBound": 0, "ScalingAdjustment": 1}
                ],
            },
        )
        session.client("cloudwatch").put_metric_alarm(
            AlarmName=_alarm(endpoint_name),
            MetricName="HasBacklogWithoutCapacity",
            Namespace="AWS/SageMaker",
            Dimensions=_dimensions(endpoint_name),
            Statistic="Average",
            Period=60,
            EvaluationPeriods=1,
            DatapointsToAlarm=1,
            Threshold=1,
            ComparisonOperator="GreaterThanOrEqualToThreshold",
            TreatMissingData="missing",
            AlarmActions=[step["PolicyARN"]],
        )


def remove(session: Session, endpoint_name: str, variant: str) -> None:
    """Remove the rules and the alarm; nothing happens if there are none."""
    with session.translated(f"Removing the scaling of {endpoint_name}"):
        session.client("cloudwatch").delete_alarms(AlarmNames=[_alarm(endpoint_name)])
    try:
        with session.translated(f"Removing the scaling of {endpoint_name}"):
            session.client("application-autoscaling").deregister_scalable_target(
                **_target(endpoint_name, variant)
            )
    except NotFoundError:
        return


def _target(endpoint_name: str, variant: str) -> dict[str, Any]:
    return {
        "ServiceNamespace": _NAMESPACE,
        "ResourceId": f"endpoint/{endpoint_name}/variant/{variant}",
        "ScalableDimension": _DIMENSION,
    }


def _dimensions(endpoint_name: str) -> list[dict[str, str]]:
    return [{"Name": "EndpointName", "Value": endpoint_name}]


def _alarm(endpoint_name: str) -> str:
    return f"smnb-{endpoint_name}-has-backlog-without-capacity"
