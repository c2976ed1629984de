"""A benchmark's arithmetic: what is chosen, what is shown, what is refused."""

import math
from datetime import datetime, timezone
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smnb import _measured
from smnb._benchmark.choice import best_size_mb
from smnb._benchmark.load import Load
from smnb._benchmark.plan import check_concurrency, make_plan
from smnb._benchmark.result import Benchmark, Row
from smnb._compute import Serverless
from smnb._hosting import Described
from smnb._serverless_size import sizes_mb
from smnb.errors import InvalidInputError


def row(memory_mb, ms, **facts):
    """Return the row of a size whose calls all take `ms`."""
    facts = {"concurrency": 1, "calls": 50, "peak_mb": 500.0, **facts}
    usd = memory_mb / 1024 * ms * 0.02
    return Row(
        f"serverless {memory_mb} MB",
        memory_mb,
        p50_ms=ms,
        p99_ms=ms,
        billed_ms=ms,
        usd_per_million=usd,
        **facts,
    )


def made(*rows, **facts):
    facts = {"peak_mb": 500.0, "rule": "cost", "on_aws": True, **facts}
    return Benchmark("faces", rows, **facts)


def described(**facts):
    facts = {"kind": "serverless", "memory_mb": 2048, "concurrency": 5, **facts}
    return Described(
        name="faces",
        arn="arn",
        status="InService",
        reason="",
        created=datetime.now(timezone.utc),
        compute="serverless 2048 MB",
        variant="AllTraffic",
        config="faces-1",
        models=("faces-1",),
        tags={"smnb:sha256": "faces"},
        **facts,
    )


def planned(payload=b"x", found=None, **asked):
    asked = {
        "memory": None,
        "concurrency": (1,),
        "calls": 50,
        "best": "cost",
        "content_type": None,
        **asked,
    }
    here = SimpleNamespace(target=SimpleNamespace(bills=False))
    return make_plan(here, found or described(), payload, **asked)


@pytest.fixture(autouse=True)
def own_folder(monkeypatch, tmp_path):
    """Nothing that was measured on this machine is seen."""
    monkeypatch.setenv("SMNB_DATA_DIR", str(tmp_path))


# More memory brings more processor: 1 GB is slow, 3 GB halves it for hardly more money.
CURVE = [row(1024, 500), row(2048, 260), row(3072, 210), row(6144, 200)]


@pytest.mark.parametrize(
    ("rule", "size"),
    [
        # GB-seconds: 0.5, 0.52, 0.63, 1.2
        pytest.param("cost", 1024, id="cost"),
        pytest.param("speed", 6144, id="speed"),
        # Products with the latency: 250, 135, 132, 240
        pytest.param("balanced", 3072, id="balanced"),
        # Times 1, 0.83, 0.67, 0.5: 250, 113, 88, 120
        pytest.param("aws", 3072, id="aws"),
    ],
)
def test_best_is_the_least_by_its_rule(rule, size):
    assert best_size_mb(CURVE, rule) == size


def test_rule_of_awss_toolkit_leans_to_larger_sizes():
    even = [row(1024, 400), row(2048, 290)]  # products: 160 and 168

    assert best_size_mb(even, "balanced") == 1024
    assert best_size_mb(even, "aws") == 2048


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param({"errors": 1}, id="errors"),
        pytest.param({"peak_mb": 900.0}, id="hardly-fits"),
        pytest.param({"concurrency": 4}, id="several-at-a-time"),
        pytest.param({"calls": 0}, id="nothing-sent"),
    ],
)
def test_size_that_does_not_qualify_is_not_the_best(facts):
    rows = [row(1024, 10, **facts), row(2048, 1000)]

    assert best_size_mb(rows, "cost") == 2048
    assert best_size_mb(rows[:1], "cost") is None


@given(
    times=st.lists(st.floats(0.1, 1e5), min_size=6, max_size=6),
    rule=st.sampled_from(["cost", "speed", "balanced", "aws"]),
)
def test_best_is_never_slower_and_dearer_than_another(times, rule):
    rows = [row(size, ms) for size, ms in zip(sizes_mb(), times, strict=True)]
    best = next(one for one in rows if one.memory_mb == best_size_mb(rows, rule))

    assert not any(
        other.p50_ms < best.p50_ms
        and other.gb_s < best.gb_s
        and other.memory_mb > best.memory_mb
        for other in rows
    )


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0.1, 100))
def test_percentile_is_one_of_the_latencies_and_exceeds_that_share(latencies, percent):
    load = Load(None, "faces", [], calls=1)
    load.latencies_ms = latencies

    value = load.percentile_ms(percent)

    assert value in latencies
    share = math.ceil(percent / 100 * len(latencies))
    assert sum(one <= value for one in latencies) >= share


