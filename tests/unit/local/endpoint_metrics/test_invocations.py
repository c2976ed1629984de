"""What a synchronous invocation publishes."""

import asyncio
from contextlib import suppress
from types import SimpleNamespace

import pytest
from measured_world import spec

from smnb.local.errors import ServiceError
from smnb.local.services.endpoint_metrics import EndpointMetrics

REGION = "us-east-1"
BY_VARIANT = {"EndpointName": "faces", "VariantName": "AllTraffic"}


@pytest.fixture
def invoke(store, clock):
    """Return a function that invokes: 0.5 s to the container, 2 s in the model."""

    def invoke(kind="realtime", error=None, *, running=True, reached=True, workers=1):
        variant = SimpleNamespace(
            name="AllTraffic", running=running, spec=spec(workers=workers)
        )
        measured = EndpointMetrics(store).invocation(REGION, kind, variant)
        with suppress(ServiceError, asyncio.CancelledError), measured:
            clock.now += 0.5
            if reached:
                measured.sent()
                clock.now += 2.0
            if error is not None:
                raise error
        return {name: samples[0] for name, samples in store.samples.items()}

    return invoke


def model_error(status):
    return ServiceError("ModelError", "", 424, OriginalStatusCode=status)


def test_invocation_of_a_realtime_endpoint(invoke):
    assert invoke() == {
        "Invocations": (BY_VARIANT, "None", 1),
        "InvocationsPerInstance": (BY_VARIANT, "None", 1),
        "Invocation4XXErrors": (BY_VARIANT, "None", 0),
        "Invocation5XXErrors": (BY_VARIANT, "None", 0),
        "InvocationModelErrors": (BY_VARIANT, "None", 0),
        "ModelLatency": (BY_VARIANT, "Microseconds", 2_000_000),
        "OverheadLatency": (BY_VARIANT, "Microseconds", 500_000),
    }


def test_invocation_of_a_serverless_endpoint_publishes_less(invoke):
    assert set(invoke("serverless")) == {
        "Invocations",
        "Invocation4XXErrors",
        "Invocation5XXErrors",
        "ModelLatency",
        "OverheadLatency",
    }


def test_cold_start_is_set_up_time_and_overhead(invoke):
    found = invoke("serverless", running=False)

    assert found["ModelSetupTime"] == (BY_VARIANT, "Microseconds", 500_000)
    assert found["OverheadLatency"][2] == 500_000
    assert found["ModelLatency"][2] == 2_000_000


def test_restarted_realtime_endpoint_has_no_set_up_time(invoke):
    assert "ModelSetupTime" not in invoke(running=False)


def test_invocations_are_shared_by_the_instances(invoke):
    assert invoke(workers=4)["InvocationsPerInstance"][2] == 0.25


@pytest.mark.parametrize(
    ("status", "errors"),
    [
        pytest.param(400, (1, 0), id="400"),
        pytest.param(499, (1, 0), id="499"),
        pytest.param(500, (0, 1), id="500"),
        pytest.param(0, (0, 1), id="no-answer"),
    ],
)
def test_models_failure_is_counted_by_its_status(invoke, status, errors):
    found = invoke(error=model_error(status))
    names = ("Invocation4XXErrors", "Invocation5XXErrors")

    assert tuple(found[name][2] for name in names) == errors
    assert found["InvocationModelErrors"][2] == 1
    assert found["Invocations"][2] == 1


def test_container_that_does_not_start_has_no_model_latency(invoke):
    found = invoke(error=model_error(0), reached=False)

    assert "ModelLatency" not in found
    assert found["OverheadLatency"][2] == 500_000


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(ServiceError("ThrottlingException", None), id="throttled"),
        pytest.param(ServiceError("", "too large", 413), id="too-large"),
        pytest.param(asyncio.CancelledError(), id="client-gone"),
    ],
)
def test_request_that_the_model_did_not_get_is_not_counted(invoke, error):
    assert invoke(error=error) == {}
