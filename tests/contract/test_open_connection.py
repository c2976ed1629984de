"""What is sent and raised over a connection that is open already: as boto3 sends and raises."""

import socket
import threading
import time
from contextlib import contextmanager

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from smnb import _open_connection, _session, _wire
from smnb._session import Session

HEADERS = {"Content-Type": "application/json", "Accept": "text/csv"}
FINE = b"HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\nContent-Length: 3\r\n\r\n1,2"
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
LARGE = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\nContent-Length: 1000000\r\n\r\n"
    + bytes(1_000_000)
)
CHUNKED = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\nTransfer-Encoding: chunked\r\n\r\n"
    b"1\r\n1\r\n2\r\n,2\r\n0\r\n\r\n"
)
UNTIL_THE_END = b"HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\n\r\n1,2"
MODEL_ERROR = (
    b"HTTP/1.1 424 Failed Dependency\r\nx-amzn-ErrorType: ModelError\r\n"
    b"Content-Length: 59\r\n\r\n"
    b'{"Message": "m", "OriginalStatusCode": 500, "LogStreamArn"}'
)
THROTTLED = (
    b"HTTP/1.1 400 Bad Request\r\nX-AMZN-ERRORTYPE: ThrottlingException\r\n"
    b'Content-Length: 17\r\n\r\n{"message": null}'
)


def head(field):
    """Return an answer that has one more field."""
    return FINE.replace(b"\r\n", f"\r\n{field}\r\n".encode(), 1)


class Scripted:
    """A server that answers each request with the next of its answers, as they are.

    A list is sent and then the connection closed, a tuple in pieces; None is no answer.
    """

    def __init__(self, answers):
        self._answers = iter(answers)
        self.connections = 0
        self.closed = threading.Event()
        self.requests = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(
                target=self._serve, args=(connection,), daemon=True
            ).start()

    def _serve(self, connection):
        self._answer_all(connection)
        self.closed.set()

    def _answer_all(self, connection):
        with connection, connection.makefile("rb") as received:
            while lines := _head(received):
                length = int(lines["content-length"])
                self.requests.append((lines, received.read(length)))
                answer = next(self._answers)
                if answer is None:
                    received.read()  # until the client has given up
                    return
                pieces = answer if isinstance(answer, list | tuple) else [answer]
                for piece in pieces:
                    connection.sendall(piece)
                    time.sleep(0.05 * (len(pieces) > 1))
                if isinstance(answer, list):
                    return

    def close(self):
        self._listener.close()


def _head(received):
    """Return the fields of a request's head by name, the request line as the first."""
    first = received.readline()
    fields = {"": first.decode()} if first else {}
    while first and (line := received.readline().strip()):
        name, _, value = line.decode().partition(": ")
        fields[name.lower()] = value
    return fields


@contextmanager
def serving(*answers):
    server = Scripted(answers)
    try:
        yield server
    finally:
        server.close()


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(_session, "_READ_TIMEOUT_S", 0.5)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")


def by_smnb(session, body=b"[1]"):
    answer = _wire.invoke(session, "my-endpoint", body, len(body), HEADERS)
    return answer.content, answer.content_type


def by_boto3(session, body=b"[1]"):
    answer = session.client("sagemaker-runtime").invoke_endpoint(
        EndpointName="my-endpoint",
        ContentType="application/json",
        Accept="text/csv",
        Body=body,
    )
    return answer["Body"].read(), answer.get("ContentType", "")


def outcome(call, session):
    """Return what a call returns, or the class and the text of what it raises."""
    try:
        return call(session)
    except (BotoCoreError, ClientError) as error:
        text = str(error).replace(" (reached max retries: 0)", "")
        return type(error).__name__, text.replace(session.target.endpoint_url, "")


def on_an_open_connection(call, answer):
    """Return a call's outcome on a connection that has served one call, and the server."""
    with serving(FINE, answer, FINE) as server:
        session = Session(server.url, region="eu-west-1")
        assert call(session) == (b"1,2", "text/csv")
        found = outcome(call, session)
        assert server.connections == 1
        if isinstance(answer, list):  # a request may meet a close that is on its way
            assert server.closed.wait(5)
        # Whatever happened, the next call is served.
        assert call(session) == (b"1,2", "text/csv")
        return found, server


