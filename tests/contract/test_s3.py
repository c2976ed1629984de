"""S3 as unmodified boto3 and awscli use it."""

import base64
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import boto3
import pytest
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials

AWS = Path(sys.executable).with_name("aws")
MIB = 1024 * 1024
LARGE = os.urandom(MIB) * 20  # above boto3's 8 MiB, from where it sends parts
CRC32_OF_DIGITS = "y/Q5Jg=="


@pytest.fixture(scope="module")
def s3(backend):
    return backend.client("s3")


@pytest.fixture
def bucket(s3):
    name = f"bucket-{uuid4().hex}"
    s3.create_bucket(Bucket=name)
    return name


@pytest.fixture
def put(s3, bucket):
    """Return a function that puts an object into the test's bucket."""
    return lambda key, body=b"", **options: s3.put_object(
        Bucket=bucket, Key=key, Body=body, **options
    )


@pytest.fixture
def get(s3, bucket):
    """Return a function that gets the content of an object of the test's bucket."""
    return lambda key, **options: s3.get_object(Bucket=bucket, Key=key, **options)[
        "Body"
    ].read()


@pytest.fixture
def large_file(tmp_path):
    path = tmp_path / "large"
    path.write_bytes(LARGE)
    return path


@pytest.fixture
def aws(backend, tmp_path):
    """Return a function that runs awscli and returns what it prints."""
    environment = {
        "AWS_ENDPOINT_URL": backend.url,
        "AWS_ACCESS_KEY_ID": backend.runtime_file.access_key,
        "AWS_SECRET_ACCESS_KEY": backend.runtime_file.secret_key,
        "AWS_DEFAULT_REGION": "us-east-1",
        "HOME": str(tmp_path),
        "PATH": os.environ["PATH"],
    }
    return lambda *arguments: (
        subprocess.run(
            [AWS, "s3", *arguments],
            env=environment,
            check=True,
            capture_output=True,
            text=True,
            timeout=120,
        ).stdout
    )


def keys(page):
    return [entry["Key"] for entry in page.get("Contents", [])]


# Buckets


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


# Objects


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


# Conditions


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


# Ranges and checksums


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


@pytest.mark.parametrize("algorithm", ["CRC32", "SHA1", "SHA256"])
def test_checksum_is_kept_and_checked_by_the_client(s3, bucket, put, algorithm):
    sent = put("key", b"content", ChecksumAlgorithm=algorithm)

    answer = s3.get_object(Bucket=bucket, Key="key", ChecksumMode="ENABLED")

    assert answer["Body"].read() == b"content"
    assert answer[f"Checksum{algorithm}"] == sent[f"Checksum{algorithm}"]
    assert answer["ChecksumType"] == "FULL_OBJECT"


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"ChecksumCRC32": "AAAAAA=="}, id="crc32"),
        pytest.param({"ChecksumCRC32C": "AAAAAA=="}, id="crc32c"),
        pytest.param({"ChecksumCRC64NVME": "AAAAAAAAAAA="}, id="crc64nvme"),
        pytest.param({"ContentMD5": base64.b64encode(b"0" * 16).decode()}, id="md5"),
    ],
)
def test_content_that_was_damaged_is_refused(s3, bucket, put, refused, wrong):
    error = refused(put, key="key", body=b"content", **wrong)

    assert error["Code"] == "BadDigest"
    assert refused(s3.head_object, Bucket=bucket, Key="key")["Code"] == "404"


@pytest.mark.parametrize(
    ("kind", "suffix"),
    [
        pytest.param("FULL_OBJECT", "", id="full"),
        pytest.param("COMPOSITE", "-1", id="composite"),
    ],
)
def test_checksum_of_an_upload_is_of_the_type_asked_for(s3, bucket, kind, suffix):
    target = {"Bucket": bucket, "Key": "key"}
    upload = s3.create_multipart_upload(
        **target, ChecksumAlgorithm="CRC32", ChecksumType=kind
    )
    target_upload = {**target, "UploadId": upload["UploadId"]}
    part = s3.upload_part(**target_upload, PartNumber=1, Body=b"123456789")

    done = s3.complete_multipart_upload(
        **target_upload,
        MultipartUpload={
            "Parts": [
                {
                    "PartNumber": 1,
                    "ETag": part["ETag"],
                    "ChecksumCRC32": part["ChecksumCRC32"],
                }
            ]
        },
    )

    answer = s3.get_object(**target, ChecksumMode="ENABLED")
    assert answer["Body"].read() == b"123456789"
    assert part["ChecksumCRC32"] == CRC32_OF_DIGITS
    assert done["ChecksumType"] == answer["ChecksumType"] == kind
    assert done["ChecksumCRC32"] == answer["ChecksumCRC32"]
    assert done["ChecksumCRC32"].endswith(suffix or "==")
    assert done["ETag"].endswith('-1"')


