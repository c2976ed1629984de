"""Causes told from texts as AWS, container servers and Python write them."""

from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from failure_texts import PING, TEXTS

from smnb import _explain, _logs, _metrics
from smnb._explain import findings, from_text
from smnb._explain.explanation import Explanation, Finding
from smnb._explain.rules import RULES
from smnb._hosting import Described
from smnb._metrics import Readings
from smnb.errors import ServiceError

NOW = datetime(2026, 1, 1, 12, tzinfo=timezone.utc)
HEALTHY_LOG = """\
[2026-01-01 12:00:00 +0000] [7] [INFO] Starting gunicorn 22.0.0
[2026-01-01 12:00:00 +0000] [7] [INFO] Listening at: unix:/tmp/gunicorn.sock (7)
INFO:     Uvicorn running on http://0.0.0.0:8080 (Press CTRL+C to quit)
loading the weights
10.0.0.1 - - "POST /invocations HTTP/1.1" 200 415 "-" "AHC/2.0"
"""


def described(**changes):
    found = Described(
        name="churn",
        arn="arn",
        status="InService",
        reason="",
        created=NOW,
        kind="serverless",
        compute="serverless 2048 MB",
        memory_mb=2048,
        concurrency=5,
        variant="AllTraffic",
        config="c",
        models=("m",),
    )
    return replace(found, **changes)


def readings(**totals):
    return Readings(NOW - timedelta(hours=1), NOW, 60, {}, totals)


class Place:
    label = "local"


@pytest.fixture
def judge(monkeypatch):
    """Return a function that explains an endpoint of which these things are known."""

    def explained(found, measured, log=(), error=None):
        monkeypatch.setattr(_explain._hosting, "describe", lambda *_: found)
        monkeypatch.setattr(_metrics, "measure", lambda *_a, **_k: measured)
        monkeypatch.setattr(_logs, "tail", lambda *_a, **_k: list(log))
        return _explain.explain(Place(), found.name, error=error)

    return explained


@pytest.mark.parametrize(("name", "text", "says"), TEXTS, ids=[row[0] for row in TEXTS])
def test_text_tells_its_cause(name, text, says):
    found = from_text(text)

    assert found.name == name
    assert says in f"{found.cause} {found.step}"


def test_every_rule_is_told_by_a_text():
    assert {rule.name for rule in RULES} == {name for name, _, _ in TEXTS}


def test_healthy_log_tells_no_cause():
    assert from_text(HEALTHY_LOG) is None


@pytest.mark.parametrize("rule", RULES, ids=[rule.name for rule in RULES])
def test_ping_check_gives_way_to_what_the_log_tells(rule):
    text = next(text for name, text, _ in TEXTS if name == rule.name)

    assert from_text(f"{PING}\n{text}").name == rule.name


def test_failed_endpoint_is_explained_by_its_log(judge):
    log = ["Traceback …", "ModuleNotFoundError: No module named 'yaml'"]
    told = judge(described(status="Failed", reason=PING), readings(), log)

    assert not told.healthy
    assert "yaml" in told.cause
    assert told.evidence == (PING, log[-1])
    assert "pyyaml" in told.step


def test_failed_endpoint_of_unknown_cause_shows_reason_and_log(judge):
    told = judge(described(status="Failed", reason="Odd."), readings(), ["last words"])

    assert told.cause == "Odd."
    assert told.evidence == ("last words",)


def test_out_of_memory_names_the_next_size_and_what_was_measured(judge):
    told = judge(
        described(),
        readings(invocations=9, invocation_5xx_errors=1, memory_peak_mb=2040),
        ["The model took more than its 2048 MB of memory."],
    )

    assert told.step.startswith("Give it more: ep.update(memory_mb=3072)")
    assert "1.99 GB measured" in told.step


def test_out_of_memory_of_the_largest_size_leads_to_instances(judge):
    told = judge(
        described(memory_mb=6144),
        readings(invocations=9, invocation_5xx_errors=1),
        ["MemoryError"],
    )

    assert "ep.to_realtime" in told.step


