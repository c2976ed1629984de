"""Prices at sizes that were measured are exact, above them bounds, below unknown."""

import pytest
from seen_endpoints import SESSION, described

from smnb import _measured
from smnb._compute import Async, RealTime, Serverless
from smnb._measured import Time
from smnb._spending import Spent
from smnb.errors import InvalidInputError
from smnb.jupyter.views import change, choices, cost, instances, ladder
from smnb.jupyter.views.subject import Subject, Traffic


@pytest.fixture(autouse=True)
def spent(monkeypatch):
    """Spare the tests CloudWatch: what was spent has tests of its own."""
    monkeypatch.setattr(cost, "spent", lambda *_: Spent(1.5, False, "two days"))


MILLION = 1_000_000
PEAK = {"memory_mb": 1413.0, "source": "Measured.", "at": None}


def subject(now=Serverless(4096), **changes):  # noqa: B008  frozen
    found = None if now is None else described(now)
    values = {
        "name": "faces",
        "region": "us-east-1",
        "bills": True,
        "found": found,
        "now": now,
        "peak": PEAK,
        "times": {2048: Time(52.0, 60.0, 0.0), 4096: Time(38.0, 40.0, 0.0)},
        "now_time": Time(38.0, 40.0, 0.0),
    }
    return Subject(**{**values, **changes})


def by_mb(told):
    return {size["memory_mb"]: size for size in told}


def test_each_size_is_exact_a_bound_or_unknown():
    sizes = by_mb(ladder.sizes(subject(), MILLION))

    assert [size["bound"] for size in sizes.values()] == [
        *("unknown", "exact", "max", "exact", "max", "max")
    ]
    assert [size["fits"] for size in sizes.values()] == [False, *[True] * 5]
    # A million calls of 60 ms with 2 GB; and at most so long with 3 GB.
    assert sizes[2048]["usd_per_month"] == pytest.approx(2.4)
    assert sizes[3072]["usd_per_month"] == pytest.approx(3.6)
    assert sizes[1024]["usd_per_month"] is sizes[1024]["usd_per_1k"] is None
    assert [size["p50_ms"] for size in sizes.values()] == [
        *(None, 52.0, None, 38.0, None, None)
    ]
    assert sizes[2048]["spare_fraction"] == pytest.approx(1 - 1413 / 2048)


def test_without_a_measured_time_no_price_is_guessed():
    sizes = ladder.sizes(subject(times={}, now_time=None), MILLION)

    assert {size["bound"] for size in sizes} == {"unknown"}
    assert {size["usd_per_1k"] for size in sizes} == {None}


def test_without_a_peak_there_is_no_best():
    bare = subject(peak=None)
    told = cost.cost(SESSION, bare, calls_per_month=MILLION)

    assert (told["best_mb"], told["reason"], told["peak"]) == (None, "", None)
    assert all(size["fits"] for size in told["sizes"])
    assert {size["spare_fraction"] for size in told["sizes"]} == {None}


def test_reason_is_a_sentence_with_its_figures():
    one = subject()

    assert ladder.reason(one, ladder.sizes(one, MILLION)) == (
        "2 GB is the smallest size that holds the measured peak, 1.38 GB, with 31 % to "
        "spare. 4 GB is 27 % faster and costs 33 % more."
    )


def test_peak_beyond_all_sizes_is_said():
    one = subject(peak={**PEAK, "memory_mb": 6000.0})

    assert ladder.best_mb(one) is None
    assert "No serverless size holds" in ladder.reason(one, ladder.sizes(one, 1))


def test_break_even_is_where_both_cost_the_same():
    even = instances.break_even(subject(), MILLION, Serverless(2048))

    assert even["instance_usd"] == pytest.approx(0.102 * 730)
    assert even["calls"] * even["serverless_usd_per_call"] == pytest.approx(
        even["instance_usd"]
    )
    assert even["times_traffic"] == pytest.approx(even["calls"] / MILLION)
    assert even["memory_mb"] == 2048


def test_break_even_without_a_time_is_unknown():
    bare = subject(times={}, now_time=None)
    even = instances.break_even(bare, MILLION, None)

    assert even["calls"] is even["serverless_usd_per_call"] is None


def test_serverless_may_move_to_instances_and_not_to_asynchronous():
    found = instances.alternatives(subject(), MILLION)
    kinds = [one["choice"]["kind"] for one in found]

    assert kinds == ["realtime"] * 3 + ["async"]
    assert [one["possible"] for one in found] == [True] * 3 + [False]
    assert "deploy a second one" in found[-1]["why_not"]
    memory = [one["memory_mb"] for one in found]
    assert min(memory) >= 1413 * 1.2
    months = [one["usd_per_month"] for one in found[:3]]
    assert months == sorted(months)


def test_instances_may_not_go_back_to_serverless():
    found = instances.alternatives(subject(now=RealTime("ml.m5.xlarge")), MILLION)
    (back,) = [one for one in found if one["choice"]["kind"] == "serverless"]

    assert back["title"] == "New serverless 2 GB"
    assert not back["possible"]
    assert "cannot turn serverless" in back["why_not"]
    assert back["usd_per_month"] == pytest.approx(2.4)
    assert "ml.m5.xlarge" not in [one["title"] for one in found]


