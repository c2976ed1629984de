"""Connections whose ordinary requests go past h11: answered as h11 answers them."""

import asyncio
import json
import socket
import threading
import time
from contextlib import contextmanager

import h11
import pytest
import uvicorn

from smnb.local.connection import Connection

ENDED = threading.Event()


async def answer_late(receive, send):
    """Answer when the client has left."""
    while (await receive())["type"] != "http.disconnect":
        pass
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"late"})
    ENDED.set()


async def answer(scope, receive, send):
    """Answer with what was asked, in the form that the path names."""
    body, more, path = b"", True, scope["path"]
    if path == "/refused-in-chunks":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body"})
        return
    while more and path != "/refused":
        message = await receive()
        body += message["body"]
        more = message["more_body"]
    if path in ("/empty", "/refused"):
        headers = [(b"content-length", b"0")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body"})
        return
    if path == "/left":
        await answer_late(receive, send)
        return
    if path == "/slow":
        await asyncio.sleep(0.1)
    if path == "/fails":
        raise ValueError
    content = json.dumps([scope["method"], path, body.decode()]).encode()
    headers = [(b"x-of", b"\xe9" if path == "/latin" else b"plain")]
    if path == "/short":
        content = content[:-1]
        headers.append((b"content-length", b"%d" % (len(content) + 1)))
    elif path != "/chunks":
        headers.append((b"content-length", b"%d" % len(content)))
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    half = len(content) // 2 if path in ("/chunks", "/pieces") else 0
    if half:
        first = {"type": "http.response.body", "body": content[:half]}
        await send({**first, "more_body": True})
    await send({"type": "http.response.body", "body": content[half:]})


@contextmanager
def serving(**options):
    """Serve `answer`; gives a new connection."""
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        answer, http=Connection, lifespan="off", ws="none", log_config=None, **options
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    client = socket.create_connection(listener.getsockname(), timeout=10)
    try:
        yield client
    finally:
        client.close()
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def client():
    with serving() as client:
        yield client


def post(path, body=b"", field=b""):
    """Return a request as it is sent."""
    head = f"POST {path} HTTP/1.1\r\nHost: here\r\nContent-Length: {len(body)}\r\n"
    return head.encode() + field + b"\r\n" + body


def responses(client, count):
    """Return the next responses, as h11 reads them: status, headers, body."""
    found, reader = [], h11.Connection(h11.CLIENT)
    while len(found) < count:
        if found:
            reader.start_next_cycle()
        reader.send(h11.Request(method="POST", target="/", headers=[("host", "here")]))
        reader.send(h11.EndOfMessage())
        body = b""
        while type(event := reader.next_event()) is not h11.EndOfMessage:
            if event is h11.NEED_DATA:
                reader.receive_data(client.recv(65536))
            elif isinstance(event, h11.Response):
                start = event
            elif isinstance(event, h11.Data):
                body += bytes(event.data)
        found.append((start.status_code, dict(start.headers), body))
    return found


@pytest.mark.parametrize("path", ["/whole", "/chunks", "/pieces", "/latin"])
def test_every_form_of_answer_arrives_and_the_connection_goes_on(client, path):
    client.sendall(post(path, b"abc"))
    [(status, headers, body)] = responses(client, 1)

    assert (status, json.loads(body)) == (200, ["POST", path, "abc"])
    assert headers[b"x-of"] == (b"\xe9" if path == "/latin" else b"plain")
    assert b"date" in headers
    assert (b"transfer-encoding" in headers) == (path == "/chunks")


def test_answer_without_a_body_is_whole(client):
    client.sendall(post("/empty"))
    [(status, _, body)] = responses(client, 1)

    assert (status, body) == (200, b"")


@pytest.mark.parametrize("path", ["/refused", "/refused-in-chunks"])
def test_body_that_comes_behind_its_answer_is_dropped(client, path):
    client.sendall(post(path, b"GET /")[:-4])
    assert responses(client, 1)[0][0] == 200
    client.sendall(b"ET")
    time.sleep(0.05)
    client.sendall(b" /" + post("/next"))

    assert json.loads(responses(client, 1)[0][2])[1] == "/next"


def test_connection_that_is_used_outlives_its_timer():
    with serving(timeout_keep_alive=1) as client:
        for _ in range(4):
            client.sendall(post("/whole"))
            assert responses(client, 1)[0][0] == 200
            time.sleep(0.4)
        assert client.recv(1) == b""


def test_whole_answer_is_one_piece(client):
    client.sendall(post("/whole", b"abc"))

    assert client.recv(65536).endswith(b'["POST", "/whole", "abc"]')


@pytest.mark.parametrize("first", ["/slow", "/chunks"])
def test_requests_sent_ahead_are_answered_in_order(client, first):
    client.sendall(post(first, b"1"))
    client.sendall(post("/b", b"2") + post("/c", b"3"))

    bodies = [json.loads(body)[1:] for _, _, body in responses(client, 3)]
    assert bodies == [[first, "1"], ["/b", "2"], ["/c", "3"]]


def test_request_in_pieces_and_ordinary_ones_take_turns(client):
    for cut in (1, 20, -1):
        whole = post("/cut", b"abc")
        client.sendall(whole[:cut])
        time.sleep(0.05)
        client.sendall(whole[cut:])
        [(_, _, body)] = responses(client, 1)
        assert json.loads(body) == ["POST", "/cut", "abc"]
        client.sendall(post("/whole"))
        assert responses(client, 1)[0][0] == 200


def test_nobody_is_answered_who_has_left():
    with serving() as client:
        client.sendall(post("/left"))
        client.close()
        assert ENDED.wait(10)


def test_fault_is_answered_500_and_a_wrong_length_ends_the_connection():
    with serving() as client:
        client.sendall(post("/fails"))
        assert responses(client, 1)[0][0] == 500
    with serving() as client:
        client.sendall(post("/short"))
        received = b""
        while piece := client.recv(65536):
            received += piece
        assert b'["POST", "/short"' in received