def test_healthy_endpoint_says_so_with_its_figures(judge):
    told = judge(
        described(),
        readings(invocations=1643, model_latency_p50_ms=38, model_latency_p99_ms=71),
    )

    assert told.healthy
    assert told.cause == "It is healthy."
    assert told.facts == ("calls 1,643, 0 errors", "latency p50 38 ms, p99 71 ms")


def test_endpoint_that_nobody_called_is_healthy(judge):
    assert judge(described(), readings()).findings[0].name == "unused"


def test_error_of_a_call_is_explained(judge):
    error = ServiceError("Invoking churn: None", hint="?", code="ThrottlingException")
    told = judge(described(), readings(invocations=3), error=error)

    assert told.findings[0].name == "throttled"


def test_endpoint_that_is_made_says_what_to_wait_for(judge):
    told = judge(described(status="Creating"), readings())

    assert told.cause == "It is Creating."
    assert "ep.wait()" in told.step


def test_unreadable_metrics_do_not_hide_the_rest(judge, monkeypatch):
    def denied(*_args, **_options):
        raise ServiceError("Reading the metrics: denied", hint="?")

    judge(described(), readings())
    monkeypatch.setattr(_metrics, "measure", denied)
    told = _explain.explain(Place(), "churn")

    assert told.cause == "It is InService."
    assert told.facts == ("(its metrics cannot be read: Reading the metrics: denied)",)


@pytest.mark.parametrize(
    ("name", "totals", "changes"),
    [
        pytest.param(
            "cold-starts",
            {"invocations": 20, "cold_starts": 3, "model_setup_time_max_ms": 4200},
            {},
            id="cold-starts",
        ),
        pytest.param(
            "overhead",
            {
                "invocations": 9,
                "overhead_latency_p50_ms": 90,
                "model_latency_p50_ms": 9,
            },
            {},
            id="overhead",
        ),
        pytest.param("slow-model", {"model_latency_p50_ms": 2000}, {}, id="slow-model"),
        pytest.param("near-timeout", {"model_latency_p99_ms": 55000}, {}, id="timeout"),
        pytest.param("memory", {"memory_peak_mb": 1900}, {}, id="memory"),
        pytest.param(
            "memory", {"memory_utilization_percent": 93}, {}, id="memory-as-aws-says-it"
        ),
        pytest.param(
            "queue",
            {"backlog_size": 9, "oldest_request_age_s": 300},
            {"kind": "async", "memory_mb": None},
            id="queue",
        ),
        pytest.param(
            "expired", {"expired_requests": 2}, {"kind": "async"}, id="expired"
        ),
    ],
)
def test_figures_tell_why_it_is_slow(name, totals, changes):
    found = list(findings.of_figures(readings(**totals), described(**changes)))

    assert name in [one.name for one in found]


@pytest.mark.parametrize(
    "totals",
    [
        pytest.param(
            {"model_latency_p50_ms": 30, "model_latency_p99_ms": 90}, id="fast"
        ),
        pytest.param(
            {"invocations": 999, "cold_starts": 1, "model_setup_time_max_ms": 9000},
            id="one-cold-start-of-many",
        ),
        pytest.param({"overhead_latency_p50_ms": 4}, id="little-overhead"),
        pytest.param({"memory_peak_mb": 700}, id="little-memory"),
    ],
)
def test_figures_of_a_healthy_endpoint_tell_nothing(totals):
    assert list(findings.of_figures(readings(**totals), described())) == []


def test_explanation_is_shown_escaped():
    evil = "<script>alert(1)</script>"
    shown = Explanation(evil, (Finding("x", evil, (evil,), evil),), (evil,))

    assert "<script" not in shown._repr_html_()
    assert repr(shown).count(evil) == 5


def test_line_that_tells_is_the_one_with_the_error():
    log = "  ^^^^^^^^^^^\nRuntimeError: midway\nloaded"

    assert from_text(log).evidence == ("RuntimeError: midway",)
