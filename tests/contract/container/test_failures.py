"""A model that crashes, is slow or takes too much memory fails its own request alone."""

import asyncio
import json
import os
import signal

import pytest
from running_container import MODELS, read

from smnb.local.container import ModelDiedError, ModelTimeoutError, OutOfMemoryError


@pytest.mark.parametrize(
    ("wish", "reason"),
    [
        pytest.param("exit", "exited with status 3", id="exit"),
        pytest.param("segfault", "was ended by SIGSEGV", id="signal"),
    ],
)
def test_crash_fails_the_request_and_the_next_one_works(host, wish, reason):
    async def steps(hosted):
        with pytest.raises(ModelDiedError, match=reason):
            await hosted.ask(wish)
        return await hosted.ask("x")

    assert "pid" in host(MODELS / "crash", steps)


def test_last_words_of_a_crash_come_from_either_stream(host):
    async def steps(hosted):
        with pytest.raises(ModelDiedError, match="Its last line: to stderr"):
            await hosted.ask({})

    host(
        "import os, sys\n"
        "def model_fn(d): return None\n"
        "def predict_fn(data, m):\n"
        "    print('to stdout', flush=True)\n"
        "    print('to stderr', file=sys.stderr)\n"
        "    os._exit(3)\n",
        steps,
    )


def test_process_that_ended_unasked_is_replaced(host):
    async def steps(hosted):
        before = (await hosted.ask("x"))["pid"]
        os.kill(before, signal.SIGKILL)
        await asyncio.sleep(0.2)
        return before, (await hosted.ask("x"))["pid"]

    before, after = host(MODELS / "crash", steps)

    assert before != after


def test_request_that_takes_too_long_fails_and_the_next_one_works(host):
    async def steps(hosted):
        with pytest.raises(ModelTimeoutError):
            await hosted.ask(30)
        return await hosted.ask(0)

    assert host(MODELS / "slow", steps, timeout_s=1) == {"slept_s": 0}


def test_request_may_have_a_time_of_its_own(host):
    async def steps(hosted):
        response = await hosted.send(b"0.5", timeout_s=10)
        return json.loads(await read(response))

    assert host(MODELS / "slow", steps, timeout_s=0.2) == {"slept_s": 0.5}


def test_request_whose_sender_gives_up_frees_its_worker(host):
    async def steps(hosted):
        given_up = asyncio.create_task(hosted.ask(30))
        await asyncio.sleep(0.2)
        given_up.cancel()
        return await hosted.ask(0)

    assert host(MODELS / "slow", steps) == {"slept_s": 0}


def test_memory_is_capped_and_the_next_request_works(host):
    async def steps(hosted):
        with pytest.raises(OutOfMemoryError, match="more than its 150 MB"):
            await hosted.ask(400)
        return await hosted.ask(10), hosted.log

    answer, log = host(MODELS / "hungry", steps, memory_mb=150)

    assert answer == {"held_mb": 10}
    assert b"The model took more than its 150 MB of memory." in log
