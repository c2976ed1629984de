"""A request that was sent tells how far it is, in figures that are known."""

import threading
from contextlib import suppress
from datetime import datetime, timezone
from types import SimpleNamespace

import pytest
from seen_endpoints import described

from smnb._compute import Async, Serverless
from smnb._invocation import Reply
from smnb._jobs import Job
from smnb._payload import Payload
from smnb._preparation import Prepared
from smnb._routes import Direct, ViaS3
from smnb._workers import Workers
from smnb.errors import JobCancelledError, ModelFailedError
from smnb.jupyter import sent as sending
from smnb.jupyter.sent import Sent
from smnb.jupyter.sources import Content
from smnb.jupyter.views.answers import Recorder

SESSION = SimpleNamespace(target=SimpleNamespace(bills=False), region="us-east-1")
PAYLOAD = Payload.of_bytes(b"x" * 400, "image/jpeg", "a.jpg")
DIRECT, VIA_S3 = Direct(400, "it fits"), ViaS3(400, "it does not fit")


@pytest.fixture
def running():
    """Return a function that sends by a thread which ends when the test says so."""
    workers, may_end = Workers(2, "test"), threading.Event()

    def run(work, route=DIRECT, compute=Serverless(2048)):  # noqa: B008  frozen
        begun = threading.Event()

        def waits(control):
            result = work(control)
            begun.set()
            may_end.wait(10)
            if isinstance(result, Exception):
                raise result
            control.check()
            return Reply(result, route, "image/jpeg", 400, 1, 52.0, 0.0, ("id-1",))

        prepared = Prepared(PAYLOAD, route)
        job = Job("a", waits, workers, one_request=isinstance(route, Direct))
        sent = Sent(
            SESSION, described(compute), prepared, Content(b"x"), job, Recorder()
        )
        assert begun.wait(10)
        return sent

    def end(sent):
        may_end.set()
        with suppress(Exception):  # told by the shape
            sent.job.reply(10)
        return sent.shape

    yield SimpleNamespace(run=run, end=end)
    may_end.set()
    workers.shutdown()


def test_one_request_cannot_be_taken_back(running):
    sent = running.run(lambda control: control.progress.now("starts · 3 s"))
    told = sent.shape

    assert (told["state"], told["can_stop"]) == ("running", False)
    assert (told["words"], told["share"], told["reply"]) == ("starts", None, None)
    told = running.end(sent)
    assert (told["state"], told["words"], told["problem"]) == ("done", "", None)
    assert told["reply"]["total_ms"] == 52.0
    assert told["reply"]["request_id"] == told["id"]


def test_upload_tells_its_share(running):
    def uploads(control):
        control.progress.now("uploading · 100 bytes of 400 bytes")
        control.went(0.25)

    told = running.run(uploads, VIA_S3).shape

    assert (told["words"], told["share"]) == ("Uploading", 0.25)
    assert (told["uploaded_bytes"], told["total_bytes"]) == (100, 400)
    assert told["upload_s"] is None
    assert told["can_stop"]


def test_until_the_upload_begins_nothing_is_known_of_it(running):
    told = running.run(lambda _: None, VIA_S3).shape

    assert told["share"] is told["uploaded_bytes"] is None


def test_stop_is_told_at_once_and_then_why(running):
    sent = running.run(lambda _: None, VIA_S3)
    sent.stop()
    assert (sent.shape["state"], sent.shape["can_stop"]) == ("running", False)

    told = running.end(sent)
    assert (told["state"], told["problem"]["title"]) == ("stopped", "Stopped")


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (ModelFailedError("KeyError: x.", hint="Read its log."), "failed"),
        (JobCancelledError("Cancelled.", hint="Send it again."), "stopped"),
    ],
)
def test_why_there_is_no_answer(running, error, state):
    told = running.end(running.run(lambda _: error))

    assert (told["state"], told["reply"]) == (state, None)
    assert error.what in told["problem"]["text"]


@pytest.mark.parametrize(
    ("compute", "name", "counts", "waited"),
    [
        (Async(), "faces", 1.0, 48.0),
        (Serverless(2048), "faces-async", 1.0, 48.0),
        (Async(), "faces", 2.0, None),  # whose time it was nothing tells
        (Async(), "faces", None, None),  # CloudWatch has it a minute later
    ],
)
def test_time_in_the_queue_is_known_of_a_request_alone(
    running, monkeypatch, compute, name, counts, waited
):
    monkeypatch.setattr(sending._pending, "find", lambda *_: SimpleNamespace(output=""))
    now = datetime.now(timezone.utc)
    asked = []

    def read(_, asks, start, end):
        asked.extend(ask.endpoint_name for ask in asks)
        assert start <= now <= end
        return [] if counts is None else [(now, 48.0)], (
            [] if counts is None else [(now, counts)]
        )

    monkeypatch.setattr(sending._metrics, "read", read)

    def uploads(control):
        control.upload_s = 9.4

    told = running.end(running.run(uploads, VIA_S3, compute))

    assert (told["upload_s"], told["queue_s"]) == (9.4, waited)
    assert told["uploaded_bytes"] == told["total_bytes"] == 400
    assert asked == [name, name]
