"""`recommend`'s judgement: AWS's guidance, its limits, and where two curves cross."""

import json
import re
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from smnb._compute import Async, Batch, RealTime, Serverless
from smnb._limits import LIMITS
from smnb._quote import quote
from smnb._recommend import Recommendation, Workload
from smnb._recommend.history import History
from smnb._recommend.options import TITLES, judged
from smnb._recommend.sizing import at_once
from smnb._serverless_size import serverless_mb
from smnb.errors import InvalidInputError

WORKLOADS = json.loads(Path(__file__).with_name("workloads.json").read_text("utf-8"))
RULES = json.loads(files("smnb").joinpath("data/rules.json").read_text("utf-8"))

workloads = st.builds(
    Workload,
    payload_bytes=st.none() | st.floats(0, 2e9),
    calls_per_month=st.none() | st.floats(0, 1e10),
    pattern=st.sampled_from([None, "steady", "office hours", "bursts", "intermittent"]),
    latency_s=st.none() | st.floats(0, 1e4),
    duration_s=st.none() | st.floats(0.001, 7200),
    batch=st.booleans(),
    memory_mb=st.none() | st.floats(1, 2e6),
    gpu=st.booleans(),
    models=st.integers(1, 100),
    frameworks=st.none() | st.integers(1, 3),
)
MONTH_S = 730 * 3600


def advise(**facts):
    workload = Workload(**facts)
    return Recommendation(workload, judged(workload))


@pytest.mark.parametrize("case", WORKLOADS, ids=lambda case: case["name"])
def test_recommend_follows_the_guidance(case):
    made = advise(**case["facts"])

    assert (made.best.name if made.best else None) == case["best"]
    impossible = {option.name for option in made.options if not option.possible}
    assert impossible >= set(case.get("out", []))


def test_workloads_are_enough():
    assert len(WORKLOADS) >= 30
    assert all(case["guidance"] for case in WORKLOADS)


@given(workload=workloads)
def test_recommend_judges_every_option_and_says_why(workload):
    made = Recommendation(workload, judged(workload))

    assert sorted(option.name for option in made.options) == sorted(TITLES)
    for option in made.options:
        assert option.possible == (option.compute is not None)
        assert option.possible == (not option.said("no"))
        assert option.said("no", "for", "against", "note"), option.name
    assert repr(made)
    assert made._repr_html_()


@given(workload=workloads)
def test_recommend_puts_the_cheapest_first_among_those_advised(workload):
    made = judged(workload)

    advised = [o.usd_per_month for o in made if o.advised]
    assume(None not in advised)
    assert advised == sorted(advised)


@given(
    calls=st.floats(1, 1e10),
    duration_s=st.floats(0.001, 60),
    memory_mb=st.floats(1, 5000),
    payload_bytes=st.floats(0, 4e6),
)
def test_break_even_is_where_the_curves_cross(
    calls, duration_s, memory_mb, payload_bytes
):
    made = advise(
        calls_per_month=calls,
        duration_s=duration_s,
        memory_mb=memory_mb,
        payload_bytes=payload_bytes,
    )
    serverless, instance = made["serverless"].compute, made["realtime"].compute
    assume(serverless is not None and instance is not None)
    one = RealTime(instance.instance_type)
    at = {
        "calls_per_month": made.break_even_calls,
        "duration_s": duration_s,
        "payload_mb": payload_bytes / 1024**2,
    }

    assert quote(serverless, **at).usd_per_month == pytest.approx(
        quote(one, **at).usd_per_month
    )


@given(calls=st.floats(1, 1e12), duration_s=st.floats(0.001, 3600))
def test_recommend_gives_no_compute_more_work_than_it_can_do(calls, duration_s):
    made = advise(calls_per_month=calls, duration_s=duration_s, payload_bytes=1000)
    busy = calls * duration_s / MONTH_S

    serverless, queue = made["serverless"].compute, made["async"].compute
    assert serverless is None or busy <= serverless.max_concurrency
    assert queue is None or busy <= queue.max_count * queue.concurrency
    instance = made["realtime"].compute
    assert instance is None or busy <= instance.count * at_once(instance.instance_type)


