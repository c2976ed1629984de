"""Whatever an endpoint does, each frame of a video has its own result in its place."""

import time
from contextlib import ExitStack

import barcode
import pytest
from flaky_endpoint import Endpoint, serving

from smnb.errors import JobCancelledError, ModelFailedError, PartsFailedError

FRAMES = 150


class Throttling(Endpoint):
    """Takes five requests at a time."""

    room, slowest_s = 5, 0.01


class Failing(Endpoint):
    """Fails on one request in twenty."""

    fault_share = 0.05


class Disorderly(Endpoint):
    """Takes its time, longer for some."""

    slowest_s = 0.15


class All(Endpoint):
    room, fault_share, slowest_s = 8, 0.05, 0.1


class Broken(Endpoint):
    """Raises on some frames, as a model does."""

    def fate(self, index):
        if index in (*range(40, 50), 77):
            return 424, "ModelError"
        return super().fate(index)


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    return barcode.write(tmp_path_factory.mktemp("clip") / "clip.mp4", FRAMES)


@pytest.fixture
def serve(monkeypatch):
    """Return a function that starts a server, and returns it with a handle on it."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    with ExitStack() as stack:
        yield lambda kind: stack.enter_context(serving(kind))


def is_right(result):
    return [(r.frame, r.value, r.part) for r in result] == [
        (i, {"frame": i}, i) for i in range(FRAMES)
    ]


@pytest.mark.parametrize("kind", [Endpoint, Throttling, Failing, Disorderly, All])
def test_every_frame_has_its_result_in_its_place(serve, clip, kind):
    server, endpoint = serve(kind)

    assert is_right(endpoint.invoke(clip))
    assert sorted(server.order) == list(range(FRAMES))  # none was answered twice


def test_endpoint_really_did_what_it_is_for(serve, clip):
    server, endpoint = serve(All)
    endpoint.invoke(clip)

    assert server.throttled > 0
    assert server.faults > 0
    assert server.order != sorted(server.order)


def test_throttling_narrows_what_is_in_flight(serve, clip):
    server, endpoint = serve(Throttling)
    endpoint.invoke(clip)

    # Sixteen at a time would be throttled more than twice as often as answered.
    assert server.throttled < FRAMES


def test_failed_frames_are_told_as_ranges_and_the_rest_is_kept(serve, clip):
    _, endpoint = serve(Broken)
    with pytest.raises(PartsFailedError, match=r"11 of 150 .*\(40-49, 77\)") as caught:
        endpoint.invoke(clip)

    result = caught.value.results
    assert result.failed.frames == [*range(40, 50), 77]
    assert all(isinstance(r.error, ModelFailedError) for r in result.failed)
    assert [r.value["frame"] for r in result if not r.error] == [
        r.frame for r in result if not r.error
    ]


def test_call_after_some_parts_failed_sends_only_these(serve, clip, monkeypatch):
    server, endpoint = serve(Broken)
    with pytest.raises(PartsFailedError, match="only these are sent"):
        endpoint.invoke(clip, resume=True)
    with pytest.raises(PartsFailedError, match="11 of 150"):
        endpoint.invoke(clip, resume=True)
    server.order.clear()
    monkeypatch.setattr(Broken, "fate", Endpoint.fate)

    assert is_right(endpoint.invoke(clip, resume=True))
    assert sorted(server.order) == [*range(40, 50), 77]


def test_job_yields_frames_in_order_while_it_runs(serve, clip):
    _, endpoint = serve(Disorderly)
    job = endpoint.submit(clip)
    results = iter(job)
    first = next(results)

    assert not job.done
    assert is_right([first, *results])
    assert is_right(job.result())


def test_cancelled_job_ends_at_once(serve, clip):
    server, endpoint = serve(Disorderly)
    job = endpoint.submit(clip)
    next(iter(job))
    job.cancel()
    asked = time.monotonic()
    with pytest.raises(JobCancelledError):
        job.result(timeout_s=10)

    assert time.monotonic() - asked < 0.3
    assert len(server.order) < FRAMES
