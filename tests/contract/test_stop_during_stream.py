"""A stream while the backend is told to stop: it ends whole, or says that it broke off."""

import signal
import time
from contextlib import closing

import pytest
from botocore.exceptions import EventStreamError


@pytest.fixture
def stopped_during(own_backend, hosting_on):
    """Return what reads on in a stream of some pieces while the backend stops."""
    hosting = hosting_on(own_backend)
    name = hosting.deploy("ticks")

    def stopped_during(count):
        answer = hosting.runtime.invoke_endpoint_with_response_stream(
            EndpointName=name,
            Body=str(count).encode(),
            ContentType="application/json",
        )
        with closing(answer["Body"]) as stream:
            events = iter(stream)
            pieces = [next(events)["PayloadPart"]["Bytes"]]
            own_backend.process.send_signal(signal.SIGTERM)
            pieces += [event["PayloadPart"]["Bytes"] for event in events]
        return b"".join(pieces)

    return stopped_during


def test_stream_that_ends_soon_ends_whole(stopped_during):
    assert stopped_during(4) == b"0123"


def test_stream_that_goes_on_breaks_off_and_the_backend_ends(
    stopped_during, own_backend
):
    with pytest.raises(EventStreamError, match="response stream was broken"):
        stopped_during(100)
    own_backend.stop()

    assert own_backend.process.returncode == 0


def test_backend_that_is_told_again_and_again_ends(stopped_during, own_backend):
    process = own_backend.process
    with pytest.raises(EventStreamError, match="response stream was broken"):
        stopped_during(100)
    ends_at = time.monotonic() + 40
    while process.poll() is None and time.monotonic() < ends_at:
        process.send_signal(signal.SIGTERM)
        time.sleep(0.01)

    process.stdout.close()
    assert process.returncode == 0
