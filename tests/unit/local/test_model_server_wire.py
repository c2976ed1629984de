import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smnb.local.model_server.wire import Reply, read_request, send_reply


class Connection:
    """Takes what is sent."""

    def __init__(self):
        self.sent = b""

    def sendall(self, content):
        self.sent += content


def read(content):
    """Read one request from these bytes."""
    return read_request(io.BytesIO(content), Connection())


def sent(reply):
    """Return the bytes of a reply."""
    connection = Connection()
    send_reply(connection, reply)
    return connection.sent


def test_read_request_finds_headers_by_any_case():
    request = read(
        b"POST /invocations HTTP/1.1\r\nContent-TYPE:  a/b \r\ncontent-length: 2\r\n\r\nhi"
    )

    assert (request.method, request.path, request.body) == (
        "POST",
        "/invocations",
        b"hi",
    )
    assert request.headers["Content-Type"] == "a/b"
    assert request.headers.get("content-type") == "a/b"
    assert request.headers.get("Accept", "none") == "none"


def test_read_request_without_body():
    assert read(b"GET /ping HTTP/1.1\r\n\r\n").body == b""


@given(st.lists(st.binary(min_size=1), max_size=5), st.sampled_from([b"", b";a=b"]))
def test_read_request_joins_chunks(chunks, extension):
    content = b"".join(b"%x%b\r\n%b\r\n" % (len(c), extension, c) for c in chunks)

    request = read(
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
        + content
        + b"0\r\nX-Trailer: 1\r\n\r\n"
    )

    assert request.body == b"".join(chunks)


@given(st.data())
def test_read_request_takes_no_part_for_the_whole(data):
    whole = data.draw(
        st.sampled_from(
            [
                b"POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello",
                b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n",
            ]
        )
    )
    part = whole[: data.draw(st.integers(0, len(whole) - 4))]

    try:
        request = read(part)
    except ValueError:
        request = None

    assert request is None


def test_read_request_tells_a_client_that_waits_to_go_on():
    connection = Connection()
    content = b"POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\nx"

    request = read_request(io.BytesIO(content), connection)

    assert connection.sent == b"HTTP/1.1 100 Continue\r\n\r\n"
    assert request.body == b"x"


def test_read_request_leaves_the_next_one_in_the_stream():
    stream = io.BytesIO(b"GET /a HTTP/1.1\r\n\r\nGET /b HTTP/1.1\r\n\r\n")

    paths = [read_request(stream, Connection()).path for _ in range(2)]

    assert paths == ["/a", "/b"]
    assert read_request(stream, Connection()) is None


@pytest.mark.parametrize("size", [0, 1, 16 * 1024, 16 * 1024 + 1, 100_000])
def test_send_reply_has_head_and_body(size):
    body = bytes(i % 251 for i in range(size))

    head, _, content = sent(Reply(200, {"Content-Type": "a/b"}, body)).partition(
        b"\r\n\r\n"
    )

    assert head.split(b"\r\n") == [
        b"HTTP/1.1 200 ",
        b"Content-Type: a/b",
        b"Content-Length: %d" % size,
    ]
    assert content == body


def test_send_reply_sends_an_iterator_in_chunks_and_skips_empty_ones():
    content = sent(Reply(200, {}, iter([b"one", b"", b"two"])))

    assert content == (
        b"HTTP/1.1 200 \r\nTransfer-Encoding: chunked\r\n\r\n"
        b"3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n"
    )


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "a\nX-Evil: 1", "a\rX-Evil: 1"])
def test_send_reply_lets_no_value_begin_a_header(value):
    head = sent(Reply(200, {"X-Custom": value}, b""))

    assert head.split(b"\r\n")[1] == b"X-Custom: a X-Evil: 1"
