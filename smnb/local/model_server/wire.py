"""Read requests from a socket and write replies to it: as much HTTP/1.1 as is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator

_SMALL_BYTES = 16 * 1024


class Headers(dict[str, str]):
    """Values by lower-case name, found by any case."""

    def __getitem__(self, name: str) -> str:
        return super().__getitem__(name.lower())

    def get(self, name: str, default: Any = None) -> Any:
        """Return the value of a header."""
        return super().get(name.lower(), default)


class Request(NamedTuple):
    """A request, read to its end."""

    method: str
    path: str
    headers: Headers
    body: bytes


class Reply(NamedTuple):
    """A response; a body that is an iterator is sent in chunks as it is made."""

    status: int
    headers: dict[str, str]
    body: bytes | Iterator[bytes]


def read_request(stream: BinaryIO, connection: socket.socket) -> Request | None:
    """Read the next request.

    Parameters
    ----------
    stream
        The connection as a buffered file.
    connection
        Where a client that asks is told to go on and send the body.

    Returns
    -------
    Request or None
        None if the connection ended before the request did.

    Raises
    ------
    ValueError
        If it is not HTTP.
    """
    start = stream.readline()
    headers = Headers()
    while (line := stream.readline()) != b"\r\n":
        if not line:
            return None
        name, _, value = line.decode("latin-1").partition(":")
        headers[name.lower()] = value.strip()
    method, path, _version = start.decode("latin-1").split()
    if headers.get("Expect"):
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
    if "chunked" in headers.get("Transfer-Encoding", ""):
        return Request(method, path, headers, b"".join(_read_chunks(stream)))
    size = int(headers.get("Content-Length", 0))
    body = stream.read(size)
    return Request(method, path, headers, body) if len(body) == size else None


def _read_chunks(stream: BinaryIO) -> Iterator[bytes]:
    """Yield the chunks; an early end leaves no size to read, which is a ValueError."""
    while size := int(stream.readline().partition(b";")[0], 16):
        yield stream.read(size)
        stream.readline()
    while stream.readline().strip():  # trailers
        pass


def send_reply(connection: socket.socket, reply: Reply) -> None:
    """Write `reply`; what producing its chunks raises passes through."""
    headers = dict(reply.headers)
    if isinstance(reply.body, bytes):
        headers["Content-Length"] = str(len(reply.body))
    else:
        headers["Transfer-Encoding"] = "chunked"
    # A line break in a value would begin a header of its own.
    lines = [f"{name}: {' '.join(str(v).split())}" for name, v in headers.items()]
    text = "\r\n".join([f"HTTP/1.1 {reply.status} ", *lines, "\r\n"])
    head = text.encode("latin-1", "replace")
    if isinstance(reply.body, bytes):
        # A small reply is one write, so that its reader wakes up once.
        connection.sendall(head + reply.body[:_SMALL_BYTES])
        if rest := memoryview(reply.body)[_SMALL_BYTES:]:
            connection.sendall(rest)
        return
    connection.sendall(head)
    for chunk in filter(None, reply.body):
        connection.sendall(b"%x\r\n%s\r\n" % (len(chunk), chunk))
    connection.sendall(b"0\r\n\r\n")
