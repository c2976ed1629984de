"""A job tells what it does, can be awaited, and stops where that is possible."""

import asyncio
import pickle
import threading
import time
from types import SimpleNamespace

import pytest

from smnb import errors
from smnb._control import Control, Silent
from smnb._jobs import Job
from smnb._workers import Workers


@pytest.fixture
def workers():
    workers = Workers(1, "test-job")
    yield workers
    workers.shutdown(cancel_futures=True)


class Work:
    """Does what a job does until it is told to end."""

    def __init__(self, share=None, error=None):
        self.begun, self.end = threading.Event(), threading.Event()
        self.share, self.error = share, error

    def __call__(self, control):
        control.progress.now("at work")
        if self.share is not None:
            control.went(0.0)
            control.went(self.share)
        self.begun.set()
        while not self.end.is_set():
            control.pause(0.001)
        if self.error is not None:
            raise self.error
        return SimpleNamespace(value=42)


@pytest.fixture
def work():
    work = Work()
    yield work
    work.end.set()


def running(workers, work, **options):
    job = Job("dict → faces", work, workers, **options)
    assert work.begun.wait(10)
    return job


def test_job_runs_and_completes(workers, work):
    job = running(workers, work)

    assert (job.status, job.done, job.error) == ("running", False, None)
    work.end.set()
    assert job.result(10) == 42
    assert (job.status, job.done, job.error) == ("completed", True, None)


def test_job_waits_for_a_place(workers, work):
    running(workers, work)
    job = Job("second", Work(), workers)

    assert job.status == "queued"


def test_failure_is_explained(workers):
    error = errors.ModelFailedError("faces: it raised", hint="read its log")
    work = Work(error=error)
    work.end.set()
    job = running(workers, work)
    with pytest.raises(errors.ModelFailedError):
        job.result(10)

    assert (job.status, job.error) == ("failed", error)
    assert "faces: it raised" in repr(job)


def test_result_that_is_not_there_in_time_says_that_it_goes_on(workers, work):
    job = running(workers, work)
    with pytest.raises(errors.WaitTimeoutError, match="goes on"):
        job.result(timeout_s=0.01)

    assert job.status == "running"


def test_queued_job_is_never_sent(workers, work):
    running(workers, work)
    second = Work()
    job = Job("second", second, workers)

    assert job.cancel()
    assert job.status == "cancelled"
    work.end.set()
    workers.submit(print).result(10)  # its one thread takes them in turn
    assert not second.begun.is_set()


def test_running_job_stops_at_its_next_pause(workers, work):
    job = running(workers, work)
    begun = time.monotonic()

    assert job.cancel()
    with pytest.raises(errors.JobCancelledError):
        job.result(10)
    assert time.monotonic() - begun < 0.3
    assert job.status == "cancelled"


def test_request_that_is_sent_cannot_be_taken_back(workers, work):
    job = running(workers, work, one_request=True)

    assert not job.cancel()


def test_cancelling_what_is_done_changes_nothing(workers, work):
    job = running(workers, work)
    work.end.set()
    job.result(10)

    assert not job.cancel()
    assert (job.status, job.result()) == ("completed", 42)


def test_job_can_be_awaited(workers, work):
    job = running(workers, work)

    async def main():
        threading.Timer(0.01, work.end.set).start()
        return await job, await job

    assert asyncio.run(main()) == (42, 42)


def test_task_that_stops_waiting_does_not_stop_the_job(workers, work):
    job = running(workers, work)

    async def main():
        await asyncio.wait_for(job._awaited(), 0.01)

    with pytest.raises(asyncio.TimeoutError):
        asyncio.run(main())
    assert job.status == "running"


def test_awaited_failure_is_raised(workers, work):
    work.error = errors.ModelFailedError("it raised", hint="read its log")
    job = running(workers, work)
    work.end.set()

    async def main():
        await job

    with pytest.raises(errors.ModelFailedError):
        asyncio.run(main())


def test_time_left_is_known_from_what_is_done(workers):
    work = Work(share=0.5)
    job = running(workers, work)

    assert 0 < job.eta_s <= job.took_s
    assert " left" in repr(job)
    work.end.set()
    job.result(10)
    assert job.eta_s is None


def test_time_left_is_not_made_up(workers, work):
    assert running(workers, work).eta_s is None


def test_repr_tells_id_label_status_and_what_it_does(workers, work):
    job = running(workers, work)

    assert repr(job) == f"Job {job.id} · dict → faces · running · at work"
    assert len(job.id) == 16
    assert int(job.id, 16) >= 0


def test_html_is_escaped(workers):
    work = Work(error=errors.ModelFailedError("<script>", hint="h"))
    work.end.set()
    job = Job("<b>clip</b>", work, workers)
    with pytest.raises(errors.ModelFailedError):
        job.result(10)

    html = job._repr_html_()
    assert "<b>clip" not in html
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_workers_run_no_more_than_their_count():
    workers, lock, three = Workers(3, "test"), threading.Lock(), threading.Barrier(3)
    busy, most = 0, 0

    def call():
        nonlocal busy, most
        with lock:
            busy += 1
            most = max(most, busy)
        three.wait(10)
        with lock:
            busy -= 1

    for future in [workers.submit(call) for _ in range(30)]:
        future.result(10)

    assert most == 3


def test_workers_are_daemons():
    workers = Workers(1, "test")

    assert workers.submit(lambda: threading.current_thread().daemon).result(10)


def test_workers_that_are_shut_down_drop_what_has_not_begun(work):
    workers = Workers(1, "test")
    workers.submit(work, Control(Silent()))
    dropped = workers.submit(print)
    workers.shutdown(cancel_futures=True)

    assert dropped.cancelled()
    with pytest.raises(RuntimeError):
        workers.submit(print)


def test_workers_that_were_idle_start_again(monkeypatch):
    from smnb import _workers

    monkeypatch.setattr(_workers, "_IDLE_S", 0.001)
    workers = Workers(1, "test")
    thread = workers.submit(threading.current_thread).result(10)
    thread.join(10)

    assert not thread.is_alive()
    assert workers.submit(lambda: 1).result(10) == 1


def test_part_stops_with_the_whole():
    control = Control(Silent())
    part = control.part()
    control.stop()
    with pytest.raises(errors.JobCancelledError):
        part.check()


def samples():
    for name in errors.__all__:
        kind = getattr(errors, name)
        more = {}
        if kind is errors.PartsFailedError:
            more = {"results": [1], "failures": {0: ValueError("x")}}
        if kind is errors.UnreadableResponseError:
            more = {"body": b"x", "content_type": "a/b"}
        yield pytest.param(kind("what", hint="hint", **more), id=name)


@pytest.mark.parametrize("error", list(samples()))
def test_error_crosses_processes_whole(error):
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301  our own

    assert (type(copy), str(copy)) == (type(error), str(error))
    assert repr(copy.__dict__) == repr(error.__dict__)
