"""CloudWatch knows names, and a name may have been another endpoint's a minute ago."""

from datetime import timedelta

import pytest
from seen_endpoints import NOW, SESSION, described

from smnb._compute import Serverless
from smnb.jupyter import use as using


@pytest.fixture
def cloudwatch(monkeypatch):
    """Return a function that sets what CloudWatch has, by minutes ago."""

    def has(calls, latency_ms):
        def read(session, asks, start, end):
            at = [(NOW - timedelta(minutes=ago), count) for ago, count in calls.items()]
            whole = [(start, latency_ms)]
            return [at, [], [], whole, whole, whole]

        monkeypatch.setattr(using._metrics, "read", read)
        monkeypatch.setattr(using._metrics, "last_calls", lambda *_: [None])

    return has


def read(created):
    found = described(Serverless(2048), created=created)
    return using.read(SESSION, [found], {}, NOW)["faces"]


def test_calls_before_it_was_made_are_not_its_own(cloudwatch):
    cloudwatch({5: 90.0, 1: 2.0}, latency_ms=7.0)
    use = read(created=NOW - timedelta(minutes=3))

    assert list(use.calls.values()) == [2.0]
    assert use.p50_ms == 7.0


def test_latency_of_those_before_it_is_not_its_own(cloudwatch):
    cloudwatch({5: 90.0}, latency_ms=7.0)
    use = read(created=NOW - timedelta(minutes=3))

    assert (use.calls, use.p50_ms, use.mean_ms) == ({}, None, None)
    assert use.last_call_at is None
