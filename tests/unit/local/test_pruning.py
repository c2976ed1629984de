"""What prune deletes, and what it must never."""

import os
from contextlib import closing

import pytest

from smnb import _runtime_file
from smnb._runtime_file import RuntimeFile
from smnb.local import launch
from smnb.local.pruning import prune
from smnb.local.services import async_queue
from smnb.local.services.log_store import LogStore
from smnb.local.state import State


@pytest.fixture
def data_dir(tmp_path):
    """Return a data directory that no daemon uses."""
    os.close(launch.lock(tmp_path / "smnb"))
    return tmp_path / "smnb"


@pytest.fixture
def state(data_dir):
    """Return its state, as a daemon that was killed left it."""
    with closing(State(data_dir)) as state:
        state.db.executescript(async_queue._SCHEMA)
        yield state


def test_prune_of_a_directory_that_never_served_works(data_dir):
    prune(data_dir)

    assert (data_dir / "state.db").exists()


def test_prune_keeps_the_answer_of_a_request_that_is_queued(data_dir, state):
    state.db.execute(
        "INSERT INTO async_requests (id, region, endpoint_name, inference_id, headers,"
        " output_location, failure_location, timeout_s, expires, submitted, answer)"
        " VALUES (7, 'r', 'e', 'i', '{}', 's3://b/o', 's3://b/f', 60, 9e9, 0, '{}')"
    )
    (data_dir / "async").mkdir()
    for name in ("7.output", "8.output"):
        (data_dir / "async" / name).touch()
    prune(data_dir)

    assert [path.name for path in (data_dir / "async").iterdir()] == ["7.output"]


def test_prune_keeps_logs_that_are_no_endpoints(data_dir, state):
    logs = LogStore(state)
    for group in ("/mine", "/aws/sagemaker/Endpoints/gone"):
        state.db.execute(
            "INSERT INTO log_groups (region, name, created_ms) VALUES ('r', ?, 0)",
            (group,),
        )
    prune(data_dir)

    assert [group["name"] for group in logs.groups("r")] == ["/mine"]


def test_prune_refuses_while_the_daemon_works(data_dir, monkeypatch):
    found = RuntimeFile("http://127.0.0.1:1", "AK", "SK", 12, "0.1.0", "me")
    _runtime_file.write(data_dir, found)
    about = {"instance_id": "me", "busy": True}
    monkeypatch.setattr(_runtime_file, "ask", lambda *_, **__: about)

    with pytest.raises(launch.LaunchError, match="something to do"):
        prune(data_dir)
