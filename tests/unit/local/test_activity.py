"""When a daemon is idle, by a clock of the test's own."""

import asyncio

import pytest

from smnb.local import activity as module
from smnb.local.activity import Activity


@pytest.fixture
def clock(monkeypatch):
    """Return a clock whose sleeper does not wait; `at` has what happens at its times."""

    class Clock:
        def __init__(self):
            self.now = 0.0
            self.at = {}

        def monotonic(self):
            return self.now

        async def sleep(self, seconds):
            self.now += seconds
            for time in sorted(time for time in self.at if time <= self.now):
                self.at.pop(time)()

    clock = Clock()
    monkeypatch.setattr(module, "time", clock)
    monkeypatch.setattr("asyncio.sleep", clock.sleep)
    return clock


def ended_at(activity, clock, idle_s):
    asyncio.run(activity.ended(idle_s))
    return clock.now


@pytest.mark.parametrize("idle_s", [1.0, 30.0, 3600.0])
def test_ended_waits_the_idle_time(idle_s, clock):
    assert ended_at(Activity(lambda: False), clock, idle_s) == idle_s


def test_ended_counts_from_the_last_request(clock):
    activity = Activity(lambda: False)

    def request():
        with activity.request():
            pass

    clock.at[90] = request

    assert ended_at(activity, clock, 100) == 190


def test_ended_waits_for_a_request_that_takes_longer(clock):
    activity = Activity(lambda: False)
    request = activity.request()
    request.__enter__()
    clock.at[300] = lambda: request.__exit__(None, None, None)

    assert ended_at(activity, clock, 60) == 360


def test_ended_waits_for_queued_work(clock):
    queued = [1]
    clock.at[300] = queued.clear
    ended = ended_at(Activity(lambda: bool(queued)), clock, 60)

    assert 330 <= ended <= 360


def test_request_that_fails_is_no_longer_under_way():
    activity = Activity(lambda: False)
    with pytest.raises(ZeroDivisionError), activity.request():
        _ = 1 / 0

    assert not activity.busy
