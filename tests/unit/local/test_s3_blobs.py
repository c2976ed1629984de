"""Blobs: written whole or not at all, read in slices, kept while they are read."""

import errno
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smnb.local.services.s3 import blobs as module
from smnb.local.services.s3.blobs import Blob, Blobs


@pytest.fixture(scope="module")
def blobs(tmp_path_factory):
    return Blobs(tmp_path_factory.mktemp("blobs"))


@pytest.fixture
def own_blobs(tmp_path):
    return Blobs(tmp_path)


def write(blobs, content):
    with blobs.writing() as blob:
        blob.write(content)
    return Blob(blob.name, len(content))


@given(
    contents=st.lists(st.binary(max_size=20), max_size=4),
    start=st.integers(0, 80),
    length=st.integers(0, 80),
)
def test_reading_blobs_equals_slicing_their_content(blobs, contents, start, length):
    written = [write(blobs, content) for content in contents]

    pieces = blobs.read(written, start, start + length)

    assert b"".join(pieces) == b"".join(contents)[start : start + length]


def test_reading_comes_in_bounded_pieces(own_blobs, monkeypatch):
    monkeypatch.setattr(module, "CHUNK_BYTES", 4)
    blob = write(own_blobs, b"abcdefghij")

    assert list(own_blobs.read([blob], 0, 10)) == [b"abcd", b"efgh", b"ij"]


def test_blob_whose_writing_fails_is_removed(own_blobs, tmp_path):
    def fail():
        with own_blobs.writing() as blob:
            blob.write(b"half")
            raise ConnectionError

    with pytest.raises(ConnectionError):
        fail()

    assert list(tmp_path.iterdir()) == []


def test_blob_removed_while_it_is_read_stays_until_the_reader_is_done(
    own_blobs, tmp_path
):
    first, second = write(own_blobs, b"first"), write(own_blobs, b"second")
    reader = own_blobs.read([first, second], 0, 11)

    own_blobs.remove([first.name, second.name])

    assert b"".join(reader) == b"firstsecond"
    assert list(tmp_path.iterdir()) == []


def test_blob_stays_until_its_last_reader_is_done(own_blobs, tmp_path):
    blob = write(own_blobs, b"content")
    first, second = (own_blobs.read([blob], 0, 7) for _ in range(2))
    own_blobs.remove([blob.name])

    first.close()

    assert list(second) == [b"content"]
    assert list(tmp_path.iterdir()) == []


def test_reader_that_is_dropped_unread_keeps_nothing(own_blobs, tmp_path):
    blob = write(own_blobs, b"content")
    reader = own_blobs.read([blob], 0, 7)
    own_blobs.remove([blob.name])

    del reader

    assert list(tmp_path.iterdir()) == []


def test_blob_cut_short_on_disk_is_an_error_not_a_shorter_object(own_blobs, tmp_path):
    blob = write(own_blobs, b"content")
    os.truncate(tmp_path / blob.name, 3)

    with pytest.raises(EOFError):
        list(own_blobs.read([blob], 0, 7))


def test_copy_outlives_its_source(own_blobs):
    blob = write(own_blobs, b"content")

    (copy,) = own_blobs.copies([blob.name])
    own_blobs.remove([blob.name])

    assert list(own_blobs.read([Blob(copy, 7)], 0, 7)) == [b"content"]


def test_copy_is_made_where_the_file_system_has_no_links(own_blobs, monkeypatch):
    def link(*_):
        raise OSError(errno.EPERM, "no links")

    monkeypatch.setattr(os, "link", link)
    blob = write(own_blobs, b"content")

    (copy,) = own_blobs.copies([blob.name])

    assert list(own_blobs.read([Blob(copy, 7)], 0, 7)) == [b"content"]


def test_copies_of_which_one_fails_leave_nothing(own_blobs, tmp_path):
    blob = write(own_blobs, b"content")

    with pytest.raises(FileNotFoundError):
        own_blobs.copies([blob.name, "missing"])

    assert [path.name for path in tmp_path.iterdir()] == [blob.name]


def test_sweep_removes_all_but_what_is_used(own_blobs, tmp_path):
    used = write(own_blobs, b"used")
    write(own_blobs, b"left by a crash")

    own_blobs.sweep({used.name})

    assert [path.name for path in tmp_path.iterdir()] == [used.name]
