"""Metrics on disk: batches, minutes, what survives and what is dropped."""

import asyncio
from contextlib import closing

import pytest
from hosting_fakes import until

from smnb.local.services import metric_store
from smnb.local.services.metric_store import KEPT_S, Metric, MetricStore, Point
from smnb.local.services.statistics import Samples
from smnb.local.state import State

NOON = 1_795_348_800
DIMENSIONS = (("EndpointName", "faces"), ("VariantName", "AllTraffic"))
LATENCY = Metric("us-east-1", "AWS/SageMaker", "ModelLatency", DIMENSIONS)


class Clock:
    """A wall clock that goes only when told to."""

    def __init__(self, now):
        self.now = now

    def time(self):
        return self.now

    def monotonic(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock(NOON + 5)
    monkeypatch.setattr(metric_store, "time", clock)
    return clock


@pytest.fixture
def state(tmp_path):
    with closing(State(tmp_path)) as state:
        yield state


@pytest.fixture
def store(state, clock):
    return MetricStore(state)


async def read(store, start=0, end=2 * NOON, **asked):
    return [
        (point.time, point.unit, point.samples.values)
        async for point in store.points(LATENCY, start, end, **asked)
    ]


def points(*args, **asked):
    return asyncio.run(read(*args, **asked))


def put(store, time, *values, unit="None", metric=LATENCY):
    store.write([(metric, Point(time, unit, Samples.of(dict.fromkeys(values, 1.0))))])


def rows(state):
    return state.db.execute("SELECT count(*) FROM metric_samples").fetchone()[0]


def metric_rows(state):
    return state.db.execute("SELECT count(*) FROM metrics").fetchone()[0]


def test_added_samples_are_read_at_once(store):
    async def main():
        series = store.series(LATENCY, "Microseconds")
        for value in (20.0, 30.0, 20.0):
            series.add(value)
        return await read(store)

    assert asyncio.run(main()) == [(NOON, "Microseconds", {20.0: 2.0, 30.0: 1.0})]


def test_added_samples_are_written_in_one_batch_soon(store, state, monkeypatch):
    monkeypatch.setattr(metric_store, "_FLUSH_AFTER_S", 0.01)

    async def main():
        series = store.series(LATENCY, "Microseconds")
        for value in range(100):
            series.add(float(value))
        before = rows(state)
        await until(lambda: rows(state))
        return before, rows(state)

    assert asyncio.run(main()) == (0, 1)


def test_batch_does_not_reach_into_the_next_minute(store, state, clock):
    clock.now = NOON + 59.99

    async def main():
        series = store.series(LATENCY, "None")
        series.add(1.0)
        await until(lambda: rows(state))
        clock.now = NOON + 60.09
        series.add(2.0)
        return await read(store)

    assert asyncio.run(main()) == [
        (NOON, "None", {1.0: 1.0}),
        (NOON + 60, "None", {2.0: 1.0}),
    ]


def test_stop_writes_what_is_left(store, state):
    async def main():
        store.series(LATENCY, "None").add(1.0)
        await store.stop()

    asyncio.run(main())

    assert rows(state) == 1


def test_batches_of_a_minute_become_one_row(store, state):
    put(store, NOON, 1.0, 2.0)
    put(store, NOON, 2.0, 3.0)

    assert points(store) == [(NOON, "None", {1.0: 1.0, 2.0: 2.0, 3.0: 1.0})]
    assert rows(state) == 1


def test_minute_goes_on_after_a_restart(store, state):
    put(store, NOON, 1.0)
    put(MetricStore(state), NOON, 2.0)

    assert points(MetricStore(state)) == [(NOON, "None", {1.0: 1.0, 2.0: 1.0})]


def test_units_are_kept_apart(store):
    put(store, NOON, 1.0, unit="Seconds")
    put(store, NOON, 2.0, unit="Count")

    assert points(store, unit="Count") == [(NOON, "Count", {2.0: 1.0})]
    assert len(points(store)) == 2


def test_interval_has_its_start_and_not_its_end(store):
    for minute in range(4):
        put(store, NOON + 60 * minute, 1.0)

    found = points(store, NOON + 60, NOON + 180)

    assert [time for time, _, _ in found] == [NOON + 60, NOON + 120]


def test_metrics_differ_by_region_namespace_name_and_dimensions(store):
    others = [
        LATENCY._replace(region="eu-west-1"),
        LATENCY._replace(namespace="own"),
        LATENCY._replace(name="OverheadLatency"),
        LATENCY._replace(dimensions=()),
    ]
    for other in others:
        put(store, NOON, 1.0, metric=other)

    assert points(store) == []
    assert [metric for _, metric in store.listed("us-east-1", 0)] == others[1:]


def test_statistic_set_is_kept_without_values(store):
    samples = Samples(10.0, 50.0, 0.0, 9.0, None)
    store.write([(LATENCY, Point(NOON, "None", samples))])

    assert points(store) == [(NOON, "None", None)]


def test_failed_write_keeps_nothing_of_the_batch(store, state):
    def batch():
        yield LATENCY, Point(NOON, "None", Samples.of({1.0: 1.0}))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store.write(batch())

    assert (rows(state), metric_rows(state)) == (0, 0)


def test_metrics_without_recent_samples_are_not_listed(store):
    put(store, NOON, 1.0)
    put(store, NOON - 7200, 1.0)  # comes late, and makes it no older

    assert [metric for _, metric in store.listed("us-east-1", NOON)] == [LATENCY]
    assert list(store.listed("us-east-1", NOON + 1)) == []


def test_what_is_too_old_goes(store, state, clock):
    put(store, NOON, 1.0)
    put(store, NOON + 3600, 1.0)
    put(store, NOON, 1.0, metric=LATENCY._replace(name="Old"))

    clock.now = NOON + KEPT_S + 60
    store.prune()

    assert [time for time, _, _ in points(store)] == [NOON + 3600]
    assert metric_rows(state) == 1


def test_oldest_of_what_is_too_much_goes(state, clock):
    store = MetricStore(state, max_bytes=100_000)
    for minute in range(200):
        put(store, NOON - 60 * minute, *map(float, range(100)))

    store.prune()
    kept = [time for time, _, _ in points(store)]

    assert kept == [NOON - 60 * minute for minute in reversed(range(len(kept)))]
    size_bytes = state.db.execute(
        "SELECT sum(length(value_counts)) FROM metric_samples"
    ).fetchone()[0]
    assert 80_000 < size_bytes < 100_000


def test_pruning_comes_with_writing_once_an_hour(store, state, clock):
    put(store, NOON, 1.0)  # prunes
    clock.now += KEPT_S + 3600
    put(store, int(clock.now), 1.0)

    assert [time for time, _, _ in points(store)] == [int(clock.now)]
