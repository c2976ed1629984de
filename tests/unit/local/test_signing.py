"""Signatures: botocore's own signer makes them, ours must agree."""

import hashlib
import re
from datetime import datetime, timedelta, timezone
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import pytest
from botocore.auth import S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import given
from hypothesis import strategies as st
from signed_requests import ACCESS_KEY, SECRET_KEY, URL, sign

from smnb.local.signing import (
    UNSIGNED,
    Refusal,
    SignatureError,
    SignedParts,
    Verifier,
    parse,
)

VERIFIER = Verifier(ACCESS_KEY, SECRET_KEY)
NOW = datetime(2026, 11, 22, 10, tzinfo=timezone.utc)
HEADERS = {
    "authorization": f"AWS4-HMAC-SHA256 Credential={ACCESS_KEY}/20261122/us-east-1/sts/"
    f"aws4_request, SignedHeaders=host;x-amz-date, Signature={'0' * 64}",
    "x-amz-date": "20261122T100000Z",
}

HOST = {"host": urlsplit(URL).netloc}

words = st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=20)
header_values = st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]))


def claim(headers, query=""):
    """Return what the headers, or else the query, say of the signature."""
    return parse(SignedParts("POST", "/", query, headers))


def check(path, body, headers, /, **changed):
    """Verify a request as the gateway does."""
    path, _, query = path.partition("?")
    parts = {"method": "POST", "path": path, "query": query, "headers": headers}
    body_sha256 = changed.pop("body_sha256", hashlib.sha256(body).hexdigest())
    VERIFIER.check(claim(headers), SignedParts(**{**parts, **changed}), body_sha256)


@given(
    words.filter(lambda word: word not in (".", "..")),
    st.lists(st.tuples(words, words)),
    header_values,
    st.binary(),
)
def test_check_accepts_what_botocore_signs(word, pairs, header, body):
    path = f"/endpoints/{quote(word, safe='')}/invocations?{urlencode(pairs, quote_via=quote)}"
    path = path.replace("//", "/")

    check(path, body, sign(path=path, body=body, headers={"X-Amz-Meta": header}))


@given(words, st.lists(st.tuples(words, words)))
def test_check_accepts_the_path_that_s3_signs_as_it_is(key, pairs):
    path = f"/bucket/{quote(key)}?{urlencode(pairs, quote_via=quote)}"
    headers = sign(path=path, service="s3")

    check(path, b"", headers, body_sha256=headers["x-amz-content-sha256"])


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"method": "GET"}, id="method"),
        pytest.param({"path": "/other"}, id="path"),
        pytest.param({"query": "a=2"}, id="query"),
        pytest.param({"body_sha256": "0" * 64}, id="body"),
    ],
)
def test_check_refuses_a_request_that_was_changed(changed):
    headers = sign(path="/path?a=1", body=b"body")
    with pytest.raises(SignatureError) as caught:
        check("/path?a=1", b"body", headers, **changed)

    assert caught.value.refusal is Refusal.MISMATCH


def test_check_refuses_a_signed_header_that_was_changed():
    headers = {**sign(headers={"X-Amz-Target": "A.Read"}), "x-amz-target": "A.Delete"}
    with pytest.raises(SignatureError) as caught:
        check("/", b"", headers)

    assert caught.value.refusal is Refusal.MISMATCH


def test_check_refuses_another_secret():
    headers = sign(secret=SECRET_KEY.swapcase())
    with pytest.raises(SignatureError) as caught:
        check("/", b"", headers)

    assert caught.value.refusal is Refusal.MISMATCH


def test_parse_returns_the_scope():
    signature = claim(HEADERS)

    assert (signature.region, signature.service) == ("us-east-1", "sts")
    assert signature.signed_headers == ("host", "x-amz-date")


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        pytest.param({"authorization": None}, Refusal.MISSING, id="unsigned"),
        pytest.param({"authorization": "Bearer x"}, Refusal.INCOMPLETE, id="scheme"),
        pytest.param({"x-amz-date": None}, Refusal.INCOMPLETE, id="no-date"),
        pytest.param(
            {"x-amz-date": "20261123T100000Z"}, Refusal.INCOMPLETE, id="other-day"
        ),
        pytest.param(
            {"authorization": HEADERS["authorization"].replace("host;", "")},
            Refusal.INCOMPLETE,
            id="host-not-signed",
        ),
    ],
)
def test_parse_refuses_an_incomplete_claim(changed, refusal):
    headers = {name: value for name, value in (HEADERS | changed).items() if value}
    with pytest.raises(SignatureError) as caught:
        claim(headers)

    assert caught.value.refusal is refusal


@given(st.text())
def test_parse_refuses_any_other_text(text):
    with pytest.raises(SignatureError):
        claim({**HEADERS, "authorization": text})


@pytest.mark.parametrize(
    "age",
    [timedelta(), timedelta(minutes=15), timedelta(minutes=-15)],
    ids=["now", "old", "ahead"],
)
def test_admit_takes_fifteen_minutes_either_way(age):
    VERIFIER.admit(claim(HEADERS), NOW + age)


@pytest.mark.parametrize(
    "age", [timedelta(minutes=15, seconds=1), timedelta(minutes=-15, seconds=-1)]
)
def test_admit_refuses_another_time(age):
    with pytest.raises(SignatureError) as caught:
        VERIFIER.admit(claim(HEADERS), NOW + age)

    assert caught.value.refusal is Refusal.EXPIRED


