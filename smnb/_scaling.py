"""Scale the instances of an endpoint: by its requests, or by its queue down to zero.

Zero takes two rules, since the first cannot leave it: target tracking on the backlog an
instance has, and a step to one instance when there is a backlog and no instance
(SageMaker Developer Guide, async-inference-autoscale). Alarms of ours are named by the
deployment, so that all of them are found again.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from smnb.errors import NotFoundError

if TYPE_CHECKING:
    from smnb._session import Session

BACKLOG_AN_INSTANCE = 5.0
"""Requests that wait for each instance: the example of AWS's Developer Guide."""
REQUESTS_A_MINUTE = 70.0
"""Requests a minute for each instance: the example of AWS's Developer Guide."""

_NAMESPACE = "sagemaker"
_DIMENSION = "sagemaker:variant:DesiredInstanceCount"
_SCALE_IN_COOLDOWN_S = 300
_SCALE_OUT_COOLDOWN_S = 60
_BACKLOG, _FROM_ZERO, _REQUESTS = "backlog", "from-zero", "requests"


def by_backlog(
    session: Session,
    endpoint_name: str,
    variant: str,
    *,
    deployment: str,
    least: int = 0,
    most: int,
    target: float = BACKLOG_AN_INSTANCE,
) -> None:
    """Scale an asynchronous endpoint that is in service by its queue.

    Parameters
    ----------
    target
        Requests that may wait for each instance.
    """
    metric = {
        "CustomizedMetricSpecification": {
            "MetricName": "ApproximateBacklogSizePerInstance",
            "Namespace": "AWS/SageMaker",
            "Dimensions": _dimensions(endpoint_name),
            "Statistic": "Average",
        }
    }
    resource = _resource(endpoint_name, variant)
    scaling = session.client("application-autoscaling")
    with session.translated(f"Scaling {endpoint_name} by its queue"):
        scaling.register_scalable_target(
            **resource, MinCapacity=least, MaxCapacity=most
        )
        scaling.put_scaling_policy(
            **resource, **_tracking(f"{endpoint_name}-{_BACKLOG}", target, metric)
        )
        if least == 0:
            step = scaling.put_scaling_policy(
                **resource, **_step(f"{endpoint_name}-{_FROM_ZERO}")
            )
            session.client("cloudwatch").put_metric_alarm(
                AlarmName=f"{_prefix(deployment)}{endpoint_name}-has-backlog",
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


def by_requests(
    session: Session,
    endpoint_name: str,
    variant: str,
    *,
    least: int,
    most: int,
    target: float = REQUESTS_A_MINUTE,
) -> None:
    """Scale a real-time endpoint that is in service by its requests.

    Parameters
    ----------
    target
        Requests a minute that each instance takes, on average.
    """
    metric = {
        "PredefinedMetricSpecification": {
            "PredefinedMetricType": "SageMakerVariantInvocationsPerInstance"
        }
    }
    resource = _resource(endpoint_name, variant)
    scaling = session.client("application-autoscaling")
    with session.translated(f"Scaling {endpoint_name} by its requests"):
        scaling.register_scalable_target(
            **resource, MinCapacity=least, MaxCapacity=most
        )
        scaling.put_scaling_policy(
            **resource, **_tracking(f"{endpoint_name}-{_REQUESTS}", target, metric)
        )


def remove(session: Session, endpoint_name: str, variant: str) -> None:
    """Remove the endpoint's scaling, whose alarms AWS then removes itself."""
    with (
        suppress(NotFoundError),
        session.translated(f"Removing the scaling of {endpoint_name}"),
    ):
        session.client("application-autoscaling").deregister_scalable_target(
            **_resource(endpoint_name, variant)
        )


def alarms(session: Session, deployment: str) -> list[str]:
    """Return the names of all alarms of ours that belong to the deployment."""
    with session.translated("Looking for alarms"):
        pages = (
            session.client("cloudwatch")
            .get_paginator("describe_alarms")
            .paginate(AlarmNamePrefix=_prefix(deployment))
        )
        return [row["AlarmName"] for page in pages for row in page["MetricAlarms"]]


def delete_alarms(session: Session, names: list[str]) -> None:
    """Delete alarms; those that are gone are passed over."""
    with session.translated("Deleting alarms"):
        for start in range(0, len(names), 100):  # as many as one call takes
            session.client("cloudwatch").delete_alarms(
                AlarmNames=names[start : start + 100]
            )


def _tracking(name: str, target: float, metric: dict[str, Any]) -> dict[str, Any]:
    return {
        "PolicyName": name,
        "PolicyType": "TargetTrackingScaling",
        "TargetTrackingScalingPolicyConfiguration": {
            "TargetValue": target,
            **metric,
            "ScaleInCooldown": _SCALE_IN_COOLDOWN_S,
            "ScaleOutCooldown": _SCALE_OUT_COOLDOWN_S,
        },
    }


def _step(name: str) -> dict[str, Any]:
    return {
        "PolicyName": name,
        "PolicyType": "StepScaling",
        "StepScalingPolicyConfiguration": {
            "AdjustmentType": "ChangeInCapacity",
            "MetricAggregationType": "Average",
            "Cooldown": _SCALE_OUT_COOLDOWN_S,
            "StepAdjustments": [
                {"MetricIntervalLowerBound": 0, "ScalingAdjustment": 1}
            ],
        },
    }


def _resource(endpoint_name: str, variant: str) -> dict[str, Any]:
    return {
        "ServiceNamespace": _NAMESPACE,
        "ResourceId": f"endpoint/{endpoint_name}/variant/{variant}",
        "ScalableDimension": _DIMENSION,
    }


def _dimensions(endpoint_name: str) -> list[dict[str, str]]:
    return [{"Name": "EndpointName", "Value": endpoint_name}]


def _prefix(deployment: str) -> str:
    return f"smnb-{deployment}-"
