"""Looking at real endpoints: metrics, logs as they come, explanations, the table."""

import os
import signal
import subprocess
import sys
import time

import pytest

import smnb
from smnb import errors

TALKS = """
def model_fn(model_dir):
    print("loading the weights")

def predict_fn(data, model):
    print("asked for", data)
    if data == "file":
        open("/nowhere/weights.bin")
    return data
"""
FOLLOWS = """
import smnb, sys
smnb.endpoint("talks").logs(follow=True, lines=5)
print("usable again", flush=True)
"""


@pytest.fixture(scope="module")
def talks(tmp_path_factory):
    folder = tmp_path_factory.mktemp("talks")
    (folder / "code").mkdir()
    (folder / "code" / "inference.py").write_text(TALKS)
    with smnb.deploy(folder, smnb.Serverless(memory_mb=2048), name="talks") as ep:
        for number in range(20):
            ep.invoke(number)
        yield ep


def test_metrics_are_of_what_was_called(talks):
    metrics = talks.metrics(since="10m")
    frame = metrics.to_frame()

    assert metrics.totals["invocations"] >= 20
    assert frame["invocations"].sum() == metrics.totals["invocations"]
    assert 0 < metrics.totals["model_latency_p50_ms"] < 1000
    assert metrics.totals["memory_peak_mb"] > 1
    assert "peak" in repr(metrics)


def test_card_and_table_say_what_was_called(talks):
    assert "in the last hour, " in talks._repr_html_()
    assert "just now" in repr(smnb.endpoints())
    assert smnb.endpoints()["talks"].name == "talks"


def test_logs_are_narrowed_down(talks):
    assert talks.logs(lines=1) == ["asked for 19"]
    assert talks.logs(contains="asked for 7") == ["asked for 7"]
    assert "loading the weights" in talks.logs(since="10m")


def test_followed_log_is_live_and_stops_at_once(talks):
    program = subprocess.Popen(
        [sys.executable, "-c", FOLLOWS],
        stdout=subprocess.PIPE,
        text=True,
        env=dict(os.environ),
    )
    first = [program.stdout.readline().strip() for _ in range(5)]
    talks.invoke(77)
    live = program.stdout.readline().strip()
    program.send_signal(signal.SIGINT)
    began = time.monotonic()
    after = program.stdout.readline().strip()
    stopped_s = time.monotonic() - began
    program.stdout.close()

    assert program.wait() == 0
    assert first[-1].startswith("asked for")
    assert live == "asked for 77"
    assert after == "usable again"
    assert stopped_s < 0.3


def test_failed_calls_are_explained(talks):
    with pytest.raises(errors.ModelFailedError) as caught:
        talks.invoke("file")

    for told in (talks.explain(caught.value), talks.explain()):
        assert not told.healthy
        assert told.cause.startswith("The model opens /nowhere/weights.bin")
        assert any(fact.startswith("calls ") for fact in told.facts)


def test_healthy_endpoint_is_explained_with_figures(write_model):
    with smnb.deploy(write_model(), name="healthy") as ep:
        unused = ep.explain()
        ep.invoke({"a": 1})
        told = ep.explain()

    assert "nobody has called it" in unused.cause
    assert told.healthy
    assert told.facts[0] == "calls 1, 0 errors"


def test_endpoint_that_is_gone_is_not_explained():
    with pytest.raises(errors.NotFoundError, match="nothing-of-the-kind"):
        smnb.endpoint("nothing-of-the-kind")


def test_asynchronous_endpoint_shows_its_own_metrics_and_data_log(write_model):
    with smnb.deploy(write_model(TALKS), smnb.Async("ml.m5.large"), name="queue") as ep:
        ep.invoke(5)
        with pytest.raises(errors.ModelFailedError):
            ep.invoke("file")
        metrics, log = ep.metrics(), ep.logs()

    assert metrics.totals["invocations_processed"] == 2
    assert metrics.totals["invocation_failures"] == 1
    assert "invocations" not in metrics.totals
    assert "asked for 5" in log
    assert any("Received server error (500)" in line for line in log)
