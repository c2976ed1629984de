"""Requests and answers of any size pass whole, and keep apart."""

import os

import pytest
from running_container import MODELS, read

from smnb.local.container import ModelDiedError


def test_model_answers_with_what_it_got(host):
    async def steps(hosted):
        response = await hosted.send(b"\0\1", "application/x-thing")
        return response.status, response.headers["content-type"], await read(response)

    assert host(MODELS / "echo", steps) == (200, "application/x-thing", b"\0\1")


@pytest.mark.parametrize("size", [0, 256 * 1024, 20_000_000])
def test_body_of_any_size_comes_back(host, size):
    body = os.urandom(size)

    async def steps(hosted):
        return await read(await hosted.send(body, "a/b")) == body

    assert host(MODELS / "echo", steps)


def test_body_of_unknown_size_comes_back(host):
    async def parts():
        for number in range(100):
            yield b"%d," % number

    async def steps(hosted):
        response = await hosted.container.invoke({"content-type": "a/b"}, parts(), None)
        return await read(response)

    expected = b"".join(b"%d," % number for number in range(100))
    assert host(MODELS / "echo", steps) == expected


def test_megabytes_of_output_do_no_harm(host):
    async def steps(hosted):
        answers = [await hosted.ask(2) for _ in range(2)]
        return answers, hosted.log

    answers, log = host(
        "import sys\n"
        "def model_fn(d): return None\n"
        "def predict_fn(mib, m):\n"
        "    for stream in (sys.stdout, sys.stderr):\n"
        "        for _ in range(mib * 1024): stream.write('x' * 1023 + '\\n')\n"
        "        stream.write('y' * mib * 1024 * 1024 + '\\n')\n"
        "    return mib\n",
        steps,
    )

    assert answers == [2, 2]
    assert sum(line == b"x" * 1023 for line in log) == 2 * 2 * 2 * 1024
    assert sum(line.count(b"y") for line in log) == 2 * 2 * 2 * 1024 * 1024


def test_stream_comes_piece_by_piece(host):
    async def steps(hosted):
        response = await hosted.send(b"{}")
        return "content-length" in response.headers, [
            chunk async for chunk in response.body
        ]

    assert host(MODELS / "stream", steps) == (False, [b"one ", b"two ", b"three"])


def test_stream_that_breaks_off_is_no_whole_answer(host):
    async def steps(hosted):
        response = await hosted.send(b'{"break_after": 2}')
        with pytest.raises(ModelDiedError, match="broke off its answer"):
            await read(response)
        return await read(await hosted.send(b"{}"))

    assert host(MODELS / "stream", steps) == b"one two three"


def test_response_that_nobody_reads_on_does_not_reach_the_next_request(host):
    async def steps(hosted):
        for _ in range(2):
            response = await hosted.send(b"2000000")
            await response.body.aclose()
        response = await hosted.send(b"3000000")
        await anext(response.body)
        await response.body.aclose()
        return await read(await hosted.send(b"1"))

    assert host(MODELS / "big_output", steps) == b"x"


def test_request_that_its_sender_breaks_off_never_reaches_the_model(host):
    async def broken():
        yield b"0"
        raise KeyError("gone")

    async def steps(hosted):
        with pytest.raises(KeyError, match="gone"):
            await hosted.container.invoke({}, broken(), 100)
        answer = await hosted.ask({})
        return answer["cwd"] != "", hosted.log

    assert host(MODELS / "environment", steps) == (True, [b"loading", b"predicting"])
