"""The model server by itself, as AWS starts it in a container: ``model_server serve``."""

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import smnb.local

MODELS = Path(__file__).parents[1] / "models"
SERVER = Path(smnb.local.__file__).parent / "model_server"


class Served:
    """A server that runs; the folder of its package holds nothing else."""

    def __init__(self, process, port):
        self.process = process
        self.port = port

    def ask(self, method, path, body=None):
        """Return status and body of the answer; the status is 0 if there is none."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {"Content-Type": "application/json"}
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        except ConnectionRefusedError:
            return 0, b""
        finally:
            connection.close()

    def statuses(self):
        """Return the statuses of ``/ping``, in order, until it is 200."""
        seen, deadline = [], time.monotonic() + 30
        while 200 not in seen:
            assert time.monotonic() < deadline
            seen.append(self.ask("GET", "/ping")[0])
            time.sleep(0.02)
        return seen


@pytest.fixture
def serve(tmp_path):
    """Return a function that starts a server of one of tests/models, or of some code."""
    processes = []

    def serve(code, **environment):
        package = tmp_path / "opt" / "model_server"
        shutil.copytree(SERVER, package, ignore=shutil.ignore_patterns("__pycache__"))
        folder = tmp_path / "ml" / "model" / "code"
        if isinstance(code, Path):
            shutil.copytree(code / "code", folder)
        else:
            folder.mkdir(parents=True)
            (folder / "inference.py").write_text(code)
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        own = {
            "PATH": os.environ["PATH"],
            "SAGEMAKER_BASE_DIR": str(tmp_path / "ml"),
            "SAGEMAKER_BIND_TO_PORT": str(port),
            **environment,
        }
        command = [sys.executable, "-I", "-c", START, str(package.parent)]
        process = subprocess.Popen(command, env=own, stderr=subprocess.PIPE)
        processes.append(process)
        return Served(process, port)

    yield serve
    for process in processes:
        process.kill()
        process.communicate()


# `python -m model_server serve` in that folder, with nothing of this environment's.
START = (
    "import os, sys; os.chdir(sys.argv[1]);"
    "os.execv(sys.executable, [sys.executable, '-S', '-m', 'model_server', 'serve'])"
)


def test_ping_is_200_only_when_the_model_is_loaded(serve):
    served = serve("import time\ntime.sleep(0.5)\ndef model_fn(d): return abs")

    statuses = served.statuses()

    assert 503 in statuses
    assert served.ask("POST", "/invocations", "-3") == (200, b"3")


def test_workers_answer_at_the_same_time(serve):
    served = serve(MODELS / "slow", SAGEMAKER_MODEL_SERVER_WORKERS="2")
    served.statuses()
    served.ask("POST", "/invocations", "0.5")  # until both are there, most likely
    began = time.monotonic()
    answers = []
    threads = [
        threading.Thread(
            target=lambda: answers.append(served.ask("POST", "/invocations", "1"))
        )
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    pinged = served.ask("GET", "/ping")
    for thread in threads:
        thread.join()

    assert pinged == (200, b"")
    assert answers == [(200, b'{"slept_s": 1}')] * 2
    assert time.monotonic() - began < 1.9


def test_stream_and_large_bodies_pass_whole(serve):
    served = serve(
        "def model_fn(d): return None\n"
        "def input_fn(body, kind): return body\n"
        "def predict_fn(body, m): return iter([body, 'end'])\n"
    )
    served.statuses()

    status, answer = served.ask("POST", "/invocations", b"x" * 6_000_000)

    assert (status, len(answer), answer[-4:]) == (200, 6_000_003, b"xend")


def test_process_that_crashes_is_started_again(serve):
    served = serve(MODELS / "crash", SAGEMAKER_MODEL_SERVER_WORKERS="1")
    served.statuses()

    crashed = served.ask("POST", "/invocations", '"exit"')
    after = served.ask("POST", "/invocations", '"x"')

    assert crashed == (500, b"The model's process ended before it answered.")
    assert after[0] == 200


def test_model_that_cannot_load_ends_the_container(serve):
    served = serve("raise ValueError('no weights')")

    _, said = served.process.communicate(timeout=30)

    assert served.process.returncode == 1
    assert b"ValueError: no weights (inference.py, line 1)" in said


def test_sigterm_lets_what_is_under_way_finish(serve):
    served = serve(MODELS / "slow", SAGEMAKER_MODEL_SERVER_WORKERS="1")
    served.statuses()
    answers = []
    asking = threading.Thread(
        target=lambda: answers.append(served.ask("POST", "/invocations", "1"))
    )
    asking.start()
    time.sleep(0.3)
    served.process.send_signal(signal.SIGTERM)

    asking.join()
    status = served.process.wait(10)

    assert answers == [(200, b'{"slept_s": 1}')]
    assert status == 0
