"""Programs that take the place of container images: named, run, invoked, ended."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

PLAIN = '''
"""Answers with what it sees; the standard library's server speaks HTTP/1.0."""
import http.server, json, os, sys, time

HELD = []


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.reply(200 if self.path == "/ping" else 404, b"")

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        asked = json.loads(body)
        if "hold_mb" in asked:
            HELD[:] = [b"x" * 1024 * 1024 * asked["hold_mb"]]
            time.sleep(0.3)
        if "exit" in asked:
            print("leaving", flush=True)
            os._exit(asked["exit"])
        time.sleep(asked.get("sleep_s", 0))
        seen = {
            "pid": os.getpid(),
            "arguments": sys.argv[1:],
            "environment": dict(os.environ),
            "cwd": os.getcwd(),
            "files": os.listdir(sys.argv[2]) if sys.argv[2:] else [],
            "type": self.headers["Content-Type"],
            "path": self.path,
        }
        self.reply(200, json.dumps(seen).encode())

    def reply(self, status, body):
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()  # no length: the end of the connection is that of the body
        self.wfile.write(body)


print("listening", flush=True)
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
'''

ASGI = '''
"""Echoes what it gets, piece by piece."""


async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    headers = [(b"content-type", b"application/octet-stream")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    more = scope["path"] == "/invocations"
    while more:
        message = await receive()
        await send(
            {"type": "http.response.body", "body": message["body"], "more_body": True}
        )
        more = message["more_body"]
    await send({"type": "http.response.body", "body": b""})
'''
SERVERLESS = {"ServerlessConfig": {"MemorySizeInMB": 1024, "MaxConcurrency": 1}}
REGISTRY = "123456789012.dkr.ecr.us-east-1.amazonaws.com"


@pytest.fixture
def images(backend, tmp_path):
    """Return a function that runs an `images` command in a folder with two programs."""
    (tmp_path / "plain.py").write_text(PLAIN)
    (tmp_path / "echo.py").write_text(ASGI)

    def images(*arguments, data_dir=backend.data_dir, fails=False):
        command = [sys.executable, "-m", "smnb.local", "images", *arguments]
        done = subprocess.run(
            [*command, "--data-dir", str(data_dir)],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == int(fails), done.stderr
        return done.stderr if fails else done.stdout

    return images


@pytest.fixture
def plain(images):
    """Map the image `plain` in any registry to the plain program."""
    images(
        "add", "plain", "--command", f"{sys.executable} plain.py {{port}} {{model_dir}}"
    )
    return f"{REGISTRY}/plain:1"


@pytest.fixture
def deploy(hosting):
    """Return a function that starts an endpoint of a model that is an image alone."""

    def deploy(image, compute, environment=None):
        name = f"image-{time.monotonic_ns()}"
        hosting.sagemaker.create_model(
            ModelName=name,
            ExecutionRoleArn=hosting.role,
            PrimaryContainer={"Image": image, "Environment": environment or {}},
        )
        return hosting.start_endpoint(name, hosting.create_config(name, compute))

    return deploy


@pytest.fixture(params=["realtime", "serverless"])
def compute(request):
    """Return what a variant of each kind has."""
    instance = {"InstanceType": "ml.m5.large", "InitialInstanceCount": 1}
    return {"realtime": instance, "serverless": SERVERLESS}[request.param]


def test_program_serves_in_the_place_of_its_image(
    hosting, deploy, plain, compute, tmp_path
):
    name = deploy(plain, compute, {"MODE": "fast"})
    hosting.wait(name)

    seen = json.loads(hosting.invoke(name, b"{}"))

    environment = seen["environment"]
    port, model_dir = seen["arguments"]
    assert (seen["path"], seen["type"]) == ("/invocations", "application/json")
    assert seen["cwd"] == str(tmp_path)
    assert environment["SAGEMAKER_BIND_TO_PORT"] == port != "8080"
    assert f"{environment['SAGEMAKER_BASE_DIR']}/model" == model_dir
    assert Path(model_dir).is_dir()
    assert environment["MODE"] == "fast"
    assert environment["AWS_REGION"] == "us-east-1"
    assert "AWS_SECRET_ACCESS_KEY" not in environment
    assert "listening" in hosting.log(name)


def test_asgi_program_under_uvicorn_echoes_and_streams(hosting, deploy, images):
    command = (
        f"{sys.executable} -m uvicorn echo:app --port {{port}} --log-level warning"
    )
    images("add", f"{REGISTRY}/echo", "--command", command)
    name = deploy(f"{REGISTRY}/echo:2", SERVERLESS)
    hosting.wait(name)
    body = os.urandom(3_000_000)

    whole = hosting.invoke(name, body)
    stream = hosting.runtime.invoke_endpoint_with_response_stream(
        EndpointName=name, Body=body[:1000]
    )["Body"]

    assert whole == body
    assert b"".join(event["PayloadPart"]["Bytes"] for event in stream) == body[:1000]


def test_model_data_is_there_for_a_program(hosting, plain):
    name = hosting.create_model("echo")
    hosting.sagemaker.create_model(
        ModelName=f"{name}-data",
        ExecutionRoleArn=hosting.role,
        PrimaryContainer={
            "Image": plain,
            "ModelDataUrl": f"s3://contract/models/{name}/model.tar.gz",
        },
    )
    hosting.start_endpoint(name, hosting.create_config(f"{name}-data"))
    hosting.wait(name)

    assert json.loads(hosting.invoke(name, b"{}"))["files"] == ["code"]


def test_crash_fails_the_request_and_the_next_one_works(
    hosting, deploy, plain, compute
):
    name = deploy(plain, compute)
    hosting.wait(name)

    with pytest.raises(hosting.runtime.exceptions.ModelError) as caught:
        hosting.invoke(name, b'{"exit": 3}')

    assert "could not get a response" in str(caught.value)
    assert "pid" in json.loads(hosting.invoke(name, b"{}"))


def test_program_is_killed_beyond_its_memory(hosting, deploy, plain):
    name = deploy(plain, SERVERLESS)
    hosting.wait(name)

    with pytest.raises(hosting.runtime.exceptions.ModelError) as caught:
        hosting.invoke(name, b'{"hold_mb": 1200}')

    assert "insufficient memory" in str(caught.value)
    assert "pid" in json.loads(hosting.invoke(name, b'{"hold_mb": 100}'))


def test_program_of_a_deleted_endpoint_is_gone(hosting, deploy, plain, compute):
    name = deploy(plain, compute)
    hosting.wait(name)
    pid = json.loads(hosting.invoke(name, b"{}"))["pid"]

    hosting.delete(name)

    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_program_ends_with_a_daemon_that_is_killed(own_backend, hosting_on, images):
    hosting = hosting_on(own_backend)
    command = f"{sys.executable} plain.py {{port}}"
    images("add", "plain", "--command", command, data_dir=own_backend.data_dir)
    model = "image-alone"
    hosting.sagemaker.create_model(
        ModelName=model,
        ExecutionRoleArn=hosting.role,
        PrimaryContainer={"Image": "plain"},
    )
    name = hosting.start_endpoint(model, hosting.create_config(model))
    hosting.wait(name)
    pid = json.loads(hosting.invoke(name, b"{}"))["pid"]

    own_backend.stop(signal.SIGKILL)

    deadline = time.monotonic() + 10
    with contextlib.suppress(ProcessLookupError):
        while time.monotonic() < deadline:
            os.kill(pid, 0)
            time.sleep(0.02)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_image_that_nothing_runs_for_says_what_to_type(
    hosting, deploy, backend, images
):
    image = f"{REGISTRY}/unknown:1"
    name = deploy(image, SERVERLESS)

    failed = hosting.settled(name)
    images("add", image, "--command", f"{sys.executable} plain.py {{port}}")
    again = deploy(image, SERVERLESS)
    hosting.wait(again)

    assert failed["EndpointStatus"] == "Failed"
    reason = failed["FailureReason"]
    assert f"python -m smnb.local images add {image} --command" in reason
    assert f"--data-dir {backend.data_dir}" in reason


def test_framework_image_without_code_asks_for_the_code(hosting, deploy):
    name = deploy(hosting.image, SERVERLESS)

    reason = hosting.settled(name)["FailureReason"]

    assert "The model has no code/inference.py" in reason
    assert "images add" not in reason


def test_images_are_kept_without_a_daemon(images, tmp_path):
    data_dir = tmp_path / "data"
    added = images("add", "faces:1", "--command", "sh -c 'exec x'", data_dir=data_dir)
    listed = images("list", data_dir=data_dir)
    removed = images("remove", "faces:1", data_dir=data_dir)

    assert added == listed
    assert listed.startswith("faces:1: /")
    assert listed.endswith(f"/sh -c 'exec x' (in {tmp_path})\n")
    assert "faces:1" in removed
    assert images("list", data_dir=data_dir) == ""


def test_daemon_starts_where_images_were_kept_first(images, tmp_path):
    data_dir = tmp_path / "data"
    images("add", "faces:1", "--command", "sh", data_dir=data_dir)
    command = [sys.executable, "-m", "smnb.local"]

    started = subprocess.run([*command, "start", "--data-dir", data_dir], check=False)
    stopped = subprocess.run([*command, "stop", "--data-dir", data_dir], check=False)

    assert (started.returncode, stopped.returncode) == (0, 0)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(
            ["add", "x", "--command", "/no/such/program"],
            "There is no program '/no/such/program' to run.",
            id="no program",
        ),
        pytest.param(
            ["add", "a b", "--command", "sh"], "'a b' is no name", id="no name"
        ),
        pytest.param(["add", "x", "--command", ""], "'' is no command", id="nothing"),
        pytest.param(
            ["add", "x", "--command", "sh 'x"], "is no command", id="open quote"
        ),
        pytest.param(["remove", "x"], "No program is kept for x.", id="not kept"),
    ],
)
def test_command_that_cannot_be_done_says_why(images, tmp_path, arguments, said):
    assert said in images(*arguments, data_dir=tmp_path / "data", fails=True)
