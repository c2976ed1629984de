"""Each trouble has its own words, status, and what to copy; no credential is in any."""

import json

import pytest
from botocore.exceptions import EndpointConnectionError, SSOTokenLoadError

from smnb.errors import (
    InvalidInputError,
    LocalBackendError,
    NotFoundError,
    ServiceError,
    SmnbError,
)
from smnb.jupyter import problems
from smnb.jupyter.checking import ShapeError
from smnb.jupyter.problems import UnknownCommandError


def error_of(session, call):
    with pytest.raises(SmnbError) as caught, session.translated("Listing"):
        call()
    return caught.value


def refused(aws, code, status=400):
    one = aws().refuses("sagemaker", "list_endpoints", code, status=status)
    client = one.session.client("sagemaker")
    return one.session, error_of(one.session, client.list_endpoints)


def test_expired_sign_in_brings_the_command(aws, tmp_path, monkeypatch):
    config = "[profile work]\nregion = eu-west-1\nsso_start_url = https://x\n"
    (tmp_path / "config").write_text(config)
    session = aws(profile="work").session

    def expired():
        raise SSOTokenLoadError(error_msg="no token")

    status, problem = problems.of(error_of(session, expired), session)

    assert (status, problem["code"]) == (424, "signed-out")
    assert problem["copy"] == "aws sso login --profile work"
    assert "single sign-on session has expired" in problem["text"]


@pytest.mark.parametrize("code", ["ExpiredToken", "UnrecognizedClientException"])
def test_keys_of_the_environment_have_no_command(aws, code):
    session, error = refused(aws, code)
    _, problem = problems.of(error, session)

    assert (problem["code"], problem["copy"]) == ("signed-out", None)
    assert "AWS_ACCESS_KEY_ID" in problem["text"]
    assert "AKIDEXAMPLE" not in json.dumps(problem)


def test_denied_brings_the_policy(aws):
    session, error = refused(aws, "AccessDeniedException")
    status, problem = problems.of(error, session)

    assert (status, problem["code"]) == (424, "forbidden")
    assert problem["text"].endswith(".")
    policy = json.loads(problem["copy"])
    actions = json.dumps(policy["Statement"])
    assert "sagemaker:ListEndpoints" in actions


@pytest.mark.parametrize("code", ["ThrottlingException", "Throttling"])
def test_throttled(aws, code):
    status, problem = problems.of(refused(aws, code)[1])

    assert (status, problem["code"]) == (429, "throttled")


def test_no_network(aws):
    session = aws().session

    def unreachable():
        raise EndpointConnectionError(endpoint_url="https://sagemaker.example")

    status, problem = problems.of(error_of(session, unreachable), session)

    assert (status, problem["code"]) == (424, "no-network")


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (NotFoundError("Gone.", hint="Look."), 404, "gone"),
        (InvalidInputError("Wrong.", hint="Mend."), 400, "invalid"),
        (ServiceError("No.", hint="x", code="ValidationException"), 400, "invalid"),
        (ServiceError("No.", hint="x", code="InternalFailure"), 422, "other"),
        (LocalBackendError("Down.", hint="Start it."), 422, "other"),
        (ShapeError("args has no name"), 400, "invalid"),
        (UnknownCommandError("There is no command 'x'."), 404, "invalid"),
        (ZeroDivisionError("a secret"), 500, "other"),
    ],
)
def test_other_errors(error, status, code):
    told_status, problem = problems.of(error)

    assert (told_status, problem["code"]) == (status, code)
    assert problem["title"]
    assert "a secret" not in problem["text"]
    assert problem["copy"] is None


def test_hint_stands_behind_what_happened():
    _, problem = problems.of(NotFoundError("It is gone.", hint="Look elsewhere."))

    assert problem["text"] == "It is gone. Look elsewhere."
