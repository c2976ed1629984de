"""What measuring sends, makes and costs is said before; it takes what was answered last."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from seen_endpoints import described

from smnb._benchmark import Benchmark, Row
from smnb._compute import Async, RealTime, Serverless
from smnb.errors import InvalidInputError, InvocationError
from smnb.jupyter import measuring, testing
from smnb.jupyter.measuring import Measure
from smnb.jupyter.sources import Content

FACES = described(Serverless(2048))


def session(*, bills):
    return SimpleNamespace(region="us-east-1", target=SimpleNamespace(bills=bills))


def measure(found=FACES, *, bills=False, value=b"x"):
    return Measure(session(bills=bills), found, Content(value, "image/jpeg"))


@pytest.fixture(autouse=True)
def own_folder(monkeypatch, tmp_path):
    """Nothing that was measured on this machine is seen."""
    monkeypatch.setenv("SMNB_DATA_DIR", str(tmp_path))


@pytest.fixture
def measured(monkeypatch):
    """Return a function that sets what the SDK measures, and asks for the job's words."""

    def words(*rows, on_aws=False, peak_mb=500.0, **facts):
        made = Benchmark("faces", rows, peak_mb, "balanced", on_aws=on_aws, **facts)
        handle = SimpleNamespace(benchmark=lambda *_, **__: made)
        monkeypatch.setattr(measuring, "Endpoint", lambda *_, **__: handle)
        return measure().work()

    return words


def test_here_it_costs_nothing_and_asks_nothing():
    assert measure().plan() == {"text": [], "bills": False}


@pytest.mark.parametrize("compute", [Serverless(2048), RealTime("ml.m5.large")])
def test_on_aws_sizes_are_made_and_the_price_is_said(compute):
    plan = measure(described(compute), bills=True).plan()

    assert plan["bills"]
    made, cost = plan["text"]
    assert "1, 2, 3, 4, 5, 6 GB are made beside it" in made
    # 21 calls to each of 21 GB, $0.00002 a GB and second.
    assert cost.startswith("Cost: about $0.0088 for each second that a call takes")
    assert "126 calls" in cost


@pytest.mark.parametrize(
    ("found", "value", "says"),
    [
        (described(Async("ml.m5.large")), b"x", "one request is what can be measured"),
        (FACES, bytes(5 << 20), "bytes is 5 MB; a serverless request"),
    ],
)
def test_what_fits_no_request_is_refused_before_anything_is_sent(found, value, says):
    with pytest.raises(InvalidInputError, match=says):
        measure(found, value=value).plan()


ROW = Row("serverless 2048 MB", 2048, 1, calls=20, p50_ms=5.0, billed_ms=4.0)


def test_peak_is_told(measured):
    assert measured(ROW) == "Measured faces: peak 500 MB."
    assert measured(ROW, peak_mb=None) == "Measured faces: peak unknown."


def test_peak_that_earlier_calls_had_too_is_told_as_a_bound(measured):
    assert measured(ROW, earlier_peak=True) == "Measured faces: peak at most 500 MB."


def test_best_is_told_of_what_was_compared_on_aws(measured):
    sizes = [replace(ROW, memory_mb=mb) for mb in (2048, 3072)]
    assert measured(*sizes, on_aws=True).endswith(
        "2 GB is the best of 2 sizes for cost and speed."
    )
    failing = replace(ROW, errors=3, note="It broke.")
    assert "none of 1 sizes will do" in measured(failing, on_aws=True)


def test_stop_and_failures_are_told(measured):
    row = replace(ROW, calls=5, errors=1, note="It broke.")
    text = measured(row, stopped=True)

    assert text == (
        "Measured faces until it was stopped: peak 500 MB. "
        "1 of 5 calls failed: It broke."
    )


def test_nothing_answered_is_a_failure(measured):
    with pytest.raises(InvocationError, match="3 of 3 calls failed"):
        measured(Row("serverless", 2048, 1, calls=3, errors=3, note="It broke."))


def sent(found, *, is_answered, value):
    return SimpleNamespace(
        job=SimpleNamespace(id=value),
        found=found,
        is_answered=is_answered,
        content=Content(value),
    )


def test_what_was_answered_last_is_sent_again():
    tests = testing.Tests()
    other = described(Serverless(2048), name="other")
    for one in (
        sent(FACES, is_answered=True, value=b"first"),
        sent(FACES, is_answered=True, value=b"last"),
        sent(FACES, is_answered=False, value=b"refused"),
        sent(other, is_answered=True, value=b"of another"),
    ):
        tests._keep(one)

    assert tests.last(FACES).value == b"last"
    with pytest.raises(InvalidInputError, match="third has answered nothing"):
        tests.last(described(Serverless(2048), name="third"))
