"""`ep.benchmark`: what is real here; and the comparison of sizes, as AWS does it.

For the comparison the local backend is taken for one that bills, as AWS is.
"""

import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import smnb
from smnb import _hosting, _measured, errors
from smnb._benchmark.load import Load
from smnb._benchmark.side import Side

HUNGRY = Path(__file__).parents[1] / "models" / "hungry"
# No other system tells of the peak of a request.
needs_peak = pytest.mark.xfail(sys.platform != "linux", reason="needs /proc")


@pytest.fixture
def billing():
    """Return a session on the local backend that is taken for AWS."""
    session = smnb.Session("local")
    session.target = replace(session.target, bills=True)
    return session


@pytest.fixture
def hungry(billing):
    """Return the hungry model's endpoint, as one on AWS."""
    with smnb.deploy(HUNGRY, smnb.Serverless(3072), name="hungry-aws"):
        yield smnb.endpoint("hungry-aws", session=billing)


@pytest.fixture(autouse=True)
def forgets(tmp_path, monkeypatch):
    """Keep what one test has measured from the next."""
    monkeypatch.setattr(_measured, "_path", lambda d: tmp_path / "kept" / d[:8])


def names():
    return sorted(ep.name for ep in smnb.endpoints())


@needs_peak
def test_hungry_model_is_deployed_with_what_it_was_measured_to_take(nothing_left):
    with smnb.deploy(HUNGRY, smnb.Serverless(3072), name="hungry") as ep:
        measured = ep.benchmark(1600, calls=2)
    with smnb.deploy(HUNGRY, name="hungry") as again:
        assert "2048 MB" in repr(again)
        assert again.invoke(1600) == {"held_mb": 1600}

    assert 1600 < measured.peak_mb < 1700
    assert measured.best == smnb.Serverless(2048)
    assert not measured.sizes[1024]
    assert measured.sizes[2048]


@needs_peak
def test_local_benchmark_tells_processor_time_without_waiting():
    with smnb.deploy(HUNGRY, smnb.Serverless(2048), name="waiting") as ep:
        measured = ep.benchmark(10, calls=3)

    assert 0 < measured.cpu_ms < measured.rows[0].p50_ms - 150  # it sleeps for 200 ms
    assert "Processor time" in repr(measured)


@needs_peak
def test_local_benchmark_counts_no_processor_time_of_earlier_calls():
    with smnb.deploy(HUNGRY, smnb.Serverless(2048), name="worked") as ep:
        ep.invoke(1000)
        measured = ep.benchmark(10, calls=3)

    assert measured.cpu_ms < 50  # holding 1000 MB takes more
    assert (
        measured.earlier_peak or measured.peak_mb < 1000
    )  # a minute may begin between


@needs_peak
def test_measured_model_is_given_a_larger_size_than_the_least():
    with smnb.deploy(HUNGRY, smnb.Serverless(3072), name="hungrier") as ep:
        assert ep.benchmark(1800, calls=1).best == smnb.Serverless(3072)
        ep.update(smnb.Serverless(4096))
        ep.update(smnb.Serverless())

        assert "3072 MB" in repr(ep)


def test_local_benchmark_measures_each_concurrency(write_model):
    with smnb.deploy(write_model(), name="crowd") as ep:
        measured = ep.benchmark([b"a", b"bc"], calls=6, concurrency=(1, 3))

    assert [row.concurrency for row in measured.rows] == [1, 3]
    assert [(row.calls, row.errors) for row in measured.rows] == [(6, 0), (6, 0)]
    assert all(row.p50_ms <= row.p90_ms <= row.p99_ms for row in measured.rows)
    assert all(row.per_s > 0 for row in measured.rows)
    assert measured.rows[0].usd_per_million is None


def test_three_errors_end_a_load(write_model):
    code = "def model_fn(d): pass\ndef predict_fn(x, m): raise ValueError('never')"
    with smnb.deploy(write_model(code), name="fails") as ep:
        (row,) = ep.benchmark({"x": 1}, calls=50).rows

    assert (row.calls, row.errors) == (3, 3)
    assert "never" in row.note


def test_running_endpoint_keeps_its_size_when_deployed_without_one(write_model):
    model = write_model()
    with smnb.deploy(model, smnb.Serverless(4096), name="sized"):
        again = smnb.deploy(model, smnb.Serverless(), name="sized")
        assert "4096 MB" in repr(again)

        with pytest.raises(errors.NameTakenError, match="its compute"):
            smnb.deploy(model, smnb.Serverless(max_concurrency=9), name="sized")


