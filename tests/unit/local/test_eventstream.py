"""Event-stream messages, decoded by botocore."""

import itertools
import json

from botocore.eventstream import EventStreamBuffer
from hypothesis import given
from hypothesis import strategies as st

from smnb.local.protocols import eventstream

# What the lengths of the format allow, in bytes of UTF-8.
HEADERS = st.dictionaries(
    st.text(min_size=1, max_size=63), st.text(max_size=1000), max_size=10
)


def decoded(content, borders=()):
    """Return the messages in `content`, which arrives cut at these places."""
    buffer = EventStreamBuffer()
    messages = []
    cuts = [0, *sorted(border % (len(content) + 1) for border in borders), len(content)]
    for start, end in itertools.pairwise(cuts):
        buffer.add_data(content[start:end])
        messages += buffer
    return [(dict(found.headers), found.payload) for found in messages]


@given(
    st.lists(st.tuples(HEADERS, st.binary(max_size=2000)), max_size=4),
    st.lists(st.integers(0, 10_000), max_size=8),
)
def test_messages_are_decoded_wherever_they_are_cut(messages, borders):
    content = b"".join(eventstream.message(*message) for message in messages)

    assert decoded(content, borders) == messages


def test_lengths_up_to_the_format_s_own_are_decoded():
    message = {"n" * 255: "v" * 65_535}, b"x" * 1_000_000

    assert decoded(eventstream.message(*message)) == [message]


def test_event_names_its_type_and_content():
    assert decoded(eventstream.event("PayloadPart", "a/b", b"x")) == [
        (
            {
                ":message-type": "event",
                ":event-type": "PayloadPart",
                ":content-type": "a/b",
            },
            b"x",
        )
    ]


def test_exception_carries_its_members_as_json():
    members = {"Message": "brökén", "ErrorCode": "StreamBroken"}

    ((headers, payload),) = decoded(eventstream.exception("ModelStreamError", members))

    assert headers == {
        ":message-type": "exception",
        ":exception-type": "ModelStreamError",
        ":content-type": "application/json",
    }
    assert json.loads(payload) == members
