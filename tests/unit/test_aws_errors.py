"""Every error of botocore becomes one of smnb's, with a next step."""

import botocore.exceptions as bc
import pytest

from smnb import errors
from smnb._aws_errors import from_client_error, from_core_error


def client_error(code, message, status=400, **members):
    answer = {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": status},
        **members,
    }
    return bc.ClientError(answer, "InvokeEndpoint")


@pytest.mark.parametrize(
    ("code", "message", "expected", "hint"),
    [
        (
            "ExpiredTokenException",
            "expired",
            errors.ConfigurationError,
            "aws sso login",
        ),
        ("AccessDeniedException", "no", errors.ConfigurationError, "InvokeEndpoint"),
        ("413", "too big", errors.PayloadTooLargeError, "ep.plan"),
        (
            "ValidationError",
            "Request x has oversize body.",
            errors.PayloadTooLargeError,
            "s3",
        ),
        (
            "ValidationError",
            "Endpoint x of account 1 not found.",
            errors.NotFoundError,
            "endpoints()",
        ),
        (
            "ValidationException",
            'Could not find endpoint "a".',
            errors.NotFoundError,
            "endpoints()",
        ),
        ("ThrottlingException", None, errors.ServiceError, "max_concurrency"),
        ("ModelNotReadyException", "starting", errors.ServiceError, "in a minute"),
        ("ResourceLimitExceeded", "quota", errors.ServiceError, "Service Quotas"),
        ("Whatever", "odd", errors.ServiceError, "Whatever"),
    ],
)
def test_client_error_is_translated(code, message, expected, hint):
    error = from_client_error(client_error(code, message), doing="Invoking faces")

    assert type(error) is expected
    assert error.what.startswith("Invoking faces: ")
    assert hint in error.hint


def test_model_error_keeps_what_the_model_said():
    raised = client_error(
        "ModelError",
        "long text",
        424,
        OriginalStatusCode=500,
        OriginalMessage="KeyError: 'x'",
    )
    error = from_client_error(raised, doing="Invoking faces")

    assert isinstance(error, errors.ModelFailedError)
    assert (error.original_status, error.original_message) == (500, "KeyError: 'x'")
    assert "KeyError: 'x'" in str(error)


@pytest.mark.parametrize(
    ("raised", "local", "expected", "hint"),
    [
        (bc.NoCredentialsError(), False, errors.ConfigurationError, "aws configure"),
        (bc.NoRegionError(), False, errors.ConfigurationError, "region="),
        (
            bc.ProfileNotFound(profile="x"),
            False,
            errors.ConfigurationError,
            "list-profiles",
        ),
        (
            bc.UnauthorizedSSOTokenError(),
            False,
            errors.ConfigurationError,
            "aws sso login",
        ),
        (
            bc.ReadTimeoutError(endpoint_url="u"),
            False,
            errors.WaitTimeoutError,
            "ep.status",
        ),
        (
            bc.EndpointConnectionError(endpoint_url="u"),
            True,
            errors.LocalBackendError,
            "smnb.local",
        ),
        (
            bc.EndpointConnectionError(endpoint_url="u"),
            False,
            errors.ServiceError,
            "network",
        ),
    ],
)
def test_core_error_is_translated(raised, local, expected, hint):
    error = from_core_error(raised, doing="Creating", local=local)

    assert type(error) is expected
    assert hint in error.hint