def test_recommend_takes_a_larger_instance_where_the_cheapest_would_be_too_many():
    made = advise(calls_per_month=5e9, duration_s=0.2, pattern="bursts")["realtime"]

    assert made.compute.count <= 1000
    assert made.compute.instance_type != "ml.m5.large"


def test_recommend_counts_no_more_for_a_queue_than_its_work_takes():
    made = advise(calls_per_month=1e6, duration_s=120)["async"]

    assert made.compute.max_count > 1
    assert made.usd_per_month == pytest.approx(1e6 * 120 / 3600 / 2 * 0.115)
    assert f"up to {made.compute.max_count}" in made.title


@pytest.mark.parametrize(("duration_s", "timeout_s"), [(100, 900), (800, 3600)])
def test_recommend_gives_a_long_request_the_time_that_it_takes(duration_s, timeout_s):
    made = advise(duration_s=duration_s, payload_bytes=1e7)

    assert made.compute.timeout_s == timeout_s


def test_recommend_puts_a_model_where_the_gpus_hold_it_too():
    made = advise(gpu=True, memory_mb=20 * 1024)

    assert made["realtime"].compute.instance_type == "ml.g6e.xlarge"  # 44.7 GiB


def test_recommend_holds_all_containers_at_once_but_models_by_turns():
    made = advise(models=3, memory_mb=3000, memory_all_mb=9000)

    assert made["multi-model"].compute == RealTime("ml.c5.large")
    assert made["multi-container"].compute == RealTime("ml.m5.xlarge")


def test_jobs_have_no_break_even_of_calls():
    made = advise(batch=True, calls_per_month=3, duration_s=1800)

    assert made.break_even_calls is None
    assert "per 1k jobs" in repr(made)


def test_recommend_says_where_cost_decides():
    made = advise(pattern="steady", calls_per_month=1e5, duration_s=0.1)

    assert made.best.name == "serverless"
    assert "It costs the least of the options that suit." in repr(made)


def test_recommend_says_the_rate_where_nothing_is_known_of_the_traffic():
    assert "$0.00004 a second while it runs, $0 idle" in repr(advise())


def test_recommend_counts_the_endpoints_where_models_cannot_share_one():
    made = advise(models=3, payload_bytes=5e7, calls_per_month=0)

    assert (made.best.name, made.best.endpoints) == ("async", 3)
    assert "3 x asynchronous" in repr(made)
    assert "each $0.115/h while it works" in repr(advise(models=3, payload_bytes=5e7))


def test_recommend_claims_no_framework_that_it_does_not_know():
    shown = repr(advise(models=5, frameworks=None))

    assert "5 models of one framework" not in shown
    assert "If they are of one framework, which is not known here" in shown


def test_recommend_tells_the_cost_of_a_call_and_of_a_month():
    made = advise(calls_per_month=300_000, duration_s=0.1)

    assert "$1.20 a month · $0.004 per 1k calls" in repr(made)
    assert "per 1k calls" in made._repr_html_()


def test_recommend_says_that_the_model_alone_takes_longer_than_there_is_time():
    assert "no option answers within 50 ms" in repr(
        advise(duration_s=1, latency_s=0.05)
    )
    assert "no option answers" not in repr(advise(duration_s=0.01, latency_s=0.05))


def test_recommend_says_what_one_would_have_paid():
    week = History(days=7, calls=70_000, mean_s=0.1, pattern="steady")
    workload = Workload(calls_per_month=week.calls_per_month, duration_s=0.1)
    made = Recommendation(workload, judged(workload), seen=week)

    shown = repr(made)
    assert "Seen: 70,000 calls of 100 ms in 7 days (steady)." in shown
    assert "You would have paid on AWS: $0.28 serverless 2048 MB, " in shown
    assert "$19.32 real-time ml.m5.large" in shown


@pytest.mark.parametrize("facts", [{"batch": True}, {"pattern": "steady"}])
def test_savings_plan_is_named_where_instances_are_billed(facts):
    assert any("Savings Plan" in line for line in advise(**facts).savings)


