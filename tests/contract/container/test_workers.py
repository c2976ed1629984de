"""Requests share a container's workers."""

import asyncio
import time

from running_container import MODELS

from smnb.local.container import TooManyRequestsError


def test_workers_share_a_load_that_one_cannot_take(host):
    async def steps(hosted):
        started = time.perf_counter()
        await asyncio.gather(*(hosted.ask(1) for _ in range(3)))
        return time.perf_counter() - started

    assert host(MODELS / "slow", steps, workers=3) < 2.5


def test_model_s_own_number_of_workers_wins(host):
    async def steps(hosted):
        pids = await asyncio.gather(*(hosted.ask(0.4) for _ in range(2)))
        return {answer["pid"] for answer in pids}

    code = (
        "import os, time\n"
        "def model_fn(d): return time.sleep\n"
        "def predict_fn(s, sleep):\n"
        "    sleep(s)\n"
        "    return {'pid': os.getpid()}\n"
    )
    one = {"SAGEMAKER_MODEL_SERVER_WORKERS": "1"}

    assert len(host(code, steps, workers=2, environment=one)) == 1


def test_requests_beyond_the_concurrency_are_refused(host):
    async def steps(hosted):
        asked = [hosted.ask(0.3) for _ in range(4)]
        return await asyncio.gather(*asked, return_exceptions=True)

    answers = host(MODELS / "slow", steps, workers=2, max_concurrency=2)

    refused = [answer for answer in answers if isinstance(answer, TooManyRequestsError)]
    assert len(refused) == 2
    assert [a for a in answers if a not in refused] == [{"slept_s": 0.3}] * 2
