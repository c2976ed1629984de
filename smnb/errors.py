"""Every exception that smnb raises.

SmnbError
├── InvalidInputError        (also ValueError)    a value, model, or argument is wrong; nothing was sent
│   ├── PayloadTooLargeError                      no route to the endpoint takes a payload of this size
│   └── DamagedVideoError                         parts of a video cannot be read; the rest was sent
├── MissingExtraError        (also ImportError)   an optional dependency is not installed
├── NotFoundError            (also LookupError)   no such endpoint, job, file or bucket
├── NameTakenError                                the endpoint exists and differs from what was asked for
├── ConfigurationError                            region, credentials, role, bucket or image cannot be found
├── DeploymentFailedError                         the endpoint did not come into service
├── InvocationError                               the service refused or failed a request
│   ├── ModelFailedError                          the model itself raised, timed out or died
│   ├── PartsFailedError                          some of several requests failed; the rest is kept
│   └── UnreadableResponseError  (also ValueError) the model answered what the deserializer cannot read
├── JobCancelledError                             the job was cancelled before its answer came
├── WaitTimeoutError         (also TimeoutError)  what was waited for is still going on
├── LocalBackendError                             the local backend does not start or answer
└── ServiceError                                  any other error that AWS returned
"""

from __future__ import annotations

from itertools import takewhile
from pathlib import Path
from traceback import extract_tb, format_list
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "ConfigurationError",
    "DamagedVideoError",
    "DeploymentFailedError",
    "InvalidInputError",
    "InvocationError",
    "JobCancelledError",
    "LocalBackendError",
    "MissingExtraError",
    "ModelFailedError",
    "NameTakenError",
    "NotFoundError",
    "PartsFailedError",
    "PayloadTooLargeError",
    "ServiceError",
    "SmnbError",
    "UnreadableResponseError",
    "WaitTimeoutError",
]


_HERE = str(Path(__file__).parent)


class SmnbError(Exception):
    """Base of all smnb errors: says what happened, then what to do next.

    Parameters
    ----------
    what
        What happened, with the names and numbers involved.
    hint
        The next step for the reader, as a command or an argument to change.
    """

    def __init__(self, what: str, *, hint: str) -> None:
        super().__init__(f"{what}\n  {hint}")
        self.what = what
        self.hint = hint

    def __reduce__(self) -> tuple[Any, ...]:
        # What is required by name is not in `args`: pickle would not find it there.
        return _remade, (type(self), self.args, self.__dict__)

    def _render_traceback_(self) -> list[str]:
        """Return what IPython shows: the reader's own lines, and the message.

        The frames inside smnb and boto3 help nobody in a notebook, and take seconds to
        draw; scripts and ``%debug`` have them.
        """
        frames = takewhile(
            lambda frame: not frame.filename.startswith(_HERE),
            extract_tb(self.__traceback__),
        )
        own = [frame for frame in frames if "IPython" not in frame.filename]
        message = f"{type(self).__name__}: {self}"
        return [*format_list(own), *message.splitlines()]


def _remade(
    kind: type[SmnbError], args: tuple[Any, ...], facts: dict[str, Any]
) -> SmnbError:
    """Make an error that has crossed from another process as it was."""
    error = kind.__new__(kind)
    error.args = args
    error.__dict__.update(facts)
    return error


class InvalidInputError(SmnbError, ValueError):
    """A value, a model or an argument is wrong; nothing was sent."""


class PayloadTooLargeError(InvalidInputError):
    """No route to the endpoint takes a payload of this size."""


class DamagedVideoError(InvalidInputError):
    """Parts of a video cannot be read; what can be was sent.

    Parameters
    ----------
    missing
        First and last index of each run of frames that are missing or incomplete, as far
        as the file tells.
    """

    def __init__(
        self, what: str, *, hint: str, missing: tuple[tuple[int, int], ...] = ()
    ) -> None:
        super().__init__(what, hint=hint)
        self.missing = missing


class MissingExtraError(SmnbError, ImportError):
    """An optional dependency is not installed."""


class NotFoundError(SmnbError, LookupError):
    """There is no such endpoint, job, file or bucket."""


class NameTakenError(SmnbError):
    """An endpoint of this name exists and differs from what was asked for."""


class ConfigurationError(SmnbError):
    """A region, credentials, role, bucket or image cannot be found."""


class DeploymentFailedError(SmnbError):
    """The endpoint did not come into service."""


class ServiceError(SmnbError):
    """AWS, or the local backend in its place, returned an error.

    Parameters
    ----------
    code
        The service's error code, for example ``"ThrottlingException"``.
    status
        The HTTP status, or None when no answer came.
    """

    def __init__(
        self, what: str, *, hint: str, code: str = "", status: int | None = None
    ) -> None:
        super().__init__(what, hint=hint)
        self.code = code
        self.status = status


class InvocationError(SmnbError):
    """The service refused or failed a request to an endpoint."""


class ModelFailedError(InvocationError):
    """The model itself raised, timed out or died.

    Parameters
    ----------
    original_status
        HTTP status that the model's container answered; 0 when it did not answer.
    original_message
        The body of the container's answer, as text.
    received
        What came of a streamed answer before it broke off: its last 16 MiB.
    """

    def __init__(
        self,
        what: str,
        *,
        hint: str,
        original_status: int = 0,
        original_message: str = "",
        received: bytes = b"",
    ) -> None:
        super().__init__(what, hint=hint)
        self.original_status = original_status
        self.original_message = original_message
        self.received = received


class PartsFailedError(InvocationError):
    """Some of several requests failed; the results of the others are kept.

    Parameters
    ----------
    results
        What came back, in order: the `VideoResult` of a video; of `Endpoint.map` a
        list, where a failed item's place holds its exception.
    failures
        Of `Endpoint.map`: the exception of each failed item by its index.
    """

    def __init__(
        self,
        what: str,
        *,
        hint: str,
        results: object,
        failures: Mapping[int, Exception] | None = None,
    ) -> None:
        super().__init__(what, hint=hint)
        self.results = results
        self.failures = dict(failures or {})


class UnreadableResponseError(InvocationError, ValueError):
    """The model answered something that the deserializer cannot read.

    Parameters
    ----------
    body
        The answer as it came, so that nothing is lost.
    content_type
        The content type that the model gave it.
    """

    def __init__(self, what: str, *, hint: str, body: bytes, content_type: str) -> None:
        super().__init__(what, hint=hint)
        self.body = body
        self.content_type = content_type


class JobCancelledError(SmnbError):
    """The job was cancelled before its answer came."""


class WaitTimeoutError(SmnbError, TimeoutError):
    """What was waited for is still going on when the time was up."""


class LocalBackendError(SmnbError):
    """The local backend does not start or does not answer."""
