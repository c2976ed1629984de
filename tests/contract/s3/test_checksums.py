"""Checksums, declared before the content or after it."""

import base64

import pytest
from s3_requests import sent

CRC32_OF_DIGITS = "y/Q5Jg=="


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
