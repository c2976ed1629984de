"""A container ends in order, and never outlives the daemon."""

import asyncio
import contextlib
import json
import os
import subprocess
import sys
import time

import pytest
from running_container import MODELS, pack

from smnb.local.container import container as container_module


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


def test_stop_lets_what_is_under_way_finish(host):
    async def steps(hosted):
        asked = [asyncio.create_task(hosted.ask(0.3)) for _ in range(2)]
        await asyncio.sleep(0.05)
        await hosted.container.stop()
        return await asyncio.gather(*asked)

    assert host(MODELS / "slow", steps) == [{"slept_s": 0.3}] * 2


def test_model_that_ignores_sigterm_is_killed_after_the_grace(host, monkeypatch):
    assert container_module._GRACE_S == 30  # the contract of AWS's containers
    monkeypatch.setattr(container_module, "_GRACE_S", 0.5)

    async def steps(hosted):
        began = time.monotonic()
        await hosted.container.stop()
        return time.monotonic() - began, hosted.log

    took_s, log = host(
        "import threading, signal\n"
        "set_handler = signal.signal\n"
        "def ignore(number, handler):\n"
        "    if number == signal.SIGTERM:\n"
        "        handler = lambda *_: print('asked to end', flush=True)\n"
        "    return set_handler(number, handler)\n"
        "signal.signal = ignore\n"
        "signal.set_wakeup_fd = lambda *_: None\n"
        "def model_fn(d): return abs\n",
        steps,
    )

    assert 0.5 <= took_s < 5
    assert b"asked to end" in log


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