@pytest.mark.parametrize(
    ("answer", "connections"),
    [
        pytest.param(FINE, 1, id="length"),
        pytest.param(CHUNKED, 1, id="chunks"),
        pytest.param([UNTIL_THE_END], 2, id="until-it-closes"),
        pytest.param([FINE], 2, id="closed-behind-the-answer"),
        pytest.param((FINE[:5], FINE[5:30], FINE[30:]), 1, id="in-pieces"),
        pytest.param((FINE[:-2], FINE[-2:]), 1, id="content-in-pieces"),
        pytest.param(CONTINUE + FINE, 1, id="after-a-1xx"),
        pytest.param(head("Connection: keep-alive"), 1, id="kept"),
        pytest.param([head("Connection: close")], 2, id="says-that-it-closes"),
        pytest.param(head("X-Long: a\r\n b"), 1, id="field-of-two-lines"),
        pytest.param(FINE.replace(b"\r\n", b"\n"), 1, id="bare-line-feeds"),
        pytest.param(FINE.lower().replace(b"http", b"HTTP"), 1, id="lower-case"),
        pytest.param(FINE.replace(b": ", b":"), 1, id="no-spaces"),
        pytest.param(LARGE, 1, id="large"),
        pytest.param(MODEL_ERROR, 1, id="model-error"),
        pytest.param(THROTTLED, 1, id="throttled"),
        pytest.param([b""], 2, id="closed-without-an-answer"),
        pytest.param([b"HTTP/1.1 200 OK\r\nContent-Le"], 2, id="closed-in-the-head"),
        pytest.param([b"nonsense\r\n\r\n"], 2, id="not-http"),
        pytest.param(None, 2, id="no-answer-in-time"),
    ],
)
def test_outcome_is_boto3s(answer, connections):
    ours, our_server = on_an_open_connection(by_smnb, answer)
    theirs, _ = on_an_open_connection(by_boto3, answer)

    assert ours == theirs
    assert our_server.connections == connections


def test_answer_that_breaks_off_is_no_answer():
    broken = [FINE[:-1]]

    (name, _), _ = on_an_open_connection(by_smnb, broken)

    assert name == "ConnectionClosedError"


@pytest.mark.parametrize("size", [0, 7, 65_536, 65_537, 5_000_000])
def test_request_is_the_same_on_a_new_and_on_an_open_connection(size):
    body = bytes(size)
    with serving(FINE, FINE) as server:
        session = Session(server.url, region="eu-west-1")
        by_smnb(session, body)
        by_smnb(session, body)

    assert server.connections == 1
    (first, first_body), (second, second_body) = server.requests
    for fields in (first, second):
        assert fields.pop("x-amz-date")
        assert "SignedHeaders=" in fields.pop("authorization")
    assert first.pop("accept-encoding") == "identity"  # http.client's own
    assert first == second
    assert first_body == second_body == body


def test_request_through_a_proxy_is_left_to_boto3(monkeypatch):
    with serving(FINE, FINE) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.setenv("AWS_ENDPOINT_URL", "http://models.example:8080")
        session = Session("aws", region="eu-west-1")
        assert by_smnb(session) == by_smnb(session) == (b"1,2", "text/csv")

    assert [fields[""] for fields, _ in proxy.requests] == [
        "POST http://models.example:8080/endpoints/my-endpoint/invocations HTTP/1.1\r\n"
    ] * 2


def test_call_that_is_stopped_leaves_no_half_read_connection(monkeypatch):
    with serving(FINE, FINE, FINE) as server:
        session = Session(server.url, region="eu-west-1")
        by_smnb(session)
        with monkeypatch.context() as patched:
            patched.setattr(_open_connection, "_plain", _stop)
            with pytest.raises(KeyboardInterrupt):
                by_smnb(session)
        assert by_smnb(session) == (b"1,2", "text/csv")

    assert server.connections == 2


def _stop(*_):
    raise KeyboardInterrupt
