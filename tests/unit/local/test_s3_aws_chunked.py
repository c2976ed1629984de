"""The aws-chunked decoder: any content, in any pieces."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smnb.local.errors import ServiceError
from smnb.local.services.s3.aws_chunked import AwsChunkedDecoder

SIGNATURE = b";chunk-signature=" + b"0" * 64


def encode(chunks, extension=b"", trailers=b""):
    lines = [b"%x%s\r\n%s\r\n" % (len(chunk), extension, chunk) for chunk in chunks]
    return b"".join(lines) + b"0" + extension + b"\r\n" + trailers + b"\r\n"


def decode(body, borders=()):
    decoder = AwsChunkedDecoder()
    edges = [0, *sorted(border % (len(body) + 1) for border in borders), len(body)]
    content = b"".join(
        piece
        for start, end in pairwise(edges)
        for piece in decoder.feed(body[start:end])
    )
    return content, decoder.finish()


@given(
    chunks=st.lists(st.binary(min_size=1, max_size=50)),
    borders=st.lists(st.integers(0, 10_000)),
    extension=st.sampled_from([b"", SIGNATURE]),
)
def test_content_is_the_same_whatever_the_borders(chunks, borders, extension):
    body = encode(chunks, extension, b"x-amz-checksum-crc32: AAAAAA==\r\n")

    content, trailers = decode(body, borders)

    assert content == b"".join(chunks)
    assert trailers == {"x-amz-checksum-crc32": "AAAAAA=="}


def test_body_without_trailers_has_none():
    assert decode(encode([b"a"])) == (b"a", {})


@given(data=st.data(), chunks=st.lists(st.binary(min_size=1, max_size=20)))
def test_body_cut_anywhere_is_incomplete(data, chunks):
    body = encode(chunks)
    cut = data.draw(st.integers(0, len(body) - 2))

    with pytest.raises(ServiceError) as caught:
        decode(body[:cut])

    assert caught.value.code == "IncompleteBody"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        pytest.param(b"xyz\r\n", "InvalidRequest", id="size-not-hexadecimal"),
        pytest.param(b"-5\r\n", "InvalidRequest", id="size-negative"),
        pytest.param(b"1_0\r\n", "InvalidRequest", id="size-with-underscore"),
        pytest.param(b"3\r\nabcdef\r\n", "InvalidRequest", id="chunk-too-long"),
        pytest.param(b"5" * 9000, "InvalidRequest", id="endless-line"),
        pytest.param(encode([]) + b"1\r\n", "InvalidRequest", id="more-after-the-end"),
        pytest.param(b"0\r\nnocolon\r\n", "MalformedTrailerError", id="trailer"),
        pytest.param(
            b"0\r\n" + b"a:b\r\nc%d:d\r\n" * 65 % (*range(65),),
            "MalformedTrailerError",
            id="too-many-trailers",
        ),
    ],
)
def test_malformed_body_is_refused(body, code):
    with pytest.raises(ServiceError) as caught:
        decode(body)

    assert caught.value.code == code
