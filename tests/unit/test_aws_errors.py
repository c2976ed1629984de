"""Every error of botocore becomes one of smnb's, with a next step."""

import botocore.exceptions as bc
import pytest
from botocore.parsers import ResponseParserError

from smnb import errors
from smnb._aws_errors import from_client_error, from_core_error, sign_in_anyhow


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
        (
            "ValidationException",
            'Could not find model "arn:aws:sagemaker:us-east-1:1:model/a".',
            errors.NotFoundError,
            "list-models",
        ),
        ("NotImplemented", "no", errors.ServiceError, 'Session("aws")'),
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


def signed_out():
    return "aws sso login --profile work"


@pytest.mark.parametrize(
    ("code", "message", "words"),
    [
        ("ExpiredToken", "The token has expired", "have expired"),
        ("ExpiredTokenException", "The token has expired", "have expired"),
        ("InvalidClientTokenId", "The token is invalid.", "does not know"),
        ("UnrecognizedClientException", "The token is invalid.", "does not know"),
        ("InvalidAccessKeyId", "The key does not exist.", "does not know"),
        ("SignatureDoesNotMatch", "Check your Secret Key", "does not belong"),
        ("InvalidSignatureException", "Check your Secret Key", "does not belong"),
        ("MissingAuthenticationToken", "Missing Token", "no credentials"),
    ],
)
def test_keys_that_do_not_work_tell_how_to_sign_in(code, message, words):
    raised = client_error(code, message, 403)
    error = from_client_error(raised, doing="Deploying faces", sign_in=signed_out)

    assert isinstance(error, errors.ConfigurationError)
    assert error.what.startswith("Deploying faces: ")
    assert words in error.what
    assert error.hint == signed_out()


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("RequestTimeTooSkewed", "The difference is too large."),
        ("SignatureDoesNotMatch", "Signature expired: 20200101T000000Z is now …"),
        ("InvalidSignatureException", "Signature not yet current: …"),
    ],
)
def test_wrong_clock_is_told_from_wrong_keys(code, message):
    error = from_client_error(client_error(code, message, 403), doing="Deploying")

    assert "clock is wrong" in error.what
    assert "set-ntp" in error.hint


@pytest.mark.parametrize(
    ("message", "action", "words"),
    [
        (
            "User: a is not authorized to perform: sagemaker:CreateModel on resource",
            "sagemaker:CreateModel",
            "smnb.iam_policy()",
        ),
        (
            "not authorized to perform: iam:PassRole with an explicit deny in an SCP",
            "iam:PassRole",
            "administrator",
        ),
        ("Access Denied", "InvokeEndpoint", "smnb.iam_policy()"),
    ],
)
def test_what_is_denied_names_the_action(message, action, words):
    raised = client_error("AccessDeniedException", message, 403)
    error = from_client_error(raised, doing="Deploying")

    assert isinstance(error, errors.ConfigurationError)
    assert action in error.hint
    assert words in error.hint


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
        (bc.NoCredentialsError(), True, errors.ConfigurationError, "aws configure"),
        (bc.NoRegionError(), False, errors.ConfigurationError, "region="),
        (
            bc.ProxyConnectionError(proxy_url="u"),
            True,
            errors.LocalBackendError,
            "smnb.local",
        ),
        (
            bc.ProfileNotFound(profile="x"),
            False,
            errors.ConfigurationError,
            "list-profiles",
        ),
        *(
            (raised, False, errors.ConfigurationError, "aws sso login")
            for raised in (
                bc.UnauthorizedSSOTokenError(),
                bc.SSOTokenLoadError(error_msg="x"),
                bc.TokenRetrievalError(provider="sso", error_msg="x"),
                bc.CredentialRetrievalError(provider="process", error_msg="x"),
            )
        ),
        (
            bc.PartialCredentialsError(provider="env", cred_var="x"),
            False,
            errors.ConfigurationError,
            "AWS_SECRET_ACCESS_KEY",
        ),
        (
            bc.ProxyConnectionError(proxy_url="http://proxy.example"),
            False,
            errors.ConfigurationError,
            "HTTPS_PROXY",
        ),
        (
            bc.SSLError(endpoint_url="u", error="self-signed"),
            False,
            errors.ConfigurationError,
            "AWS_CA_BUNDLE",
        ),
        (
            bc.SSLError(endpoint_url="u", error="[Errno 2] No such file or directory"),
            False,
            errors.ConfigurationError,
            "is not there",
        ),
        (
            bc.ConfigParseError(path="~/.aws/config"),
            False,
            errors.ConfigurationError,
            "AWS_CONFIG_FILE",
        ),
        (
            bc.InvalidRegionError(region_name="here"),
            False,
            errors.ConfigurationError,
            "region=",
        ),
        (
            bc.ParamValidationError(report="x"),
            True,
            errors.InvalidInputError,
            "argument",
        ),
        (
            bc.ConnectTimeoutError(endpoint_url="u"),
            False,
            errors.ServiceError,
            "HTTPS_PROXY",
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
        (
            ResponseParserError("Unable to parse response, invalid XML"),
            False,
            errors.ServiceError,
            "proxy",
        ),
    ],
)
def test_core_error_is_translated(raised, local, expected, hint):
    error = from_core_error(
        raised, doing="Creating", local=local, sign_in=sign_in_anyhow
    )

    assert type(error) is expected
    assert error.what.startswith("Creating: ")
    assert hint in error.hint
