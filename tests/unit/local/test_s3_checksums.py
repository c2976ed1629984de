"""Checksums: of one piece, of parts, and those that a request declares."""

import base64
import hashlib
import zlib

import pytest

from smnb.local.errors import ServiceError
from smnb.local.services.s3.checksums import (
    ALGORITHMS,
    Checksum,
    combined,
    find_algorithm,
)
from smnb.local.services.s3.integrity import BodyCheck

CONTENT = b"what is sent"
MD5 = hashlib.md5(CONTENT, usedforsecurity=False).hexdigest()
SHA256 = hashlib.sha256(CONTENT).hexdigest()


def encoded(data):
    return base64.b64encode(data).decode()


def checksum_of(name, data):
    hasher = ALGORITHMS[name].new()
    hasher.update(data)
    return Checksum.of(ALGORITHMS[name], hasher.digest())


def checked(headers, trailers=None, content=CONTENT, **options):
    check = BodyCheck(headers, **options)
    check.update(content)
    check.finish(trailers or {})
    return check


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("crc32", "y/Q5Jg==", id="crc32"),
        pytest.param("crc32c", "4waSgw==", id="crc32c"),
        pytest.param("crc64nvme", "rosUhgp5mIg=", id="crc64nvme"),
    ],
)
def test_checksum_is_big_endian_base64(name, value):
    assert checksum_of(name, b"123456789").value == value


@pytest.mark.parametrize("name", ["crc32", "crc32c", "crc64nvme"])
def test_full_object_checksum_of_parts_is_that_of_the_whole(name):
    parts = [b"first", b"", b"second" * 50]

    joined = combined(
        ALGORITHMS[name],
        "FULL_OBJECT",
        [(checksum_of(name, part), len(part)) for part in parts],
    )

    assert joined == checksum_of(name, b"".join(parts))


def test_composite_checksum_is_that_of_the_parts_digests():
    parts = [b"first", b"second"]

    composite = combined(
        ALGORITHMS["crc32"],
        "COMPOSITE",
        [(checksum_of("crc32", part), len(part)) for part in parts],
    )

    digests = b"".join(zlib.crc32(part).to_bytes(4, "big") for part in parts)
    expected = encoded(zlib.crc32(digests).to_bytes(4, "big"))
    assert composite == Checksum("crc32", f"{expected}-2", "COMPOSITE")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        pytest.param("XXHASH64", "NotImplemented", id="known-to-s3"),
        pytest.param("ROT13", "InvalidRequest", id="known-to-nobody"),
    ],
)
def test_algorithm_that_is_not_there_is_refused(name, code):
    with pytest.raises(ServiceError) as caught:
        find_algorithm(name)

    assert caught.value.code == code


@pytest.mark.parametrize("name", sorted(ALGORITHMS))
def test_declared_checksum_in_header_or_trailer_is_accepted_and_kept(name):
    header = f"x-amz-checksum-{name}"
    expected = checksum_of(name, CONTENT)

    in_header = checked({header: expected.value})
    in_trailer = checked({"x-amz-trailer": header}, {header: expected.value})

    assert in_header.checksum == in_trailer.checksum == expected


WRONG = encoded(b"\0" * 4)
MD5_HEADER = "content-md5"
SHA256_HEADER = "x-amz-content-sha256"
CRC32_HEADER = "x-amz-checksum-crc32"


@pytest.mark.parametrize(
    ("headers", "trailers", "code"),
    [
        pytest.param({CRC32_HEADER: WRONG}, {}, "BadDigest", id="header"),
        pytest.param(
            {"x-amz-trailer": CRC32_HEADER},
            {CRC32_HEADER: WRONG},
            "BadDigest",
            id="trailer",
        ),
        pytest.param(
            {"x-amz-trailer": CRC32_HEADER},
            {},
            "MalformedTrailerError",
            id="no-trailer",
        ),
        pytest.param({CRC32_HEADER: "AA=="}, {}, "InvalidRequest", id="too-short"),
        pytest.param({CRC32_HEADER: "%%%%"}, {}, "InvalidRequest", id="not-base64"),
        pytest.param(
            {CRC32_HEADER: WRONG, "x-amz-checksum-sha1": WRONG},
            {},
            "InvalidRequest",
            id="two",
        ),
        pytest.param({MD5_HEADER: encoded(b"0" * 16)}, {}, "BadDigest", id="md5"),
        pytest.param({MD5_HEADER: WRONG}, {}, "InvalidDigest", id="md5-too-short"),
        pytest.param(
            {SHA256_HEADER: "0" * 64}, {}, "XAmzContentSHA256Mismatch", id="sha256"
        ),
        pytest.param(
            {"x-amz-decoded-content-length": "11"}, {}, "IncompleteBody", id="length"
        ),
    ],
)
def test_body_that_is_not_what_was_declared_is_refused(headers, trailers, code):
    with pytest.raises(ServiceError) as caught:
        checked(headers, trailers)

    assert caught.value.code == code


def test_etag_of_an_object_is_its_md5():
    check = checked({SHA256_HEADER: SHA256})

    assert check.etag == MD5


@pytest.mark.parametrize(
    ("headers", "etag"),
    [
        pytest.param({SHA256_HEADER: SHA256}, SHA256[:32], id="sha256-is-known"),
        pytest.param({SHA256_HEADER: "UNSIGNED-PAYLOAD"}, MD5, id="unsigned"),
        pytest.param(
            {
                SHA256_HEADER: SHA256,
                MD5_HEADER: encoded(bytes.fromhex(MD5)),
            },
            MD5,
            id="client-cares-for-md5",
        ),
    ],
)
def test_etag_of_a_part_spares_md5_where_it_can(headers, etag):
    check = checked(headers, etag_is_md5=False)

    assert check.etag == etag


def test_checksum_that_is_only_asked_for_is_computed():
    check = checked({"x-amz-sdk-checksum-algorithm": "SHA1"})

    assert check.checksum == checksum_of("sha1", CONTENT)


def test_nothing_is_kept_when_nothing_is_asked_for():
    assert checked({}).checksum is None
