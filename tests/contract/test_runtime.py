"""InvokeEndpoint by unmodified boto3: routing, headers, limits, AWS's errors."""

import json
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

INSTANCE = {"InstanceType": "ml.m5.large", "InitialInstanceCount": 1}
SERVERLESS = {"ServerlessConfig": {"MemorySizeInMB": 1024, "MaxConcurrency": 2}}
REALTIME_BYTES = 6_291_456
SERVERLESS_BYTES = 4_194_304
CONSOLE = (
    "See https://us-east-1.console.aws.amazon.com/cloudwatch/home?region=us-east-1"
    "#logEventViewer:group=/aws/sagemaker/Endpoints/{name} in account 000000000000"
    " for more information."
)


@pytest.fixture(scope="module")
def echo(module_hosting):
    return module_hosting.deploy("echo")


@pytest.fixture(scope="module")
def serverless_echo(module_hosting):
    return module_hosting.deploy("echo", SERVERLESS)


@pytest.fixture(scope="module")
def big_output(module_hosting):
    return module_hosting.deploy("big_output")


@pytest.fixture(scope="module")
def raises(module_hosting):
    return module_hosting.deploy("raises")


@pytest.fixture(scope="module")
def context(module_hosting):
    return module_hosting.deploy("context")


@pytest.fixture
def failed(hosting):
    """Return a function that invokes an endpoint and returns its ModelError."""

    def failed(name, body, content_type="application/json"):
        with pytest.raises(hosting.runtime.exceptions.ModelError) as caught:
            hosting.invoke(name, body, content_type)
        return caught.value.response

    return failed


def test_defaults_take_and_give_json_and_csv(hosting):
    name = hosting.deploy("double")

    as_json = hosting.invoke(name, b"[1, 2]")
    as_csv = hosting.invoke(name, b"1,2\n3,4\n", "text/csv", Accept="text/csv")

    assert json.loads(as_json) == [2, 4]
    assert as_csv == b"2.0,4.0\n6.0,8.0\n"


def test_default_answers_415_to_a_type_it_does_not_know(hosting, failed):
    error = failed(hosting.deploy("double"), b"\xff\xd8", "image/jpeg")

    assert error["OriginalStatusCode"] == 415
    assert "image/jpeg is not supported without input_fn" in error["OriginalMessage"]


def test_multipart_body_reaches_the_model_as_it_was_sent(hosting):
    body = b"".join(
        b'--x\r\nContent-Disposition: form-data; name="f"\r\n\r\n%b\r\n' % part
        for part in (b"", b"\0" * 5, b"abc")
    )

    answer = hosting.invoke(
        hosting.deploy("multipart"),
        body + b"--x--\r\n",
        "multipart/form-data; boundary=x",
    )

    assert json.loads(answer) == [0, 5, 3]


def test_transform_fn_alone_is_enough(hosting):
    answer = hosting.invoke(hosting.deploy("transform"), b"1", "text/csv", Accept="a/b")

    assert answer == b"None str text/csv a/b"


def test_streaming_model_is_answered_whole(hosting):
    assert hosting.invoke(hosting.deploy("stream"), b"{}") == b"one two three"


def test_only_what_aws_passes_on_reaches_the_model(hosting, context):
    def add_own(params, **_):
        params["headers"]["X-Own"] = "1"

    hosting.runtime.meta.events.register("before-call.*.InvokeEndpoint", add_own)
    names = hosting.invoke(context, b"{}", Accept="text/x", InferenceId="mine").split()

    assert names == [
        b"accept",
        b"content-length",
        b"content-type",
        b"host",
        b"x-amzn-sagemaker-inference-id",
    ]


def test_custom_attributes_go_to_the_model_and_come_back(hosting, context):
    answer = hosting.runtime.invoke_endpoint(
        EndpointName=context,
        Body=b"{}",
        ContentType="application/json",
        CustomAttributes="trace=1",
    )

    assert answer["CustomAttributes"] == "TRACE=1"


@pytest.mark.parametrize(
    ("fixture", "size"),
    [
        pytest.param("echo", 0, id="nothing"),
        pytest.param("echo", REALTIME_BYTES, id="realtime"),
        pytest.param("serverless_echo", SERVERLESS_BYTES, id="serverless"),
    ],
)
def test_body_up_to_the_limit_is_taken(hosting, request, fixture, size):
    body = np.random.default_rng(0).bytes(size)

    assert hosting.invoke(request.getfixturevalue(fixture), body, "a/b") == body


