"""A Jupyter server with the extension, and ways to ask it."""

import asyncio
import json
import time

import pytest
from pytest_jupyter.jupyter_server import *  # noqa: F403  its fixtures and its hooks
from tornado.httpclient import HTTPClientError

import smnb
from smnb import _runtime_file

DOUBLE = """
import json

ACCEPTS = ("application/json", "text/csv")

def model_fn(model_dir):
    print("loaded", flush=True)

def input_fn(body, content_type):
    return json.loads(body)

def predict_fn(data, model):
    print(f"WARNING doubling {data}", flush=True)
    return {"double": 2 * data["x"]}
"""


@pytest.fixture
def jp_server_config():
    return {
        "ServerApp": {
            "jpserver_extensions": {"smnb.jupyter": True},
            "allow_unauthenticated_access": False,
        }
    }


@pytest.fixture
def post(jp_fetch):
    """Return a function that posts, and returns status and JSON whatever they are."""

    async def post(*parts, body=b"", **options):
        try:
            answer = await jp_fetch(
                "smnb", *parts, method="POST", body=body, request_timeout=60, **options
            )
        except HTTPClientError as error:
            answer = error.response
        return answer.code, json.loads(answer.body)

    return post


@pytest.fixture
def command(post):
    """Return a function that runs a command, and returns status and answer."""

    async def command(name, /, **args):
        return await post("command", body=json.dumps({"name": name, "args": args}))

    return command


@pytest.fixture
def ask(command):
    """Return a function that runs a command which must succeed."""

    async def ask(name, /, **args):
        status, answer = await command(name, **args)
        assert status == 200, answer
        return answer

    return ask


class Stream:
    """A socket, with what it said put together as the panel does."""

    def __init__(self, socket):
        self.socket = socket
        self.rows = {}
        self.jobs = {}
        self.messages = []

    async def next(self, within_s=30):
        reading = asyncio.ensure_future(self.socket.read_message())
        said = json.loads(await asyncio.wait_for(reading, within_s))
        self.messages.append(said)
        if said["full"]:
            self.rows.clear()
        self.rows.update({row["key"]: row for row in said["rows"]})
        for key in said["gone"]:
            del self.rows[key]
        self.jobs = {job["id"]: job for job in said["jobs"]}
        return said

    async def until(self, is_so, within_s=30):
        """Read until something holds, and return that."""
        deadline = time.monotonic() + within_s
        while not (found := is_so(self)):
            await self.next(max(0.1, deadline - time.monotonic()))
        return found

    async def ended(self, started):
        """Read until a job has ended, and return it."""

        def has_ended(stream):
            job = stream.jobs.get(started["job"])
            return job if job and job["state"] != "running" else None

        return await self.until(has_ended)

    def row(self, name):
        found = [row for row in self.rows.values() if row["name"] == name]
        return found[0] if found else None


@pytest.fixture
def open_stream(jp_ws_fetch, jp_asyncio_loop):
    opened = []

    async def open_stream():
        opened.append(await jp_ws_fetch("smnb", "stream"))
        return Stream(opened[-1])

    yield open_stream

    async def close():
        for socket in opened:
            socket.close()
        for _ in range(500):
            if all(socket.protocol is None for socket in opened):
                break
            await asyncio.sleep(0.01)

    jp_asyncio_loop.run_until_complete(close())


@pytest.fixture
def double(jp_root_dir):
    """Write a model below the server's root; return its path there."""
    code = jp_root_dir / "double" / "code"
    code.mkdir(parents=True)
    (code / "inference.py").write_text(DOUBLE)
    return "double"


@pytest.fixture
def doubler(double, jp_root_dir):
    """Deploy an endpoint, as a notebook would."""
    with smnb.deploy(jp_root_dir / double, smnb.Serverless(2048), name="doubler") as ep:
        yield ep


@pytest.fixture
def secrets():
    """Return what must not be in any answer: the keys of the local backend."""
    found = _runtime_file.read(_runtime_file.data_dir())
    return [found.access_key, found.secret_key] if found else []
