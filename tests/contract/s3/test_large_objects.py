"""Uploads in parts, what they become, and what is left of those that are cut off."""

import signal
import time

from s3_requests import LARGE, sent

MIB = 1024 * 1024


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


def until(holds):
    """Wait until something holds."""
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)
