import asyncio
from itertools import pairwise
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smnb.local.container.connection import Connection, ConnectionLostError


class Transport:
    """Takes what is written; tells whether it would be read from."""

    def __init__(self):
        self.written = b""
        self.reading = True

    def set_write_buffer_limits(self, high):
        pass

    def get_extra_info(self, _name):
        return SimpleNamespace(setsockopt=lambda *option: None)

    def write(self, content):
        self.written += content

    def pause_reading(self):
        self.reading = False

    def resume_reading(self):
        self.reading = True


def connected(steps):
    """Run an async function of a connection and its transport."""

    async def main():
        connection, transport = Connection(), Transport()
        connection.connection_made(transport)
        return await steps(connection, transport)

    return asyncio.run(main())


async def chunks(*contents):
    """Yield each of these."""
    for content in contents:
        yield content


async def response(connection):
    """Return the next response whole."""
    status, headers = await connection.receive()
    return status, headers, b"".join([c async for c in connection.body(headers)])


@pytest.mark.parametrize(
    ("parts", "size", "expected"),
    [
        pytest.param(
            [b"he", b"llo"], 5, b"content-length: 5\r\n\r\nhello", id="known size"
        ),
        pytest.param([], 0, b"content-length: 0\r\n\r\n", id="nothing"),
        pytest.param(
            [b"he", b"llo"],
            None,
            b"transfer-encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n",
            id="unknown size",
        ),
        pytest.param(
            [],
            None,
            b"transfer-encoding: chunked\r\n\r\n0\r\n\r\n",
            id="unknown, nothing",
        ),
    ],
)
def test_send_writes_a_whole_request(parts, size, expected):
    async def steps(connection, transport):
        await connection.send({"accept": "a/b"}, chunks(*parts), size)
        return transport.written

    head = b"POST /invocations HTTP/1.1\r\nhost: localhost\r\naccept: a/b\r\n"
    assert connected(steps) == head + expected


@given(st.lists(st.integers(0, 150)), st.booleans(), st.binary(max_size=40))
@settings(max_examples=40)
def test_responses_are_the_same_however_they_come(cuts, chunked, body):
    if chunked:
        sent = b"Transfer-Encoding: chunked\r\n\r\n"
        sent += b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body) if body else b"0\r\n\r\n"
    else:
        sent = b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
    two = (b"HTTP/1.1 200 \r\n" + sent) * 2

    async def steps(connection, transport):
        async def arrive():
            edges = [0, *sorted(min(cut, len(two)) for cut in cuts), len(two)]
            for start, end in pairwise(edges):
                if end > start:
                    connection.data_received(two[start:end])
                    await asyncio.sleep(0)

        arriving = asyncio.create_task(arrive())
        both = [await response(connection), await response(connection)]
        await arriving
        return both

    assert [(status, content) for status, _, content in connected(steps)] == [
        (200, body),
        (200, body),
    ]


def test_response_headers_have_lower_case_names():
    async def steps(connection, transport):
        connection.data_received(
            b"HTTP/1.1 404 \r\nX-Odd: a: B\r\nContent-Length: 0\r\n\r\n"
        )
        return await response(connection)

    assert connected(steps) == (404, {"x-odd": "a: B", "content-length": "0"}, b"")


@pytest.mark.parametrize(
    "part",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"HTTP/1.1 200 \r\nConte", id="head"),
        pytest.param(b"HTTP/1.1 200 \r\nContent-Length: 5\r\n\r\nhell", id="body"),
        pytest.param(
            b"HTTP/1.1 200 \r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n",
            id="chunks",
        ),
    ],
)
def test_connection_that_ends_in_a_response_is_lost(part):
    async def steps(connection, transport):
        if part:
            connection.data_received(part)
        connection.connection_lost(None)
        await response(connection)

    with pytest.raises(ConnectionLostError):
        connected(steps)


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        pytest.param(
            b"HTTP/1.0 200 OK\r\nA:b\r\n\r\nhello", (200, b"hello"), id="to the end"
        ),
        pytest.param(b"HTTP/1.1 204 No Content\r\n\r\n", (204, b""), id="no content"),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            b"5;note=x\r\nhello\r\n0\r\n\r\n",
            (200, b"hello"),
            id="chunk extension",
        ),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nContent-Length:5\r\n\r\nhello",
            (200, b"hello"),
            id="no space",
        ),
    ],
)
def test_responses_of_other_servers_are_understood(sent, expected):
    async def steps(connection, transport):
        connection.data_received(sent)
        connection.connection_lost(None)
        status, _, content = await response(connection)
        return status, content

    assert connected(steps) == expected


def test_reading_pauses_until_what_came_was_taken():
    async def steps(connection, transport):
        connection.data_received(b"HTTP/1.1 200 \r\nContent-Length: 600000\r\n\r\n")
        connection.data_received(bytes(600_000))
        paused = transport.reading
        await response(connection)
        return paused, transport.reading

    assert connected(steps) == (False, True)


def test_send_waits_while_the_other_side_does_not_read():
    async def steps(connection, transport):
        connection.pause_writing()
        sending = asyncio.create_task(connection.send({}, chunks(b"a", b"b"), 2))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        before = transport.written
        connection.resume_writing()
        await sending
        return before[-1:], transport.written[-2:]

    assert connected(steps) == (b"a", b"ab")


def test_send_passes_on_what_the_body_raises():
    async def broken():
        yield b"a"
        raise KeyError("the client's")

    async def steps(connection, transport):
        await connection.send({}, broken(), 2)

    with pytest.raises(KeyError, match="the client's"):
        connected(steps)
