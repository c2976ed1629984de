"""A session goes on when the local backend has stopped: the next call starts it."""

import os
import signal
import socket
import subprocess
import sys
import threading
from urllib.parse import urlsplit

import pytest

import smnb
from smnb import _runtime_file, _session
from smnb.errors import LocalBackendError


def command(name):
    """Run the command line of the tests' backend."""
    program = [sys.executable, "-m", "smnb.local", name]
    done = subprocess.run(program, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_endpoint_answers_after_the_backend_ended(number, write_model, nothing_left):
    with smnb.deploy(write_model(), name="again") as ep:
        before = _runtime_file.read(_runtime_file.data_dir())
        os.kill(before.pid, number)
        answers = [ep.invoke([1])]
        while _runtime_file.read(_runtime_file.data_dir()).pid == before.pid:
            answers.append(ep.invoke([1]))  # SIGTERM takes its time

    assert all(one == {"type": "application/json", "size": 3} for one in answers)


def test_session_follows_the_backend_to_another_port():
    session = _session.default_session()
    before = session.target.endpoint_url
    client = session.client("s3")
    command("stop")
    # Taken, though nothing accepts there: a connection is refused.
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", urlsplit(before).port))
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)
        buckets = client.list_buckets()["Buckets"]

    assert isinstance(buckets, list)
    assert session.target.endpoint_url != before
    assert session.client("s3").meta.endpoint_url == session.target.endpoint_url


def test_backend_that_cannot_start_again_is_explained(tmp_path, monkeypatch):
    monkeypatch.setenv("SMNB_DATA_DIR", str(tmp_path / "own"))
    session = _session.Session("local")
    command("stop")
    (tmp_path / "own" / "state.db").write_bytes(b"no database" * 100)

    with pytest.raises(LocalBackendError, match="not a database"):
        session.client("s3").list_buckets()


def test_threads_of_one_session_wait_for_one_start(monkeypatch, tmp_path):
    monkeypatch.setenv("SMNB_DATA_DIR", str(tmp_path / "own"))
    session = _session.Session("local")
    client = session.client("sts")
    command("stop")
    accounts = []

    def ask():
        accounts.append(client.get_caller_identity()["Account"])

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    command("stop")

    assert accounts == ["000000000000"] * 8
