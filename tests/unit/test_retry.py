"""What the service did not take is tried again; what the model failed on is not."""

import threading
import time

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    EndpointConnectionError,
    ParamValidationError,
    ReadTimeoutError,
)
from hypothesis import given
from hypothesis import strategies as st

from smnb import _retry
from smnb._control import Control, Silent
from smnb._retry import Patience
from smnb.errors import JobCancelledError, ServiceError

AT_ONCE = Patience(first_s=0.0, longest_s=0.0)


def answered(code, status, message=None):
    error = {"Code": code, "Message": message}
    return ClientError(
        {"Error": error, "ResponseMetadata": {"HTTPStatusCode": status}},
        "InvokeEndpoint",
    )


THROTTLED = answered("ThrottlingException", 400)


class Service:
    """Fails with each of `errors` in turn, then answers."""

    def __init__(self, *errors):
        self.errors = list(errors)
        self.tries = 0

    def __call__(self):
        self.tries += 1
        if self.errors:
            raise self.errors.pop(0)
        return "answer"


def ask(service, patience=AT_ONCE, control=None):
    return _retry.call(service, control or Control(Silent()), patience)


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(THROTTLED, id="throttled-with-null-message"),
        pytest.param(answered("ModelNotReadyException", 429), id="not-ready"),
        pytest.param(answered("TooManyRequestsException", 400), id="too-many"),
        pytest.param(answered("429", 429), id="429-without-a-code"),
        pytest.param(answered("InternalFailure", 500), id="500"),
        pytest.param(answered("ServiceUnavailable", 503), id="503"),
        pytest.param(ConnectionClosedError(endpoint_url="u"), id="reset"),
        pytest.param(EndpointConnectionError(endpoint_url="u"), id="refused"),
    ],
)
def test_request_that_was_not_taken_is_sent_again(error):
    service = Service(error, error)

    assert ask(service) == "answer"
    assert service.tries == 3


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(answered("ModelError", 424), id="model-failed"),
        pytest.param(answered("ValidationError", 400), id="refused"),
        pytest.param(answered("413", 413), id="too-large"),
        pytest.param(answered("AccessDeniedException", 403), id="denied"),
        pytest.param(ReadTimeoutError(endpoint_url="u"), id="time-out"),
        pytest.param(ParamValidationError(report="x"), id="argument"),
        pytest.param(KeyError("x"), id="our-own-mistake"),
    ],
)
def test_request_that_would_fail_again_is_sent_once(error):
    service = Service(error)
    with pytest.raises(type(error)):
        ask(service)

    assert service.tries == 1


@pytest.mark.parametrize(
    ("error", "tries"),
    [
        pytest.param(THROTTLED, 10, id="throttled"),
        pytest.param(answered("InternalFailure", 500), 4, id="fault"),
    ],
)
def test_tries_are_bounded(error, tries):
    service = Service(*[error] * 100)
    with pytest.raises(ClientError):
        ask(service)

    assert service.tries == tries


def test_time_is_bounded(monkeypatch):
    monkeypatch.setattr(_retry.random, "uniform", lambda low, high: high)
    service = Service(*[THROTTLED] * 100)
    with pytest.raises(ClientError):
        ask(service, Patience(first_s=0.01, longest_s=0.01, total_s=0.005))

    assert service.tries == 1


def test_progress_says_why_and_when_it_is_sent_again():
    lines = []
    control = Control(Silent())
    control.progress.now = lines.append
    ask(Service(THROTTLED, answered("x", 500)), control=control)

    assert lines == [
        "no room at the endpoint · try 2 of 10 in 0 ms",
        "the service failed · try 3 of 4 in 0 ms",
    ]


def test_stop_is_heard_within_a_wait():
    control = Control(Silent())
    timer = threading.Timer(0.01, control.stop)
    timer.start()
    begun = time.monotonic()
    with pytest.raises(JobCancelledError):
        control.pause(60)

    assert time.monotonic() - begun < 0.3


def test_stopped_request_is_not_sent():
    control, service = Control(Silent()), Service()
    control.stop()
    with pytest.raises(JobCancelledError):
        ask(service, control=control)

    assert service.tries == 0


@given(st.integers(1, 60))
def test_wait_is_drawn_up_to_a_bound_that_doubles_and_ends(tried):
    bound = min(20.0, 0.1 * 2 ** (tried - 1))

    assert 0 <= _retry.pause_s(tried) <= bound


def test_waits_are_spread():
    waits = [_retry.pause_s(8) for _ in range(200)]

    assert min(waits) < 4
    assert max(waits) > 8


@pytest.mark.parametrize(
    ("code", "status", "expected"),
    [
        ("ThrottlingException", 400, True),
        ("ModelNotReadyException", 429, True),
        ("InternalFailure", 500, False),
        ("", None, False),
    ],
)
def test_throttling_is_known_by_our_own_error_too(code, status, expected):
    error = ServiceError("w", hint="h", code=code, status=status)

    assert _retry.is_throttling(error) is expected


def test_botocore_does_not_try_requests_to_models_again(monkeypatch):
    import smnb

    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    config = (
        smnb.Session("aws", region="us-east-1").client("sagemaker-runtime").meta.config
    )

    assert config.retries["total_max_attempts"] == 1
    assert config.read_timeout >= 240
