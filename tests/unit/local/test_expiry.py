"""When the daemon has expired endpoints removed, and how long it waits to try again."""

from contextlib import closing
from datetime import datetime, timedelta, timezone
from types import SimpleNamespace

import pytest

from smnb._runtime_file import RuntimeFile
from smnb.local import expiry
from smnb.local.services.sagemaker.resources import ResourceTable
from smnb.local.services.sagemaker.tags import Tags
from smnb.local.state import State

DAEMON = RuntimeFile("http://127.0.0.1:9", "KEY", "secret", 1, "0", "id")


@pytest.fixture
def state(tmp_path):
    with closing(State(tmp_path)) as state:
        yield state


@pytest.fixture
def tagged(state):
    """Return a function that keeps a resource with an expiry tag, and its ARN."""

    def make(
        value,
        *,
        kind="endpoint",
        key="smnb:expires",
        maker="smnb:deployment",
        region="us-east-1",
    ):
        context = SimpleNamespace(region=region, account_id="000000000000")
        resource = ResourceTable(state, kind, kind).insert(context, "brief", {})
        with state.transaction():
            tags = {key: value, maker: "0123abcd"}
            rows = [{"Key": name, "Value": text} for name, text in tags.items()]
            Tags(state).put(resource.arn, rows)
        return resource.arn

    return make


@pytest.fixture
def clock(monkeypatch):
    """Return the seconds that pass as the test says."""
    now = SimpleNamespace(s=1000.0)
    monkeypatch.setattr(expiry.time, "monotonic", lambda: now.s)
    return now


def ago(**span):
    return (datetime.now(timezone.utc) - timedelta(**span)).isoformat()


def test_expired_endpoint_is_overdue_in_its_region(state, tagged):
    arn = tagged(ago(seconds=1), region="eu-west-1")

    assert expiry.Expiry(state, DAEMON)._overdue() == {arn: "eu-west-1"}


@pytest.mark.parametrize(
    ("value", "what"),
    [
        pytest.param(ago(hours=-1), {}, id="time-left"),
        pytest.param("tomorrow", {}, id="not-a-time"),
        pytest.param(ago(hours=1), {"kind": "model"}, id="no-endpoint"),
        pytest.param(ago(hours=1), {"key": "expires"}, id="another-tag"),
        pytest.param(ago(hours=1), {"maker": "made-by"}, id="somebody-else's"),
    ],
)
def test_anything_else_is_not(state, tagged, value, what):
    tagged(value, **what)

    assert expiry.Expiry(state, DAEMON)._overdue() == {}


def test_what_is_still_there_is_tried_after_ever_longer_pauses(state, tagged, clock):
    arn = tagged(ago(hours=1))
    watch = expiry.Expiry(state, DAEMON)
    pauses = []
    for _ in range(4):
        watch._wait_for_those_left(watch._overdue())
        tried = clock.s
        while not watch._overdue():
            clock.s += 1
        pauses.append(clock.s - tried)

    assert pauses == [10, 20, 40, 80]
    assert watch._overdue() == {arn: "us-east-1"}


def test_program_is_a_client_of_this_daemon_alone(monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "work")
    found = expiry._environment(DAEMON, "eu-west-1")

    assert "AWS_PROFILE" not in found
    assert found["SMNB_TARGET"] == DAEMON.url
    assert found["AWS_SECRET_ACCESS_KEY"] == DAEMON.secret_key
    assert found["AWS_REGION"] == "eu-west-1"
