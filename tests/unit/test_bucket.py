"""The bucket is the caller's own, or it is made private and encrypted, if wanted."""

import builtins
import io

import pytest
from aws_answers import ACCOUNT, BUCKET, REGION
from botocore.awsrequest import AWSResponse

from smnb import _bucket
from smnb.errors import ConfigurationError, NotFoundError

PLACE = {"CreateBucketConfiguration": {"LocationConstraint": REGION}}
CLOSED = {
    "BlockPublicAcls": True,
    "IgnorePublicAcls": True,
    "BlockPublicPolicy": True,
    "RestrictPublicBuckets": True,
}
ENCRYPTED = {
    "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
}


def on_s3(found, region=REGION):
    return found.answers(
        "s3", "head_bucket", {"BucketRegion": region, "AccessPointAlias": False}
    )


def missing(found):
    return found.refuses("s3", "head_bucket", "404", "Not Found", 404)


def is_made(found, bucket=BUCKET, place=PLACE):
    request = {"Bucket": bucket, **place}
    found.answers("s3", "create_bucket", {"Location": "/"}, request)
    found.answers(
        "s3",
        "put_public_access_block",
        {},
        {"Bucket": bucket, "PublicAccessBlockConfiguration": CLOSED},
    )
    return found.answers(
        "s3",
        "put_bucket_encryption",
        {},
        {"Bucket": bucket, "ServerSideEncryptionConfiguration": ENCRYPTED},
    )


def test_bucket_of_region_and_account_is_taken(aws):
    found = on_s3(aws().knows_caller())

    assert found.session.bucket() == BUCKET


@pytest.mark.parametrize("place", ["argument", "environment", "profile"])
def test_bucket_that_is_named_is_taken(aws, monkeypatch, tmp_path, place):
    arguments = {"bucket": "mine"} if place == "argument" else {}
    if place == "environment":
        monkeypatch.setenv("SMNB_BUCKET", "mine")
    if place == "profile":
        (tmp_path / "config").write_text("[default]\nsmnb_bucket = mine\n")

    assert on_s3(aws(**arguments)).session.bucket() == "mine"


def test_bucket_in_another_region_is_refused(aws):
    found = on_s3(aws(bucket="mine"), region="us-east-2")

    with pytest.raises(ConfigurationError, match="us-east-2"):
        found.session.bucket()


def test_bucket_of_another_account_is_refused(aws):
    found = aws().knows_caller().refuses("s3", "head_bucket", "403", "Forbidden", 403)

    with pytest.raises(ConfigurationError, match="another account's"):
        found.session.bucket()


def test_missing_bucket_is_not_made_unasked(aws):
    found = missing(aws().knows_caller())

    with pytest.raises(NotFoundError, match=f"aws s3 mb s3://{BUCKET}"):
        found.session.bucket()


def test_missing_bucket_is_made_private_and_encrypted(aws):
    found = missing(aws(create_bucket=True).knows_caller())
    is_made(found)

    assert found.session.bucket() == BUCKET
    assert found.all_asked()


def test_us_east_1_takes_no_location(aws):
    found = missing(aws(region="us-east-1", bucket="mine", create_bucket=True))
    is_made(found, "mine", place={})

    assert found.session.bucket() == "mine"


def test_bucket_that_cannot_be_closed_is_removed(aws):
    found = missing(aws(bucket="mine", create_bucket=True))
    found.answers("s3", "create_bucket", {"Location": "/"})
    found.refuses("s3", "put_public_access_block", "AccessDenied", status=403)
    found.answers("s3", "delete_bucket", {}, {"Bucket": "mine"})

    with pytest.raises(ConfigurationError):
        found.session.bucket()
    assert found.all_asked()


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("answer", "makes"),
    [
        pytest.param("y", True, id="yes"),
        pytest.param("", False, id="just-return"),
        pytest.param(EOFError(), False, id="nobody-there"),
        pytest.param(NotImplementedError(), False, id="notebook-runs-by-itself"),
    ],
)
def test_person_is_asked(aws, monkeypatch, answer, makes):
    def reply(question):
        assert BUCKET in question
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setattr(builtins, "input", reply)
    found = missing(aws().knows_caller())
    if makes:
        is_made(found)
        assert found.session.bucket() == BUCKET
    else:
        with pytest.raises(NotFoundError):
            found.session.bucket()


def test_nobody_is_asked_if_it_may_not_be_made(aws, monkeypatch):
    monkeypatch.setattr("sys.stdin", Terminal())
    monkeypatch.setattr(builtins, "input", lambda _: "y")
    found = missing(aws(create_bucket=False).knows_caller())

    with pytest.raises(NotFoundError):
        found.session.bucket()


@pytest.mark.parametrize(
    ("bucket", "owner"),
    [
        pytest.param(BUCKET, ACCOUNT, id="default-bucket"),
        pytest.param(f"sagemaker-us-gov-west-1-{ACCOUNT}", ACCOUNT, id="gov-cloud"),
        pytest.param("mine", None, id="named-bucket-may-be-anybodys"),
    ],
)
def test_owner_is_checked_with_every_request(aws, bucket, owner):
    seen = []

    def send(request, **_):
        seen.append(request.headers.get("x-amz-expected-bucket-owner"))
        body = type("Body", (), {"stream": lambda *_, **__: iter([b""])})()
        return AWSResponse(request.url, 200, {}, body)

    client = aws().session.client("s3")
    client.meta.events.register("before-send.s3", send)
    client.head_bucket(Bucket=bucket)
    client.put_object(Bucket=bucket, Key="k", Body=b"x")

    wanted = [owner if owner is None else owner.encode()] * 2
    assert [s.encode() if isinstance(s, str) else s for s in seen] == wanted


def test_command_names_bucket_and_region():
    assert _bucket.command("b", "eu-west-1") == "aws s3 mb s3://b --region eu-west-1"
