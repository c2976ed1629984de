"""Containers as the services use them, with processes that really run."""

import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import tarfile
import time
from pathlib import Path

import pytest

from smnb.local.container import (
    ArchiveError,
    Container,
    ContainerSpec,
    ModelDiedError,
    ModelTimeoutError,
    OutOfMemoryError,
    StartFailedError,
    TooManyRequestsError,
)

MODELS = Path(__file__).parents[1] / "models"


async def once(content):
    """Yield one chunk."""
    yield content


async def read(response):
    """Return a response's whole body."""
    return b"".join([chunk async for chunk in response.body])


class Hosted:
    """A container that was started."""

    def __init__(self, container, log):
        self.container = container
        self.log = log

    async def send(self, body, content_type="application/json", **options):
        """Return the response to a body of known size."""
        return await self.container.invoke(
            {"content-type": content_type}, once(body), len(body), **options
        )

    async def ask(self, value):
        """Return the prediction for a value, both JSON."""
        return json.loads(await read(await self.send(json.dumps(value).encode())))


def pack(code, archive):
    """Make an archive of some code, or of one of tests/models; return its path."""
    if isinstance(code, str):
        folder = archive.parent / "code"
        folder.mkdir()
        (folder / "inference.py").write_text(code)
    else:
        folder = code / "code"
    with tarfile.open(archive, "w:gz") as tar:
        tar.add(folder, "code")
    return archive


@pytest.fixture
def host(tmp_path):
    """Return a function that runs an async function of a started container."""

    def host(code, steps, **changes):
        options = {
            "endpoint_name": "faces",
            "variant_name": "AllTraffic",
            "archive": pack(code, tmp_path / "model.tar.gz"),
            "environment": {},
            "image": "",
            "python": sys.executable,
            "memory_mb": 0,
            "workers": 1,
            "timeout_s": 30,
            "startup_timeout_s": 30,
        }
        spec = ContainerSpec(**{**options, **changes})
        log = []

        async def main():
            container = Container(spec, tmp_path / "work", log.append)
            try:
                await container.start()
                return await steps(Hosted(container, log))
            finally:
                await container.stop()

        return asyncio.run(main())

    return host


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


def test_numpy_model_starts_in_a_second_and_a_half(host):
    started = time.perf_counter()

    async def steps(hosted):
        took_s = time.perf_counter() - started
        return await hosted.ask([1, 2]), took_s

    answer, took_s = host(MODELS / "double", steps)

    assert answer == [2.0, 4.0]
    assert took_s < 1.5


def test_model_sees_its_own_environment_and_not_the_daemon_s(host, monkeypatch):
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "the daemon's")
    monkeypatch.setenv("PYTHONPATH", "/nowhere")

    async def steps(hosted):
        return await hosted.ask({}), hosted.log

    seen, log = host(MODELS / "environment", steps, environment={"MODE": "fast"})

    environment = seen["environment"]
    assert environment["MODE"] == "fast"
    assert environment["SM_MODEL_DIR"] == seen["cwd"]
    assert environment["SAGEMAKER_BASE_DIR"] == str(Path(seen["cwd"]).parent)
    assert not {"AWS_SECRET_ACCESS_KEY", "PYTHONPATH"} & set(environment)
    assert seen["files"] == ["code"]
    assert seen["path"][0] == f"{seen['cwd']}/code"
    assert log == [b"loading", b"predicting"]


def test_submit_directory_and_program_say_which_code_runs(host, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "serve.py").write_text(
        "def model_fn(d): return lambda data: 'elsewhere'"
    )

    async def steps(hosted):
        return await hosted.ask({})

    answer = host(
        MODELS / "echo",
        steps,
        environment={
            "SAGEMAKER_PROGRAM": "serve.py",
            "SAGEMAKER_SUBMIT_DIRECTORY": str(tmp_path / "elsewhere"),
        },
    )

    assert answer == "elsewhere"


