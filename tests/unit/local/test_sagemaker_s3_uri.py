"""The forms in which AWS's APIs name an S3 object."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smnb.local.services.s3_uri import S3Uri

BUCKETS = st.from_regex(r"[a-z0-9][a-z0-9.-]{1,20}[a-z0-9]", fullmatch=True)


@given(bucket=BUCKETS, key=st.text())
def test_uri_is_read_as_it_was_written(bucket, key):
    assert S3Uri.parse(str(S3Uri(bucket, key))) == S3Uri(bucket, key)


@pytest.mark.parametrize(
    "url",
    [
        "https://s3.amazonaws.com/models/a/b%20c",
        "https://s3-eu-west-1.amazonaws.com/models/a/b%20c",
        "https://s3.eu-west-1.amazonaws.com/models/a/b%20c",
        "https://models.s3.amazonaws.com/a/b%20c",
        "https://models.s3.eu-west-1.amazonaws.com/a/b%20c",
        "https://models.s3-eu-west-1.amazonaws.com/a/b%20c",
    ],
)
def test_https_url_names_the_same_object(url):
    assert S3Uri.parse(url) == S3Uri("models", "a/b c")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "s3://",
        "s3:///key",
        "models/key",
        "http://s3.amazonaws.com/b/k",
        "https://example.com/b/k",
        "https://s3.amazonaws.com/",
        "file:///etc/passwd",
    ],
)
def test_what_names_no_object_is_refused(url):
    with pytest.raises(ValueError, match="not the URI of an S3 object"):
        S3Uri.parse(url)


@pytest.mark.parametrize(
    ("prefix", "joined"),
    [
        ("s3://b", "s3://b/x/y"),
        ("s3://b/", "s3://b/x/y"),
        ("s3://b/out", "s3://b/out/x/y"),
        ("s3://b/out/", "s3://b/out/x/y"),
    ],
)
def test_prefix_is_joined_with_one_slash(prefix, joined):
    assert str(S3Uri.parse(prefix).joined("x", "y")) == joined
