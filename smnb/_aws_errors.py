"""Turn what botocore raises into smnb's errors: one place, one table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smnb.errors import (
    ConfigurationError,
    LocalBackendError,
    ModelFailedError,
    NotFoundError,
    PayloadTooLargeError,
    ServiceError,
    SmnbError,
    WaitTimeoutError,
)

if TYPE_CHECKING:
    from botocore.exceptions import BotoCoreError, ClientError

_EXPIRED = {
    "ExpiredToken",
    "ExpiredTokenException",
    "InvalidClientTokenId",
    "RequestExpired",
    "UnrecognizedClientException",
}
_DENIED = {"AccessDenied", "AccessDeniedException", "403"}
_MISSING = {
    "404",
    "NoSuchBucket",
    "NoSuchEntity",
    "NoSuchKey",
    "ObjectNotFoundException",
    "ResourceNotFound",
    "ResourceNotFoundException",
}
_THROTTLED = {"ThrottlingException", "Throttling", "TooManyRequestsException"}
_HINTS = {
    "InternalFailure": "This is a fault of the service: try again in a moment.",
    "ModelNotReadyException": "Capacity is still starting: try again in a minute.",
    "ResourceInUse": "Wait until the change that is going on has ended, then try again.",
    "ResourceLimitExceeded": "Ask for a higher quota in Service Quotas, or use less.",
    "ServiceUnavailable": "The service is overloaded: try again in a moment.",
}


def from_client_error(error: ClientError, *, doing: str) -> SmnbError:
    """Translate an error that the service answered.

    Parameters
    ----------
    doing
        What was being done, as the start of a sentence: ``"Creating the model m"``.
    """
    answer = error.response
    code = str(answer.get("Error", {}).get("Code", ""))
    message = answer.get("Error", {}).get("Message") or code
    status = answer.get("ResponseMetadata", {}).get("HTTPStatusCode")
    what = f"{doing}: {message}"
    if code == "ModelError":
        return _model_error(error, doing)
    if code in _EXPIRED:
        return ConfigurationError(
            what, hint="Sign in again: aws sso login --profile YOUR-PROFILE"
        )
    if code in _DENIED:
        return ConfigurationError(
            what,
            hint=f"Your credentials may not call {error.operation_name}: ask for "
            "that permission, or choose another profile=.",
        )
    if code == "413" or "oversize body" in message:
        return PayloadTooLargeError(
            what, hint='See ep.plan(x), or send it with route="s3" (overflow=Async).'
        )
    if code in _MISSING or "Could not find" in message or " not found." in message:
        return NotFoundError(what, hint="See what there is: smnb.endpoints()")
    if code in _THROTTLED:
        hint = "Too many requests at once: send fewer, or raise max_concurrency."
    else:
        hint = _HINTS.get(code, f"{error.operation_name} answered {code or status}.")
    return ServiceError(what, hint=hint, code=code, status=status)


def _model_error(error: ClientError, doing: str) -> ModelFailedError:
    answer: dict[str, Any] = dict(error.response)
    status = int(answer.get("OriginalStatusCode") or 0)
    message = str(answer.get("OriginalMessage") or "")
    said = message or str(answer.get("Error", {}).get("Message", ""))
    hint = "Read its log: ep.logs()"
    if status == 0:
        hint = f"The model did not answer: it was too slow, or it died. {hint}"
    return ModelFailedError(
        f"{doing}: the model failed ({status}). {said}",
        hint=hint,
        original_status=status,
        original_message=message,
    )


def from_core_error(error: BotoCoreError, *, doing: str, local: bool) -> SmnbError:
    """Translate an error that arose before the service answered."""
    name = type(error).__name__
    what = f"{doing}: {error}"
    if name in (
        "NoCredentialsError",
        "PartialCredentialsError",
        "CredentialRetrievalError",
    ):
        return ConfigurationError(
            what, hint="Run aws configure (or aws sso login), or choose a profile=."
        )
    if "Token" in name or "SSO" in name:
        return ConfigurationError(
            what, hint="Sign in again: aws sso login --profile YOUR-PROFILE"
        )
    if name == "NoRegionError":
        return ConfigurationError(
            what, hint='Name one: Session("aws", region="us-east-1").'
        )
    if name == "ProfileNotFound":
        return ConfigurationError(
            what, hint="See your profiles: aws configure list-profiles"
        )
    if name == "ReadTimeoutError":
        return WaitTimeoutError(
            what, hint="Nothing says that it failed: see ep.status and ep.logs()."
        )
    if local:
        return LocalBackendError(
            what,
            hint="See whether it runs: python -m smnb.local status",
        )
    return ServiceError(what, hint="Check the network and the region, then try again.")
