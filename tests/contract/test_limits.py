"""Each limit of configurations: the last value that is taken, and the first that is not."""

from uuid import uuid4

import pytest

INSTANCE = {"InstanceType": "ml.m5.large", "InitialInstanceCount": 1}
QUEUE = {"OutputConfig": {"S3OutputPath": "s3://contract/out"}}


@pytest.fixture(scope="module")
def unchecked(backend):
    """Return boto3's control plane client without its own checks."""
    return backend.client("sagemaker", parameter_validation=False)


@pytest.fixture(scope="module")
def model(module_hosting):
    return module_hosting.create_model("echo")


@pytest.fixture
def configure(unchecked, model):
    """Return a function that creates a configuration of one variant or several."""

    def configure(variant, count=1, **config):
        base = INSTANCE if "ServerlessConfig" not in variant else {}
        return unchecked.create_endpoint_config(
            EndpointConfigName=f"limits-{uuid4().hex[:8]}",
            ProductionVariants=[
                {"VariantName": f"v{number}", "ModelName": model} | base | variant
                for number in range(count)
            ],
            **config,
        )

    return configure


def serverless(memory_mb=1024, concurrency=1, **more):
    sizes = {"MemorySizeInMB": memory_mb, "MaxConcurrency": concurrency}
    return {"variant": {"ServerlessConfig": sizes | more}}


def asynchronous(concurrency=1, path="s3://contract/out", failed="s3://contract/f"):
    return {
        "variant": {},
        "AsyncInferenceConfig": {
            "ClientConfig": {"MaxConcurrentInvocationsPerInstance": concurrency},
            "OutputConfig": {"S3OutputPath": path, "S3FailurePath": failed},
        },
    }


def vpc(groups=1, subnets=1):
    network = {
        "SecurityGroupIds": [f"sg-{number}" for number in range(groups)],
        "Subnets": [f"subnet-{number}" for number in range(subnets)],
    }
    return {"variant": {}, "VpcConfig": network}


def of_variant(**members):
    return {"variant": members}


STARTUP = "ContainerStartupHealthCheckTimeoutInSeconds"
DOWNLOAD = "ModelDataDownloadTimeoutInSeconds"
PROVISION = "VariantInstanceProvisionTimeoutInSeconds"
PATH = "s3://contract/"
CAPTURE = {
    "InitialSamplingPercentage": 100,
    "DestinationS3Uri": PATH,
    "CaptureOptions": [{"CaptureMode": "Input"}],
}


@pytest.mark.parametrize(
    "config",
    [
        pytest.param(serverless(1024), id="memory-least"),
        pytest.param(serverless(6144), id="memory-most"),
        pytest.param(serverless(concurrency=200), id="concurrency-most"),
        pytest.param(
            serverless(concurrency=3, ProvisionedConcurrency=3), id="provisioned-most"
        ),
        pytest.param(
            serverless(concurrency=200, ProvisionedConcurrency=200),
            id="provisioned-most-of-all",
        ),
        pytest.param({"variant": {}, "count": 10}, id="variants"),
        pytest.param(of_variant(VariantName="v" * 63), id="variant-name"),
        pytest.param(of_variant(InitialVariantWeight=0), id="weight-least"),
        pytest.param(of_variant(VolumeSizeInGB=1), id="volume-least"),
        pytest.param(of_variant(VolumeSizeInGB=512), id="volume-most"),
        pytest.param(of_variant(**{STARTUP: 60}), id="startup-least"),
        pytest.param(of_variant(**{STARTUP: 3600}), id="startup-most"),
        pytest.param(of_variant(**{DOWNLOAD: 60}), id="download-least"),
        pytest.param(of_variant(**{DOWNLOAD: 3600}), id="download-most"),
        pytest.param(of_variant(**{PROVISION: 300}), id="provision-least"),
        pytest.param(of_variant(**{PROVISION: 3600}), id="provision-most"),
        pytest.param(vpc(5, 16), id="vpc-most"),
        pytest.param(asynchronous(1000), id="async-concurrency-most"),
        pytest.param(
            asynchronous(path=PATH + "o" * (512 - len(PATH))), id="async-path"
        ),
        pytest.param(
            asynchronous(failed=PATH + "f" * (512 - len(PATH))), id="async-failed"
        ),
    ],
)
def test_config_at_its_limit_is_taken(configure, config):
    assert configure(**config)["EndpointConfigArn"]