def test_parse_refuses_a_time_that_does_not_exist():
    headers = {
        "authorization": HEADERS["authorization"].replace("20261122", "20261399"),
        "x-amz-date": "20261399T100000Z",
    }
    with pytest.raises(SignatureError) as caught:
        claim(headers)

    assert caught.value.refusal is Refusal.INCOMPLETE


def test_admit_refuses_another_key():
    stranger = {
        **HEADERS,
        "authorization": HEADERS["authorization"].replace(ACCESS_KEY, "AKIAOTHER"),
    }
    with pytest.raises(SignatureError) as caught:
        VERIFIER.admit(claim(stranger), NOW)

    assert caught.value.refusal is Refusal.UNKNOWN_KEY


def presigned(method="GET", path="/b/k", expires_s=60, headers=None):
    """Return path and query of a URL as botocore presigns it, and the time it did."""
    request = AWSRequest(method, f"{URL}{path}", headers=headers or {})
    keys = Credentials(ACCESS_KEY, SECRET_KEY)
    S3SigV4QueryAuth(keys, "s3", "us-east-1", expires_s).add_auth(request)
    url = urlsplit(request.url)
    at = dict(parse_qsl(url.query))["X-Amz-Date"]
    return url.path, url.query, datetime.strptime(f"{at}+0000", "%Y%m%dT%H%M%SZ%z")


def refusal_of(call, *arguments):
    with pytest.raises(SignatureError) as caught:
        call(*arguments)
    return caught.value.refusal


@given(words, st.lists(st.tuples(words, words), max_size=3))
def test_check_accepts_the_url_that_botocore_presigns(key, pairs):
    further = urlencode([(f"p{name}", value) for name, value in pairs], quote_via=quote)
    path, query, _ = presigned(path=f"/bucket/{quote(key)}?{further}")
    parts = SignedParts("GET", path, query, HOST)

    VERIFIER.check(parse(parts), parts, UNSIGNED)


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"method": "DELETE"}, id="method"),
        pytest.param({"path": "/b/other"}, id="path"),
        pytest.param({"headers": {"host": "b.localhost"}}, id="host"),
        pytest.param({"query": ("Expires=60", "Expires=61")}, id="expires"),
        pytest.param({"query": ("&X-Amz-Sig", "&a=1&X-Amz-Sig")}, id="added"),
    ],
)
def test_check_refuses_a_presigned_url_that_was_changed(changed):
    path, query, _ = presigned()
    if "query" in changed:
        changed = {"query": query.replace(*changed["query"])}
    parts = SignedParts(
        **{"method": "GET", "path": path, "query": query, "headers": HOST, **changed}
    )

    assert refusal_of(VERIFIER.check, parse(parts), parts, UNSIGNED) is Refusal.MISMATCH


def test_check_refuses_a_header_that_a_presigned_url_covers_and_is_not_sent():
    path, query, _ = presigned("PUT", headers={"Content-Type": "text/csv"})
    parts = SignedParts("PUT", path, query, {**HOST, "content-type": "text/html"})

    assert refusal_of(VERIFIER.check, parse(parts), parts, UNSIGNED) is Refusal.MISMATCH


@pytest.mark.parametrize(
    ("expires_s", "age_s", "refusal"),
    [
        pytest.param(60, 60, None, id="last-second"),
        pytest.param(60, 61, Refusal.URL_EXPIRED, id="expired"),
        pytest.param(604800, 604800, None, id="a-week"),
        pytest.param(60, -900, None, id="clock-behind"),
        pytest.param(60, -901, Refusal.URL_NOT_YET, id="ahead"),
    ],
)
def test_admit_takes_a_presigned_url_for_its_lifetime(expires_s, age_s, refusal):
    _, query, signed_at = presigned(expires_s=expires_s)
    found = claim(HOST, query)
    now = signed_at + timedelta(seconds=age_s)

    if refusal is None:
        VERIFIER.admit(found, now)
    else:
        assert refusal_of(VERIFIER.admit, found, now) is refusal


@pytest.mark.parametrize("expires", ["604801", "-1", "1.5", "x", "9" * 30])
def test_parse_refuses_a_lifetime_of_more_than_a_week(expires):
    _, query, _ = presigned()
    query = query.replace("Expires=60", f"Expires={expires}")

    assert refusal_of(claim, HOST, query) is Refusal.URL_LIFETIME


@pytest.mark.parametrize(
    "name", ["Algorithm", "Credential", "Date", "Expires", "SignedHeaders", "Signature"]
)
def test_parse_refuses_a_presigned_url_without_a_part(name):
    _, query, _ = presigned()
    query = re.sub(f"(^|&)X-Amz-{name}=[^&]*", "", query)

    assert refusal_of(claim, HOST, query) is Refusal.URL_INCOMPLETE


def test_parse_refuses_a_url_of_version_2():
    query = f"AWSAccessKeyId={ACCESS_KEY}&Signature=x%3D&Expires=1795380497"

    assert refusal_of(claim, HOST, query) is Refusal.VERSION_2


@given(st.text(), st.sampled_from(["Credential", "Date", "SignedHeaders", "Signature"]))
def test_presigned_url_with_any_other_value_is_refused(text, name):
    path, query, _ = presigned()
    query = re.sub(f"X-Amz-{name}=[^&]*", f"X-Amz-{name}={quote(text, safe='')}", query)
    parts = SignedParts("GET", path, query, HOST)

    with pytest.raises(SignatureError):
        VERIFIER.check(parse(parts), parts, UNSIGNED)
