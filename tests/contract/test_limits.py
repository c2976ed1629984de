"""Each limit at its boundary: the last value that is taken, and the first that is not.

What else a request's headers and size may be is in test_runtime.py and test_async.py.
"""

from uuid import uuid4

import pytest

INSTANCE = {"InstanceType": "ml.m5.large", "InitialInstanceCount": 1}
QUEUE = {"OutputConfig": {"S3OutputPath": "s3://contract/out"}}
KIB = 1024
GIB = 1024**3


@pytest.fixture(scope="module")
def unchecked(backend):
    """Return boto3's control plane client without its own checks."""
    return backend.client("sagemaker", parameter_validation=False)


@pytest.fixture(scope="module")
def unchecked_runtime(backend):
    """Return boto3's runtime client without its own checks."""
    return backend.client("sagemaker-runtime", parameter_validation=False)


@pytest.fixture(scope="module")
def model(module_hosting):
    return module_hosting.create_model("echo")


@pytest.fixture(scope="module")
def realtime(module_hosting):
    return module_hosting.deploy("echo")


@pytest.fixture(scope="module")
def queued(module_hosting):
    return module_hosting.deploy_async("echo")


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


def asynchronous(concurrency=1, path="s3://contract/out"):
    return {
        "variant": {},
        "AsyncInferenceConfig": {
            "ClientConfig": {"MaxConcurrentInvocationsPerInstance": concurrency},
            "OutputConfig": {"S3OutputPath": path},
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
PATH = "s3://contract/"


@pytest.mark.parametrize(
    "config",
    [
        pytest.param(serverless(1024), id="memory-least"),
        pytest.param(serverless(6144), id="memory-most"),
        pytest.param(serverless(concurrency=200), id="concurrency-most"),
        pytest.param(
            serverless(concurrency=3, ProvisionedConcurrency=3), id="provisioned-most"
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
        pytest.param(vpc(5, 16), id="vpc-most"),
        pytest.param(asynchronous(1000), id="async-concurrency-most"),
        pytest.param(
            asynchronous(path=PATH + "o" * (512 - len(PATH))), id="async-path"
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
            asynchronous() | {"count": 2}, "single production variant", id="async-two"
        ),
    ],
)
def test_config_beyond_its_limit_is_refused(configure, refused, config, words):
    error = refused(configure, **config)

    assert error["Code"] == "ValidationException"
    assert words in error["Message"]


def variables(count, length=1):
    """Return variables whose names and values have `length` characters each."""
    return {f"{number:x}".rjust(length, "_"): "v" * length for number in range(count)}


def of_container(**members):
    return {"PrimaryContainer": {"Image": "image", **members}}


# Sixteen times 1,024 for the names and as much for the values.
FULL = variables(16, KIB)


@pytest.fixture
def create(unchecked):
    """Return a function that creates a model."""

    def create(name=None, **params):
        return unchecked.create_model(
            ModelName=name or f"limits-{uuid4().hex[:8]}",
            ExecutionRoleArn="arn:aws:iam::000000000000:role/smnb",
            **params,
        )

    return create


@pytest.mark.parametrize(
    "params",
    [
        pytest.param(of_container(Image="i" * 255), id="image"),
        pytest.param(
            of_container(Environment={f"_{n}": "" for n in range(100)}), id="entries"
        ),
        pytest.param(of_container(Environment=FULL), id="environment"),
        pytest.param({"Containers": [{"Image": "image"}] * 15}, id="containers"),
        pytest.param({"name": "n" * 63} | of_container(), id="name"),
    ],
)
def test_model_at_its_limit_is_taken(create, unchecked, params):
    arn = create(**params)["ModelArn"]
    unchecked.delete_model(ModelName=arn.rpartition("/")[2])

    assert arn


@pytest.mark.parametrize(
    ("params", "words"),
    [
        pytest.param(of_container(Image="i" * 256), "equal to 255", id="image"),
        pytest.param(
            of_container(Environment={f"_{n}": "" for n in range(101)}),
            "equal to 100",
            id="entries",
        ),
        pytest.param(
            of_container(Environment={"K" * 1025: ""}), "equal to 1024", id="key"
        ),
        pytest.param(
            of_container(Environment={"K": "v" * 1025}), "equal to 1024", id="value"
        ),
        pytest.param(
            of_container(Environment=FULL | {"K": ""}),
            "are 32769 bytes; they can be at most 32768",
            id="environment",
        ),
        pytest.param(
            {"Containers": [{"Image": "image"}] * 16}, "equal to 15", id="containers"
        ),
        pytest.param(
            of_container(ModelDataUrl="s3://contract/" + "m" * 1011),
            "equal to 1024",
            id="model-data-url",
        ),
        pytest.param({"name": "n" * 64} | of_container(), "equal to 63", id="name"),
    ],
)
def test_model_beyond_its_limit_is_refused(create, refused, params, words):
    error = refused(create, **params)

    assert error["Code"] == "ValidationException"
    assert words in error["Message"]


@pytest.fixture
def tag(unchecked, model):
    """Return a function that tags a model, whose tags go in the end."""
    arn = unchecked.describe_model(ModelName=model)["ModelArn"]

    def tag(tags):
        pairs = [{"Key": key, "Value": value} for key, value in tags.items()]
        return unchecked.add_tags(ResourceArn=arn, Tags=pairs)

    yield tag
    keys = [tag["Key"] for tag in unchecked.list_tags(ResourceArn=arn)["Tags"]]
    if keys:
        unchecked.delete_tags(ResourceArn=arn, TagKeys=keys)


@pytest.mark.parametrize(
    "tags",
    [
        pytest.param({str(number): "" for number in range(50)}, id="count"),
        pytest.param({"k" * 128: "v" * 256}, id="length"),
    ],
)
def test_tags_at_their_limit_are_taken(tag, tags):
    assert len(tag(tags)["Tags"]) == len(tags)


@pytest.mark.parametrize(
    "tags",
    [
        pytest.param({"k" * 129: ""}, id="key"),
        pytest.param({"": ""}, id="no-key"),
        pytest.param({"k": "v" * 257}, id="value"),
        pytest.param({"#": ""}, id="character"),
    ],
)
def test_tag_beyond_its_limit_is_refused(tag, refused, tags):
    assert refused(tag, tags=tags)["Code"] == "ValidationException"


def test_resource_has_fifty_tags_at_most(tag, refused):
    tag({str(number): "" for number in range(50)})
    error = refused(tag, tags={"one more": ""})

    assert error["Code"] == "ResourceLimitExceeded"


def test_serverless_response_has_4_mib_at_most(hosting):
    limit = 4 * 1024 * KIB
    name = hosting.deploy("big_output", serverless()["variant"])

    answer = hosting.invoke(name, str(limit).encode())
    with pytest.raises(hosting.runtime.exceptions.ModelError) as caught:
        hosting.invoke(name, str(limit + 1).encode())

    assert len(answer) == limit
    assert f"exceeds the maximum of {limit} bytes" in str(caught.value)


@pytest.mark.parametrize(
    "params",
    [
        pytest.param({"CustomAttributes": "x" * KIB}, id="custom-attributes"),
        pytest.param({"InferenceId": "i" * 64}, id="inference-id"),
        pytest.param({"TargetVariant": "AllTraffic"}, id="variant"),
    ],
)
def test_header_at_its_limit_is_taken(hosting, realtime, params):
    assert hosting.invoke(realtime, b"x", **params) == b"x"


@pytest.mark.parametrize(
    "params",
    [
        pytest.param({"TargetVariant": "v" * 64}, id="variant"),
        pytest.param({"TargetModel": "m" * 1025}, id="target-model"),
    ],
)
def test_header_beyond_its_limit_is_refused(
    unchecked_runtime, refused, realtime, params
):
    error = refused(
        unchecked_runtime.invoke_endpoint, EndpointName=realtime, Body=b"", **params
    )

    assert error["Code"] == "ValidationError"


@pytest.mark.parametrize(
    "params",
    [
        pytest.param({"RequestTTLSeconds": 60}, id="ttl-least"),
        pytest.param({"RequestTTLSeconds": 21_600}, id="ttl-most"),
        pytest.param({"InvocationTimeoutSeconds": 1}, id="timeout-least"),
        pytest.param({"InvocationTimeoutSeconds": 3600}, id="timeout-most"),
        pytest.param({"Filename": "f" * 28 + ".txt"}, id="filename"),
        pytest.param({"S3OutputPathExtension": "p" * 512}, id="path-extension"),
        pytest.param({"InferenceId": "i" * 64}, id="inference-id"),
    ],
)
def test_asynchronous_request_at_its_limit_is_answered(hosting, queued, params):
    accepted = hosting.runtime.invoke_endpoint_async(
        EndpointName=queued, Body=b"x", **params
    )

    assert hosting.get(accepted["OutputLocation"])["Body"].read() == b"x"


@pytest.mark.parametrize(
    "params",
    [
        pytest.param({"Body": b"x", "RequestTTLSeconds": 59}, id="ttl-below"),
        pytest.param({"Body": b"x", "InvocationTimeoutSeconds": 0}, id="timeout-below"),
        pytest.param({"Body": b"x", "Filename": "f" * 33}, id="filename"),
        pytest.param({"Body": b"x", "Filename": "a.b.c"}, id="filename-dots"),
        pytest.param(
            {"Body": b"x", "S3OutputPathExtension": "p" * 513}, id="extension"
        ),
        pytest.param({"InputLocation": "s3://contract/" + "i" * 1011}, id="input"),
    ],
)
def test_asynchronous_request_beyond_its_limit_is_refused(
    unchecked_runtime, refused, queued, params
):
    error = refused(
        unchecked_runtime.invoke_endpoint_async, EndpointName=queued, **params
    )

    assert error["Code"] == "ValidationError"


@pytest.fixture(scope="module")
def upload(module_hosting, tmp_path_factory):
    """Return a function that uploads that many zeros and returns where they are."""
    locations = []

    def upload(size_bytes):
        path = tmp_path_factory.mktemp("input") / str(size_bytes)
        with path.open("wb") as file:
            file.truncate(size_bytes)
        module_hosting.s3.upload_file(path, "contract", path.name)
        locations.append(path.name)
        return f"s3://contract/{path.name}"

    yield upload
    for key in locations:
        module_hosting.s3.delete_object(Bucket="contract", Key=key)


def test_asynchronous_input_of_a_gigabyte_reaches_the_model(hosting, upload):
    name = hosting.deploy_async("context")
    accepted = hosting.runtime.invoke_endpoint_async(
        EndpointName=name, InputLocation=upload(GIB)
    )

    output = hosting.get(accepted["OutputLocation"], seconds=120)
    assert b"content-length" in output["Body"].read()


def test_asynchronous_input_of_a_byte_more_is_a_failure(hosting, queued, upload):
    accepted = hosting.runtime.invoke_endpoint_async(
        EndpointName=queued, InputLocation=upload(GIB + 1)
    )
    failure = hosting.get(accepted["FailureLocation"])["Body"].read()

    assert b"has 1073741825 bytes; at most 1073741824 are taken" in failure


def test_key_has_1024_bytes_at_most(hosting, refused):
    key = {"Bucket": "contract", "Body": b""}
    hosting.s3.put_object(Key="é" * 512, **key)
    error = refused(hosting.s3.put_object, Key="é" * 512 + "x", **key)

    assert error["Code"] == "KeyTooLongError"


@pytest.mark.parametrize("number", [0, 10_001])
def test_part_number_beyond_its_limit_is_refused(hosting, refused, number):
    upload = {"Bucket": "contract", "Key": "parts"}
    upload["UploadId"] = hosting.s3.create_multipart_upload(**upload)["UploadId"]
    hosting.s3.upload_part(**upload, PartNumber=10_000, Body=b"")
    error = refused(hosting.s3.upload_part, **upload, PartNumber=number, Body=b"")
    hosting.s3.abort_multipart_upload(**upload)

    assert error["Code"] == "InvalidArgument"


def test_invocation_of_a_creating_endpoint_finds_none(hosting, refused):
    name = hosting.create_endpoint("echo")
    error = refused(hosting.runtime.invoke_endpoint, EndpointName=name, Body=b"")

    assert error["Message"] == f"Endpoint {name} of account 000000000000 not found."


def test_asynchronous_invocation_of_a_realtime_endpoint_is_refused(
    hosting, refused, realtime
):
    error = refused(
        hosting.runtime.invoke_endpoint_async, EndpointName=realtime, Body=b"x"
    )

    assert error["Code"] == "ValidationError"


def test_endpoint_of_another_region_is_not_found(backend, refused, realtime):
    elsewhere = backend.client("sagemaker-runtime", region="eu-west-1")
    error = refused(elsewhere.invoke_endpoint, EndpointName=realtime, Body=b"")

    assert error["Code"] == "ValidationError"
    assert error["Message"].endswith("not found.")
