"""An answer that its reader leaves keeps a model busy only as long as a request may take."""

import time

import pytest

CODE = """
import os, time

def model_fn(model_dir):
    return None

def predict_fn(pause_s, model):
    yield str(os.getpid())
    time.sleep(pause_s)
    yield "!"
"""


async def leave(hosted, pause_s, **options):
    """Read the first piece of an answer and no more; return the model's process."""
    response = await hosted.send(str(pause_s).encode(), **options)
    pid = int(await anext(response.body))
    await response.body.aclose()
    return pid


def test_model_that_makes_no_more_of_it_is_killed_at_its_time_limit(host):
    async def steps(hosted):
        began = time.monotonic()
        before = await leave(hosted, 60, timeout_s=1)
        after = await leave(hosted, 0)
        return before, after, time.monotonic() - began

    before, after, took_s = host(CODE, steps)

    assert before != after
    assert took_s < 10


def test_model_that_comes_to_its_end_goes_on(host):
    async def steps(hosted):
        return await leave(hosted, 0.5, timeout_s=10), await leave(hosted, 0)

    before, after = host(CODE, steps)

    assert before == after


@pytest.mark.parametrize("workers", [1, 2])
def test_request_meanwhile_takes_a_free_worker_or_waits(host, workers):
    async def steps(hosted):
        began = time.monotonic()
        pids = await leave(hosted, 1.5), await leave(hosted, 0)
        return len(set(pids)), time.monotonic() - began

    count, took_s = host(CODE, steps, workers=workers)

    assert count == workers
    assert (took_s >= 1.5) == (workers == 1)
