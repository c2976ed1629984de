"""The container that smnb.container writes, built and run without Docker.

A small interpreter takes the Dockerfile's steps by their word: its image is a folder
and a fresh virtual environment.
"""

import io
import json
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tarfile
import threading
import time
import urllib.error
import urllib.request
import venv
from pathlib import Path

import numpy as np
import pytest

import smnb

CODE = """
import os
import time

import cowsay
import numpy

def model_fn(model_dir):
    with open(os.path.join(model_dir, "weights.txt")) as file:
        return float(file.read())

def predict_fn(data, factor):
    if isinstance(data, dict):
        open(data["begins"], "w").close()
        while not os.path.exists(data["ends_with"]):
            time.sleep(0.01)
        return "met"
    if isinstance(data, str):
        if data == "raise":
            raise ValueError("no such column")
        return {"mode": os.environ.get("MODE"), "packages": [cowsay.__file__, numpy.__file__]}
    return numpy.asarray(data) * factor
"""
PING_S, STOP_S = 2, 30  # what AWS's container contract grants


class Image:
    """A folder in place of an image, made by the steps of a Dockerfile."""

    def __init__(self, context, root):
        self.context, self.root = context, root
        self.workdir = root
        self.environment = {}
        self.labels, self.ports, self.entrypoint = {}, [], []
        self.python = root / "usr" / "bin" / "python"
        for step, rest in self._steps((context / "Dockerfile").read_text()):
            getattr(self, f"_{step.lower()}")(rest)

    @staticmethod
    def _steps(text):
        lines = [line for line in text.splitlines() if not line.startswith("#")]
        for line in "\n".join(lines).replace("\\\n", " ").splitlines():
            if line.strip():
                yield line.split(maxsplit=1)

    def _from(self, base):
        assert base == f"python:{sys.version_info[0]}.{sys.version_info[1]}-slim"
        venv.create(self.root / "usr", with_pip=True, symlinks=True)

    def _label(self, rest):
        self.labels |= dict(pair.split("=", 1) for pair in shlex.split(rest))

    def _env(self, rest):
        self.environment |= dict(pair.split("=", 1) for pair in shlex.split(rest))

    def _workdir(self, path):
        self.workdir = self.root / path.lstrip("/")
        self.workdir.mkdir(parents=True)

    def _copy(self, rest):
        source, target = shlex.split(rest)
        assert self._sent(source.rstrip("/"))
        path = self.context / source
        if path.is_dir():
            shutil.copytree(path, self.workdir / target)
        else:
            shutil.copy(path, self.workdir / target)

    def _sent(self, name):
        """Whether .dockerignore lets Docker see it."""
        rules = (self.context / ".dockerignore").read_text().splitlines()
        return "*" in rules and f"!{name}" in rules

    def _run(self, command):
        subprocess.run(
            shlex.split(command.replace("python", str(self.python), 1)),
            cwd=self.workdir,
            env=os.environ | self.environment,
            check=True,
            capture_output=True,
        )

    def _expose(self, port):
        self.ports.append(int(port))

    def _entrypoint(self, rest):
        self.entrypoint = json.loads(rest)

    def start(self, opt_ml, *arguments, **environment):
        """Run it as `docker run IMAGE arguments` would, with /opt/ml elsewhere."""
        assert self.entrypoint[0] == "python"
        return subprocess.Popen(
            [str(self.python), *self.entrypoint[1:], *arguments],
            cwd=self.workdir,
            env={
                "PATH": f"{self.python.parent}:/usr/bin:/bin",
                **self.environment,
                "SAGEMAKER_BASE_DIR": str(opt_ml),
                **environment,
            },
        )


class Running:
    """A started container, and how AWS talks to it."""

    def __init__(self, process, port):
        self.process, self.port = process, port

    def open(self, path, body=None, **headers):
        """Return status, content type and body of the answer."""
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", body, names
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=30) as answer:
                return answer.status, answer.headers["Content-Type"], answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers["Content-Type"], error.read()

    def ask(self, value):
        """Return the prediction for a value, both JSON."""
        body = json.dumps(value).encode()
        status, _, content = self.open(
            "/invocations", body, Content_Type="application/json"
        )
        assert status == 200, content
        return json.loads(content)

    def wait(self):
        """Wait until it answers /ping, as AWS does after the start."""
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            assert self.process.poll() is None, "it ended"
            try:
                if self.open("/ping")[0] == 200:
                    return self
            except OSError:
                pass
            time.sleep(0.05)
        raise AssertionError("/ping never answered 200")


class Held:
    """A request that the model works on until a file is there."""

    def __init__(self, running, begun, end):
        self.end, self.answer = end, None
        wanted = {"begins": str(begun), "ends_with": str(end)}
        self.thread = threading.Thread(target=self._ask, args=[running, wanted])
        self.thread.start()
        while not begun.exists():
            assert self.thread.is_alive()
            time.sleep(0.01)

    def _ask(self, running, wanted):
        self.answer = running.ask(wanted)

    def finish(self):
        """Let the model answer, and return what it answers."""
        self.end.touch()
        self.thread.join()
        return self.answer


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return the container's folder, written by smnb.container."""
    model = tmp_path_factory.mktemp("model")
    (model / "code").mkdir()
    (model / "code" / "inference.py").write_text(CODE)
    (model / "code" / "requirements.txt").write_text("cowsay==6.1\n")
    (model / "weights.txt").write_text("2")
    return smnb.container(model, tmp_path_factory.mktemp("written") / "double")


