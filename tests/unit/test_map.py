"""Every item has its result in its place, whatever the service does meanwhile."""

import dataclasses
import itertools
import operator
import pickle
import threading
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smnb import Endpoint, Session, Video, Vpc, _many, _map
from smnb._control import Silent
from smnb._map import MapRun
from smnb._retry import Patience
from smnb.errors import (
    ConfigurationError,
    InvalidInputError,
    ModelFailedError,
    PartsFailedError,
)
from smnb.errors import ServiceError as Refused

HIDDEN = "hidden"
AT_ONCE = Patience(first_s=0.0005, longest_s=0.001)
THROTTLED = Refused("no room", hint="wait", code="ThrottlingException", status=400)
MODEL_FAILED = ModelFailedError("it raised", hint="read its log")


def mapping(call, items, concurrency=4, executor=None, patience=AT_ONCE):
    return MapRun(
        call,
        items,
        concurrency=concurrency,
        executor=executor,
        progress=Silent(),
        patience=patience,
    )


def double(x):
    return 2 * x


class Narrow:
    """Takes `room` calls at a time, and throttles the rest."""

    def __init__(self, room):
        self.room = room
        self.busy = self.throttled = 0
        self.lock = threading.Lock()

    def __call__(self, x):
        with self.lock:
            if self.busy >= self.room:
                self.throttled += 1
                raise THROTTLED
            self.busy += 1
        try:
            time.sleep(0)  # so that the others have their turn
            return 2 * x
        finally:
            with self.lock:
                self.busy -= 1


@settings(deadline=None, max_examples=20)
@given(
    count=st.integers(0, 80), concurrency=st.integers(1, 20), room=st.integers(1, 20)
)
def test_no_item_is_lost_or_out_of_place_when_throttled(count, concurrency, room):
    run = mapping(Narrow(room), range(count), concurrency)

    assert run.run(give_up=True) == [2 * i for i in range(count)]
    assert not run.failures


def test_window_narrows_until_the_endpoint_has_room():
    endpoint = Narrow(room=2)
    mapping(endpoint, range(400), concurrency=32).run(give_up=True)

    assert endpoint.throttled < 200


def test_items_are_not_read_ahead_of_the_window():
    read = itertools.count()
    seen = []

    def items():
        for number in range(50):
            next(read)
            yield number

    def call(x):
        seen.append(x)
        return x

    run = mapping(call, items(), concurrency=3)
    run._send()

    assert next(read) == 3


def processes():
    """Return a pool that starts no process by forking one with threads."""
    return ProcessPoolExecutor(1, get_context("spawn"))


@pytest.mark.parametrize(
    "pool", [lambda: ThreadPoolExecutor(2), processes], ids=["threads", "processes"]
)
def test_calls_run_in_any_executor(pool):
    with pool() as executor:
        results = mapping(operator.neg, range(20), executor=executor).run(give_up=True)

    assert results == [-i for i in range(20)]


def fails_on_odd(x):
    if x % 2:
        raise MODEL_FAILED
    return x


def test_failed_item_leaves_the_others_and_its_exception():
    calls = []
    run = mapping(lambda x: calls.append(x) or fails_on_odd(x), range(5))

    assert run.run(give_up=True) == [0, MODEL_FAILED, 2, MODEL_FAILED, 4]
    assert sorted(run.failures) == [1, 3]
    assert sorted(calls) == [0, 1, 2, 3, 4]


def test_report_tells_how_many_and_the_first():
    with pytest.raises(PartsFailedError, match=r"1 of 3 items .* item 1: it") as caught:
        _map.report([0, MODEL_FAILED, 2], {1: MODEL_FAILED})

    assert caught.value.results == [0, MODEL_FAILED, 2]
    assert caught.value.failures == {1: MODEL_FAILED}


def test_report_of_success_is_the_list():
    assert _map.report([1, 2], {}) == [1, 2]


def test_item_that_is_throttled_for_too_long_fails():
    def call(x):
        if x == 1:
            raise THROTTLED
        return x

    impatient = Patience(first_s=0.001, longest_s=0.001, total_s=0.01)
    run = mapping(call, range(3), patience=impatient)

    assert run.run(give_up=True)[::2] == [0, 2]
    assert run.failures == {1: THROTTLED}