@pytest.mark.parametrize(
    ("algorithm", "value", "status"),
    [
        pytest.param("crc32", CRC32_OF_DIGITS, 200, id="crc32"),
        pytest.param("crc64nvme", "rosUhgp5mIg=", 200, id="crc64nvme"),
        pytest.param("crc32", "AAAAAA==", 400, id="wrong"),
    ],
)
def test_trailing_checksum_is_checked(backend, bucket, get, algorithm, value, status):
    """As other SDKs send it over HTTP; boto3 does so over HTTPS alone."""
    trailer = f"x-amz-checksum-{algorithm}"
    headers = {
        "Content-Encoding": "aws-chunked",
        "X-Amz-Decoded-Content-Length": "9",
        "X-Amz-Trailer": trailer,
    }
    body = f"9\r\n123456789\r\n0\r\n{trailer}:{value}\r\n\r\n".encode()
    unsigned = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"

    with sent(backend, f"/{bucket}/key", body, headers, unsigned) as connection:
        answer = connection.getresponse()

    assert answer.status == status
    if status == 200:
        assert get("key") == b"123456789"


# Large objects


def test_large_file_goes_up_and_down_with_the_defaults(
    s3, bucket, large_file, tmp_path
):
    s3.upload_file(
        str(large_file), bucket, "key", ExtraArgs={"ContentType": "video/mp4"}
    )
    s3.download_file(bucket, "key", str(tmp_path / "copy"))

    assert (tmp_path / "copy").read_bytes() == LARGE
    head = s3.head_object(Bucket=bucket, Key="key")
    assert (head["ContentLength"], head["ContentType"]) == (len(LARGE), "video/mp4")
    assert head["ETag"].endswith('-3"')


def test_large_object_is_read_at_once_and_across_parts(s3, bucket, get, large_file):
    s3.upload_file(str(large_file), bucket, "key")
    border = 8 * MIB

    assert get("key") == LARGE
    spanning = get("key", Range=f"bytes={border - 3}-{border + 2}")
    assert spanning == LARGE[border - 3 : border + 3]


def test_part_of_an_object_is_read_by_its_number(s3, bucket, large_file):
    s3.upload_file(str(large_file), bucket, "key")

    answer = s3.get_object(Bucket=bucket, Key="key", PartNumber=3)

    assert answer["Body"].read() == LARGE[16 * MIB :]
    assert answer["PartsCount"] == 3


def test_large_object_is_copied(s3, bucket, get, large_file):
    s3.upload_file(str(large_file), bucket, "key")

    s3.copy({"Bucket": bucket, "Key": "key"}, bucket, "copy")
    s3.delete_object(Bucket=bucket, Key="key")

    assert get("copy") == LARGE


def test_parts_and_uploads_are_listed_until_given_up(s3, bucket, refused):
    target = {"Bucket": bucket, "Key": "key"}
    target["UploadId"] = s3.create_multipart_upload(**target)["UploadId"]
    for number in (1, 2, 3):
        s3.upload_part(**target, PartNumber=number, Body=b"x" * number)

    pages = s3.get_paginator("list_parts").paginate(
        **target, PaginationConfig={"PageSize": 2}
    )
    listed = [
        (part["PartNumber"], part["Size"]) for page in pages for part in page["Parts"]
    ]
    (upload,) = s3.list_multipart_uploads(Bucket=bucket)["Uploads"]
    s3.abort_multipart_upload(**target)

    assert listed == [(1, 1), (2, 2), (3, 3)]
    assert (upload["Key"], upload["UploadId"]) == ("key", target["UploadId"])
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=bucket)
    assert refused(s3.list_parts, **target)["Code"] == "NoSuchUpload"


# Copies


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


# Lists


@pytest.mark.parametrize("operation", ["list_objects", "list_objects_v2"])
@pytest.mark.parametrize("page_size", [1, 2, 1000])
def test_list_is_whole_whatever_the_page_size(s3, bucket, put, operation, page_size):
    for key in ("a", "b/1", "b/2", "c d/1", "ü"):
        put(key)

    pages = s3.get_paginator(operation).paginate(
        Bucket=bucket, Delimiter="/", PaginationConfig={"PageSize": page_size}
    )
    listed, prefixes = [], []
    for page in pages:
        listed += keys(page)
        prefixes += [entry["Prefix"] for entry in page.get("CommonPrefixes", [])]

    assert listed == ["a", "ü"]
    assert prefixes == ["b/", "c d/"]


def test_list_is_narrowed_by_prefix_and_start(s3, bucket, put):
    for key in ("a/1", "a/2", "a/3", "b"):
        put(key, b"xy")

    answer = s3.list_objects_v2(
        Bucket=bucket, Prefix="a/", StartAfter="a/1", FetchOwner=True
    )

    assert keys(answer) == ["a/2", "a/3"]
    assert (answer["KeyCount"], answer["IsTruncated"]) == (2, False)
    assert answer["Contents"][0]["Size"] == 2
    assert answer["Contents"][0]["Owner"]["ID"]


