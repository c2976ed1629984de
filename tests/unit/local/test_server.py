"""In which order services live and die."""

import asyncio

import pytest

from smnb.local import server


class Service:
    """Notes when it starts and stops."""

    def __init__(self, name, events, *, fails=False):
        self.name = name
        self.events = events
        self.fails = fails

    async def start(self):
        if self.fails:
            raise OSError(self.name)
        self.events.append(f"start {self.name}")

    async def stop(self):
        self.events.append(f"stop {self.name}")


def live(services):
    async def run():
        async with server._running(services):
            pass

    asyncio.run(run())


def test_services_stop_in_reverse():
    events = []
    live([Service("a", events), object(), Service("b", events)])

    assert events == ["start a", "start b", "stop b", "stop a"]


def test_service_that_does_not_start_stops_those_before_it():
    events = []
    with pytest.raises(OSError, match="b"):
        live([Service("a", events), Service("b", events, fails=True)])

    assert events == ["start a", "stop a"]
