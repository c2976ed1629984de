"""Asynchronous invocations that are answered: with what, in which order, and where."""

import asyncio

import pytest
from async_world import answering, hanging
from hosting_fakes import until


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


@pytest.mark.parametrize(
    ("given", "timeout_s"),
    [
        pytest.param({}, 900, id="default"),
        pytest.param({"timeout_s": 3600}, 3600, id="most"),
    ],
)
def test_model_has_a_quarter_of_an_hour_unless_the_request_says_more(
    running, container_class, given, timeout_s
):
    asked = hanging(container_class)

    async def main():
        async with running(killed=True) as world:
            await world.submit(**given)
            await until(lambda: asked)
            rows = world.state.db.execute("SELECT timeout_s FROM async_requests")
            return [row["timeout_s"] for row in rows]

    assert asyncio.run(main()) == [timeout_s]