def test_size_below_the_unpacked_model_is_refused_before_anything_is_sent(
    write_model, nothing_left
):
    model = write_model()
    with (model / "weights").open("wb") as weights:
        weights.truncate(1100 * 1024 * 1024)

    with pytest.raises(errors.InvalidInputError, match="1024 MB of memory"):
        smnb.deploy(model, smnb.Serverless(1024), name="squeezed")
    with (
        smnb.deploy(HUNGRY, smnb.Serverless(1024), name="squeezed") as ep,
        pytest.raises(errors.InvalidInputError, match="1024 MB of memory"),
    ):
        ep.update(model=model)


def test_sizes_are_compared_side_by_side_and_removed(hungry, capfd):
    measured = hungry.benchmark(200, memory=[2048, 1024], concurrency=(1, 2), calls=3)

    assert [(row.memory_mb, row.concurrency) for row in measured.rows] == [
        *((1024, 1), (1024, 2)),
        *((2048, 1), (2048, 2)),
    ]
    one, _, two, _ = measured.rows
    for row in (one, two):  # $20 for a million seconds of 1 GB
        assert row.usd_per_million == pytest.approx(20 * row.gb_s)
    assert one.billed_ms >= 200
    assert one.cold_start_ms >= 200
    assert measured.best == smnb.Serverless(1024)
    digest = _hosting.describe(hungry.session, hungry.name).tags[_hosting.TAG_DIGEST]
    kept = _measured.times(digest, "aws")
    assert {mb: time.mean_ms for mb, time in kept.items()} == {
        1024: one.billed_ms,
        2048: two.billed_ms,
    }
    assert names() == ["hungry-aws"]
    assert "Cost: about $" in capfd.readouterr().err


@needs_peak
def test_size_that_is_too_small_is_not_the_best(hungry):
    measured = hungry.benchmark(1300, memory=[1024, 2048], calls=3, best="cost")

    assert measured.rows[0].errors == 3
    assert measured.best == smnb.Serverless(2048)
    assert measured.peak_mb > 1300


def test_stopped_comparison_keeps_its_rows_and_leaves_nothing(hungry, monkeypatch):
    send, sent = Load._send, []

    def stop_at_the_sixth(self, payload):
        sent.append(payload)
        if len(sent) == 6:
            os.kill(os.getpid(), signal.SIGINT)
        send(self, payload)

    monkeypatch.setattr(Load, "_send", stop_at_the_sixth)
    measured = hungry.benchmark(1, memory=[1024, 2048], calls=3)

    assert measured.stopped
    assert (measured.rows[0].memory_mb, measured.rows[0].calls) == (1024, 3)
    assert names() == ["hungry-aws"]
    configs = hungry.session.client("sagemaker").list_endpoint_configs()
    assert len(configs["EndpointConfigs"]) == 1


def test_comparison_stopped_again_while_it_removes_leaves_nothing(hungry, monkeypatch):
    remove, pressed = Side.remove, []

    def press_once_more(self):
        if not pressed:
            pressed.append(self.memory_mb)
            raise KeyboardInterrupt
        return remove(self)

    monkeypatch.setattr(Side, "remove", press_once_more)
    measured = hungry.benchmark(1, memory=[1024, 2048], calls=2)

    assert len(measured.rows) == 2
    assert names() == ["hungry-aws"]


def test_comparison_stopped_before_anything_was_measured_raises(hungry, monkeypatch):
    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(Load, "run", stop)
    with pytest.raises(KeyboardInterrupt):
        hungry.benchmark(1, memory=[1024], calls=3)

    assert names() == ["hungry-aws"]


def test_second_comparison_at_once_is_refused_and_disturbs_nothing(hungry, monkeypatch):
    refused = []
    run = Load.run

    def again(self, progress):
        monkeypatch.setattr(Load, "run", run)
        with pytest.raises(errors.NameTakenError, match="another benchmark") as caught:
            hungry.benchmark(1, memory=[1024], calls=1)
        refused.append(caught)
        run(self, progress)

    monkeypatch.setattr(Load, "run", again)
    measured = hungry.benchmark(1, memory=[1024], calls=2)

    assert len(refused) == 1
    assert [row.calls for row in measured.rows] == [2]
