"""submit, map and stream against models on the local backend; Stop; a cold start."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest

import smnb
from smnb import _progress, _request, _via_s3, _waiting, errors
from smnb._control import Control, Silent
from smnb._payload import Payload
from smnb._retry import Patience

MODEL = """
import json, time

def model_fn(model_dir):
    return None

def input_fn(body, content_type):
    return json.loads(body)

def predict_fn(data, model):
    if data.get("raise"):
        raise ValueError("no such column")
    time.sleep(data.get("sleep", 0))
    if "words" in data:
        return stream(data["words"], data.get("break"))
    return data

def stream(words, broken):
    for word in words:
        yield word
        time.sleep(0.05)
    if broken:
        raise RuntimeError("broken off")
    yield words[-1]
"""
STOP = """
import sys, time
import smnb
ep = smnb.endpoint(sys.argv[1])
ep.invoke({})
print("ready", flush=True)
try:
    eval(sys.argv[2])
except KeyboardInterrupt:
    print("stopped", flush=True)
print(ep.invoke({"x": 1}), flush=True)
"""
FIND = """
import sys, smnb
job = smnb.job(sys.argv[1])
print(job.result(60), job.status)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("calling")
    (folder / "code").mkdir()
    (folder / "code" / "inference.py").write_text(MODEL)
    return folder


@pytest.fixture(scope="module")
def ep(folder):
    compute = smnb.RealTime("ml.m5.large")
    with smnb.deploy(folder, compute, name="calling") as ep:
        yield ep


@pytest.fixture(scope="module")
def narrow(folder):
    """One request at a time: what comes meanwhile is throttled."""
    compute = smnb.Serverless(memory_mb=1024, max_concurrency=1)
    with smnb.deploy(folder, compute, name="narrow") as ep:
        yield ep


@pytest.fixture(scope="module")
def queued(folder):
    compute = smnb.Async("ml.m5.large", concurrency=1)
    with smnb.deploy(folder, compute, name="queued") as ep:
        yield ep


def python(program, *arguments):
    return subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "SMNB_PROGRESS": "off"},
    )


def wait_until_accepted(job):
    """Wait until AWS has the job's request, which must not be done by then."""
    while "works on it" not in job.progress:
        assert not job.done
        time.sleep(0.01)


@pytest.mark.parametrize(
    "call",
    [
        pytest.param('ep.invoke({"sleep": 2})', id="invoke"),
        pytest.param('ep.map([{"sleep": 2}] * 8, concurrency=2)', id="map"),
        pytest.param('ep.submit({"sleep": 2}).result()', id="result"),
        pytest.param('list(ep.stream({"sleep": 2, "words": ["a"]}))', id="stream"),
    ],
)
def test_stop_is_heard_at_once_and_the_endpoint_stays_usable(ep, call):
    with python(STOP, ep.name, call) as process:
        assert process.stdout.readline() == "ready\n"
        time.sleep(0.5)
        begun = time.monotonic()
        process.send_signal(signal.SIGINT)
        stopped = process.stdout.readline()
        took_s = time.monotonic() - begun
        answer, problems = process.communicate(timeout=30)

    assert (stopped, answer) == ("stopped\n", "{'x': 1}\n"), problems
    assert took_s < 0.3


def test_throttled_request_is_sent_again_until_there_is_room(narrow):
    busy = narrow.submit({"sleep": 1})
    time.sleep(0.3)
    answer = narrow.invoke({"x": 1})

    assert answer == {"x": 1}
    assert busy.result(10) == {"sleep": 1}


def test_throttling_that_does_not_end_is_raised(narrow):
    busy = narrow.submit({"sleep": 1})
    time.sleep(0.3)
    payload = Payload.of_bytes(b"{}", "application/json", "dict")
    control, once = Control(Silent()), Patience(throttled_tries=1)
    with pytest.raises(errors.ServiceError, match="narrow") as caught:
        _request.send(narrow.session, narrow.name, payload, control, patience=once)

    assert caught.value.code == "ThrottlingException"
    assert busy.result(10) == {"sleep": 1}


def test_model_that_failed_is_asked_once(ep):
    client, sent = ep.session.client("sagemaker-runtime"), []
    client.meta.events.register("before-send", lambda **_: sent.append(1))
    with pytest.raises(errors.ModelFailedError, match="no such column"):
        ep.invoke({"raise": 1})

    assert len(sent) == 1


def test_long_wait_for_a_serverless_endpoint_speaks_of_a_cold_start(
    narrow, monkeypatch
):
    monkeypatch.setattr(_waiting, "_AFTER_S", 0.2)
    monkeypatch.setattr(_waiting, "_TICK_S", 0.05)
    said = []
    monkeypatch.setattr(_progress.Progress, "now", lambda self, text: said.append(text))
    narrow.invoke({"sleep": 1.5})

    assert said
    assert said[-1].startswith("waiting · cold start, up to 180 s · ")


def test_job_of_a_request_completes(ep):
    job = ep.submit({"x": 1})

    assert job.result(30) == {"x": 1}
    assert job.status == "completed"
    assert ep.name in repr(job)


def test_many_jobs_wait_for_their_turn(narrow):
    jobs = [narrow.submit({"x": i}) for i in range(10)]

    assert [job.result(30) for job in jobs] == [{"x": i} for i in range(10)]


