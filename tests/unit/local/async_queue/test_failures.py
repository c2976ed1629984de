"""Asynchronous invocations that fail, or are refused at once."""

import asyncio

import pytest
from async_world import NAME, REGION, answering, hanging
from hosting_fakes import until

from smnb.local.container import ModelDiedError, ModelTimeoutError
from smnb.local.errors import ServiceError
from smnb.local.services.fleet import Hosted


def test_model_error_is_the_failure_object_and_a_line_in_the_data_log(
    running, container_class
):
    async def fail(headers, body):
        return 500, "text/plain", b"boom"

    answering(container_class, fail)

    async def main():
        async with running() as world:
            accepted = await world.submit(inference_id="mine")
            failure = await world.failure(accepted)
            group_id = world.logs.group_id(REGION, f"/aws/sagemaker/Endpoints/{NAME}")
            return (
                accepted,
                failure,
                list(world.logs.after(group_id, 0)),
                world.store.buckets["b"],
            )

    _, failure, (event,), objects = asyncio.run(main())

    assert failure.startswith(
        'Received server error (500) from primary with message "boom". See https://us-east-1.'
    )
    assert event.stream.endswith("/data-log")
    assert f"[sagemaker logs] [mine] {failure}" in event.message
    assert len(objects) == 1


@pytest.mark.parametrize(
    ("raised", "words"),
    [
        pytest.param(ModelTimeoutError, "Your invocation timed out", id="timeout"),
        pytest.param(
            ModelDiedError, "could not get a response from the talks", id="died"
        ),
    ],
)
def test_container_without_an_answer_is_a_server_error_0(
    running, container_class, raised, words
):
    async def fail(headers, body):
        raise raised

    answering(container_class, fail)

    async def main():
        async with running() as world:
            return await world.failure(await world.submit())

    failure = asyncio.run(main())

    assert failure.startswith("Received server error (0) from primary")
    assert words in failure


def test_request_has_a_timeout_of_its_own(running, container_class):
    hanging(container_class)

    async def main():
        async with running() as world:
            return await world.failure(await world.submit(timeout_s=0.01))

    assert "Your invocation timed out" in asyncio.run(main())


@pytest.mark.parametrize(
    ("location", "words"),
    [
        pytest.param("s3://b/gone", "s3://b/gone", id="no-object"),
        pytest.param("s3://nowhere/x", "s3://nowhere/x", id="no-bucket"),
    ],
)
def test_input_that_is_not_there_is_a_failure(running, location, words):
    async def main():
        async with running() as world:
            return await world.failure(await world.submit(input_location=location))

    failure = asyncio.run(main())

    assert failure.startswith("Could not download")
    assert words in failure


def test_input_above_the_limit_is_a_failure(running, store, monkeypatch):
    class Huge:
        size_bytes = 1024**3 + 1
        content_type = "video/mp4"

    monkeypatch.setattr(store, "head", lambda *_: Huge)

    async def main():
        async with running() as world:
            return await world.failure(await world.submit(input_location="s3://b/in/x"))

    assert "1073741825 bytes" in asyncio.run(main())


def test_container_that_does_not_start_is_a_failure(running, container_class):
    container_class.failures["image"] = "no handler"

    async def main():
        async with running() as world:
            return await world.failure(await world.submit())

    assert asyncio.run(main()).endswith("no handler")


def test_missing_output_bucket_ends_the_request(running, store):
    async def main():
        async with running() as world:
            accepted = await world.submit()
            del store.buckets["b"]
            await until(lambda: world.left() == (0, 0))
            return accepted

    assert asyncio.run(main()).output_location.startswith("s3://b/")


def test_expired_request_is_a_failure_and_never_reaches_the_model(
    running, container_class
):
    seen = []

    async def main():
        async with running() as world:
            may_answer = asyncio.Event()

            async def wait(headers, body):
                seen.append(body)
                await may_answer.wait()
                return 200, "text/plain", b""

            answering(container_class, wait)
            first = await world.submit(body=b"first")
            second = await world.submit(body=b"second", ttl_s=0.01)
            failure = await world.failure(second)
            may_answer.set()
            await world.output(first)
            return failure

    assert "expired" in asyncio.run(main())
    assert seen == [b"first"]


INVALID = {
    "both": {"body": b"x", "input_location": "s3://b/x"},
    "neither": {"body": None},
    "body-too-large": {"body": b"x" * 128_001},
    "no-uri": {"input_location": "file:///etc/passwd"},
}


@pytest.mark.parametrize("members", INVALID.values(), ids=INVALID.keys())
def test_request_beyond_a_limit_is_refused_at_once(running, members):
    async def main():
        async with running() as world:
            try:
                await world.submit(**members)
            finally:
                assert world.left() == (0, 0)

    with pytest.raises(ServiceError) as caught:
        asyncio.run(main())

    assert caught.value.code == "ValidationError"


def test_body_at_the_limit_is_taken(running):
    async def main():
        async with running() as world:
            return await world.output(await world.submit(body=b"x" * 128_000))

    assert asyncio.run(main())


def test_request_to_no_endpoint_is_refused_in_awss_words(running):
    async def main():
        async with running() as world:
            world.fleet.remove(REGION, NAME)
            await world.submit()

    with pytest.raises(ServiceError) as caught:
        asyncio.run(main())

    assert caught.value.message == "Endpoint talks of account 000000000000 not found."


def test_request_to_a_synchronous_endpoint_is_refused(running):
    async def main():
        async with running() as world:
            world.fleet.host(REGION, NAME, Hosted("realtime", ()))
            await world.submit()

    with pytest.raises(ServiceError, match="not asynchronous"):
        asyncio.run(main())
