"""Conditional requests: every header, held and not held."""

from datetime import datetime, timezone

import pytest

from smnb.local.errors import ServiceError
from smnb.local.services.s3.conditions import Conditions
from smnb.local.services.s3.object_info import ObjectInfo

BEFORE = "Wed, 01 Jan 2025 11:59:59 GMT"
AT = "Wed, 01 Jan 2025 12:00:00 GMT"
MODIFIED = datetime(2025, 1, 1, 12, tzinfo=timezone.utc)
FOUND = ObjectInfo("abc", MODIFIED, [], {}, {})


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({}, id="none"),
        pytest.param({"if-match": '"abc"'}, id="match"),
        pytest.param({"if-match": "abc"}, id="match-unquoted"),
        pytest.param({"if-match": '"x", "abc"'}, id="match-one-of-two"),
        pytest.param({"if-match": "*"}, id="match-any"),
        pytest.param({"if-none-match": '"x"'}, id="none-match"),
        pytest.param({"if-modified-since": BEFORE}, id="modified"),
        pytest.param({"if-modified-since": "yesterday"}, id="not-a-date"),
        pytest.param({"if-unmodified-since": AT}, id="unmodified"),
        pytest.param(
            {"if-match": '"abc"', "if-unmodified-since": BEFORE},
            id="match-outweighs-unmodified",
        ),
        pytest.param(
            {"if-none-match": '"x"', "if-modified-since": AT},
            id="none-match-outweighs-modified",
        ),
    ],
)
def test_read_is_allowed_when_all_conditions_hold(headers):
    assert Conditions.of(headers).allows_read(FOUND)


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"if-none-match": '"abc"'}, id="same-etag"),
        pytest.param({"if-none-match": 'W/"abc"'}, id="same-weak-etag"),
        pytest.param({"if-modified-since": AT}, id="not-modified"),
    ],
)
def test_read_is_spared_when_the_client_has_the_object(headers):
    assert not Conditions.of(headers).allows_read(FOUND)


@pytest.mark.parametrize(
    ("headers", "condition"),
    [
        pytest.param({"if-match": '"x"'}, "If-Match", id="match"),
        pytest.param(
            {"if-unmodified-since": BEFORE}, "If-Unmodified-Since", id="unmodified"
        ),
    ],
)
def test_read_of_another_object_than_wanted_is_refused(headers, condition):
    with pytest.raises(ServiceError) as caught:
        Conditions.of(headers).allows_read(FOUND)

    assert (caught.value.code, caught.value.status) == ("PreconditionFailed", 412)
    assert caught.value.members == {"Condition": condition}


@pytest.mark.parametrize(
    ("headers", "current"),
    [
        pytest.param({}, None, id="no-condition-no-object"),
        pytest.param({}, FOUND, id="no-condition"),
        pytest.param({"if-none-match": "*"}, None, id="new"),
        pytest.param({"if-match": '"abc"'}, FOUND, id="the-one-known"),
    ],
)
def test_write_is_allowed_when_its_condition_holds(headers, current):
    Conditions.of(headers).check_write(current)

    assert Conditions.of(headers, "other-") == Conditions()


@pytest.mark.parametrize(
    ("headers", "current", "code"),
    [
        pytest.param({"if-none-match": "*"}, FOUND, "PreconditionFailed", id="exists"),
        pytest.param({"if-match": '"x"'}, FOUND, "PreconditionFailed", id="other"),
        pytest.param({"if-match": '"x"'}, None, "NoSuchKey", id="missing"),
        pytest.param({"if-none-match": '"x"'}, None, "NotImplemented", id="etag"),
    ],
)
def test_write_is_refused_when_its_condition_does_not_hold(headers, current, code):
    with pytest.raises(ServiceError) as caught:
        Conditions.of(headers).check_write(current)

    assert caught.value.code == code
