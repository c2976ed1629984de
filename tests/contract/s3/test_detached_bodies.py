"""Bodies large enough for a thread to read, and the connection that goes on behind them."""

import base64
import hashlib
import socket
import time
import zlib
from contextlib import contextmanager
from http.client import HTTPResponse
from urllib.parse import urlsplit

import pytest
from s3_requests import LARGE, MIB, sent, signed

LEAST = MIB
UNSIGNED = "UNSIGNED-PAYLOAD"
TRAILERS = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
CHUNK = b"10000\r\n" + LARGE[:65536] + b"\r\n"


@contextmanager
def connected(backend):
    """Yield a raw connection."""
    with socket.create_connection(urlsplit(backend.url).netloc.split(":")) as raw:
        raw.settimeout(30)
        yield raw


def head(backend, path, length, **headers):
    """Return the first bytes of a PUT."""
    named = {"content-length": str(length), **headers}
    lines = signed(backend, path, named, UNSIGNED).items()
    host = urlsplit(backend.url).netloc
    fields = "".join(f"{name}: {value}\r\n" for name, value in lines)
    return f"PUT {path} HTTP/1.1\r\nhost: {host}\r\n{fields}\r\n".encode()


def answer(raw):
    response = HTTPResponse(raw)
    response.begin()
    return response.status, response.read()


def put_again(connection, backend, bucket):
    """Send a small object on a connection; return the status."""
    path = f"/{bucket}/again"
    connection.request("PUT", path, b"x", signed(backend, path, {}, UNSIGNED))
    return connection.getresponse().status


@pytest.mark.parametrize("size", [LEAST - 1, LEAST, LEAST + 1, 20 * MIB])
def test_connection_goes_on_behind_a_body_of_any_size(backend, bucket, get, size):
    with sent(backend, f"/{bucket}/key", LARGE[:size], {}, UNSIGNED) as connection:
        response = connection.getresponse()
        response.read()
        again = put_again(connection, backend, bucket)

    assert (response.status, again) == (200, 200)
    assert get("key") == LARGE[:size]


def test_two_requests_in_one_go_are_both_served(backend, bucket, get):
    first = head(backend, f"/{bucket}/first", len(LARGE)) + LARGE
    second = head(backend, f"/{bucket}/second", 6) + b"second"

    with connected(backend) as raw:
        raw.sendall(first + second)
        statuses = answer(raw)[0], answer(raw)[0]

    assert statuses == (200, 200)
    assert (get("first"), get("second")) == (LARGE, b"second")


def test_client_that_waits_is_told_to_go_on(backend, bucket, get):
    with connected(backend) as raw:
        raw.sendall(head(backend, f"/{bucket}/key", MIB * 2, expect="100-continue"))
        told = raw.recv(1000)
        raw.sendall(LARGE[: MIB * 2])
        status, _ = answer(raw)

    assert told == b"HTTP/1.1 100 \r\n\r\n"
    assert status == 200
    assert get("key") == LARGE[: MIB * 2]


def test_body_that_comes_slowly_is_whole_and_holds_up_nobody(backend, s3, bucket, get):
    waits = []
    with connected(backend) as raw:
        raw.sendall(head(backend, f"/{bucket}/key", MIB * 2))
        for start in range(0, MIB * 2, MIB // 2):
            raw.sendall(LARGE[start : start + MIB // 2])
            began = time.monotonic()
            s3.list_objects_v2(Bucket=bucket)
            waits.append(time.monotonic() - began)
            time.sleep(0.15)
        status, _ = answer(raw)

    assert status == 200
    assert get("key") == LARGE[: MIB * 2]
    assert max(waits) < 2


@pytest.mark.parametrize(
    ("headers", "payload", "code"),
    [
        pytest.param({}, "0" * 64, b"XAmzContentSHA256Mismatch", id="sha256"),
        pytest.param(
            {"x-amz-checksum-crc32": "AAAAAA=="}, UNSIGNED, b"BadDigest", id="crc32"
        ),
        pytest.param(
            {"x-amz-decoded-content-length": "9"},
            TRAILERS,
            b"InvalidRequest",
            id="chunk",
        ),
    ],
)
def test_connection_goes_on_behind_a_body_that_is_refused(
    backend, s3, bucket, headers, payload, code
):
    with sent(backend, f"/{bucket}/key", LARGE, headers, payload) as connection:
        response = connection.getresponse()
        refusal = response.read()
        again = put_again(connection, backend, bucket)

    assert (response.status, again) == (400, 200)
    assert code in refusal
    listed = s3.list_objects_v2(Bucket=bucket)["Contents"]
    assert [row["Key"] for row in listed] == ["again"]


def test_chunks_and_their_trailer_are_taken_apart(backend, bucket, get):
    content = LARGE[:65536] * 64
    crc = base64.b64encode(zlib.crc32(content).to_bytes(4, "big"))
    body = CHUNK * 64 + b"0\r\nx-amz-checksum-crc32:" + crc + b"\r\n\r\n"
    headers = {
        "content-encoding": "aws-chunked",
        "x-amz-decoded-content-length": str(len(content)),
        "x-amz-trailer": "x-amz-checksum-crc32",
    }

    with sent(backend, f"/{bucket}/key", body, headers, TRAILERS) as connection:
        status = connection.getresponse().status

    assert status == 200
    assert hashlib.sha256(get("key")).digest() == hashlib.sha256(content).digest()
