"""Signatures: botocore's own signer makes them, ours must agree."""

import hashlib
from datetime import datetime, timedelta, timezone
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from signed_requests import ACCESS_KEY, SECRET_KEY, sign

from smnb.local.signing import Refusal, SignatureError, SignedParts, Verifier, parse

VERIFIER = Verifier(ACCESS_KEY, SECRET_KEY)
NOW = datetime(2026, 11, 22, 10, tzinfo=timezone.utc)
HEADERS = {
    "authorization": f"AWS4-HMAC-SHA256 Credential={ACCESS_KEY}/20261122/us-east-1/sts/"
    f"aws4_request, SignedHeaders=host;x-amz-date, Signature={'0' * 64}",
    "x-amz-date": "20261122T100000Z",
}

words = st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=20)
header_values = st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]))


def check(path, body, headers, /, **changed):
    """Verify a request as the gateway does."""
    path, _, query = path.partition("?")
    parts = {"method": "POST", "path": path, "query": query, "headers": headers}
    body_sha256 = changed.pop("body_sha256", hashlib.sha256(body).hexdigest())
    VERIFIER.check(parse(headers), SignedParts(**{**parts, **changed}), body_sha256)


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
    signature = parse(HEADERS)

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
        parse(headers)

    assert caught.value.refusal is refusal


@given(st.text())
def test_parse_refuses_any_other_text(text):
    with pytest.raises(SignatureError):
        parse({**HEADERS, "authorization": text})


@pytest.mark.parametrize(
    "age",
    [timedelta(), timedelta(minutes=15), timedelta(minutes=-15)],
    ids=["now", "old", "ahead"],
)
def test_admit_takes_fifteen_minutes_either_way(age):
    VERIFIER.admit(parse(HEADERS), NOW + age)


@pytest.mark.parametrize(
    "age", [timedelta(minutes=15, seconds=1), timedelta(minutes=-15, seconds=-1)]
)
def test_admit_refuses_another_time(age):
    with pytest.raises(SignatureError) as caught:
        VERIFIER.admit(parse(HEADERS), NOW + age)

    assert caught.value.refusal is Refusal.EXPIRED


def test_parse_refuses_a_time_that_does_not_exist():
    headers = {
        "authorization": HEADERS["authorization"].replace("20261122", "20261399"),
        "x-amz-date": "20261399T100000Z",
    }
    with pytest.raises(SignatureError) as caught:
        parse(headers)

    assert caught.value.refusal is Refusal.INCOMPLETE


def test_admit_refuses_another_key():
    stranger = {
        **HEADERS,
        "authorization": HEADERS["authorization"].replace(ACCESS_KEY, "AKIAOTHER"),
    }
    with pytest.raises(SignatureError) as caught:
        VERIFIER.admit(parse(stranger), NOW)

    assert caught.value.refusal is Refusal.UNKNOWN_KEY
