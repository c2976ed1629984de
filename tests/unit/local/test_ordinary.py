"""What goes past h11 is read as h11 reads it."""

import h11
import pytest

from smnb.local import ordinary

GET = b"GET /a%20b?c=d HTTP/1.1\r\nHost: here\r\n\r\n"
POST = (
    b"POST /echo HTTP/1.1\r\nHost: here\r\nContent-Type:text/csv \r\n"
    b"X-Empty:\r\nContent-Length: 3\r\n\r\n1,2"
)
KEPT = b"PUT / HTTP/1.1\r\nhost: here\r\nconnection: Keep-Alive\r\n\r\n"


def with_field(field):
    return GET.replace(b"\r\n", b"\r\n" + field + b"\r\n", 1)


LEFT = {
    "two": GET + GET,
    "half a head": GET[:-2],
    "a large body": with_field(b"Content-Length: 262145"),
    "HEAD": b"HEAD" + GET[3:],
    "OPTIONS": b"OPTIONS" + GET[3:],
    "HTTP/1.0": GET.replace(b"HTTP/1.1", b"HTTP/1.0"),
    "no host": b"GET / HTTP/1.1\r\nAccept: a\r\n\r\n",
    "two hosts": with_field(b"Host: there"),
    "close": with_field(b"Connection: close"),
    "upgrade": with_field(b"Connection: Upgrade\r\nUpgrade: websocket"),
    "chunks": with_field(b"Transfer-Encoding: chunked"),
    "continue": with_field(b"Expect: 100-continue"),
    "a length that is no number": with_field(b"Content-Length: +0"),
    "a field in two lines": with_field(b"X: a\r\n b"),
    "a name with a space": with_field(b"X : a"),
    "no colon": with_field(b"X"),
    "not ASCII": with_field(b"X: \xe9"),
    "a zero": with_field(b"X: \0"),
    "a bare line feed": GET.replace(b"\r\n", b"\n"),
    "nothing": b"",
}


@pytest.mark.parametrize("data", [GET, POST, KEPT])
def test_ordinary_request_is_read_as_h11_reads_it(data):
    connection = h11.Connection(h11.SERVER)
    connection.receive_data(data)
    request = connection.next_event()
    body = b""
    while type(event := connection.next_event()) is h11.Data:
        body += bytes(event.data)

    found = ordinary.parse(data)
    assert (found.method, found.target) == (request.method, request.target)
    assert (found.headers, found.body) == (list(request.headers), body)
    assert found.left_bytes == 0


def test_body_that_is_not_there_yet_is_to_come():
    assert ordinary.parse(POST[:-2]).left_bytes == 2


@pytest.mark.parametrize("data", LEFT.values(), ids=LEFT)
def test_any_other_is_left_to_h11(data):
    assert ordinary.parse(data) is None
