"""How much and how long a container may, by what its configuration says."""

import pytest

from smnb.local.services.sagemaker.options import limits_of

INSTANCE = {"InstanceType": "ml.m5.large", "InitialInstanceCount": 1}
SERVERLESS = {"ServerlessConfig": {"MemorySizeInMB": 2048, "MaxConcurrency": 7}}
QUEUE = {"AsyncInferenceConfig": {"OutputConfig": {"S3OutputPath": "s3://b/o"}}}


@pytest.mark.parametrize(
    ("variant", "config", "timeout_s", "startup_s"),
    [
        pytest.param(INSTANCE, {}, 60, 480, id="realtime"),
        pytest.param(SERVERLESS, {}, 60, 180, id="serverless"),
        pytest.param(INSTANCE, QUEUE, 3600, 480, id="asynchronous"),
        pytest.param(
            INSTANCE | {"ContainerStartupHealthCheckTimeoutInSeconds": 61},
            {},
            60,
            61,
            id="startup-given",
        ),
    ],
)
def test_container_has_the_time_of_its_hosting_option(
    variant, config, timeout_s, startup_s
):
    limits = limits_of({"ProductionVariants": [variant], **config}, variant)

    assert limits["timeout_s"] == timeout_s
    assert limits["startup_timeout_s"] == startup_s


def test_serverless_container_has_what_its_size_and_concurrency_say():
    limits = limits_of({"ProductionVariants": [SERVERLESS]}, SERVERLESS)

    assert (limits["memory_mb"], limits["max_concurrency"]) == (2048, 7)
    assert limits["disk_bytes"] == 5 * 1024**3