@pytest.mark.parametrize(
    ("config", "words"),
    [
        pytest.param(serverless(1023), "equal to 1024", id="memory-below"),
        pytest.param(serverless(1025), "1025 is not one of", id="memory-between"),
        pytest.param(serverless(6145), "equal to 6144", id="memory-above"),
        pytest.param(serverless(concurrency=0), "equal to 1", id="concurrency-below"),
        pytest.param(
            serverless(concurrency=201), "equal to 200", id="concurrency-above"
        ),
        pytest.param(
            serverless(concurrency=3, ProvisionedConcurrency=4),
            "ProvisionedConcurrency must be",
            id="provisioned-above",
        ),
        pytest.param(
            serverless(ProvisionedConcurrency=0), "equal to 1", id="provisioned-below"
        ),
        pytest.param(
            serverless(concurrency=200, ProvisionedConcurrency=201),
            "equal to 200",
            id="provisioned-above-all",
        ),
        pytest.param(
            serverless() | {"VpcConfig": vpc()["VpcConfig"]},
            "VpcConfig is not supported",
            id="serverless-vpc",
        ),
        pytest.param(
            serverless() | {"EnableNetworkIsolation": True},
            "EnableNetworkIsolation is not supported",
            id="serverless-isolated",
        ),
        pytest.param(
            serverless() | {"DataCaptureConfig": CAPTURE},
            "DataCaptureConfig is not supported",
            id="serverless-capture",
        ),
        pytest.param(
            serverless() | {"count": 2},
            "single production variant",
            id="serverless-two",
        ),
        pytest.param(
            serverless() | {"AsyncInferenceConfig": QUEUE},
            "AsyncInferenceConfig is not supported",
            id="serverless-async",
        ),
        pytest.param({"variant": {}, "count": 0}, "equal to 1", id="no-variant"),
        pytest.param({"variant": {}, "count": 11}, "equal to 10", id="variants-above"),
        pytest.param(
            of_variant(VariantName="v" * 64), "equal to 63", id="variant-name"
        ),
        pytest.param(of_variant(InitialVariantWeight=-1), "equal to 0", id="weight"),
        pytest.param(of_variant(InitialInstanceCount=0), "equal to 1", id="instances"),
        pytest.param(of_variant(VolumeSizeInGB=0), "equal to 1", id="volume-below"),
        pytest.param(of_variant(VolumeSizeInGB=513), "equal to 512", id="volume-above"),
        pytest.param(of_variant(**{STARTUP: 59}), "equal to 60", id="startup-below"),
        pytest.param(
            of_variant(**{STARTUP: 3601}), "equal to 3600", id="startup-above"
        ),
        pytest.param(of_variant(**{DOWNLOAD: 59}), "equal to 60", id="download-below"),
        pytest.param(
            of_variant(**{DOWNLOAD: 3601}), "equal to 3600", id="download-above"
        ),
        pytest.param(of_variant(**{PROVISION: 299}), "equal to 300", id="provision"),
        pytest.param(
            of_variant(**{PROVISION: 3601}), "equal to 3600", id="provision-above"
        ),
        pytest.param(vpc(groups=0), "equal to 1", id="vpc-no-group"),
        pytest.param(vpc(subnets=0), "equal to 1", id="vpc-no-subnet"),
        pytest.param(vpc(groups=6), "equal to 5", id="vpc-groups"),
        pytest.param(vpc(subnets=17), "equal to 16", id="vpc-subnets"),
        pytest.param(asynchronous(0), "equal to 1", id="async-concurrency-below"),
        pytest.param(asynchronous(1001), "equal to 1000", id="async-concurrency-above"),
        pytest.param(
            asynchronous(path=PATH + "o" * (513 - len(PATH))),
            "equal to 512",
            id="async-path",
        ),
        pytest.param(
            asynchronous(failed=PATH + "f" * (513 - len(PATH))),
            "equal to 512",
            id="async-failed",
        ),
        pytest.param(
            asynchronous() | {"count": 2}, "single production variant", id="async-two"
        ),
    ],
)
def test_config_beyond_its_limit_is_refused(configure, refused, config, words):
    error = refused(configure, **config)

    assert error["Code"] == "ValidationException"
    assert words in error["Message"]


@pytest.mark.parametrize("length", [63, 64])
def test_name_of_a_configuration_has_63_characters_at_most(
    unchecked, model, refused, length
):
    params = {
        "EndpointConfigName": uuid4().hex.ljust(length, "n"),
        "ProductionVariants": [{"VariantName": "v", "ModelName": model, **INSTANCE}],
    }

    if length == 63:
        assert unchecked.create_endpoint_config(**params)["EndpointConfigArn"]
    else:
        error = refused(unchecked.create_endpoint_config, **params)
        assert "equal to 63" in error["Message"]