def test_asynchronous_moves_to_other_instances_of_its_kind_alone():
    found = instances.alternatives(subject(now=Async("ml.m5.xlarge")), MILLION)
    possible = {one["choice"]["kind"]: one["possible"] for one in found}

    assert possible == {"async": True, "realtime": False, "serverless": False}
    assert all("stays one" in one["why_not"] for one in found if not one["possible"])


def test_cost_of_what_runs():
    told = cost.cost(SESSION, subject(traffic=Traffic(2e6, 7.0)))

    assert told["calls_per_month"] == 2e6
    assert told["calls_per_minute"] == pytest.approx(2e6 / 43800)
    assert told["now_usd_per_month"] == pytest.approx(2e6 * 0.04 * 4 * 2e-5)
    assert told["now_usd_per_1k"] == pytest.approx(0.0032)
    assert told["now_spare_fraction"] == pytest.approx(1 - 1413 / 4096)
    assert told["paid"][0]["usd"] == pytest.approx(told["now_usd_per_month"])
    assert (told["spent_usd"], told["spent_at_most"]) == (1.5, False)
    assert told["source"]["as_of"] == "2026-09-09"
    assert "this machine" not in told["source"]["text"]


def test_times_of_this_machine_are_said_to_be():
    told = cost.cost(SESSION, subject(bills=False))

    assert "Times are this machine's" in told["source"]["text"]


def test_region_without_prices_is_unknown():
    told = cost.cost(SESSION, subject(region="eu-nowhere-1"))

    assert told["now_usd_per_month"] is None
    assert {size["usd_per_1k"] for size in told["sizes"]} == {None}
    assert told["alternatives"] == []
    assert told["break_even"] is None
    assert "are not known here" in told["source"]["text"]


def test_update_is_planned_with_both_prices():
    plan = change.plan_update(
        subject(), Serverless(2048), calls_per_month=MILLION, last_took_s=112.0
    )

    assert (plan["before"], plan["after"]) == ("4 GB", "2 GB")
    assert plan["usd_fraction"] == pytest.approx(2.4 / 3.2 - 1)
    assert (plan["p50_before_ms"], plan["p50_after_ms"]) == (38.0, 52.0)
    assert (plan["bound"], plan["one_way"], plan["bills"]) == ("exact", False, True)
    assert plan["last_took_s"] == 112.0


def test_switch_to_instances_is_one_way():
    plan = change.plan_update(
        subject(), RealTime("ml.c5.large"), calls_per_month=None, last_took_s=None
    )

    assert plan["one_way"]
    assert plan["p50_after_ms"] is None
    assert plan["usd_per_hour_after"] == pytest.approx(0.102)


def test_update_keeps_what_was_not_chosen():
    found = described(Serverless(2048, 9))

    assert change.new_compute(found, Serverless(4096)) == Serverless(4096, 9)


def test_update_that_aws_refuses_is_refused_here():
    with pytest.raises(InvalidInputError, match="does not move"):
        change.new_compute(described(Serverless(2048)), Async())


@pytest.mark.parametrize(
    "compute", [Serverless(3072), RealTime("ml.m5.large", 3), Async("ml.g5.xlarge")]
)
def test_choices_go_there_and_back(compute):
    assert choices.compute_of(choices.choice_of(compute)) == compute


def test_instance_that_is_not_named_is_refused():
    choice = {"kind": "async", "memory_mb": 1, "instance_type": None, "instances": 1}
    with pytest.raises(InvalidInputError, match="names no instance type"):
        choices.compute_of(choice)


def test_times_are_kept_by_place_and_size(monkeypatch, tmp_path):
    monkeypatch.setenv("SMNB_DATA_DIR", str(tmp_path))
    _measured.keep("digest", 700.0)
    _measured.keep_time("digest", "aws", 2048, Time(50.0, 55.0, 1.0))
    _measured.keep_time("digest", "local", 2048, Time(5.0, 6.0, 2.0))
    _measured.keep_time("digest", "aws", 2048, Time(51.0, 56.0, 3.0))

    assert _measured.times("digest", "aws") == {2048: Time(51.0, 56.0, 3.0)}
    assert _measured.times("digest", "local") == {2048: Time(5.0, 6.0, 2.0)}
    assert _measured.peak_mb("digest") == 700.0
    assert _measured.times("other", "aws") == {}


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"times": 1}', '{"times": {"a": 1}}']
)
def test_file_that_is_broken_is_as_none(monkeypatch, tmp_path, text):
    monkeypatch.setenv("SMNB_DATA_DIR", str(tmp_path))
    _measured.keep("digest", 700.0)
    (path,) = (tmp_path / "measured").iterdir()
    path.write_text(text)

    assert _measured.times("digest", "aws") == {}
    assert _measured.peak_mb("digest") is None