def test_body_over_the_realtime_limit_has_no_error_type(hosting, refused, echo):
    error = refused(
        hosting.runtime.invoke_endpoint,
        EndpointName=echo,
        Body=b"x" * (REALTIME_BYTES + 1),
    )

    assert error == {
        "Code": "413",
        "Message": f"HTTP content length exceeded {REALTIME_BYTES} bytes.",
    }


def test_body_over_the_serverless_limit_names_the_request(hosting, serverless_echo):
    with pytest.raises(hosting.runtime.exceptions.ValidationError) as caught:
        hosting.invoke(serverless_echo, b"x" * (SERVERLESS_BYTES + 1), "a/b")

    response = caught.value.response
    request_id = response["ResponseMetadata"]["RequestId"]
    assert response["Error"]["Message"] == f"Request {request_id} has oversize body."


@pytest.mark.parametrize("size", [REALTIME_BYTES + 1, 50_000_000])
def test_body_over_the_limit_never_reaches_the_model(hosting, refused, size):
    name = hosting.deploy("environment")

    refused(hosting.runtime.invoke_endpoint, EndpointName=name, Body=b"x" * size)
    hosting.invoke(name, b"{}")

    assert hosting.log(name) == ["loading", "predicting"]


def test_response_up_to_the_limit_is_given(hosting, big_output):
    answer = hosting.invoke(big_output, str(REALTIME_BYTES).encode())

    assert answer == b"x" * REALTIME_BYTES


def test_response_over_the_limit_is_a_model_error(hosting, failed, big_output):
    error = failed(big_output, str(REALTIME_BYTES + 1).encode())

    assert error["OriginalStatusCode"] == 0
    assert error["OriginalMessage"] == (
        f"The response exceeds the maximum of {REALTIME_BYTES} bytes."
    )
    assert hosting.invoke(big_output, b"1") == b"x"


def test_unknown_endpoint_is_refused_in_awss_words(hosting, refused):
    error = refused(hosting.runtime.invoke_endpoint, EndpointName="nobody", Body=b"")

    assert error == {
        "Code": "ValidationError",
        "Message": "Endpoint nobody of account 000000000000 not found.",
    }


@pytest.mark.parametrize(
    ("params", "member"),
    [
        pytest.param(
            {"CustomAttributes": "x" * 1025}, "customAttributes", id="too long"
        ),
        pytest.param({"InferenceId": "x" * 65}, "inferenceId", id="long id"),
        pytest.param({"TargetVariant": "_"}, "targetVariant", id="pattern"),
    ],
)
def test_header_that_breaks_the_model_s_rules_is_refused(
    hosting, refused, echo, params, member
):
    error = refused(
        hosting.runtime.invoke_endpoint, EndpointName=echo, Body=b"", **params
    )

    assert error["Code"] == "ValidationError"
    assert f"at '{member}' failed to satisfy constraint" in error["Message"]


@pytest.fixture(scope="module")
def two_variants(module_hosting):
    """Deploy an endpoint of two models: A, with three times the weight of B, and B."""
    models = {name: module_hosting.create_model("echo") for name in ("A", "B")}
    weights = {"A": 3, "B": 1}
    config = models["A"]
    module_hosting.sagemaker.create_endpoint_config(
        EndpointConfigName=config,
        ProductionVariants=[
            {
                "VariantName": name,
                "ModelName": model,
                "InitialVariantWeight": weights[name],
                **INSTANCE,
            }
            for name, model in models.items()
        ],
    )
    name = module_hosting.start_endpoint(config, config)
    module_hosting.wait(name)
    return name


@pytest.fixture
def shares(hosting, two_variants):
    """Return a function that invokes and counts which variant answered."""

    def shares(requests, **params):
        return Counter(
            hosting.runtime.invoke_endpoint(
                EndpointName=two_variants, Body=b"x", **params
            )["InvokedProductionVariant"]
            for _ in range(requests)
        )

    return shares


def test_variants_share_traffic_by_weight(shares):
    counts = shares(400)

    # Three quarters of 400, give or take five standard deviations.
    assert counts["A"] == pytest.approx(300, abs=44)
    assert counts["A"] + counts["B"] == 400


