"""Buckets and objects as boto3 makes, reads, deletes and copies them."""

from datetime import timedelta
from uuid import uuid4

import pytest
from s3_requests import keys


def test_bucket_lives_from_create_to_delete(s3, refused):
    name = f"bucket-{uuid4().hex}"

    s3.create_bucket(Bucket=name)

    assert name in [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
    assert s3.head_bucket(Bucket=name)["BucketRegion"] == "us-east-1"
    assert s3.get_bucket_location(Bucket=name)["LocationConstraint"] is None
    s3.delete_bucket(Bucket=name)
    assert refused(s3.head_bucket, Bucket=name)["Code"] == "404"


def test_bucket_is_created_where_its_client_is(backend, refused):
    s3 = backend.client("s3", "eu-west-1")
    name = f"bucket-{uuid4().hex}"
    here = {"LocationConstraint": "eu-west-1"}

    s3.create_bucket(Bucket=name, CreateBucketConfiguration=here)

    assert s3.get_bucket_location(Bucket=name)["LocationConstraint"] == "eu-west-1"
    again = refused(s3.create_bucket, Bucket=name, CreateBucketConfiguration=here)
    assert again["Code"] == "BucketAlreadyOwnedByYou"
    unspecified = refused(s3.create_bucket, Bucket=name)
    assert unspecified["Code"] == "IllegalLocationConstraintException"


def test_bucket_of_us_east_1_may_be_created_again(s3, bucket):
    answer = s3.create_bucket(Bucket=bucket)

    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_bucket_with_objects_is_not_deleted(s3, bucket, put, refused):
    put("key")

    assert refused(s3.delete_bucket, Bucket=bucket)["Code"] == "BucketNotEmpty"


def test_bucket_that_is_not_there_is_named_as_missing(s3, refused):
    error = refused(s3.list_objects_v2, Bucket="nowhere-to-be-found")

    assert error["Code"] == "NoSuchBucket"


def test_object_keeps_its_headers_and_metadata(s3, bucket, put):
    headers = {
        "CacheControl": "max-age=60",
        "ContentDisposition": 'attachment; filename="a.csv"',
        "ContentEncoding": "gzip",
        "ContentLanguage": "de",
        "ContentType": "text/csv",
    }
    metadata = {"owner": "me", "empty": ""}

    put("a/b", b"content", **headers, Metadata=metadata)

    for answer in (
        s3.get_object(Bucket=bucket, Key="a/b"),
        s3.head_object(Bucket=bucket, Key="a/b"),
    ):
        assert answer.items() >= headers.items()
        assert answer["Metadata"] == metadata
        assert answer["ContentLength"] == 7
        assert answer["ETag"] == '"9a0364b9e99bb480dd25e1f0284c8555"'  # its MD5


def test_object_without_content_type_has_the_default(s3, bucket, put):
    put("key")

    answer = s3.head_object(Bucket=bucket, Key="key")

    assert answer["ContentType"] == "binary/octet-stream"


@pytest.mark.parametrize(
    "key",
    ["p", "p/q", "a b+c%2F&?#=", "ключ/☃/🎉", "//twice", "trailing/", "a\tb\nc", "."],
)
def test_any_key_comes_back_as_it_was(s3, bucket, put, get, key):
    put("p/q/r")
    put(key, key.encode())

    assert get(key) == key.encode()
    assert key in keys(s3.list_objects_v2(Bucket=bucket))
    s3.delete_object(Bucket=bucket, Key=key)
    assert keys(s3.list_objects_v2(Bucket=bucket)) == ["p/q/r"]


def test_object_that_is_not_there_is_named_as_missing(s3, bucket, refused):
    assert refused(s3.get_object, Bucket=bucket, Key="k")["Code"] == "NoSuchKey"
    assert refused(s3.head_object, Bucket=bucket, Key="k")["Code"] == "404"


def test_deleting_what_is_not_there_succeeds(s3, bucket):
    answer = s3.delete_object(Bucket=bucket, Key="k")

    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 204


def test_headers_are_overridden_as_the_query_says(s3, bucket, put):
    put("key", ContentType="text/plain")

    answer = s3.get_object(
        Bucket=bucket,
        Key="key",
        ResponseContentType="text/csv",
        ResponseContentDisposition="inline",
    )

    assert (answer["ContentType"], answer["ContentDisposition"]) == (
        "text/csv",
        "inline",
    )


def test_many_objects_are_deleted_at_once(s3, bucket, put):
    for key in ("a", "b<&>", "c"):
        put(key)
    listed = [{"Key": key} for key in ("a", "b<&>", "missing")]

    answer = s3.delete_objects(Bucket=bucket, Delete={"Objects": listed})

    assert answer["Deleted"] == listed
    assert keys(s3.list_objects_v2(Bucket=bucket)) == ["c"]


def test_quiet_deletion_says_nothing(s3, bucket, put):
    put("a")

    answer = s3.delete_objects(
        Bucket=bucket, Delete={"Objects": [{"Key": "a"}], "Quiet": True}
    )

    assert "Deleted" not in answer


def test_object_is_not_sent_to_who_has_it(s3, bucket, put, refused):
    etag = put("key", b"content")["ETag"]

    unchanged = refused(s3.get_object, Bucket=bucket, Key="key", IfNoneMatch=etag)

    assert unchanged["Code"] == "304"


def test_object_that_changed_is_not_mistaken(s3, bucket, put, refused):
    etag = put("key", b"old")["ETag"]
    modified = put("key", b"new")
    at = s3.head_object(Bucket=bucket, Key="key")["LastModified"]
    asked = {"Bucket": bucket, "Key": "key"}

    other = refused(s3.get_object, **asked, IfMatch=etag)
    later = refused(s3.get_object, **asked, IfUnmodifiedSince=at - timedelta(minutes=1))

    assert other["Code"] == later["Code"] == "PreconditionFailed"
    assert s3.get_object(**asked, IfMatch=modified["ETag"])["Body"].read() == b"new"


def test_write_happens_once_when_it_must_not_replace(put, get, bucket, refused):
    put("key", b"first", IfNoneMatch="*")

    error = refused(put, key="key", body=b"second", IfNoneMatch="*")

    assert error["Code"] == "PreconditionFailed"
    assert get("key") == b"first"


def test_write_replaces_only_what_it_knows(put, get, refused):
    first = put("key", b"first")["ETag"]
    put("key", b"second", IfMatch=first)

    error = refused(put, key="key", body=b"third", IfMatch=first)

    assert error["Code"] == "PreconditionFailed"
    assert get("key") == b"second"


def test_range_gives_that_part_of_the_object(s3, bucket, put):
    put("key", b"0123456789")

    answer = s3.get_object(Bucket=bucket, Key="key", Range="bytes=2-4")

    assert answer["Body"].read() == b"234"
    assert answer["ContentRange"] == "bytes 2-4/10"
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 206
    assert "ChecksumCRC32" not in answer


def test_range_behind_the_end_is_refused(s3, bucket, put, refused):
    put("key", b"0123456789")

    error = refused(s3.get_object, Bucket=bucket, Key="key", Range="bytes=10-")

    assert error["Code"] == "InvalidRange"
    assert error["ActualObjectSize"] == "10"


def test_copy_keeps_what_belongs_to_the_object(s3, bucket, put):
    put("a b", b"content", ContentType="text/csv", Metadata={"owner": "me"})

    copied = s3.copy_object(
        Bucket=bucket, Key="c", CopySource={"Bucket": bucket, "Key": "a b"}
    )

    answer = s3.get_object(Bucket=bucket, Key="c")
    assert answer["Body"].read() == b"content"
    assert answer["ContentType"] == "text/csv"
    assert answer["Metadata"] == {"owner": "me"}
    assert answer["ETag"] == copied["CopyObjectResult"]["ETag"]


def test_copy_onto_itself_replaces_the_metadata(s3, bucket, put, refused):
    put("key", b"content", Metadata={"owner": "me"})
    onto_itself = {
        "Bucket": bucket,
        "Key": "key",
        "CopySource": {"Bucket": bucket, "Key": "key"},
    }

    unchanged = refused(s3.copy_object, **onto_itself)
    s3.copy_object(**onto_itself, MetadataDirective="REPLACE", Metadata={"by": "you"})

    assert unchanged["Code"] == "InvalidRequest"
    answer = s3.get_object(Bucket=bucket, Key="key")
    assert answer["Metadata"] == {"by": "you"}
    assert answer["Body"].read() == b"content"