def test_job_through_s3_is_found_again_by_another_process(queued):
    job = queued.submit({"x": 1, "sleep": 1})
    wait_until_accepted(job)
    with python(FIND, job.id) as process:
        answer, problems = process.communicate(timeout=60)

    assert answer == "{'x': 1, 'sleep': 1} completed\n", problems
    assert job.result(30) == {"x": 1, "sleep": 1}


def test_what_is_kept_of_a_job_holds_no_credentials(queued):
    job = queued.submit({"x": 1})
    job.result(30)
    s3, bucket = queued.session.client("s3"), queued.session.bucket()
    rows = s3.list_objects_v2(Bucket=bucket, Prefix="smnb/queued/")["Contents"]
    (key,) = [row["Key"] for row in rows if row["Key"].endswith(f"{job.id}.json")]
    kept = json.loads(s3.get_object(Bucket=bucket, Key=key)["Body"].read())

    assert kept["id"] == job.id
    assert queued.session.target.secret_key not in str(kept)


def test_job_that_failed_through_s3_is_explained(queued):
    job = queued.submit({"raise": 1})
    with pytest.raises(errors.ModelFailedError, match="no such column"):
        job.result(30)

    assert smnb.job(job.id).id == job.id


def test_cancelled_job_through_s3_stops_and_removes_its_input(queued):
    running = queued.submit({"sleep": 4})
    wait_until_accepted(running)
    job = queued.submit({"x": 1})
    wait_until_accepted(job)

    assert job.cancel()
    with pytest.raises(errors.JobCancelledError, match="cannot take back"):
        job.result(10)
    with pytest.raises(errors.NotFoundError, match=job.id):
        smnb.job(job.id)
    assert running.result(30) == {"sleep": 4}


def test_job_whose_endpoint_is_deleted_ends(write_model, monkeypatch):
    monkeypatch.setattr(_via_s3, "_SLOWEST_POLL_S", 0.2)
    folder = write_model(MODEL)
    with smnb.deploy(folder, smnb.Async("ml.m5.large"), name="short-lived") as ep:
        job = ep.submit({"sleep": 30})
        wait_until_accepted(job)

    with pytest.raises(errors.NotFoundError, match="deleted before it answered"):
        job.result(20)


@pytest.mark.parametrize("id_", ["0123456789abcdef", "../../etc", ""])
def test_job_that_never_was_is_not_found(id_):
    with pytest.raises(errors.NotFoundError, match="no job"):
        smnb.job(id_)


def test_map_keeps_the_order(ep):
    items = [{"x": i, "sleep": 0.02 * (i % 3)} for i in range(30)]

    assert ep.map(iter(items)) == items


def test_map_gets_through_a_narrow_endpoint(narrow):
    items = [{"x": i} for i in range(12)]

    assert narrow.map(items, concurrency=6) == items


def test_map_reports_failures_at_the_end(ep):
    items = [{"x": 0}, {"raise": 1}, {"x": 2}]
    with pytest.raises(errors.PartsFailedError, match="1 of 3 items") as caught:
        ep.map(items)

    assert caught.value.results[::2] == [{"x": 0}, {"x": 2}]
    assert isinstance(caught.value.failures[1], errors.ModelFailedError)


def test_map_returns_failures_in_place_if_asked(ep):
    first, failure, last = ep.map(
        [{"x": 0}, {"raise": 1}, {"x": 2}], on_error="return", detail=True
    )

    assert (first.value, last.value) == ({"x": 0}, {"x": 2})
    assert isinstance(failure, errors.ModelFailedError)


def test_map_runs_in_other_processes(ep):
    with ProcessPoolExecutor(2, get_context("spawn")) as executor:
        answers = ep.map([{"x": i} for i in range(6)], executor=executor)

    assert answers == [{"x": i} for i in range(6)]


@pytest.mark.parametrize(
    "options",
    [{"on_error": "ignore"}, {"concurrency": 0}, {"concurrency": 65}, {"rout": "s3"}],
    ids=str,
)
def test_map_refuses_what_it_does_not_know(ep, options):
    with pytest.raises(errors.InvalidInputError):
        ep.map([{}], **options)


def test_stream_comes_in_lines(ep):
    with ep.stream({"words": ["one\nt", "wo\n"]}, as_="lines") as stream:
        assert next(stream) == "one"
        assert list(stream) == ["two", "wo"]


def test_stream_comes_in_events(ep):
    words = ["data: 1\n", "\ndata: 2\n\n"]

    events = [event.data for event in ep.stream({"words": words}, as_="sse")]
    assert events == ["1", "2", "2"]


def test_model_that_fails_in_the_middle_of_a_stream_is_explained(ep):
    stream = ep.stream({"words": ["one ", "two "], "break": True})
    with pytest.raises(errors.ModelFailedError, match="broken off") as caught:
        list(stream)

    assert caught.value.received == b"one two "


def test_stream_that_is_closed_frees_the_endpoint(narrow):
    stream = narrow.stream({"words": ["x"] * 600})
    next(stream)
    stream.close()

    assert narrow.invoke({"x": 1}) == {"x": 1}


def test_stream_of_an_asynchronous_endpoint_is_refused(queued):
    with pytest.raises(errors.InvalidInputError, match="one request"):
        queued.stream({})


def test_stream_of_unknown_units_is_refused(ep):
    with pytest.raises(errors.InvalidInputError, match="as_"):
        ep.stream({}, as_="words")


def test_no_thread_is_left_that_keeps_python_alive(ep):
    ep.map([{}] * 4)
    ep.submit({}).result(10)

    assert all(t.daemon for t in threading.enumerate() if t.name.startswith("smnb-"))
