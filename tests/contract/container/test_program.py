"""A program in an image's place gets a port that nobody else has, at every start."""

import shlex
import socket
import sys
from itertools import chain

import pytest

from smnb.local.container import NoProgramError, StartFailedError
from smnb.local.container.address import LoopbackPort
from smnb.local.images import Images

SERVER = """
import http.server, os, sys

class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    pings = 0

    def do_GET(self):
        Handler.pings += 1
        self.reply(503 if Handler.pings < 3 else 200, b"{}")

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.reply(200, os.environ["SAGEMAKER_BIND_TO_PORT"].encode())

    def reply(self, status, body):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

port = int(os.environ["SAGEMAKER_BIND_TO_PORT"])
http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()
"""


@pytest.fixture
def images(tmp_path):
    return Images(tmp_path)


@pytest.fixture
def serve(host, images):
    """Return a function that runs an async function of a container of some program."""

    def serve(code, steps, **changes):
        command = shlex.join([sys.executable, "-c", code])
        images.add("served", command, images._data_dir)
        options = {"archive": None, "image": "served", "images": images, **changes}
        return host("", steps, **options)

    return serve


async def ask(hosted):
    return await hosted.ask({})


def test_ping_is_repeated_until_it_is_200(serve):
    assert serve(SERVER, ask) > 1024


def test_port_that_was_taken_meanwhile_is_given_up_for_another(serve, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = LoopbackPort(other.getsockname()[1])
        ports = chain([taken, taken], iter(LoopbackPort.free, None))
        monkeypatch.setattr(LoopbackPort, "free", lambda: next(ports))

        async def steps(hosted):
            return await ask(hosted), hosted.log

        port, log = serve(SERVER, steps)

    assert port != taken.number
    assert sum(line.endswith(b"was taken meanwhile.") for line in log) == 2


def test_program_that_ends_at_once_fails_the_start_once(serve):
    with pytest.raises(StartFailedError, match="Its last line: no licence"):
        serve("import sys; print('no licence'); sys.exit(3)", None)


def test_program_that_is_gone_is_named(host, images, tmp_path):
    program = tmp_path / "program"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o700)
    images.add("served", "./program", tmp_path)
    program.unlink()

    with pytest.raises(StartFailedError, match="program: No such file or directory"):
        host("", None, archive=None, image="served", images=images)


def test_program_that_never_answers_is_ended(serve):
    with pytest.raises(StartFailedError, match=r"did not answer /ping within 0\.5 s"):
        serve("import time; time.sleep(60)", None, startup_timeout_s=0.5)


def test_program_that_is_named_wins_over_the_models_own_code(host, images, tmp_path):
    (tmp_path / "server.py").write_text(SERVER)
    images.add("served", f"{sys.executable} server.py", tmp_path)

    port = host("raise SystemExit", ask, image="served:1", images=images)

    assert isinstance(port, int)


@pytest.mark.parametrize(
    ("image", "environment", "reason"),
    [
        pytest.param("mine:1", {}, "images add mine:1 --command", id="an image alone"),
        pytest.param("", {}, "images add NAME --command", id="nothing at all"),
        pytest.param(
            "mine:1",
            {"SAGEMAKER_PROGRAM": "serve.py"},
            r"has no code/serve\.py",
            id="a program that is not there",
        ),
        pytest.param(
            "763104351884.dkr.ecr.us-east-1.amazonaws.com/pytorch-inference:2.3",
            {},
            r"has no code/inference\.py",
            id="an image of AWS",
        ),
    ],
)
def test_model_without_code_or_program_says_what_to_do(
    host, images, image, environment, reason
):
    with pytest.raises(StartFailedError, match=reason) as caught:
        host(
            "", None, archive=None, image=image, images=images, environment=environment
        )

    assert isinstance(caught.value, NoProgramError) == ("images add" in reason)