def test_target_variant_overrides_the_weights(hosting, refused, shares, two_variants):
    error = refused(
        hosting.runtime.invoke_endpoint,
        EndpointName=two_variants,
        Body=b"",
        TargetVariant="C",
    )

    assert shares(20, TargetVariant="B") == {"B": 20}
    assert error["Code"] == "ValidationError"


def test_new_weights_take_effect_at_once(hosting, shares, two_variants):
    def set_weights(a, b):
        hosting.sagemaker.update_endpoint_weights_and_capacities(
            EndpointName=two_variants,
            DesiredWeightsAndCapacities=[
                {"VariantName": "A", "DesiredWeight": a},
                {"VariantName": "B", "DesiredWeight": b},
            ],
        )

    set_weights(0, 1)
    all_to_b = shares(20)
    described = hosting.settled(two_variants)
    set_weights(3, 1)
    hosting.wait(two_variants)

    assert all_to_b == {"B": 20}
    assert described["EndpointStatus"] == "InService"
    assert [item["CurrentWeight"] for item in described["ProductionVariants"]] == [0, 1]


@pytest.mark.parametrize(
    ("body", "side", "status", "text"),
    [
        pytest.param(
            {"message": "no"}, "server", 500, "ValueError: no", id="any error"
        ),
        pytest.param(
            {"reject": "no"}, "client", 422, "RejectedError: no", id="own status"
        ),
    ],
)
def test_model_that_raises_is_a_model_error(failed, raises, body, side, status, text):
    error = failed(raises, json.dumps(body))

    assert error["ResponseMetadata"]["HTTPStatusCode"] == 424
    assert error["OriginalStatusCode"] == status
    assert error["OriginalMessage"] == text
    assert error["LogStreamArn"] == (
        f"arn:aws:logs:us-east-1:000000000000:log-group:/aws/sagemaker/Endpoints/{raises}"
    )
    assert error["Message"] == (
        f'Received {side} error ({status}) from primary with message "{text}". '
        + CONSOLE.format(name=raises)
    )


def test_model_that_raises_logs_its_traceback(hosting, failed):
    name = hosting.deploy("raises")

    failed(name, b'{"message": "look here"}')

    log = hosting.log(name)
    assert log[0] == "Traceback (most recent call last):"
    assert log[-1] == "ValueError: look here"


def test_messages_are_cut_to_what_the_api_allows(failed, raises):
    error = failed(raises, json.dumps({"message": "x" * 5000}))

    assert len(error["OriginalMessage"]) == 2048
    assert len(error["Message"]) == 2048
    assert error["Message"].endswith(CONSOLE.format(name=raises))


def test_model_that_dies_is_a_model_error_and_comes_back(hosting, failed):
    name = hosting.deploy("crash")

    error = failed(name, b'"segfault"')

    assert error["OriginalStatusCode"] == 0
    assert error["Message"].startswith(
        'Received server error (0) from primary with message "Amazon SageMaker could not'
        f" get a response from the {name} endpoint."
    )
    assert "pid" in json.loads(hosting.invoke(name, b'"x"'))


def test_serverless_model_beyond_its_memory_is_a_model_error(hosting, failed):
    name = hosting.deploy("hungry", SERVERLESS)

    error = failed(name, b"1200")

    assert "insufficient memory" in error["Message"]
    assert json.loads(hosting.invoke(name, b"1")) == {"held_mb": 1}


def test_serverless_endpoint_beyond_its_concurrency_throttles(hosting, refused):
    name = hosting.deploy("slow", SERVERLESS)
    ready = threading.Barrier(4)

    def invoke(_):
        ready.wait()
        try:
            return hosting.invoke(name, b"1")
        except hosting.runtime.exceptions.ClientError as error:
            return error.response["Error"]

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(invoke, range(4)))

    throttled = {"Message": None, "Code": "ThrottlingException"}
    assert answers.count(throttled) == 2
    assert answers.count(b'{"slept_s": 1}') == 2


def test_realtime_endpoint_queues_what_it_cannot_take_at_once(hosting):
    name = hosting.deploy("slow")

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: hosting.invoke(name, b"0.2"), range(4)))

    assert answers == [b'{"slept_s": 0.2}'] * 4