def test_load_without_answers_has_no_figures():
    load = Load(None, "faces", [], calls=1)

    assert (load.percentile_ms(50), load.per_s, load.sent) == (None, None, 0)


def test_best_on_this_machine_is_the_smallest_that_holds_the_peak():
    here = made(row(3072, 10), peak_mb=1750.0, on_aws=False)

    assert here.best == Serverless(3072)
    assert [size for size, holds in here.sizes.items() if not holds] == [1024, 2048]


def test_unknown_peak_gives_no_size_on_this_machine():
    here = made(row(3072, 10, peak_mb=None), peak_mb=None, on_aws=False)

    assert here.best is None
    assert "not known" in repr(here)


def test_local_benchmark_says_what_only_aws_tells():
    shown = repr(made(row(2048, 10), on_aws=False))

    assert "this machine" in shown
    assert "Only AWS tells" in shown
    assert "cold starts" in shown


def test_peak_that_earlier_calls_had_too_is_said_to_be_so():
    shown = repr(made(row(2048, 10), on_aws=False, earlier_peak=True))

    assert "Peak memory 500 MB, maybe of calls earlier in the same minute" in shown


def test_columns_that_say_nothing_are_left_out():
    without = repr(made(row(1024, 10)))
    with_it = repr(made(row(1024, 10, cold_start_ms=2500.0)))

    assert "first call" not in without
    assert "2.5 s" in with_it


def test_stopped_benchmark_says_so():
    assert "stopped" in repr(made(row(1024, 10), stopped=True))


@pytest.mark.parametrize("on_aws", [True, False])
def test_html_is_static_and_draws_the_finding(on_aws):
    shown = made(*CURVE, on_aws=on_aws)._repr_html_()

    assert "<svg" in shown
    assert "<title>" in shown
    assert "<script" not in shown


def test_html_escapes_what_the_model_wrote():
    shown = made(row(1024, 10, note="<img src=x>"))._repr_html_()

    assert "<img" not in shown


def test_frame_has_a_row_for_each_load():
    frame = made(*CURVE).to_frame()

    assert list(frame["memory_mb"]) == [1024, 2048, 3072, 6144]
    assert {"p50_ms", "usd_per_million", "peak_mb"} <= set(frame.columns)


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        pytest.param({"best": "cheap"}, "no rule", id="rule"),
        pytest.param({"calls": 0}, "calls=0", id="calls"),
        pytest.param({"concurrency": (65,)}, "concurrency=65", id="concurrency"),
        pytest.param({"memory": [1000]}, "no serverless size", id="size"),
        pytest.param({"memory": []}, "no serverless size", id="no-size"),
        pytest.param({"payload": []}, "nothing to send", id="no-payload"),
        pytest.param({"payload": bytes(5 << 20)}, "5 MB", id="too-large"),
        pytest.param(
            {"found": described(kind="async")}, "by the route", id="asynchronous"
        ),
    ],
)
def test_arguments_out_of_range_are_refused(asked, says):
    with pytest.raises(InvalidInputError, match=says):
        planned(**asked)


def test_plan_measures_one_at_a_time_first_and_cycles_a_list():
    plan = planned([b"a", b"bc"], concurrency=(8, 2), memory=[3072, 1024])

    assert plan.concurrency == (1, 2, 8)
    assert plan.sizes_mb == (1024, 3072)
    assert [one.size_bytes for one in plan.payloads] == [1, 2]
    assert plan.calls_a_size == 151


def test_plan_leaves_out_sizes_below_the_measured_peak():
    _measured.keep("faces", 2500)

    assert planned().sizes_mb == (3072, 4096, 5120, 6144)


def test_more_at_a_time_than_the_endpoint_takes_is_refused():
    with pytest.raises(InvalidInputError, match="takes 5 requests") as caught:
        check_concurrency(described(), planned(concurrency=(1, 8)))

    assert "max_concurrency=8" in caught.value.hint
