"""Presigned S3 URLs: made by boto3, used by programs that know nothing of AWS."""

import http.client
import time
import urllib.error
import urllib.request
from urllib.parse import urlsplit

import boto3
import pytest
import requests
from botocore.auth import S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials

BUCKET = "presigned"


@pytest.fixture(scope="module")
def s3(backend):
    """Return boto3's client, with a bucket."""
    client = backend.client("s3", signature_version="s3v4")
    client.create_bucket(Bucket=BUCKET)
    return client


def url_of(client, operation="get_object", key="a b/é", expires_s=60, **params):
    return client.generate_presigned_url(
        operation, Params={"Bucket": BUCKET, "Key": key, **params}, ExpiresIn=expires_s
    )


def refusal(url):
    """Return status and body of the error that a GET is answered with."""
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(url)  # noqa: S310 - ours
    with caught.value as error:
        return error.code, error.read().decode()


def test_get_returns_the_object(s3):
    s3.put_object(Bucket=BUCKET, Key="a b/é", Body=b"content")
    with urllib.request.urlopen(url_of(s3)) as answer:  # noqa: S310 - ours
        assert answer.read() == b"content"


def test_get_takes_a_range_and_other_response_headers(s3):
    s3.put_object(Bucket=BUCKET, Key="a b/é", Body=b"content")
    url = url_of(s3, ResponseContentType="text/x-other")
    answer = requests.get(url, headers={"Range": "bytes=1-3"}, timeout=10)

    assert (answer.status_code, answer.content) == (206, b"ont")
    assert answer.headers["content-type"] == "text/x-other"


def test_put_keeps_the_object(s3):
    url = url_of(s3, "put_object", "up", ContentType="text/csv")
    answer = requests.put(
        url, data=b"1,2", headers={"Content-Type": "text/csv"}, timeout=10
    )
    found = s3.get_object(Bucket=BUCKET, Key="up")

    assert answer.status_code == 200
    assert (found["Body"].read(), found["ContentType"]) == (b"1,2", "text/csv")


def test_put_by_urllib_keeps_the_object(s3):
    """Any body is a form to urllib, as IAM's requests are."""
    url = url_of(s3, "put_object", "form")
    request = urllib.request.Request(url, data=b"x", method="PUT")  # noqa: S310 - ours
    with urllib.request.urlopen(request) as answer:  # noqa: S310 - ours
        assert answer.status == 200
    assert s3.get_object(Bucket=BUCKET, Key="form")["Body"].read() == b"x"


def test_put_of_another_type_than_was_signed_is_refused(s3):
    url = url_of(s3, "put_object", "up2", ContentType="text/csv")
    answer = requests.put(
        url, data=b"x", headers={"Content-Type": "text/html"}, timeout=10
    )

    assert answer.status_code == 403
    assert "SignatureDoesNotMatch" in answer.text


def hoisted(backend, key, **headers):
    """Return a URL for PUT as other SDKs make it: with headers in its query."""
    keys = backend.runtime_file.access_key, backend.runtime_file.secret_key
    params = {name.replace("_", "-"): value for name, value in headers.items()}
    request = AWSRequest("PUT", f"{backend.url}/{BUCKET}/{key}", params=params)
    S3SigV4QueryAuth(Credentials(*keys), "s3", "us-east-1", 60).add_auth(request)
    return request.url


def test_header_in_the_url_counts_as_one(backend, s3):
    url = hoisted(backend, "hoisted", x_amz_meta_colour="blue", X_Amz_Meta_Size="L")
    answer = requests.put(url, data=b"x", timeout=10)

    assert answer.status_code == 200
    assert s3.head_object(Bucket=BUCKET, Key="hoisted")["Metadata"] == {
        "colour": "blue",
        "size": "L",
    }


def test_checksum_in_the_url_is_checked(backend):
    url = hoisted(backend, "checked", x_amz_checksum_crc32="AAAAAA==")  # of nothing
    refused = requests.put(url, data=b"x", timeout=10)
    taken = requests.put(url, data=b"", timeout=10)

    assert (refused.status_code, taken.status_code) == (400, 200)
    assert "<Code>BadDigest</Code>" in refused.text


def test_header_in_the_url_wins_over_one_that_nobody_signed(backend, s3):
    url = hoisted(backend, "won", x_amz_meta_colour="blue")
    requests.put(url, data=b"x", headers={"x-amz-meta-colour": "red"}, timeout=10)

    assert s3.head_object(Bucket=BUCKET, Key="won")["Metadata"] == {"colour": "blue"}


def test_url_for_get_does_not_delete(s3):
    s3.put_object(Bucket=BUCKET, Key="a b/é", Body=b"content")
    answer = requests.delete(url_of(s3), timeout=10)

    assert answer.status_code == 403
    assert s3.head_object(Bucket=BUCKET, Key="a b/é")


def test_url_that_has_expired_is_refused(s3):
    url = url_of(s3, expires_s=1)
    time.sleep(2.1)
    status, body = refusal(url)

    assert status == 403
    assert "<Code>AccessDenied</Code><Message>Request has expired</Message>" in body


def test_url_for_more_than_a_week_is_refused(s3):
    status, body = refusal(url_of(s3, expires_s=604801))

    assert status == 400
    assert "AuthorizationQueryParametersError" in body


def test_url_of_version_2_is_explained(backend, s3):
    status, body = refusal(url_of(backend.client("s3", signature_version="s3")))

    assert status == 403
    assert "AccessDenied" in body
    assert "s3v4" in body


def test_unsigned_request_is_refused(backend, s3):
    status, body = refusal(f"{backend.url}/{BUCKET}/k")

    assert (status, "AccessDenied" in body) == (403, True)


def test_virtual_host_style_url_works(backend, s3):
    s3.put_object(Bucket=BUCKET, Key="host", Body=b"content")
    client = boto3.client(
        "s3",
        region_name="us-east-1",
        endpoint_url=backend.url.replace("127.0.0.1", "localhost"),
        aws_access_key_id=backend.runtime_file.access_key,
        aws_secret_access_key=backend.runtime_file.secret_key,
        config=Config(signature_version="s3v4", s3={"addressing_style": "virtual"}),
    )
    url = urlsplit(url_of(client, key="host"))
    # Not every machine resolves names under .localhost.
    connection = http.client.HTTPConnection("127.0.0.1", url.port)
    connection.request("GET", f"{url.path}?{url.query}", headers={"Host": url.netloc})
    content = connection.getresponse().read()
    connection.close()

    assert url.hostname == f"{BUCKET}.localhost"
    assert content == b"content"
