"""Uploaded files are kept apart, a few for a while, and leave nothing behind."""

import pytest

from smnb.errors import InvalidInputError, NotFoundError, PayloadTooLargeError
from smnb.jupyter import uploads
from smnb.jupyter.uploads import Uploads


@pytest.fixture
def held():
    held = Uploads()
    yield held
    held.close()


def put(held, name="a.bin", content=b"x"):
    with held.begin(name) as receiving:
        receiving.write(content)
        receiving.keep()
    return receiving.id


def test_kept_file_is_found_by_its_id(held):
    path = held.path(put(held, "photo.png", b"abc"))

    assert (path.name, path.read_bytes()) == ("photo.png", b"abc")
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_file_that_was_not_kept_is_gone(held):
    with held.begin("a.bin") as receiving:
        receiving.write(b"x")
    assert not receiving.path.parent.exists()
    with pytest.raises(NotFoundError):
        held.path(receiving.id)


def test_too_much_is_refused_before_it_is_written(held, monkeypatch):
    monkeypatch.setattr(uploads, "MOST_BYTES", 10)
    with held.begin("a.bin") as receiving:
        receiving.write(b"x" * 8)
        with pytest.raises(PayloadTooLargeError):
            receiving.write(b"x" * 8)
    assert not receiving.path.exists()


def test_the_oldest_go(held):
    ids = [put(held) for _ in range(9)]

    with pytest.raises(NotFoundError):
        held.path(ids[0])
    assert held.path(ids[1]).exists()


def test_old_ones_go(held, monkeypatch):
    old = put(held)
    monkeypatch.setattr(uploads, "_KEPT_S", -1.0)
    put(held)

    with pytest.raises(NotFoundError):
        held.path(old)


def test_end_removes_all(held):
    folder = held.path(put(held)).parent.parent
    held.close()

    assert not folder.exists()


@pytest.mark.parametrize("name", ["", ".", "..", "/", "a/..", "a\0b"])
def test_name_that_is_none_is_refused(held, name):
    with pytest.raises(InvalidInputError):
        held.begin(name)
