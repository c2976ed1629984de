"""What is sent is chosen by value and model; what may cost much is asked for by name."""

import re
from datetime import datetime, timezone
from types import SimpleNamespace

import pytest

from smnb import _hosting, _invocation, _preparation, _waiting
from smnb._control import Silent
from smnb._hosting import Described
from smnb._preparation import Options
from smnb._routes import Direct, Split
from smnb._values import encode
from smnb.errors import InvalidInputError, NotFoundError
from smnb.serializers import JSONSerializer

AWS = SimpleNamespace(target=SimpleNamespace(bills=True), region="us-east-1")
LOCAL = SimpleNamespace(target=SimpleNamespace(bills=False))


def endpoint(memory_mb=2048, tags=()):
    return Described(
        name="faces",
        arn="arn",
        status="InService",
        reason="",
        created=datetime.now(timezone.utc),
        kind="serverless",
        compute="serverless 2048 MB",
        memory_mb=memory_mb,
        concurrency=5,
        variant="AllTraffic",
        config="c",
        models=("m",),
        tags=dict(tags),
    )


def split(requests):
    return Split(requests, requests, 4, packing=None, size_bytes=None, because="")


def refuse(session, route, asked=None, memory_mb=2048):
    _invocation._refuse_unasked_costs(
        session, endpoint(memory_mb), route, Options(route=asked)
    )


def test_more_than_5000_requests_on_aws_are_refused_with_count_and_price():
    with pytest.raises(InvalidInputError) as caught:
        refuse(AWS, split(5001))

    assert "5,001 requests" in caught.value.what
    assert "$0.20 for each second" in caught.value.what
    assert 'route="split"' in caught.value.hint


def test_more_than_5000_requests_to_instances_say_how_they_are_billed():
    with pytest.raises(InvalidInputError, match="billed by the hour"):
        refuse(AWS, split(5001), memory_mb=None)


@pytest.mark.parametrize(
    ("session", "route", "asked"),
    [
        pytest.param(AWS, split(5000), None, id="at-the-bound"),
        pytest.param(AWS, split(5001), "split", id="asked-for"),
        pytest.param(LOCAL, split(5001), None, id="local"),
        pytest.param(AWS, Direct(1, ""), None, id="one-request"),
    ],
)
def test_requests_that_are_few_free_or_asked_for_go(session, route, asked):
    refuse(session, route, asked)


def test_hosting_is_read_from_the_tags():
    tags = {
        _hosting.TAG_ACCEPTS: "image/jpeg multipart/form-data",
        _hosting.TAG_OVERFLOW: "async instance_type=ml.m5.large",
    }
    hosting = _preparation.hosting_of(endpoint(tags=tags))

    assert hosting.accepts == ("image/jpeg", "multipart/form-data")
    assert hosting.overflow
    assert hosting.packing("image/jpeg") == "multipart"


@pytest.fixture
def photo(tmp_path):
    from PIL import Image

    path = tmp_path / "photo.png"
    Image.radial_gradient("L").convert("RGB").save(path)
    return path


def test_file_is_named_and_not_read(photo):
    payload = encode(photo, accepts=None)

    assert payload.source == photo
    assert (payload.content_type, payload.label) == ("image/png", "photo.png")
    assert payload.size_bytes == photo.stat().st_size


def test_image_becomes_a_type_that_the_model_takes(photo):
    payload = encode(str(photo), accepts=("application/json", "image/jpeg"))

    assert payload.content_type == "image/jpeg"
    assert payload.read().startswith(b"\xff\xd8")


@pytest.mark.parametrize(
    ("value", "accepts", "content_type", "content"),
    [
        ([[1, 2], [3, 4]], ("text/csv",), "text/csv", b"1,2\n3,4"),
        ({"x": 1}, ("application/jsonlines",), "application/jsonlines", b'{"x": 1}'),
        ("hello", ("text/plain",), "text/plain", b"hello"),
        ("hello", None, "application/json", b'"hello"'),
        (
            "see report.final version",
            None,
            "application/json",
            b'"see report.final version"',
        ),
    ],
)
def test_value_is_encoded_as_the_model_takes_it(value, accepts, content_type, content):
    payload = encode(value, accepts=accepts)

    assert payload.content_type == content_type
    assert payload.read().strip() == content


@pytest.mark.parametrize("name", ["nowhere.jpg", "no/such/clip.mp4", "table.csv"])
def test_name_of_a_missing_file_is_not_sent_as_text(name):
    with pytest.raises(NotFoundError, match="There is no file"):
        encode(name, accepts=None)


def test_folder_is_not_taken_for_a_missing_file(tmp_path):
    with pytest.raises(InvalidInputError, match="is a folder"):
        encode(tmp_path, accepts=None)


def test_wish_of_the_caller_wins(photo):
    payload = encode(photo, accepts=("image/jpeg",), content_type="application/x-image")

    assert (payload.content_type, payload.source) == ("application/x-image", photo)


def test_value_without_a_serializer_is_refused():
    with pytest.raises(InvalidInputError, match="serializer="):
        encode(object(), accepts=None)


@pytest.mark.parametrize(
    ("cold_start_s", "text"),
    [
        pytest.param(180, "waiting · cold start, up to 180 s · 0 ms", id="serverless"),
        pytest.param(None, "waiting · 0 ms", id="instances"),
    ],
)
def test_long_wait_says_what_it_may_be(cold_start_s, text, monkeypatch):
    monkeypatch.setattr(_waiting, "_AFTER_S", 0.0)
    monkeypatch.setattr(_waiting.time, "monotonic", lambda: 0.0)
    said = []
    progress = Silent()
    progress.now = said.append
    _waiting.Waiting(progress, cold_start_s).say()

    assert said == [text]


def test_short_wait_says_nothing():
    progress = Silent()
    progress.now = pytest.fail
    with _waiting.Waiting(progress, 180) as _:
        for call in _waiting._calls:
            call.say()

    assert not _waiting._calls


# A line end would begin another header, which AWS's signature does not cover.
NO_HEADERS = ["text/csv\r\nX-Amz-Target: x", "text/csv; name=é", "a" * 1025, 7]


@pytest.mark.parametrize("value", NO_HEADERS)
def test_content_type_that_is_no_header_is_refused(value):
    with pytest.raises(InvalidInputError, match="no content type that can be sent"):
        encode(b"1,2", accepts=None, content_type=value)


@pytest.mark.parametrize("value", NO_HEADERS)
def test_accept_that_is_no_header_is_refused(value):
    with pytest.raises(InvalidInputError, match="no content type that can be sent"):
        Options(accept=value)


@pytest.mark.parametrize(
    ("options", "example"),
    [
        ({"serializer": "json"}, "serializer=smnb.serializers.JSONSerializer()"),
        (
            {"serializer": JSONSerializer},
            "serializer=smnb.serializers.JSONSerializer()",
        ),
        ({"deserializer": 3}, "deserializer=smnb.deserializers.JSONDeserializer()"),
    ],
)
def test_serializer_that_is_none_is_refused(options, example):
    with pytest.raises(InvalidInputError, match=re.escape(example)):
        Options(**options)
