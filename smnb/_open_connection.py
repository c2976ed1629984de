"""A request over one of boto3's connections that is open already.

urllib3 takes longer to send a small request and to read its answer than the rest of a
call takes together. Whatever is more than that stays with it: to connect, through which
proxy, with which certificates, and bodies that are files.
"""

from __future__ import annotations

from http.client import HTTPException, HTTPResponse
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from email.message import Message

    from botocore.awsrequest import AWSPreparedRequest

_SENT_AT_ONCE_BYTES: Final = 1 << 16


class Answer(NamedTuple):
    """A whole answer, in the words of botocore's."""

    status_code: int
    headers: Message
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
    pool = http_session._manager.connection_from_url(url)  # noqa: SLF001
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


def _head(request: AWSPreparedRequest, path: str) -> bytes:
    fields = "".join(f"{name}: {value}\r\n" for name, value in request.headers.items())
    return f"{request.method} {path} HTTP/1.1\r\n{fields}\r\n".encode()


def _exchange(connection: Any, head: bytes, body: bytes) -> Answer:
    if len(body) <= _SENT_AT_ONCE_BYTES:
        connection.sock.sendall(head + body)
    else:
        connection.sock.sendall(head)
        connection.sock.sendall(body)
    with HTTPResponse(connection.sock, method="POST") as response:
        response.begin()
        content = response.read()
        if response.will_close:
            connection.close()
        return Answer(response.status, response.headers, content)
