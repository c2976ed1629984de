"""Every exception that smnb raises.

SmnbError
├── InvalidInputError        (also ValueError)    a value, model, or argument is wrong; nothing was sent
│   └── PayloadTooLargeError                      no route to the endpoint takes a payload of this size
├── MissingExtraError        (also ImportError)   an optional dependency is not installed
├── NotFoundError            (also LookupError)   no such endpoint, job, file or bucket
├── NameTakenError                                the endpoint exists and differs from what was asked for
├── ConfigurationError                            region, credentials, role, bucket or image cannot be found
├── DeploymentFailedError                         the endpoint did not come into service
├── InvocationError                               the service refused or failed a request
│   ├── ModelFailedError                          the model itself raised, timed out or died
│   ├── PartsFailedError                          some parts of a split payload failed; the rest is kept
│   └── UnreadableResponseError  (also ValueError) the model answered what the deserializer cannot read
├── WaitTimeoutError         (also TimeoutError)  what was waited for is still going on
├── LocalBackendError                             the local backend does not start or answer
└── ServiceError                                  any other error that AWS returned
"""

from __future__ import annotations

__all__ = [
    "ConfigurationError",
    "DeploymentFailedError",
    "InvalidInputError",
    "InvocationError",
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


class InvalidInputError(SmnbError, ValueError):
    """A value, a model or an argument is wrong; nothing was sent."""


class PayloadTooLargeError(InvalidInputError):
    """No route to the endpoint takes a payload of this size."""


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
    """

    def __init__(
        self,
        what: str,
        *,
        hint: str,
        original_status: int = 0,
        original_message: str = "",
    ) -> None:
        super().__init__(what, hint=hint)
        self.original_status = original_status
        self.original_message = original_message


class PartsFailedError(InvocationError):
    """Some parts of a split payload failed; the results of the others are kept.

    Parameters
    ----------
    results
        What came back, in order; a failed part holds its exception.
    """

    def __init__(self, what: str, *, hint: str, results: object) -> None:
        super().__init__(what, hint=hint)
        self.results = results


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


class WaitTimeoutError(SmnbError, TimeoutError):
    """What was waited for is still going on when the time was up."""


class LocalBackendError(SmnbError):
    """The local backend does not start or does not answer."""
