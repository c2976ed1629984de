"""A model's answer as it comes: cut into whole units whatever the borders of its chunks.

The cutters are generators over chunks of bytes; a line ends at LF or CRLF, and events
are those of the HTML standard (server-sent events), where a lone CR ends a line too.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from smnb import _retry
from smnb._control import Control, Silent
from smnb._stop import stoppable
from smnb.deserializers._text import json_value
from smnb.errors import (
    ModelFailedError,
    ServiceError,
    SmnbError,
    UnreadableResponseError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from typing_extensions import Self

    from smnb._payload import Payload
    from smnb._session import Session

_KEPT_BYTES = 16 * 1024 * 1024
_BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True)
class ServerSentEvent:
    """One event of a ``text/event-stream``.

    Parameters
    ----------
    data
        Its data lines, joined by line feeds.
    event
        Its type.
    id
        The last id that the stream gave.
    retry_ms
        Milliseconds that the stream asks to wait before it is opened again, if it does.
    """

    data: str
    event: str = "message"
    id: str = ""
    retry_ms: int | None = None


class Stream:
    """The units of an answer, as they come; an iterator that can be closed.

    Made by `Endpoint.stream`. Closing it, or leaving its ``with`` block, ends the
    connection, and with that the model's work.

    Parameters
    ----------
    content_type
        What the model called its answer.
    """

    def __init__(
        self, units: Iterator[Any], content_type: str, end: Callable[[], object]
    ) -> None:
        self.content_type = content_type
        self._units = units
        self._end = end
        self._state = "open"

    def __repr__(self) -> str:
        return f"Stream · {self.content_type or 'no type'} · {self._state}"

    def __iter__(self) -> Self:
        return self

    @stoppable
    def __next__(self) -> Any:
        try:
            return next(self._units)
        except BaseException:  # the end, a failure, or Ctrl-C
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        self.close()

    def close(self) -> None:
        """End the connection; safe to repeat."""
        self._units = iter(())
        self._state = "closed"
        self._end()


def open_stream(
    session: Session,
    endpoint_name: str,
    payload: Payload,
    *,
    accept: str | None,
    as_: str,
) -> Stream:
    """Send `payload`, and return its answer as it comes, in units of `as_`.

    Raises
    ------
    ModelFailedError
        If the model raised before it said anything.
    """
    client = session.client("sagemaker-runtime")
    options = {"Accept": accept} if accept else {}

    def attempt() -> dict[str, Any]:
        with payload.open() as body:
            answer: dict[str, Any] = client.invoke_endpoint_with_response_stream(
                EndpointName=endpoint_name,
                ContentType=payload.content_type,
                Body=payload.source if isinstance(payload.source, bytes) else body,
                **options,
            )
        return answer

    with session.translated(f"Invoking {endpoint_name}"):
        answer = _retry.call(attempt, Control(Silent()))
    body = answer["Body"]
    units = CUTTERS[as_](_chunks(endpoint_name, body))
    return Stream(units, answer.get("ContentType", ""), body.close)


def _chunks(endpoint_name: str, events: Iterable[dict[str, Any]]) -> Iterator[bytes]:
    """Yield the content of each event, and keep the last of them for the error."""
    from botocore.exceptions import EventStreamError
    from urllib3.exceptions import HTTPError

    kept: deque[bytes] = deque()
    size = 0
    try:
        for event in events:
            chunk: bytes = event.get("PayloadPart", {}).get("Bytes", b"")
            kept.append(chunk)
            size += len(chunk)
            while size > _KEPT_BYTES and len(kept) > 1:
                size -= len(kept.popleft())
            if chunk:
                yield chunk
    except EventStreamError as error:
        raise _broken(error, endpoint_name, b"".join(kept)) from error
    except (HTTPError, OSError) as error:
        raise ServiceError(
            f"The answer of {endpoint_name} broke off after {size} bytes: {error}",
            hint="Check the network; a model may stream for 8 minutes at most.",
        ) from error


def _broken(error: Any, endpoint_name: str, received: bytes) -> SmnbError:
    """Return our error for one that the service sent in the middle of a stream."""
    said = error.response.get("Error", {})
    code, message = said.get("Code", ""), said.get("Message", "")
    what = f"The answer of {endpoint_name} broke off: {message or code}"
    if code == "InternalStreamFailure":
        return ServiceError(
            what, hint="This is a fault of the service: try again.", code=code
        )
    return ModelFailedError(
        what,
        hint="What came before is in this error's .received; read ep.logs().",
        original_message=message,
        received=received,
    )


def lines(chunks: Iterable[bytes]) -> Iterator[str]:
    r"""Yield lines of UTF-8 without their ends; the last may have none.

    Examples
    --------
    >>> list(lines([b"caf\xc3", b"\xa9\r", b"\nau lait"]))
    ['café', 'au lait']
    """
    return (_text(line) for line in _split(chunks))


def json_lines(chunks: Iterable[bytes]) -> Iterator[Any]:
    r"""Yield the value of each line that is not blank.

    Examples
    --------
    >>> list(json_lines([b'{"a": ', b'1}\n\n[2', b"]"]))
    [{'a': 1}, [2]]
    """
    return (
        json_value(line, line, "application/jsonlines")
        for line in _split(chunks)
        if line.strip()
    )


def events(chunks: Iterable[bytes]) -> Iterator[ServerSentEvent]:
    r"""Yield server-sent events; the last may lack the blank line that ends it.

    Examples
    --------
    >>> list(events([b"data: a\nda", b"ta: b\n\n"]))[0].data
    'a\nb'
    """
    data: list[str] = []
    facts: dict[str, Any] = {}
    last_id = ""
    for line in _event_lines(chunks):
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if not line:
            if data:
                yield ServerSentEvent("\n".join(data), id=last_id, **facts)
            data, facts = [], {}
        elif name == "data":
            data.append(value)
        elif name == "event" and value:
            facts["event"] = value
        elif name == "id" and "\0" not in value:
            last_id = value
        elif name == "retry" and value.isascii() and value.isdigit():
            facts["retry_ms"] = int(value)
    if data:
        yield ServerSentEvent("\n".join(data), id=last_id, **facts)


CUTTERS: Final[dict[str, Callable[[Iterable[bytes]], Iterator[Any]]]] = {
    "bytes": iter,
    "lines": lines,
    "json": json_lines,
    "sse": events,
}


def _split(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield lines without LF or CRLF; a line's pieces are joined once."""
    held: list[bytes] = []
    for chunk in chunks:
        first, *others = chunk.split(b"\n")
        held.append(first)
        for other in others:
            yield b"".join(held).removesuffix(b"\r")
            held = [other]
    if last := b"".join(held):
        yield last.removesuffix(b"\r")


def _event_lines(chunks: Iterable[bytes]) -> Iterator[str]:
    first = True
    for part in _split(chunks):
        for line in part.split(b"\r"):
            text = _text(line)
            yield text.removeprefix(_BYTE_ORDER_MARK) if first else text
            first = False


def _text(line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError as error:
        raise UnreadableResponseError(
            f"A line of the streamed answer is not UTF-8: {error}",
            hint='It is in this error\'s .body; as_="bytes" takes any answer.',
            body=line,
            content_type="",
        ) from None
