"""Turn what botocore raises into smnb's errors: one place, three tables.

Each cause has words of its own and the next step: a command, or an argument to change.
"""

from __future__ import annotations

import re
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Literal

from smnb.errors import (
    ConfigurationError,
    InvalidInputError,
    LocalBackendError,
    ModelFailedError,
    NotFoundError,
    PayloadTooLargeError,
    ServiceError,
    SmnbError,
    WaitTimeoutError,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from botocore.exceptions import BotoCoreError, ClientError
    from botocore.parsers import ResponseParserError

_EXPIRED = "your credentials have expired"
_UNKNOWN_KEYS = "AWS does not know this access key"
_WRONG_SECRET = "the secret key does not belong to this access key"  # noqa: S105  words
# What the caller's keys lack, by AWS's code; the next step is to sign in.
_KEYS = {
    "AuthFailure": _UNKNOWN_KEYS,
    "ExpiredToken": _EXPIRED,
    "ExpiredTokenException": _EXPIRED,
    "IncompleteSignature": "the keys are not whole",
    "InvalidAccessKeyId": _UNKNOWN_KEYS,
    "InvalidClientTokenId": _UNKNOWN_KEYS,
    "InvalidSignatureException": _WRONG_SECRET,
    "MissingAuthenticationToken": "no credentials were sent",
    "SignatureDoesNotMatch": _WRONG_SECRET,
    "UnrecognizedClientException": _UNKNOWN_KEYS,
}
_CLOCK = {"RequestTimeTooSkewed", "RequestExpired", "RequestInTheFuture"}
_CLOCK_WORDS = re.compile(r"(?i)signature expired|not yet current|time too skewed")
_DENIED = {
    "403",
    "AccessDenied",
    "AccessDeniedException",
    "AuthorizationError",
    "UnauthorizedOperation",
}
_ACTION = re.compile(r"not authorized to perform:? \[?([\w-]+:\w+)")
_MISSING_ON_S3 = {"404", "NoSuchBucket", "NoSuchKey"}
_HINT_OF_S3 = (
    "See what the bucket holds: aws s3 ls; or name another: Session(bucket=…)."
)
_HINT_OF_MISSING = "See what there is: smnb.endpoints()"
_MISSING = {
    "404",
    "ImageNotFoundException",
    "NoSuchBucket",
    "NoSuchEntity",
    "NoSuchKey",
    "NotFoundException",
    "ObjectNotFoundException",
    "RepositoryNotFoundException",
    "ResourceNotFound",
    "ResourceNotFoundException",
}
_THROTTLED = {"ThrottlingException", "Throttling", "TooManyRequestsException"}
_HINTS = {
    "InternalFailure": "This is a fault of the service: try again in a moment.",
    "ModelNotReadyException": "Capacity is still starting: try again in a minute.",
    "NotImplemented": 'Only AWS has this call: smnb.Session("aws").',
    "ResourceInUse": "Wait until the change that is going on has ended, then try again.",
    "ResourceLimitExceeded": "Ask for a higher quota in Service Quotas, or use less.",
    "ServiceUnavailable": "The service is overloaded: try again in a moment.",
    "ValidationError": "Correct the value that the message names, and try again.",
    "ValidationException": "Correct the value that the message names, and try again.",
}

_SSO = "your single sign-on session has expired"
_LOGIN = "your sign-in has expired"
_REGION_HINT = 'Name one: Session("aws", region="us-east-1"), or AWS_REGION.'
_CONFIG_HINT = "Correct the file, ~/.aws/config unless AWS_CONFIG_FILE names another."
_PROXY_HINT = (
    "Correct or unset HTTPS_PROXY; NO_PROXY names hosts to reach without a proxy."
)
_OLD_BOTO_HINT = "Check the name of the region, or run: pip install -U boto3"
_NO_CREDENTIALS_HINT = (
    "Run aws configure sso (or aws configure), or name a profile: "
    'Session("aws", profile=…). Without an account: Session("local").'
)
_SSL_HINT = (
    "If a proxy signs with a certificate of its own, set AWS_CA_BUNDLE to your "
    "organisation's file of certificates (.pem)."
)
# Of errors on this side: the words (None leaves botocore's) and the next step.
_CORE: dict[str, tuple[str | None, str]] = {
    "ConfigNotFound": (None, _CONFIG_HINT),
    "ConfigParseError": (None, _CONFIG_HINT),
    "CredentialRetrievalError": (None, "{sign_in}"),
    "InvalidProxiesConfigError": (None, _PROXY_HINT),
    "InvalidRegionError": (None, _REGION_HINT),
    "LoginAuthorizationCodeError": (_LOGIN, "{sign_in}"),
    "LoginError": (_LOGIN, "{sign_in}"),
    "LoginRefreshRequired": (_LOGIN, "{sign_in}"),
    "LoginTokenLoadError": (_LOGIN, "{sign_in}"),
    "MetadataRetrievalError": (None, "{sign_in}"),
    "MissingDependencyException": (None, 'Run: pip install "botocore[crt]"'),
    "NoAuthTokenError": (_SSO, "{sign_in}"),
    "NoCredentialsError": ("there are no AWS credentials", _NO_CREDENTIALS_HINT),
    "NoRegionError": ("no AWS region is set", _REGION_HINT),
    "PartialCredentialsError": (
        None,
        "Set both: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. {sign_in}",
    ),
    "ProfileNotFound": (None, "See your profiles: aws configure list-profiles"),
    "ProxyConnectionError": (None, _PROXY_HINT),
    "SSLError": (None, _SSL_HINT),
    "SSOError": (_SSO, "{sign_in}"),
    "SSOTokenLoadError": (_SSO, "{sign_in}"),
    "TokenRetrievalError": (_SSO, "{sign_in}"),
    "UnauthorizedSSOTokenError": (_SSO, "{sign_in}"),
    "UnknownEndpointError": (None, _OLD_BOTO_HINT),
    "UnknownRegionError": (None, _OLD_BOTO_HINT),
    "UnknownServiceError": (None, _OLD_BOTO_HINT),
}
_ON_THE_WAY = {"ProxyConnectionError", "SSLError"}
_UNREACHED = {"ConnectTimeoutError", "EndpointConnectionError"}
_NETWORK_HINT = (
    "Check the network, and that the region in this address exists. Behind a proxy, "
    "set HTTPS_PROXY."
)


def sign_in_anyhow() -> str:
    """Say how to sign in where nothing is known of the caller's profile."""
    return "Sign in again: aws configure, or aws sso login --profile NAME"


def is_denied(error: SmnbError) -> bool:
    """Say whether AWS refused the call for want of a permission."""
    answer: dict[str, Any] = getattr(error.__cause__, "response", {})
    return answer.get("Error", {}).get("Code") in _DENIED


def trouble(
    error: SmnbError,
) -> Literal["signed-out", "forbidden", "throttled", "no-network"] | None:
    """Say what stands between the caller and AWS; None if the error is another."""
    cause = error.__cause__
    if is_denied(error):
        return "forbidden"
    answer: dict[str, Any] = getattr(cause, "response", {})
    code = str(answer.get("Error", {}).get("Code", ""))
    name = type(cause).__name__
    wants_sign_in = "{sign_in}" in _CORE.get(name, ("", ""))[1]
    if code in _KEYS or wants_sign_in or name == "NoCredentialsError":
        return "signed-out"
    if code in _THROTTLED:
        return "throttled"
    if name in _UNREACHED or name in _ON_THE_WAY:
        return "no-network"
    return None


def from_client_error(
    error: ClientError, *, doing: str, sign_in: Callable[[], str] = sign_in_anyhow
) -> SmnbError:
    """Translate an error that the service answered.

    Parameters
    ----------
    doing
        What was being done, as the start of a sentence: ``"Creating the model m"``.
    sign_in
        Says how this caller gets fresh credentials.
    """
    answer = error.response
    code = str(answer.get("Error", {}).get("Code", ""))
    message = answer.get("Error", {}).get("Message") or code
    what = f"{doing}: {message}"
    if code == "ModelError":
        return _model_error(error, doing)
    if code in _CLOCK or (code in _KEYS and _CLOCK_WORDS.search(message)):
        return _clock_error(doing, message)
    if code in _KEYS:
        words = f"{doing}: {_KEYS[code]}. AWS says: {message}"
        return ConfigurationError(words, hint=sign_in())
    if code in _DENIED:
        return _denied(error, what, message)
    if code == "OptInRequired":
        hint = "Turn the service or region on in the account, or choose another region="
        return ConfigurationError(what, hint=f"{hint}.")
    if code == "413" or "oversize body" in message:
        return PayloadTooLargeError(
            what, hint='See ep.plan(x), or send it with route="s3" (overflow=Async).'
        )
    if code in _MISSING or "Could not find" in message or " not found." in message:
        hint = _HINT_OF_S3 if code in _MISSING_ON_S3 else _HINT_OF_MISSING
        if ":model/" in message:
            hint = "See what there is: aws sagemaker list-models"
        return NotFoundError(what, hint=hint)
    return _service_error(error, what, code)


def _service_error(error: ClientError, what: str, code: str) -> ServiceError:
    answer: dict[str, Any] = dict(error.response)
    status = answer.get("ResponseMetadata", {}).get("HTTPStatusCode")
    if code in _THROTTLED:
        hint = "Too many requests at once: send fewer, or raise max_concurrency."
    else:
        hint = _HINTS.get(code, f"{error.operation_name} answered {code or status}.")
    return ServiceError(what, hint=hint, code=code, status=status)


def _clock_error(doing: str, message: str) -> ConfigurationError:
    now = datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M")
    return ConfigurationError(
        f"{doing}: this machine's clock is wrong; it says {now} UTC. "
        f"AWS says: {message}",
        hint="Set it, and try again: sudo timedatectl set-ntp true",
    )


def _denied(error: ClientError, what: str, message: str) -> ConfigurationError:
    """Name the action that is missing and where its policy comes from."""
    found = _ACTION.search(message)
    action = found.group(1) if found else error.operation_name
    if "explicit deny" in message:
        hint = (
            f"A policy forbids {action}, perhaps your organisation's: an "
            "administrator has to lift that; or choose another profile=."
        )
    else:
        hint = (
            f"You may not call {action}. smnb.iam_policy() writes the policy to ask "
            "for; or choose another profile=."
        )
    return ConfigurationError(what, hint=hint)


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


def from_core_error(
    error: BotoCoreError | ResponseParserError,
    *,
    doing: str,
    local: bool,
    sign_in: Callable[[], str] = sign_in_anyhow,
) -> SmnbError:
    """Translate an error that arose without an answer of the service.

    Parameters
    ----------
    local
        Whether the local backend was called.
    sign_in
        Says how this caller gets fresh credentials.
    """
    name = type(error).__name__
    what = f"{doing}: {error}"
    if name == "ReadTimeoutError":
        return WaitTimeoutError(
            what, hint="Nothing says that it failed: see ep.status and ep.logs()."
        )
    if name == "ParamValidationError":
        return InvalidInputError(what, hint="Change the argument that it names.")
    if local and (name not in _CORE or name in _ON_THE_WAY):
        return LocalBackendError(
            what,
            hint="See whether it runs: python -m smnb.local status",
        )
    if name == "ResponseParserError":
        return ServiceError(
            f"{doing}: what answered is not AWS.",
            hint="A proxy or the network's sign-in page may answer in its place, or an "
            "endpoint_url of your AWS configuration leads elsewhere.",
        )
    if name == "SSLError" and "No such file" in what:
        hint = "AWS_CA_BUNDLE names a file that is not there: correct or unset it."
        return ConfigurationError(what, hint=hint)
    if name in _CORE:
        words, step = _CORE[name]
        if words is not None:
            what = f"{doing}: {words}."
        hint = step.replace("{sign_in}", sign_in() if "{sign_in}" in step else "")
        return ConfigurationError(what, hint=hint)
    if name in _UNREACHED:
        return ServiceError(what, hint=_NETWORK_HINT)
    return ServiceError(
        what, hint="Check the network, the region and HTTPS_PROXY, then try again."
    )
