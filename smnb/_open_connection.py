"""A request over one of boto3's connections that is open already.

urllib3 takes longer to send a small request and to read its answer than the rest of a
call takes together. Whatever is more than that stays with it: to connect, through which
proxy, with which certificates, and bodies that are files.
"""

from __future__ import annotations

import io
import re
from http.client import HTTPException, HTTPResponse, IncompleteRead
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    import socket
    from collections.abc import Mapping
    from email.message import Message

    from botocore.awsrequest import AWSPreparedRequest

_SENT_AT_ONCE_BYTES: Final = 1 << 20  # to copy so much is quicker than to send twice
_RECEIVED_AT_ONCE_BYTES: Final = 1 << 16
_ORDINARY: Final = re.compile(rb"HTTP/1\.1 ([2-5]\d\d)[ \r]")
# Without those that go on in the next line, which begins with a space then.
_FIELD: Final = re.compile(r"\r\n([^\s:]+):[ \t]*([^\r\n]*)")


# Of each of urllib3's managers, by URL: to find one takes it longer than to send.
_POOLS: Final[WeakKeyDictionary[Any, dict[str, Any]]] = WeakKeyDictionary()


class Answer(NamedTuple):
    """A whole answer, in the words of botocore's; headers are found in lower case."""

    status_code: int
    headers: Mapping[str, str] | Message
    content: bytes


def send(http_session: Any, request: AWSPreparedRequest, path: str) -> Answer | None:
    """Send a request of which nothing is missing; None if no connection is open.

    Parameters
    ----------
    http_session
        botocore's, of a client: its pool lends the connection and gets it back.
    path
        Of the request's URL.

    Raises
    ------
    botocore.exceptions.ReadTimeoutError, botocore.exceptions.ConnectionClosedError
        As botocore raises them.
    """
    from botocore.exceptions import ConnectionClosedError, ReadTimeoutError

    url, body = request.url, request.body
    if not isinstance(body, bytes) or http_session._proxy_config.proxy_url_for(url):  # noqa: SLF001
        return None
    pool = _pool(http_session._manager, url.removesuffix(path))  # noqa: SLF001
    connection = pool._get_conn()  # noqa: SLF001
    try:
        if connection.sock is None:
            return None
        return _exchange(connection, _head(request, path), body)
    except TimeoutError as error:
        connection.close()
        raise ReadTimeoutError(endpoint_url=url, error=error) from error
    except (HTTPException, OSError) as error:
        connection.close()
        raise ConnectionClosedError(
            error=error, request=request, endpoint_url=url
        ) from error
    except BaseException:  # stopped half-way
        connection.close()
        raise
    finally:
        pool._put_conn(connection)  # noqa: SLF001


def _pool(manager: Any, url: str) -> Any:
    """Return where the connections to `url` are; looked up anew if it was closed."""
    pools = _POOLS.setdefault(manager, {})
    if url not in pools or pools[url].pool is None:
        pools[url] = manager.connection_from_url(url)
    return pools[url]


def _head(request: AWSPreparedRequest, path: str) -> bytes:
    fields = "".join(f"{name}: {value}\r\n" for name, value in request.headers.items())
    return f"{request.method} {path} HTTP/1.1\r\n{fields}\r\n".encode()


def _exchange(connection: Any, head: bytes, body: bytes) -> Answer:
    connection.sock.sendall(head + body[:_SENT_AT_ONCE_BYTES])
    if len(body) > _SENT_AT_ONCE_BYTES:
        connection.sock.sendall(memoryview(body)[_SENT_AT_ONCE_BYTES:])
    begun = connection.sock.recv(_RECEIVED_AT_ONCE_BYTES)
    return _plain(connection.sock, begun) or _any(connection, begun)


def _plain(own_socket: socket.socket, begun: bytes) -> Answer | None:
    """Read an answer of the ordinary form, in a fifth of http.client's time.

    None if it is of any other form; nothing more has been read then.
    """
    head, is_whole, content = begun.partition(b"\r\n\r\n")
    found = _ORDINARY.match(head)
    if not is_whole or found is None:
        return None
    fields = _FIELD.findall(head.decode("latin-1"))
    headers = {name.lower(): value for name, value in fields}
    length = headers.get("content-length", "")
    left = int(length) - len(content) if length.isdecimal() else -1
    if left < 0 or "transfer-encoding" in headers or "connection" in headers:
        return None
    pieces = [content]
    while left:
        piece = own_socket.recv(min(left, _RECEIVED_AT_ONCE_BYTES))
        if not piece:
            raise IncompleteRead(b"".join(pieces), left)
        left -= len(piece)
        pieces.append(piece)
    return Answer(int(found[1]), headers, b"".join(pieces))


def _any(connection: Any, begun: bytes) -> Answer:
    """Read an answer of any form."""
    with HTTPResponse(_Received(begun, connection.sock), method="POST") as response:  # type: ignore[arg-type]  # all that it needs of a socket
        response.begin()
        content = response.read()
        if response.will_close:
            connection.close()
        return Answer(response.status, response.headers, content)


class _Received(io.RawIOBase):
    """What comes from a socket, and has come already."""

    def __init__(self, begun: bytes, own_socket: socket.socket) -> None:
        self._begun = begun
        self._socket = own_socket

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._begun:
            return self._socket.recv_into(buffer)
        piece, self._begun = self._begun[: len(buffer)], self._begun[len(buffer) :]
        buffer[: len(piece)] = piece
        return len(piece)