def test_submit_directory_on_s3_is_passed_over(host):
    async def steps(hosted):
        return await read(await hosted.send(b"x"))

    environment = {"SAGEMAKER_SUBMIT_DIRECTORY": "s3://bucket/sourcedir.tar.gz"}
    assert host(MODELS / "echo", steps, environment=environment) == b"x"


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        pytest.param(
            "\nimport no_such_module",
            "ModuleNotFoundError: No module named 'no_such_module' (inference.py, line 2)",
            id="missing module",
        ),
        pytest.param(
            "def model_fn(:\n",
            "SyntaxError: invalid syntax (inference.py, line 1)",
            id="syntax error",
        ),
        pytest.param(
            "x = 1",
            "TypeError: inference.py defines no model_fn(model_dir).",
            id="no handler",
        ),
        pytest.param(
            "def model_fn(model_dir):\n    return open('/no/model')",
            "FileNotFoundError: [Errno 2] No such file or directory: '/no/model'"
            " (inference.py, line 2)",
            id="model_fn raises",
        ),
        pytest.param(
            "import os\nprint('half way', flush=True)\nos._exit(3)",
            "The model's process exited with status 3. Its last line: half way",
            id="exits",
        ),
        pytest.param(
            "import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)",
            "The model's process was ended by SIGSEGV.",
            id="crashes",
        ),
    ],
)
def test_start_that_fails_says_why(host, code, reason):
    with pytest.raises(StartFailedError) as caught:
        host(code, None)

    assert str(caught.value) == reason


def test_start_without_code_says_what_is_missing(host, tmp_path):
    with tarfile.open(tmp_path / "empty.tar.gz", "w:gz"):
        pass

    with pytest.raises(StartFailedError, match=r"has no code/inference\.py"):
        host(MODELS / "echo", None, archive=tmp_path / "empty.tar.gz")


def test_start_with_an_archive_that_is_cut_says_so(host, tmp_path):
    cut = tmp_path / "cut.tar.gz"
    cut.write_bytes(pack(MODELS / "echo", tmp_path / "whole.tar.gz").read_bytes()[:-20])

    with pytest.raises(ArchiveError, match="cannot be unpacked"):
        host(MODELS / "echo", None, archive=cut)


def test_start_with_a_python_that_is_gone_names_it(host):
    with pytest.raises(StartFailedError, match="/no/python: No such file"):
        host(MODELS / "echo", None, python="/no/python")


def test_start_that_takes_too_long_is_ended(host):
    with pytest.raises(StartFailedError, match=r"did not answer /ping within 0\.5 s"):
        host("import time\ntime.sleep(60)", None, startup_timeout_s=0.5)


def test_nothing_is_left_behind(host, tmp_path, monkeypatch):
    sockets = tmp_path / "t"
    sockets.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(sockets))

    async def steps(hosted):
        pid = (await hosted.ask("x"))["pid"]
        return pid, [path.stat().st_mode & 0o777 for path in sockets.iterdir()]

    pid, modes = host(MODELS / "crash", steps)

    assert modes == [0o700]
    assert list(sockets.iterdir()) == []
    assert list((tmp_path / "work").iterdir()) == []
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


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


def test_stop_lets_what_is_under_way_finish(host):
    async def steps(hosted):
        asked = [asyncio.create_task(hosted.ask(0.3)) for _ in range(2)]
        await asyncio.sleep(0.05)
        await hosted.container.stop()
        return await asyncio.gather(*asked)

    assert host(MODELS / "slow", steps) == [{"slept_s": 0.3}] * 2


def test_model_ends_with_a_daemon_that_is_killed(tmp_path):
    archive = pack(MODELS / "crash", tmp_path / "model.tar.gz")
    program = f"""
import asyncio, os, pathlib, sys
from smnb.local.container import Container, ContainerSpec
async def once():
    yield b'"x"'
async def main():
    spec = ContainerSpec("e", "v", pathlib.Path({str(archive)!r}), {{}}, "",
                         sys.executable, 0, 1, 30, 30)
    container = Container(spec, pathlib.Path({str(tmp_path)!r}, "work"), print)
    await container.start()
    response = await container.invoke({{"content-type": "application/json"}}, once(), 3)
    print((await anext(response.body)).decode(), flush=True)
    os.kill(os.getpid(), 9)
asyncio.run(main())
"""
    told = subprocess.run(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, check=False
    ).stdout
    pid = json.loads(told)["pid"]

    deadline = time.monotonic() + 10
    with contextlib.suppress(ProcessLookupError):
        while time.monotonic() < deadline:
            os.kill(pid, 0)
            time.sleep(0.02)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