def test_list_with_a_token_of_nobody_is_refused(s3, bucket, refused):
    error = refused(s3.list_objects_v2, Bucket=bucket, ContinuationToken="é")

    assert error["Code"] == "InvalidArgument"


# Other ways to get there


def test_bucket_is_reached_by_its_host_name(backend, bucket, put, monkeypatch):
    put("a/b", b"content")
    resolve = socket.getaddrinfo
    monkeypatch.setattr(  # not every resolver knows the names below localhost
        socket,
        "getaddrinfo",
        lambda _, *others, **more: resolve("127.0.0.1", *others, **more),
    )
    s3 = boto3.client(
        "s3",
        endpoint_url=backend.url.replace("127.0.0.1", "localhost"),
        region_name="us-east-1",
        aws_access_key_id=backend.runtime_file.access_key,
        aws_secret_access_key=backend.runtime_file.secret_key,
        config=Config(s3={"addressing_style": "virtual"}, proxies={}),
    )

    answer = s3.get_object(Bucket=bucket, Key="a/b")

    assert answer["Body"].read() == b"content"
    assert keys(s3.list_objects_v2(Bucket=bucket)) == ["a/b"]


def test_awscli_copies_lists_and_removes(aws, s3, bucket, large_file, tmp_path):
    folder = f"s3://{bucket}/folder"

    aws("cp", str(large_file), f"{folder}/large")
    aws("cp", f"{folder}/large", str(tmp_path / "back"))
    listed = aws("ls", f"{folder}/")
    aws("rm", folder, "--recursive")

    assert (tmp_path / "back").read_bytes() == LARGE
    assert listed.split()[2:] == [str(len(LARGE)), "large"]
    assert keys(s3.list_objects_v2(Bucket=bucket)) == []


def test_awscli_syncs_only_what_is_new(aws, bucket, tmp_path):
    for name in ("a", "b"):
        (tmp_path / "folder").mkdir(exist_ok=True)
        (tmp_path / "folder" / name).write_bytes(b"x")
    sync = ("sync", str(tmp_path / "folder"), f"s3://{bucket}")

    first, second = aws(*sync), aws(*sync)

    assert first.count("upload:") == 2
    assert second == ""


# Crashes


def test_upload_cut_by_a_crash_leaves_nothing(own_backend, refused):
    s3 = own_backend.client("s3")
    s3.create_bucket(Bucket="bucket")
    s3.put_object(Bucket="bucket", Key="kept", Body=b"content")
    blobs = own_backend.data_dir / "blobs" / "s3"
    whole = {"Content-Length": str(64 * MIB)}

    with sent(own_backend, "/bucket/cut", LARGE, whole, "UNSIGNED-PAYLOAD"):
        until(lambda: max(path.stat().st_size for path in blobs.iterdir()) > MIB)
        own_backend.stop(signal.SIGKILL)
    left = len(list(blobs.iterdir()))
    own_backend.start()

    s3 = own_backend.client("s3")
    assert left == 2
    assert [path.read_bytes() for path in blobs.iterdir()] == [b"content"]
    assert refused(s3.head_object, Bucket="bucket", Key="cut")["Code"] == "404"
    assert s3.get_object(Bucket="bucket", Key="kept")["Body"].read() == b"content"


def test_upload_cut_by_its_client_leaves_nothing(own_backend):
    own_backend.client("s3").create_bucket(Bucket="bucket")
    blobs = own_backend.data_dir / "blobs" / "s3"
    whole = {"Content-Length": str(64 * MIB)}

    with sent(own_backend, "/bucket/cut", LARGE, whole, "UNSIGNED-PAYLOAD"):
        until(lambda: list(blobs.iterdir()))

    until(lambda: not list(blobs.iterdir()))
    assert "Contents" not in own_backend.client("s3").list_objects_v2(Bucket="bucket")


class Signer(S3SigV4Auth):
    """Signs what it is told to say of the payload."""

    def __init__(self, backend, payload):
        keys = backend.runtime_file
        credentials = Credentials(keys.access_key, keys.secret_key)
        super().__init__(credentials, "s3", "us-east-1")
        self.said = payload

    def payload(self, request):  # noqa: ARG002 - the interface of botocore
        return self.said


@contextmanager
def sent(backend, path, body, headers, payload):
    """Send a signed PUT in ways that boto3 would not; yield its connection."""
    request = AWSRequest("PUT", backend.url + path, headers=headers)
    Signer(backend, payload).add_auth(request)
    connection = http.client.HTTPConnection(urlsplit(backend.url).netloc)
    try:
        connection.request("PUT", path, body, dict(request.headers))
        yield connection
    finally:
        connection.close()


def until(holds):
    """Wait until something holds."""
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)
