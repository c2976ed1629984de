"""A streamed answer comes in whole units, however it was cut on its way."""

import json

import pytest
from botocore.exceptions import EventStreamError
from hypothesis import given
from hypothesis import strategies as st
from urllib3.exceptions import ProtocolError

from smnb import _stream
from smnb._stream import CUTTERS, ServerSentEvent, Stream
from smnb.errors import ModelFailedError, ServiceError, UnreadableResponseError

# What makes borders matter: ends of lines, characters of several bytes, fields.
PIECES = st.sampled_from(
    [
        "\n",
        "\r\n",
        "\r",
        "a",
        "é",
        "🙂",
        " ",
        ":",
        "data:",
        "event: x",
        "id:1",
        "\ufeff",
    ]
)
TEXTS = st.lists(PIECES, max_size=20).map("".join)


def cut(content, borders):
    ends = sorted({min(border, len(content)) for border in borders} | {len(content)})
    starts = [0, *ends]
    return [content[i:j] for i, j in zip(starts, ends, strict=False)]


@pytest.mark.parametrize("as_", ["lines", "sse"])
@given(text=TEXTS, borders=st.lists(st.integers(0, 60)))
def test_borders_of_chunks_change_nothing(as_, text, borders):
    content = text.encode()
    cutter = CUTTERS[as_]

    assert list(cutter(cut(content, borders))) == list(cutter([content]))


@given(
    values=st.lists(st.none() | st.text() | st.integers(-9, 9)),
    borders=st.lists(st.integers(0, 200)),
    end=st.sampled_from(["", "\n", "\r\n"]),
)
def test_json_values_come_whole(values, borders, end):
    content = "\n".join(json.dumps(v, ensure_ascii=False) for v in values) + end

    assert list(CUTTERS["json"](cut(content.encode(), borders))) == values


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\n"))))
def test_lines_come_back(lines):
    content = "".join(f"{line}\r\n" for line in lines).encode()

    assert list(CUTTERS["lines"]([content])) == lines


@pytest.mark.parametrize(
    ("chunks", "lines"),
    [
        pytest.param([b"caf\xc3", b"\xa9\n"], ["café"], id="character-in-two"),
        pytest.param([b"a\r", b"\nb"], ["a", "b"], id="crlf-in-two"),
        pytest.param([b"a\n\nb"], ["a", "", "b"], id="blank-line"),
        pytest.param([b"a"], ["a"], id="no-end"),
        pytest.param([b"a\n"], ["a"], id="ended"),
        pytest.param([], [], id="nothing"),
    ],
)
def test_lines(chunks, lines):
    assert list(CUTTERS["lines"](chunks)) == lines


@pytest.mark.parametrize(
    ("content", "events"),
    [
        pytest.param("data: a\n\n", [ServerSentEvent("a")], id="one"),
        pytest.param("data: a\ndata:b\n\n", [ServerSentEvent("a\nb")], id="two-lines"),
        pytest.param("data:  a\n\n", [ServerSentEvent(" a")], id="one-blank-is-cut"),
        pytest.param("data: a", [ServerSentEvent("a")], id="no-blank-line-at-the-end"),
        pytest.param(": hello\n\ndata: a\n\n", [ServerSentEvent("a")], id="comment"),
        pytest.param("data\n\n", [ServerSentEvent("")], id="empty-data"),
        pytest.param("event: x\n\n", [], id="no-data"),
        pytest.param("\ufeffdata: a\n\n", [ServerSentEvent("a")], id="mark"),
        pytest.param("data: a\r\rdata: b\r\r", [*map(ServerSentEvent, "ab")], id="cr"),
        pytest.param(
            "event: x\nid: 7\nretry: 10\ndata: a\n\ndata: b\n\n",
            [ServerSentEvent("a", "x", "7", 10), ServerSentEvent("b", id="7")],
            id="fields",
        ),
        pytest.param("retry: 1s\ndata: a\n\n", [ServerSentEvent("a")], id="retry-text"),
    ],
)
def test_events(content, events):
    assert list(CUTTERS["sse"]([content.encode()])) == events


def test_line_comes_before_the_next_chunk_is_read():
    def chunks():
        yield b"one\ntw"
        raise AssertionError("read too far")

    assert next(CUTTERS["lines"](chunks())) == "one"


def test_line_that_is_not_utf8_is_kept():
    with pytest.raises(UnreadableResponseError, match="UTF-8") as caught:
        list(CUTTERS["lines"]([b"\xff\n"]))

    assert caught.value.body == b"\xff"


def test_line_that_is_not_json_is_kept():
    with pytest.raises(UnreadableResponseError) as caught:
        list(CUTTERS["json"]([b"{a\n"]))

    assert caught.value.body == b"{a"


class Events:
    """A botocore event stream of parts; an exception is raised in its place."""

    def __init__(self, *parts):
        self.parts = parts
        self.closed = 0

    def __iter__(self):
        for part in self.parts:
            if isinstance(part, Exception):
                raise part
            yield {"PayloadPart": {"Bytes": part}}

    def close(self):
        self.closed += 1


def stream_of(*parts):
    events = Events(*parts)
    chunks = _stream._chunks("faces", events)
    return Stream(CUTTERS["bytes"](chunks), "text/plain", events.close), events


def broken(code):
    said = {"Error": {"Code": code, "Message": "out of words"}}
    return EventStreamError(said, "InvokeEndpointWithResponseStream")


def test_model_that_fails_in_the_middle_keeps_what_came_before():
    stream, events = stream_of(b"one ", b"two ", broken("ModelStreamError"))
    with pytest.raises(ModelFailedError, match="out of words") as caught:
        list(stream)

    assert caught.value.received == b"one two "
    assert events.closed


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(broken("InternalStreamFailure"), id="service"),
        pytest.param(ProtocolError("connection broken"), id="connection"),
        pytest.param(ConnectionResetError(), id="reset"),
    ],
)
def test_stream_that_breaks_is_no_failure_of_the_model(error):
    stream, _ = stream_of(b"one", error)

    assert next(stream) == b"one"
    with pytest.raises(ServiceError, match="faces broke off"):
        next(stream)


def test_what_is_kept_for_the_error_is_bounded(monkeypatch):
    monkeypatch.setattr(_stream, "_KEPT_BYTES", 4)
    stream, _ = stream_of(b"abc", b"def", b"g", broken("ModelStreamError"))
    with pytest.raises(ModelFailedError) as caught:
        list(stream)

    assert caught.value.received == b"defg"


@pytest.mark.parametrize("read", [0, 1, 3])
def test_closing_ends_the_connection(read):
    stream, events = stream_of(b"one", b"two")
    for _, _ in zip(range(read), stream, strict=False):
        pass
    stream.close()

    assert events.closed
    assert list(stream) == []


def test_stream_that_is_forgotten_ends_the_connection():
    stream, events = stream_of(b"one")
    del stream

    assert events.closed == 1


def test_stream_shows_what_it_is():
    stream = Stream(iter([b"a"]), "text/plain", lambda: None)

    assert repr(stream) == "Stream · text/plain · open"
    stream.close()
    assert repr(stream) == "Stream · text/plain · closed"
