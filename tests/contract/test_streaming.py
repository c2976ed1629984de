"""InvokeEndpointWithResponseStream by unmodified boto3, of a model that makes pieces."""

import json
from contextlib import ExitStack, closing

import pytest
from botocore.exceptions import EventStreamError

SERVERLESS = {"ServerlessConfig": {"MemorySizeInMB": 1024, "MaxConcurrency": 1}}


@pytest.fixture(scope="module")
def words(module_hosting):
    return module_hosting.deploy("stream")


@pytest.fixture(scope="module")
def waits(module_hosting):
    return module_hosting.deploy("waits", SERVERLESS)


@pytest.fixture
def stream(hosting):
    """Return a function that begins a stream of a model's answer to a value."""

    def stream(name, value, **options):
        answer = hosting.runtime.invoke_endpoint_with_response_stream(
            EndpointName=name,
            Body=json.dumps(value),
            ContentType="application/json",
            **options,
        )
        bodies.enter_context(closing(answer["Body"]))
        return answer

    with ExitStack() as bodies:  # botocore leaves those open that end with an error
        yield stream


def pieces(answer):
    """Yield the content of each event."""
    for event in answer["Body"]:
        yield event["PayloadPart"]["Bytes"]


def test_each_piece_of_the_answer_is_an_event(stream, words):
    answer = stream(words, {})

    assert list(pieces(answer)) == [b"one ", b"two ", b"three"]


def test_answer_says_what_it_is_and_who_made_it(stream, words):
    answer = stream(words, {})
    list(answer["Body"])

    assert answer["ContentType"] == "text/plain; charset=utf-8"
    assert answer["InvokedProductionVariant"] == "AllTraffic"


def test_first_piece_comes_while_the_model_is_still_at_work(stream, waits, tmp_path):
    file = tmp_path / "go-on"

    answer = pieces(stream(waits, {"file": str(file)}))
    first = next(answer)
    file.touch()
    *_, last = answer

    assert (first, last) == (b"ready", b"done")


def test_model_that_is_no_stream_is_answered_whole(hosting, stream):
    content = "x" * 3_000_000

    answer = stream(hosting.deploy("echo"), content)

    assert b"".join(pieces(answer)) == json.dumps(content).encode()


def test_stream_may_be_larger_than_an_answer(hosting, stream):
    size = 8_000_000

    answer = stream(hosting.deploy("big_output"), size)

    assert sum(map(len, pieces(answer))) == size


def test_accept_goes_to_the_model(hosting, stream):
    answer = stream(hosting.deploy("transform"), 1, Accept="a/b")

    assert b"".join(pieces(answer)).endswith(b" a/b")


def test_model_that_raises_in_the_middle_breaks_the_stream(stream, words):
    answer = pieces(stream(words, {"break_after": 2}))
    before = [next(answer), next(answer)]
    with pytest.raises(EventStreamError) as caught:
        next(answer)

    error = caught.value.response["Error"]
    assert before == [b"one ", b"two "]
    assert error["Code"] == "ModelStreamError"
    assert error["Message"].startswith("The response stream was broken. ")
    assert error["Message"].endswith("RuntimeError: broken off")


def test_endpoint_serves_on_after_a_broken_stream(stream, words):
    with pytest.raises(EventStreamError):
        list(stream(words, {"break_after": 1})["Body"])

    assert b"".join(pieces(stream(words, {}))) == b"one two three"


def test_model_that_raises_at_once_is_a_model_error(hosting, stream, words):
    with pytest.raises(hosting.runtime.exceptions.ModelError) as caught:
        stream(words, {"break_after": 0})

    assert caught.value.response["OriginalStatusCode"] == 500


def test_model_that_dies_is_told(hosting, stream):
    with pytest.raises(hosting.runtime.exceptions.ModelError) as caught:
        stream(hosting.deploy("crash"), "segfault")

    assert caught.value.response["OriginalStatusCode"] == 0


def test_client_that_leaves_stops_the_model(hosting, stream, tmp_path):
    name = hosting.deploy("waits", SERVERLESS)

    answer = stream(name, {"file": str(tmp_path / "never")})
    next(pieces(answer))
    answer["Body"].close()

    hosting.wait_for_log(name, "it is over")


def test_stream_counts_as_a_request_until_it_ends(stream, waits, refused, tmp_path):
    file = tmp_path / "go-on"

    answer = pieces(stream(waits, {"file": str(file)}))
    next(answer)
    error = refused(stream, name=waits, value={"file": str(file)})
    file.touch()
    list(answer)

    assert error["Code"] == "ThrottlingException"
    assert b"done" in pieces(stream(waits, {"file": str(file)}))


def test_asynchronous_endpoint_has_no_streams(hosting, refused, stream):
    name = hosting.deploy_async("echo")

    error = refused(stream, name=name, value=1)

    assert error["Code"] == "ValidationError"
