"""Frames in one body are read again by others' readers: all there, in order."""

import base64
import email
import io
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from smnb import _recordio
from smnb._routes import content_limit, size_in
from smnb._split.bodies import payload_of
from smnb._split.parts import Part, Piece, Shown


def part(contents, content_type):
    made = Part(0, 0)
    for frame, content in enumerate(contents):
        piece = Piece((Shown(3 * frame, frame / 25),), content, content_type)
        made.add(piece, len(content))
    return made


def npy(array):
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def from_multipart(payload):
    head = f"Content-Type: {payload.content_type}\r\n\r\n".encode()
    return email.message_from_bytes(head + payload.read()).get_payload()


def pictures(payload, packing):
    if packing == "multipart":
        return [field.get_payload(decode=True) for field in from_multipart(payload)]
    if packing == "json":
        instances = json.loads(payload.read())["instances"]
        return [base64.b64decode(instance["b64"]) for instance in instances]
    records = _recordio.read_records(payload.read())
    return [record.features["values"].bytes.value[0] for record in records]


contents = st.lists(st.binary(min_size=1, max_size=300), min_size=1, max_size=8)


@pytest.mark.parametrize("packing", ["multipart", "json", "recordio"])
@given(contents=contents)
def test_pictures_are_read_as_they_were_within_what_was_counted(packing, contents):
    payload = payload_of(part(contents, "image/jpeg"), packing)
    counted = sum(size_in(packing, len(content)) for content in contents)

    assert pictures(payload, packing) == contents
    assert payload.size_bytes <= counted + 80  # what stands around all of them


def test_fields_are_named_by_the_frames_with_their_type():
    fields = from_multipart(payload_of(part([b"a", b"b"], "image/png"), "multipart"))

    assert [
        (f.get_param("name", header="content-disposition"), f.get_filename())
        for f in fields
    ] == [("frame-000000", "frame-000000.png"), ("frame-000003", "frame-000003.png")]
    assert {f.get_content_type() for f in fields} == {"image/png"}


def test_record_says_what_its_picture_is():
    payload = payload_of(part([b"picture"], "image/webp"), "recordio")
    (record,) = _recordio.read_records(payload.read())

    assert record.features["values"].bytes.content_type == "image/webp"
    assert payload.content_type == "application/x-recordio-protobuf"


def test_arrays_become_one_of_one_dimension_more():
    arrays = np.arange(2 * 4 * 5 * 3, dtype=np.uint8).reshape(2, 4, 5, 3)
    payload = payload_of(part(map(npy, arrays), "application/x-npy"), "npy")

    assert np.array_equal(np.load(io.BytesIO(payload.read())), arrays)
    assert payload.content_type == "application/x-npy"


@pytest.mark.parametrize("packing", [None, "multipart", "npy", "json", "recordio"])
@given(limit=st.integers(1000, 10**7))
def test_largest_frame_fits_the_body(packing, limit):
    assert size_in(packing, content_limit(packing, limit)) <= limit