@pytest.fixture(scope="module")
def image(folder, tmp_path_factory):
    """Return the built image."""
    return Image(folder.path, tmp_path_factory.mktemp("image"))


@pytest.fixture(scope="module")
def opt_ml(folder, tmp_path_factory):
    """Return what SageMaker mounts at /opt/ml, with the model unpacked."""
    opt_ml = tmp_path_factory.mktemp("opt-ml")
    with tarfile.open(folder.path / "model.tar.gz") as tar:
        tar.extractall(opt_ml / "model", filter="data")
    return opt_ml


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def running(image, opt_ml):
    """Return the container, serving with two workers on a port that it was told."""
    port = free_port()
    environment = {
        "SAGEMAKER_BIND_TO_PORT": str(port),
        "SAGEMAKER_MODEL_SERVER_WORKERS": "2",
        "MODE": "fast",
    }
    process = image.start(opt_ml, "serve", **environment)
    yield Running(process, port).wait()
    process.terminate()
    process.wait(STOP_S)


def test_image_says_what_sagemaker_looks_for(image):
    label = "com.amazonaws.sagemaker.capabilities.accept-bind-to-port"
    assert image.labels[label] == "true"
    assert image.ports == [8080]


def test_image_holds_no_model(image):
    assert not [*image.root.rglob("model.tar.gz"), *image.root.rglob("weights.txt")]


def test_ping_answers_in_time(running):
    started = time.monotonic()

    assert running.open("/ping")[0] == 200
    assert time.monotonic() - started < PING_S


def test_json_is_answered(running):
    assert running.ask([[1, 2], [3, 4]]) == [[2, 4], [6, 8]]


def test_csv_is_answered(running):
    status, kind, content = running.open(
        "/invocations", b"1,2\n3,4\n", Content_Type="text/csv", Accept="text/csv"
    )

    assert (status, kind) == (200, "text/csv")
    assert content.split() == [b"2.0,4.0", b"6.0,8.0"]


def test_npy_is_answered(running):
    sent = io.BytesIO()
    np.save(sent, np.ones((2, 2)))
    npy = "application/x-npy"
    status, kind, content = running.open(
        "/invocations", sent.getvalue(), Content_Type=npy, Accept=npy
    )

    assert (status, kind) == (200, npy)
    assert np.load(io.BytesIO(content)).tolist() == [[2, 2], [2, 2]]


def test_model_that_raises_answers_500_and_serves_on(running):
    body = json.dumps("raise").encode()
    status, _, content = running.open(
        "/invocations", body, Content_Type="application/json"
    )

    assert (status, content) == (500, b"ValueError: no such column")
    assert running.ask([[1]]) == [[2]]


def test_environment_and_requirements_are_the_container_s(running, image):
    told = running.ask("where")

    assert told["mode"] == "fast"
    assert all(Path(path).is_relative_to(image.root) for path in told["packages"])


def test_ping_answers_while_a_request_runs(running, tmp_path):
    request = Held(running, tmp_path / "begun", tmp_path / "end")

    assert running.open("/ping")[0] == 200
    assert request.answer is None
    request.finish()


def test_two_workers_answer_at_once(running, tmp_path):
    one, other = tmp_path / "one", tmp_path / "other"
    requests = Held(running, one, other), Held(running, other, one)

    assert [request.finish() for request in requests] == ["met", "met"]


def test_sigterm_ends_it_after_the_request_at_hand(image, opt_ml, tmp_path):
    port = free_port()
    process = image.start(opt_ml, "serve", SAGEMAKER_BIND_TO_PORT=str(port))
    request = Held(Running(process, port).wait(), tmp_path / "begun", tmp_path / "end")
    process.send_signal(signal.SIGTERM)

    assert request.finish() == "met"
    assert process.wait(STOP_S) == 0


def test_model_that_cannot_be_loaded_ends_the_container(image, tmp_path):
    (tmp_path / "model" / "code").mkdir(parents=True)
    (tmp_path / "model" / "code" / "inference.py").write_text("import nowhere")
    process = image.start(tmp_path, "serve", SAGEMAKER_BIND_TO_PORT=str(free_port()))

    assert process.wait(30) == 1


def test_image_runs_on_the_local_backend(folder, image, running):
    """Registered as the program of its image, the image itself serves the endpoint."""
    name = "111122223333.dkr.ecr.us-east-1.amazonaws.com/double:latest"
    images = [sys.executable, "-m", "smnb.local", "images"]
    command = shlex.join([str(image.python), *image.entrypoint[1:], "serve"])
    add = [*images, "add", name, "--command", command]
    subprocess.run(add, cwd=image.workdir, check=True)
    with smnb.deploy(smnb.Model(folder.path / "model.tar.gz", image=name)) as ep:
        assert ep.invoke([[1, 2]]) == running.ask([[1, 2]])
        packages = ep.invoke("where")["packages"]
    subprocess.run([*images, "remove", name], check=True)

    assert all(Path(path).is_relative_to(image.root) for path in packages)
