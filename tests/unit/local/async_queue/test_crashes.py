"""Nothing acknowledged is lost or answered twice, whatever ends in the middle of it."""

import asyncio

from async_world import NAME, REGION, answering, hanging
from hosting_fakes import until

from smnb.local.container import ModelDiedError
from smnb.local.services import async_queue


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
