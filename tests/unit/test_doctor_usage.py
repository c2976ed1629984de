"""What the doctor counts of a quota that is used already."""

from datetime import datetime, timezone
from pathlib import Path

import pytest
from aws_answers import ACCOUNT, REGION, Aws

from smnb import _doctor
from smnb._compute import RealTime, Serverless
from smnb._doctor.hosting import _compared
from smnb._doctor.subject import Subject

AT = datetime(2026, 1, 1, tzinfo=timezone.utc)
ARN = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:"


@pytest.fixture
def aws(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    return Aws()


def has(aws, name, variant, instance_type=None, status="InService"):
    """Let the account have one endpoint."""
    at = {"CreationTime": AT, "LastModifiedTime": AT}
    row = {
        "EndpointName": name,
        "EndpointArn": f"{ARN}endpoint/{name}",
        "EndpointStatus": status,
        **at,
    }
    aws.answers("sagemaker", "list_endpoints", {"Endpoints": [row]})
    config = {"EndpointConfigName": f"{name}-config"}
    variants = [{"VariantName": "AllTraffic", **variant}]
    aws.answers(
        "sagemaker",
        "describe_endpoint",
        {**row, **config, "ProductionVariants": variants},
    )
    if instance_type:
        configured = {
            **config,
            "EndpointConfigArn": f"{ARN}endpoint-config/{name}-config",
            "ProductionVariants": [
                {"VariantName": "AllTraffic", "InstanceType": instance_type}
            ],
            "CreationTime": AT,
        }
        aws.answers("sagemaker", "describe_endpoint_config", configured)
    return aws


def compared(aws, compute, value, name=None):
    outcome = _compared(
        Subject(aws.session, Path(), None, compute, name), "quota", value
    )
    return outcome.status, outcome.what


@pytest.mark.parametrize(
    ("of", "status", "used"),
    [
        pytest.param("ml.m5.xlarge", "problem", 3, id="same-type"),
        pytest.param("ml.c5.large", "ok", 0, id="another-type"),
    ],
)
def test_instances_that_run_count(aws, of, status, used):
    has(aws, "other", {"CurrentInstanceCount": 3}, of)

    assert compared(aws, RealTime("ml.m5.xlarge"), 3) == (
        status,
        f"quota: 3, and 1 asked for beside {used} that run already",
    )


def test_serverless_concurrency_that_is_allocated_counts(aws):
    serverless = {"MemorySizeInMB": 2048, "MaxConcurrency": 8}
    has(aws, "other", {"CurrentServerlessConfig": serverless})

    assert compared(aws, Serverless(2048), 10)[0] == "problem"


@pytest.mark.parametrize(
    ("name", "status"),
    [
        pytest.param("faces", "InService", id="itself"),
        pytest.param("other", "Deleting", id="going"),
    ],
)
def test_endpoint_that_takes_nothing_in_addition_is_left_out(aws, name, status):
    has(aws, name, {"CurrentInstanceCount": 3}, status=status)

    assert compared(aws, RealTime(), 1, name="faces")[0] == "ok"


def test_what_may_not_be_counted_is_said(aws):
    aws.refuses("sagemaker", "list_endpoints", "AccessDeniedException")
    status, what = compared(aws, RealTime(), 1)

    assert status == "ok"
    assert "could not be counted" in what


def test_model_that_cannot_be_deployed_is_a_finding(aws):
    report = _doctor.doctor(Aws().session, model=object())
    finding = next(one for one in report if one.check == "model")

    assert finding.status == "problem"
    assert "nothing that can be deployed" in finding.what
    assert len(report) > 5
