"""The queue of asynchronous invocations: order, failures, expiry, and every crash."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from hosting_fakes import FakeMetricStore, FakeStore, new_container_class, until

from smnb.local.container import ContainerSpec, ModelDiedError, ModelTimeoutError
from smnb.local.errors import ServiceError
from smnb.local.services import async_queue
from smnb.local.services.async_queue import AsyncQueue, AsyncRequest
from smnb.local.services.endpoint_metrics import EndpointMetrics
from smnb.local.services.fleet import AsyncSettings, Fleet, Hosted, HostedVariant
from smnb.local.services.log_store import LogStore
from smnb.local.services.s3_uri import S3Uri
from smnb.local.state import State

REGION = "us-east-1"
NAME = "talks"


@pytest.fixture
def container_class(monkeypatch):
    cls = new_container_class()
    monkeypatch.setattr("smnb.local.services.fleet.Container", cls)
    return cls


class World:
    """A queue over a data directory, with one asynchronous endpoint in service."""

    def __init__(self, data_dir, store, concurrency, zero, idle_s):
        self.state = State(data_dir)
        self.store = store
        self.fleet = Fleet()
        self.logs = LogStore(self.state)
        self.metrics = FakeMetricStore()
        self.scales_to_zero = zero
        self.queue = AsyncQueue(
            self.state,
            store,
            self.fleet,
            self.logs,
            EndpointMetrics(self.metrics),
            scales_to_zero=lambda *_: self.scales_to_zero,
            idle_s=idle_s,
        )
        self.data_dir = data_dir
        self.hosted = self.host("image", concurrency)

    def host(self, image, concurrency=1):
        """Put a new deployment of the endpoint in service."""
        spec = ContainerSpec(
            NAME, "AllTraffic", None, {}, image, "python", 0, 1, 3600, 60
        )
        variant = HostedVariant(1.0, spec, self.data_dir, lambda _: print)
        settings = AsyncSettings(S3Uri("b", "out"), S3Uri("b", "failed"), concurrency)
        hosted = Hosted("async", (variant,), settings)
        self.fleet.host(REGION, NAME, hosted)
        return hosted

    async def submit(self, **members):
        if "input_location" not in members:
            members.setdefault("body", b"hello")
        return await self.queue.submit(AsyncRequest(REGION, NAME, **members))

    def found(self, location):
        """Return content and content type of an object, None if it is not there."""
        uri = S3Uri.parse(location)
        return self.store.buckets[uri.bucket].get(uri.key)

    async def output(self, accepted):
        await until(lambda: self.found(accepted.output_location))
        return self.found(accepted.output_location)

    async def failure(self, accepted):
        await until(lambda: self.found(accepted.failure_location))
        return self.found(accepted.failure_location)[0].decode()

    def left(self):
        """Return how many requests and spooled answers are left."""
        (rows,) = self.state.db.execute(
            "SELECT count(*) FROM async_requests"
        ).fetchone()
        return rows, len(list((self.data_dir / "async").iterdir()))


@pytest.fixture
def store():
    return FakeStore("b")


@pytest.fixture
def running(tmp_path, store, container_class):
    """Return a context manager that runs a queue; `killed` leaves it as kill -9 does."""

    @asynccontextmanager
    async def running(killed=False, concurrency=1, zero=False, idle_s=60.0):
        world = World(tmp_path, store, concurrency, zero, idle_s)
        await world.queue.start()
        yield world
        if not killed:
            await world.queue.stop()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        world.state.close()

    return running


def answering(container_class, answer):
    container_class.answer = staticmethod(answer)


def hanging(container_class):
    """Let the model never answer; return what notes that it was asked."""
    asked = []

    async def hang(headers, body):
        asked.append(body)
        await asyncio.Event().wait()

    answering(container_class, hang)
    return asked


def test_request_with_a_body_is_answered_in_s3(running):
    async def main():
        async with running() as world:
            accepted = await world.submit(body=b"hello", content_type="text/plain")
            output = await world.output(accepted)
            await until(lambda: world.left() == (0, 0))
            return accepted, output

    accepted, output = asyncio.run(main())

    assert output == (b"hello", "text/plain")
    assert accepted.output_location.startswith("s3://b/out/")
    assert accepted.output_location.endswith(".out")
    assert accepted.failure_location.startswith("s3://b/failed/")


def test_input_in_s3_brings_its_content_type(running, store):
    store.buckets["b"]["in/x"] = (b"1,2", "text/csv")

    async def main():
        async with running() as world:
            return await world.output(await world.submit(input_location="s3://b/in/x"))

    assert asyncio.run(main()) == (b"1,2", "text/csv")


def test_content_type_of_the_request_wins_over_the_objects(running, store):
    store.buckets["b"]["in/x"] = (b"1,2", "text/csv")

    async def main():
        async with running() as world:
            accepted = await world.submit(
                input_location="s3://b/in/x", content_type="application/json"
            )
            return await world.output(accepted)

    assert asyncio.run(main())[1] == "application/json"


def test_container_is_told_what_the_caller_said(running, container_class):
    seen = []

    async def note(headers, body):
        seen.append(headers)
        return 200, "text/plain", b""

    answering(container_class, note)

    async def main():
        async with running() as world:
            accepted = await world.submit(
                content_type="a/b",
                accept="c/d",
                custom_attributes="x=1",
                inference_id="mine",
            )
            await world.output(accepted)
            return accepted.inference_id

    assert asyncio.run(main()) == "mine"
    assert seen == [
        {
            "content-type": "a/b",
            "accept": "c/d",
            "x-amzn-sagemaker-custom-attributes": "x=1",
            "x-amzn-sagemaker-inference-id": "mine",
        }
    ]


def test_output_goes_where_the_request_says(running):
    async def main():
        async with running() as world:
            return await world.submit(path_extension="day/1", filename="a.json")

    assert asyncio.run(main()).output_location == "s3://b/out/day/1/a.json"


def test_requests_are_answered_in_order(running, container_class):
    order = []

    async def note(headers, body):
        order.append(body)
        return 200, "text/plain", body

    answering(container_class, note)

    async def main():
        async with running() as world:
            for number in range(5):
                accepted = await world.submit(body=str(number).encode())
            await world.output(accepted)

    asyncio.run(main())

    assert order == [b"0", b"1", b"2", b"3", b"4"]


@pytest.mark.parametrize("concurrency", [1, 3])
def test_as_many_are_worked_on_at_once_as_the_endpoint_takes(
    running, container_class, concurrency
):
    at_once, most = 0, 0
    full = asyncio.Event()

    async def count(headers, body):
        nonlocal at_once, most
        at_once += 1
        most = max(most, at_once)
        if at_once == concurrency:
            full.set()
        await asyncio.wait_for(full.wait(), 30)
        for _ in range(10):  # more than are allowed would come now
            await asyncio.sleep(0)
        at_once -= 1
        return 200, "text/plain", b""

    answering(container_class, count)

    async def main():
        async with running(concurrency=concurrency) as world:
            accepted = [await world.submit() for _ in range(7)]
            for one in accepted:
                await world.output(one)

    asyncio.run(main())

    assert most == concurrency


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


def test_queued_requests_are_answered_after_a_kill(running, container_class):
    async def echo(headers, body):
        return 200, "text/plain", body

    async def main():
        asked = hanging(container_class)
        async with running(killed=True) as world:
            accepted = [await world.submit(body=str(n).encode()) for n in range(3)]
            await until(lambda: asked)
        answering(container_class, echo)
        async with running() as world:
            return [(await world.output(one))[0] for one in accepted]

    assert asyncio.run(main()) == [b"0", b"1", b"2"]


def test_answer_decided_before_a_kill_is_published_and_not_asked_for_again(
    running, container_class, store
):
    calls = []

    async def number(headers, body):
        calls.append(body)
        return 200, "text/plain", str(len(calls)).encode()

    answering(container_class, number)
    publish, interrupted = store.put_file, []

    async def interrupt(*_):
        interrupted.append(True)
        await asyncio.Event().wait()

    async def main():
        store.put_file = interrupt
        async with running(killed=True) as world:
            accepted = await world.submit()
            await until(lambda: interrupted)
        store.put_file = publish
        async with running() as world:
            output = await world.output(accepted)
            await until(lambda: world.left() == (0, 0))
            return output

    assert asyncio.run(main()) == (b"1", "text/plain")
    assert len(calls) == 1


def test_answer_published_before_a_kill_is_published_again_the_same(
    running, container_class, store
):
    calls = []

    async def number(headers, body):
        calls.append(body)
        return 200, "text/plain", str(len(calls)).encode()

    answering(container_class, number)
    publish = store.put_file

    async def then_hang(*arguments):
        await publish(*arguments)
        await asyncio.Event().wait()

    async def main():
        store.put_file = then_hang
        async with running(killed=True) as world:
            accepted = await world.submit()
            first = await world.output(accepted)
        store.put_file = publish
        async with running() as world:
            await until(lambda: world.left() == (0, 0))
            return first, world.found(accepted.output_location)

    first, second = asyncio.run(main())

    assert first == second == (b"1", "text/plain")


def test_request_in_flight_when_its_container_is_replaced_goes_to_the_successor(
    running, container_class
):
    async def main():
        async with running() as world:
            died, asked = asyncio.Event(), []

            async def die_when_replaced(headers, body):
                asked.append(body)
                await died.wait()
                raise ModelDiedError

            async def echo(headers, body):
                return 200, "text/plain", b"successor"

            answering(container_class, die_when_replaced)
            accepted = await world.submit()
            await until(lambda: asked)
            answering(container_class, echo)
            world.host("next")
            died.set()
            return await world.output(accepted)

    assert asyncio.run(main())[0] == b"successor"


def test_fault_of_ours_leaves_the_request_queued(running, store, monkeypatch):
    monkeypatch.setattr(async_queue, "_RETRY_AFTER_S", 0.001)
    publish, faults = store.put_file, []

    async def full_at_first(*arguments):
        if len(faults) < 2:
            faults.append(arguments)
            raise OSError(28, "No space left on device")
        await publish(*arguments)

    store.put_file = full_at_first

    async def main():
        async with running() as world:
            return await world.output(await world.submit())

    assert asyncio.run(main())[0] == b"hello"


def test_deleted_endpoints_requests_are_dropped(running, container_class):
    asked = hanging(container_class)

    async def main():
        async with running() as world:
            for _ in range(3):
                await world.submit()
            await until(lambda: asked)
            world.fleet.remove(REGION, NAME)
            world.queue.drop(REGION, NAME)
            return world.left()

    assert asyncio.run(main()) == (0, 0)


def test_idle_container_stops_when_it_may_and_starts_with_the_next_request(
    running, container_class
):
    async def main():
        async with running(zero=True, idle_s=0.02) as world:
            await world.output(await world.submit())
            await until(lambda: container_class.made[0].stopped)
            second = await world.output(await world.submit(body=b"again"))
            return second, world.hosted.variants[0].running

    second, runs = asyncio.run(main())

    assert second[0] == b"again"
    assert runs
    assert len(container_class.made) == 2


def test_container_that_was_never_asked_stops_too(running, container_class):
    async def main():
        async with running(idle_s=0.02) as world:
            await world.hosted.variants[0].ready()
            world.scales_to_zero = True
            world.queue.wake()
            await until(lambda: container_class.made[0].stopped)

    asyncio.run(main())


def test_container_stays_up_without_a_target_at_zero(running):
    async def main():
        async with running(idle_s=0) as world:
            await world.output(await world.submit())
            await until(lambda: world.left() == (0, 0))
            for _ in range(20):
                world.queue.wake()
                await asyncio.sleep(0)
            return world.hosted.variants[0].running

    assert asyncio.run(main())
