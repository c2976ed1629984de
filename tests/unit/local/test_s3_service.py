"""The S3 service, request by request: addresses, failures, what is left on disk."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from s3_calls import GONE, S3, complete

from smnb.local.errors import ClientGoneError, ServiceError

MIB = 1024 * 1024
CHUNKED = {"x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER"}
KEY = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40)


@pytest.fixture
def s3(tmp_path):
    s3 = S3(tmp_path)
    s3.call("PUT", "/data")
    return s3


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    s3 = S3(tmp_path_factory.mktemp("shared"))
    s3.call("PUT", "/data")
    yield s3
    s3.state.close()


@pytest.fixture
def refused(s3):
    """Return a function that sends a request and returns the error it must raise."""

    def refused(*arguments, **options):
        with pytest.raises(ServiceError) as caught:
            s3.call(*arguments, **options)
        return caught.value

    return refused


def test_response_carries_the_request_id(s3):
    _, headers, _ = s3.call("HEAD", "/data")

    assert headers["x-amz-request-id"] == "request-1"


@given(key=KEY)
def test_any_key_is_found_again_and_listed(shared, key):
    path = "/data/" + "".join(f"%{byte:02X}" for byte in key.encode())

    shared.call("PUT", path, key.encode())

    _, _, body = shared.call("GET", path)
    assert body == key.encode()
    listed = {entry.key for entry in shared.store.entries("data", "")}
    assert listed == {key}
    shared.call("DELETE", path)


@pytest.mark.parametrize(
    ("host", "path"),
    [
        pytest.param("127.0.0.1:4566", "/data/a/b", id="path-style"),
        pytest.param("localhost:4566", "/data/a/b", id="path-style-by-name"),
        pytest.param("data.localhost:4566", "/a/b", id="virtual-host"),
        pytest.param("data.s3.localhost", "/a/b", id="virtual-host-of-s3"),
        pytest.param("data.s3.eu-west-1.localhost", "/a/b", id="virtual-host-regional"),
    ],
)
def test_object_is_found_by_either_style_of_address(s3, host, path):
    s3.call("PUT", "/data/a/b", b"content")

    _, _, body = s3.call("GET", path, headers={"host": host})

    assert body == b"content"


@pytest.mark.parametrize(
    ("target", "code"),
    [
        pytest.param("/data/" + "k" * 1025, "KeyTooLongError", id="key-too-long"),
        pytest.param("/data/%FF", "InvalidURI", id="key-not-utf-8"),
    ],
)
def test_path_that_is_no_key_is_refused(refused, target, code):
    assert refused("PUT", target).code == code


def test_longest_key_is_taken(s3):
    assert s3.call("PUT", "/data/" + "k" * 1024)[0] == 200


@pytest.mark.parametrize(
    ("method", "target", "named"),
    [
        pytest.param("GET", "/data?acl", "GET bucket?acl", id="bucket-acl"),
        pytest.param("PUT", "/data/k?tagging", "PUT object?tagging", id="tagging"),
        pytest.param("GET", "/data/k?versionId=2", "object?versionId", id="version"),
        pytest.param("POST", "/data/k", "POST object", id="post"),
    ],
)
def test_operation_that_is_not_there_is_named(refused, method, target, named):
    error = refused(method, target)

    assert (error.code, error.status) == ("NotImplemented", 501)
    assert named in error.message


def test_bucket_of_another_account_is_denied(refused):
    error = refused(
        "HEAD", "/data", headers={"x-amz-expected-bucket-owner": "123456789012"}
    )

    assert (error.code, error.status) == ("AccessDenied", 403)


@pytest.mark.parametrize(
    "name",
    [
        "ab",
        "a" * 64,
        "Upper",
        "under_score",
        "-dash",
        "dot.",
        "two..dots",
        "192.168.5.4",
        "xn--name",
        "name-s3alias",
    ],
)
def test_bucket_name_outside_of_the_rules_is_refused(refused, name):
    assert refused("PUT", f"/{name}").code == "InvalidBucketName"


@pytest.mark.parametrize("name", ["abc", "a" * 63, "1.two-3", "1.2.3.4.5"])
def test_bucket_name_within_the_rules_is_taken(s3, name):
    assert s3.call("PUT", f"/{name}")[0] == 200


def test_client_that_leaves_mid_upload_leaves_nothing(s3):
    with pytest.raises(ClientGoneError):
        s3.call("PUT", "/data/key", [b"x" * MIB, b"half", GONE])

    assert s3.blobs() == []
    assert list(s3.store.entries("data", "")) == []


def test_upload_that_breaks_while_it_is_decoded_leaves_nothing(s3):
    with pytest.raises(ServiceError):
        s3.call("PUT", "/data/key", [b"2\r\nab\r\n", b"nonsense\r\n"], CHUNKED)

    assert s3.blobs() == []


def test_chunked_upload_is_stored_decoded(s3):
    headers = {
        **CHUNKED,
        "content-encoding": "gzip,aws-chunked",
        "x-amz-decoded-content-length": "9",
        "x-amz-trailer": "x-amz-checksum-crc32",
    }
    pieces = [
        b"4\r\n1234\r\n5\r\n56",
        b"789\r\n0\r\n",
        b"x-amz-checksum-crc32:y/Q5Jg==\r\n\r\n",
    ]

    _, put, _ = s3.call("PUT", "/data/key", pieces, headers)

    _, got, body = s3.call("GET", "/data/key")
    assert body == b"123456789"
    assert got["content-encoding"] == "gzip"
    assert put["x-amz-checksum-crc32"] == "y/Q5Jg=="


def test_empty_chunked_upload_is_an_empty_object(s3):
    s3.call("PUT", "/data/key", b"0\r\n\r\n", CHUNKED)

    assert s3.store.head("data", "key").size_bytes == 0


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        pytest.param({"content-length": ""}, "MissingContentLength", id="no-length"),
        pytest.param(
            {"content-length": str(5 * 1024 * MIB + 1)},
            "EntityTooLarge",
            id="too-large",
        ),
        pytest.param({"x-amz-meta-a": "v" * 2048}, "MetadataTooLarge", id="metadata"),
    ],
)
def test_put_that_s3_would_not_take_is_refused(refused, headers, code):
    assert refused("PUT", "/data/key", b"x", headers).code == code


def test_largest_metadata_is_taken(s3):
    s3.call("PUT", "/data/key", b"x", {"x-amz-meta-a": "v" * 2047})

    assert s3.store.head("data", "key").metadata == {"a": "v" * 2047}


def test_write_that_must_not_replace_is_refused_before_its_body_is_read(refused, s3):
    s3.call("PUT", "/data/key", b"first")

    error = refused("PUT", "/data/key", [], {"if-none-match": "*"})

    assert error.code == "PreconditionFailed"


def test_override_that_cannot_be_a_header_is_refused(refused, s3):
    s3.call("PUT", "/data/key", b"x")

    error = refused("GET", "/data/key?response-content-type=a%0D%0Ab:c")

    assert error.code == "InvalidArgument"


@pytest.mark.parametrize(
    ("sizes", "code"),
    [
        pytest.param([5 * MIB, 1], None, id="smallest-part"),
        pytest.param([5 * MIB - 1, 1], "EntityTooSmall", id="too-small-part"),
    ],
)
def test_all_parts_but_the_last_have_a_least_size(s3, sizes, code):
    upload = s3.upload("/data/key")
    parts = []
    for number, size in enumerate(sizes, 1):
        target = f"/data/key?uploadId={upload}&partNumber={number}"
        parts.append((number, s3.call("PUT", target, b"x" * size)[1]["etag"]))
    outcome = None
    try:
        s3.call("POST", f"/data/key?uploadId={upload}", complete(parts))
    except ServiceError as error:
        outcome = error.code

    assert outcome == code


@pytest.mark.parametrize(
    ("document", "code"),
    [
        pytest.param(complete([]), "MalformedXML", id="no-parts"),
        pytest.param(b"<Complete", "MalformedXML", id="not-well-formed"),
        pytest.param(b"<!DOCTYPE a><a/>", "MalformedXML", id="document-type"),
        pytest.param(complete([("x", "e")]), "MalformedXML", id="number"),
        pytest.param(complete([(1, "other")]), "InvalidPart", id="etag"),
        pytest.param(complete([(2, "missing")]), "InvalidPart", id="missing"),
        pytest.param(complete([(2, "e"), (1, "e")]), "InvalidPartOrder", id="order"),
    ],
)
def test_completion_that_does_not_fit_the_parts_is_refused(s3, refused, document, code):
    upload = s3.upload("/data/key")
    s3.call("PUT", f"/data/key?uploadId={upload}&partNumber=1", b"part")

    assert refused("POST", f"/data/key?uploadId={upload}", document).code == code


def test_completion_frees_the_parts_that_it_does_not_list(s3):
    upload = s3.upload("/data/key")
    target = f"/data/key?uploadId={upload}&partNumber="
    for number, content in ((1, b"replaced"), (1, b"kept"), (2, b"not listed")):
        _, headers, _ = s3.call("PUT", target + str(number), content)
        if content == b"kept":
            etag = headers["etag"]

    s3.call("POST", f"/data/key?uploadId={upload}", complete([(1, etag)]))

    assert s3.blobs() == [b"kept"]


@pytest.mark.parametrize("number", ["0", "10001", "x", ""])
def test_part_number_outside_of_the_limits_is_refused(s3, refused, number):
    upload = s3.upload("/data/key")

    error = refused("PUT", f"/data/key?uploadId={upload}&partNumber={number}", b"x")

    assert error.code == "InvalidArgument"


def test_part_of_an_upload_that_is_not_there_is_refused(refused):
    error = refused("PUT", "/data/key?uploadId=none&partNumber=1", b"x")

    assert (error.code, error.status) == ("NoSuchUpload", 404)


@pytest.mark.parametrize(
    ("method", "target"),
    [
        pytest.param("PUT", "/other", id="create-bucket"),
        pytest.param("POST", "/data?delete", id="delete-objects"),
        pytest.param("POST", "/data/key?uploadId=", id="complete"),
    ],
)
def test_document_that_is_not_what_was_signed_is_refused(s3, refused, method, target):
    if target.endswith("="):
        target += s3.upload("/data/key")

    error = refused(method, target, b"<a/>", {"x-amz-content-sha256": "0" * 64})

    assert error.code == "XAmzContentSHA256Mismatch"


def test_deleting_a_bucket_gives_its_uploads_up(s3):
    upload = s3.upload("/data/key")
    s3.call("PUT", f"/data/key?uploadId={upload}&partNumber=1", b"part")

    s3.call("DELETE", "/data")

    assert s3.blobs() == []


def test_copy_whose_condition_fails_leaves_nothing(s3, refused):
    s3.call("PUT", "/data/a", b"content")
    s3.call("PUT", "/data/b", b"other")

    error = refused(
        "PUT", "/data/b", headers={"x-amz-copy-source": "data/a", "if-none-match": "*"}
    )

    assert error.code == "PreconditionFailed"
    assert s3.blobs() == [b"content", b"other"]


@pytest.mark.parametrize("source", ["data", "/data/", "", "data/a?versionId=2"])
def test_copy_source_that_names_no_object_is_refused(s3, refused, source):
    error = refused("PUT", "/data/b", headers={"x-amz-copy-source": source})

    assert error.code == "InvalidArgument"