@given(workload=workloads)
def test_reasons_have_no_gap_and_no_figure_in_powers_of_ten(workload):
    shown = repr(Recommendation(workload, judged(workload)))

    assert not re.search(r"None|\{|\de[+-]\d|  unknown|\b1 models|min 0 s|  ;", shown)


@given(memory_mb=st.floats(1, 7000))
def test_serverless_size_leaves_a_fifth_to_spare(memory_mb):
    size = serverless_mb(memory_mb)

    if size is None:
        assert memory_mb * 1.2 > 6144
    else:
        assert size >= max(memory_mb * 1.2, 2048)
        assert size == 2048 or size - 1024 < memory_mb * 1.2


def test_recommend_gives_a_measured_hungry_model_more_than_2048_mb():
    made = advise(memory_mb=1750, memory_basis="measured", calls_per_month=1000)

    assert made.compute == Serverless(3072)


@pytest.mark.parametrize(
    ("facts", "compute"),
    [
        pytest.param({"batch": True}, Batch("ml.m5.large"), id="batch"),
        pytest.param(
            {"payload_bytes": 1e8}, Async("ml.m5.large", concurrency=2), id="async"
        ),
        pytest.param({}, Serverless(2048), id="serverless"),
        pytest.param(
            {"gpu": True, "pattern": "steady"}, RealTime("ml.g4dn.xlarge"), id="gpu"
        ),
        pytest.param(
            {"memory_mb": 50_000, "pattern": "steady"},
            RealTime("ml.m5.4xlarge"),
            id="large",
        ),
    ],
)
def test_recommend_makes_the_compute_ready_for_deploy(facts, compute):
    assert advise(**facts).compute == compute


def test_recommend_adds_instances_for_the_busy_hours():
    calm = advise(calls_per_month=1e8, duration_s=0.1, pattern="steady")
    bursty = advise(calls_per_month=1e8, duration_s=0.1, pattern="bursts")

    assert calm["realtime"].compute.count < bursty["realtime"].compute.count


def test_recommend_ends_with_what_else_lowers_the_bill():
    made = advise(pattern="steady")

    shown = repr(made)
    assert "Savings Plan" in shown
    assert "Neo" in shown
    assert all(" if " in f" {line} " for line in made.savings)


def test_recommend_says_what_no_option_takes():
    assert "split" in repr(advise(payload_bytes=3e9))


def test_recommend_draws_the_break_even():
    made = advise(calls_per_month=300_000, duration_s=0.1)

    assert f"{made.break_even_calls:,.0f} calls" in made._repr_html_()
    assert ">one ml.m5.large<" in made._repr_html_()
    assert "<script" not in made._repr_html_()


@given(workload=workloads)
def test_recommend_never_takes_an_unknown_for_a_limit(workload):
    """Where nothing is known of payload and duration, no limit of them excludes."""
    assume(workload.payload_bytes is None)
    assume(workload.duration_s is None)

    texts = [text for option in judged(workload) for text in option.said("no")]

    assert not [text for text in texts if "its limit" in text or "model works" in text]


@pytest.mark.parametrize("rule", RULES["rules"], ids=lambda rule: rule["because"][:40])
def test_rules_name_known_options_facts_and_limits(rule):
    assert set(rule["option"].split()) <= set(TITLES)
    assert rule["source"]
    for fact, (_, *bounds) in rule["if"].items():
        assert hasattr(Workload(), fact)
        for bound in bounds:
            if isinstance(bound, str) and "_" in bound:
                assert bound in LIMITS


@pytest.mark.parametrize(
    "facts",
    [
        pytest.param({"payload_bytes": -1}, id="negative"),
        pytest.param({"calls_per_month": float("nan")}, id="nan"),
        pytest.param({"pattern": "sometimes"}, id="no-such-pattern"),
    ],
)
def test_workload_refuses_what_is_none(facts):
    with pytest.raises(InvalidInputError):
        Workload(**facts)