def test_what_would_meet_every_item_stops_the_run():
    expired = ConfigurationError("expired", hint="sign in")

    def call(x):
        if x >= 3:
            raise expired
        return x

    with pytest.raises(PartsFailedError, match="Stopped after") as caught:
        mapping(call, itertools.count(), concurrency=1).run(give_up=True)

    assert caught.value.results == [0, 1, 2, expired]
    assert caught.value.__cause__ is expired


def test_items_that_raise_do_not_lose_what_came_before():
    def items():
        yield from range(3)
        raise OSError("disk gone")

    with pytest.raises(PartsFailedError, match="disk gone") as caught:
        mapping(double, items()).run(give_up=True)

    assert caught.value.results == [0, 2, 4]


def always_fails(x):
    raise MODEL_FAILED


def test_what_stops_a_run_is_told_with_its_kind():
    def items():
        yield 1
        raise KeyError("column")

    with pytest.raises(PartsFailedError, match="after 1 item: KeyError: 'column'"):
        mapping(double, items()).run(give_up=True)


def test_endless_failures_are_given_up():
    with pytest.raises(PartsFailedError) as caught:
        mapping(always_fails, itertools.count()).run(give_up=True)

    assert 100 <= len(caught.value.failures) < 120


def test_failures_in_their_place_are_never_given_up():
    results = mapping(always_fails, range(250)).run(give_up=False)

    assert results == [MODEL_FAILED] * 250


@pytest.mark.parametrize(
    "one",
    [
        pytest.param(pd.DataFrame({"x": [1]}), id="frame"),
        pytest.param({"x": 1}, id="dict"),
        pytest.param(b"abc", id="bytes"),
        pytest.param(7, id="number"),
        pytest.param(Video("talk.mp4"), id="video"),
    ],
)
def test_single_value_is_not_taken_apart(one):
    with pytest.raises(InvalidInputError, match="map\\(\\) takes many values"):
        _many.items_of(None, one)


def test_executor_that_is_gone_is_told():
    executor = ThreadPoolExecutor(1)
    executor.shutdown()
    with pytest.raises(PartsFailedError, match="shutdown"):
        mapping(double, range(3), executor=executor).run(give_up=True)


def test_progress_tells_count_speed_and_time_left(monkeypatch):
    monkeypatch.setattr(_map, "_SHOWN_EVERY_S", 0.0)
    shown = []
    run = mapping(double, range(10), concurrency=1)
    run._progress.now = shown.append
    run.run(give_up=True)

    assert shown[4].startswith("━━━━━━━━━━────────── 5/10 · ")
    assert "/s · 0 in flight · " in shown[4]
    assert shown[4].endswith(" left")


def test_progress_of_a_generator_tells_what_is_known(monkeypatch):
    monkeypatch.setattr(_map, "_SHOWN_EVERY_S", 0.0)
    shown = []
    run = mapping(double, iter(range(3)), concurrency=1)
    run._progress.now = shown.append
    run.run(give_up=True)

    assert shown[-1].startswith("3 done · ")


def test_session_crosses_processes_by_its_arguments():
    session = Session(
        "http://127.0.0.1:9",
        region="eu-west-1",
        bucket="mine",
        vpc=Vpc(["subnet-1"], ["sg-1"]),
        tags={"team": "a"},
    )
    session.target = dataclasses.replace(session.target, secret_key=HIDDEN)
    content = pickle.dumps(session)
    copy = pickle.loads(content)  # noqa: S301  our own

    assert HIDDEN.encode() not in content
    assert repr(copy) == repr(session)
    assert (copy.bucket_name(), copy.tags, copy.vpc) == (
        "mine",
        {"team": "a"},
        session.vpc,
    )


def test_session_arrives_once_in_a_process():
    content = pickle.dumps(Session("http://127.0.0.1:9", region="eu-west-1"))

    assert pickle.loads(content) is pickle.loads(content)  # noqa: S301  our own


def test_endpoint_crosses_processes_with_what_is_known_of_it():
    endpoint = Endpoint("faces", session=Session("http://127.0.0.1:9"))
    endpoint._described = "facts"
    endpoint._workers["requests"] = threading.Lock()
    copy = pickle.loads(pickle.dumps(endpoint))  # noqa: S301  our own

    assert (copy.name, copy._described, copy._workers) == ("faces", "facts", {})
