"""The program: serve and start, and which daemon that gives."""

import http.server
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from dataclasses import replace
from urllib.parse import urlsplit

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from cli_program import PROGRAM, started

from smnb import __version__, _runtime_file


@pytest.fixture
def serve(data_dir):
    """Return a function that runs `serve`; it returns the process and its URL."""
    processes = []

    def serve(*arguments):
        process = subprocess.Popen(
            [*PROGRAM, "serve", "--data-dir", str(data_dir), *arguments],
            stdout=subprocess.PIPE,
            text=True,
        )
        processes.append(process)
        return process, process.stdout.readline().strip()

    yield serve
    for process in processes:
        process.kill()
        process.communicate()


@pytest.fixture
def serve_version(data_dir):
    """Return a function that runs `serve` as another version of smnb."""
    processes = []

    def serve_version(version):
        program = (
            f"import smnb; smnb.__version__ = {version!r}; "
            "from smnb.local.__main__ import main; raise SystemExit(main())"
        )
        process = subprocess.Popen(
            [sys.executable, "-c", program, "serve", "--data-dir", str(data_dir)],
            stdout=subprocess.PIPE,
        )
        processes.append(process)
        process.stdout.readline()
        return process, _runtime_file.read(data_dir)

    yield serve_version
    for process in processes:
        process.kill()
        process.communicate()


@pytest.fixture
def other_program():
    """Return the URL of a web server that is no local backend of this directory."""

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"instance_id": "another"}')

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def until_it_ended(found):
    """Wait until a daemon no longer answers."""
    deadline = time.monotonic() + 20
    while _runtime_file.answers(found):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_start_prints_how_to_reach_the_daemon(run, data_dir):
    found = started(run)

    assert found == _runtime_file.read(data_dir)
    assert _runtime_file.answers(found)


def test_start_finds_the_daemon_that_runs(run):
    assert started(run) == started(run)


def test_started_daemon_has_left_the_session_of_its_starter(run):
    pid = started(run).pid

    assert os.getsid(pid) == pid


def test_twelve_starters_at_once_make_one_daemon(data_dir):
    command = [*PROGRAM, "start", "--data-dir", str(data_dir)]
    starters = [
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(12)
    ]
    answers = {starter.communicate(timeout=60)[0] for starter in starters}

    assert len(answers) == 1
    assert _runtime_file.answers(_runtime_file.read(data_dir))


def test_serve_prints_its_url_first_and_is_found_by_others(serve, run):
    process, url = serve()
    found = started(run)

    assert url.startswith("http://127.0.0.1:")
    assert (found.url, found.pid) == (url, process.pid)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serve_ends_well_at_a_signal(number, serve):
    process, _ = serve()
    process.send_signal(number)

    assert process.wait(30) == 0


def test_serve_refuses_when_a_daemon_runs(serve, run):
    serve()

    assert "already running" in run("serve", fails=True)


def test_serve_refuses_a_port_that_is_taken(run, other_program):
    port = other_program.rpartition(":")[2]

    assert f"Port {port} cannot be used" in run("serve", "--port", port, fails=True)


def test_keys_and_port_are_the_same_after_a_restart(run):
    first = started(run)
    run("stop")
    second = started(run)

    assert second == replace(first, pid=second.pid, instance_id=second.instance_id)
    assert second.instance_id != first.instance_id


def test_daemon_that_was_killed_is_started_again(run, data_dir):
    first = started(run)
    os.kill(first.pid, signal.SIGKILL)
    second = started(run)

    assert second.pid != first.pid
    assert second.access_key == first.access_key


def test_another_program_on_the_port_is_not_taken_for_the_daemon(
    run, data_dir, other_program
):
    first = started(run)
    run("stop")
    _runtime_file.write(data_dir, replace(first, url=other_program, pid=os.getpid()))

    assert "not running" in run("status", fails=True)
    assert "No local backend runs" in run("stop")
    assert started(run).url != other_program


def test_start_says_why_it_failed(run, data_dir):
    started(run)
    run("stop")
    (data_dir / "state.db").write_bytes(b"no database" * 100)

    assert "file is not a database" in run("start", fails=True)


def test_start_refuses_a_folder_with_other_files(run, data_dir):
    data_dir.mkdir()
    (data_dir / "thesis.tex").touch()

    assert "has other files in it" in run("start", fails=True)


def test_started_daemon_stops_when_idle_and_starts_again_as_it_was(run, data_dir):
    first = started(run, "--idle-stop-s", "0.5")
    until_it_ended(first)
    second = started(run)

    assert (second.url, second.secret_key) == (first.url, first.secret_key)
    assert second.instance_id != first.instance_id


def test_older_daemon_is_replaced_when_idle(run, serve_version):
    process, found = serve_version("0.0.9")
    now = started(run)

    assert process.wait(30) == 0
    assert (now.version, now.secret_key) == (__version__, found.secret_key)


def test_newer_daemon_is_used_as_it_is(run, serve_version):
    _, found = serve_version("99.0")

    assert started(run) == found


def test_older_daemon_that_works_is_used_as_it_is(run, serve_version):
    process, found = serve_version("0.0.9")
    address = urlsplit(found.url)
    with socket.create_connection((address.hostname, address.port)) as upload:
        # The rest of the body does not come: the request stays under way.
        keys = Credentials(found.access_key, found.secret_key)
        request = AWSRequest("POST", found.url, data=b"Action=GetCallerIdentity")
        SigV4Auth(keys, "sts", "us-east-1").add_auth(request)
        request.headers.add_header("Content-Length", "24")
        request.headers.add_header("Host", address.netloc)
        lines = [f"{name}: {value}" for name, value in request.headers.items()]
        upload.sendall("\r\n".join(["POST / HTTP/1.1", *lines, "", "Action"]).encode())
        deadline = time.monotonic() + 20
        while not _runtime_file.health(found)["busy"]:
            assert time.monotonic() < deadline
        now = started(run)

    assert (now, process.poll()) == (found, None)


def test_health_says_version_and_schema(run):
    found = started(run)
    about = _runtime_file.health(found)

    assert (about["version"], about["schema"]) == (__version__, found.schema)


def test_state_of_a_newer_version_is_refused(run, data_dir):
    started(run)
    run("stop")
    with closing(sqlite3.connect(data_dir / "state.db")) as db:
        db.execute("PRAGMA user_version=99")

    assert "schema 99" in run("start", fails=True)


def test_idle_time_that_is_none_is_refused(data_dir):
    command = [*PROGRAM, "start", "--data-dir", str(data_dir), "--idle-stop-s", "-1"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (done.returncode, data_dir.exists()) == (2, False)
    assert "--idle-stop-s" in done.stderr
