"""Limits are data with a source, and agree with the AWS service models."""

from datetime import date

import botocore.session
import pytest

from smnb._limits import LIMITS


def shape(service, name):
    model = botocore.session.get_session().get_service_model(service)
    return model.shape_for(name)


def test_every_limit_names_its_unit_source_and_date():
    for name, limit in LIMITS.items():
        assert limit.unit in {"bytes", "s", "mb", "count"}, name
        assert limit.source, name
        assert date.fromisoformat(limit.as_of), name


@pytest.mark.parametrize(
    ("limit", "service", "name", "bound"),
    [
        ("realtime_payload_bytes", "sagemaker-runtime", "BodyBlob", "max"),
        (
            "async_timeout_max_s",
            "sagemaker-runtime",
            "InvocationTimeoutSecondsHeader",
            "max",
        ),
        ("async_ttl_max_s", "sagemaker-runtime", "RequestTTLSecondsHeader", "max"),
        ("async_ttl_min_s", "sagemaker-runtime", "RequestTTLSecondsHeader", "min"),
        ("serverless_concurrency_max", "sagemaker", "ServerlessMaxConcurrency", "max"),
        ("serverless_memory_max_mb", "sagemaker", "ServerlessMemorySizeInMB", "max"),
        ("serverless_memory_min_mb", "sagemaker", "ServerlessMemorySizeInMB", "min"),
        ("environment_entries", "sagemaker", "EnvironmentMap", "max"),
        ("environment_value_length", "sagemaker", "EnvironmentValue", "max"),
        ("name_length", "sagemaker", "EndpointName", "max"),
        ("tag_value_length", "sagemaker", "TagValue", "max"),
    ],
)
def test_limit_is_the_one_in_the_service_model(limit, service, name, bound):
    assert LIMITS[limit].value == shape(service, name).metadata[bound]
