"""Try a request again that the service did not take: when, how often, how long.

The rule: only what says nothing about the model is tried again. A model's own failure
(424) never is, for it may have had effects; nor is a call that ran into its time-out.
botocore is told to try once, so that tries are counted here alone.
"""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from smnb._text import seconds_text
from smnb.errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Callable

    from smnb._control import Control

T = TypeVar("T")

_TOO_MANY = 429
_FAULTS = frozenset({500, 502, 503, 504})
# On a serverless endpoint with a null message and status 400 (the first).
_THROTTLING = frozenset(
    {
        "ThrottlingException",
        "Throttling",
        "ThrottledException",
        "TooManyRequestsException",
        "RequestLimitExceeded",
        "ModelNotReadyException",
        "SlowDown",
    }
)
_BROKEN = frozenset(
    {
        "ConnectTimeoutError",
        "ConnectionClosedError",
        "EndpointConnectionError",
        "IncompleteReadError",
        "ResponseStreamingError",
    }
)


@dataclass(frozen=True)
class Patience:
    """How often and how long a request is tried.

    Parameters
    ----------
    throttled_tries
        Most tries where the service has no room for the request: it says so before it
        works on it.
    fault_tries
        Most tries where the service fails (500, 502, 503, 504), or the connection breaks.
    first_s, longest_s
        Bounds of the wait before the second and before any later try; a wait is drawn
        evenly from 0 to its bound (full jitter), which doubles from try to try.
    total_s
        No try begins later than this after the first. Default: what a serverless
        endpoint may take to start, 180 s.
    """

    throttled_tries: int = 10
    fault_tries: int = 4
    first_s: float = 0.1
    longest_s: float = 20.0
    total_s: float = 180.0


PATIENT = Patience()
# For those who have a better answer to throttling than to wait, as `map` has.
UNTHROTTLED = Patience(throttled_tries=1)


def is_throttling(error: object) -> bool:
    """Whether this error, botocore's or ours, says that there is no room at present."""
    if isinstance(error, ServiceError):
        return error.status == _TOO_MANY or error.code in _THROTTLING
    answer: Any = getattr(error, "response", None)
    if not isinstance(answer, dict):
        return False
    return _status(answer) == _TOO_MANY or _code(answer) in _THROTTLING


def is_fault(error: object) -> bool:
    """Whether botocore's error says that the service failed, or the connection."""
    answer: Any = getattr(error, "response", None)
    if isinstance(answer, dict):
        return _status(answer) in _FAULTS
    return type(error).__name__ in _BROKEN


def call(attempt: Callable[[], T], control: Control, patience: Patience = PATIENT) -> T:
    """Return what `attempt` returns, trying again where that is due.

    Parameters
    ----------
    attempt
        One request by botocore; raises botocore's errors.

    Raises
    ------
    JobCancelledError
        If `control` stops it between two tries.
    """
    started = time.monotonic()
    tried = 0
    while True:
        control.check()
        try:
            return attempt()
        except Exception as error:
            tried += 1
            throttled = is_throttling(error)
            if not throttled and not is_fault(error):
                raise
            most = patience.throttled_tries if throttled else patience.fault_tries
            wait_s = pause_s(tried, patience)
            if tried >= most or time.monotonic() - started + wait_s > patience.total_s:
                raise
        why = "no room at the endpoint" if throttled else "the service failed"
        control.progress.now(
            f"{why} · try {tried + 1} of {most} in {seconds_text(wait_s)}"
        )
        control.pause(wait_s)


def pause_s(tried: int, patience: Patience = PATIENT) -> float:
    """Draw the seconds to wait after the `tried`-th try."""
    bound = min(patience.longest_s, patience.first_s * 2 ** (tried - 1))
    return random.uniform(0, bound)  # noqa: S311  spreads load, guards nothing


def _status(answer: dict[str, Any]) -> object:
    return answer.get("ResponseMetadata", {}).get("HTTPStatusCode")


def _code(answer: dict[str, Any]) -> object:
    return answer.get("Error", {}).get("Code")
