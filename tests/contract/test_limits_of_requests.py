"""Each limit of invocations and objects: the last value that is taken, and the first that is not.

What else a request's headers and size may be is in test_runtime.py and test_async.py.
"""

import pytest

KIB = 1024
GIB = 1024**3


@pytest.fixture(scope="module")
def unchecked_runtime(backend):
    """Return boto3's runtime client without its own checks."""
    return backend.client("sagemaker-runtime", parameter_validation=False)


@pytest.fixture(scope="module")
def realtime(module_hosting):
    return module_hosting.deploy("echo")


@pytest.fixture(scope="module")
def queued(module_hosting):
    return module_hosting.deploy_async("echo")


def serverless(memory_mb=1024, concurrency=1, **more):
    sizes = {"MemorySizeInMB": memory_mb, "MaxConcurrency": concurrency}
    return {"variant": {"ServerlessConfig": sizes | more}}


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
        pytest.param({"Body": b"x", "InferenceId": "i" * 65}, id="inference-id"),
        pytest.param({"Body": b"x", "CustomAttributes": "x" * 1025}, id="attributes"),
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


def test_asynchronous_input_may_have_a_location_of_1024_characters(hosting, queued):
    key = "i" * (KIB - len("s3://contract/"))
    hosting.s3.put_object(Bucket="contract", Key=key, Body=b"x")
    accepted = hosting.runtime.invoke_endpoint_async(
        EndpointName=queued, InputLocation=f"s3://contract/{key}"
    )

    assert hosting.get(accepted["OutputLocation"])["Body"].read() == b"x"


def test_asynchronous_body_may_have_128000_bytes(hosting, queued):
    body = b"x" * 128_000
    accepted = hosting.runtime.invoke_endpoint_async(EndpointName=queued, Body=body)

    assert hosting.get(accepted["OutputLocation"])["Body"].read() == body


@pytest.mark.parametrize(
    ("params", "code"),
    [
        pytest.param({"CustomAttributes": "x" * 1025}, "ValidationError", id="custom"),
        pytest.param({"InferenceId": "i" * 65}, "ValidationError", id="inference-id"),
        pytest.param({"TargetVariant": "v" * 64}, "ValidationError", id="variant"),
        pytest.param({"Body": bytes(6 * KIB**2 + 1)}, "413", id="body"),
    ],
)
def test_stream_beyond_its_limit_is_refused(
    unchecked_runtime, refused, realtime, params, code
):
    error = refused(
        unchecked_runtime.invoke_endpoint_with_response_stream,
        **{"EndpointName": realtime, "Body": b""} | params,
    )

    assert error["Code"] == code


@pytest.mark.parametrize(
    "params",
    [
        pytest.param({"CustomAttributes": "x" * 1024}, id="custom"),
        pytest.param({"InferenceId": "i" * 64}, id="inference-id"),
        pytest.param({"Body": bytes(6 * KIB**2)}, id="body"),
    ],
)
def test_stream_at_its_limit_is_given(unchecked_runtime, realtime, params):
    body = params.get("Body", b"x")
    answer = unchecked_runtime.invoke_endpoint_with_response_stream(
        **{"EndpointName": realtime, "Body": body} | params
    )
    parts = [event["PayloadPart"]["Bytes"] for event in answer["Body"]]

    assert b"".join(parts) == body


@pytest.mark.parametrize(
    "operation", ["invoke_endpoint_async", "invoke_endpoint_with_response_stream"]
)
def test_endpoint_that_is_not_there_is_found_by_no_operation(
    unchecked_runtime, refused, operation
):
    error = refused(
        getattr(unchecked_runtime, operation), EndpointName="gone", Body=b"x"
    )

    assert error["Message"] == "Endpoint gone of account 000000000000 not found."


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
