"""The store that the daemon's other services use, and what survives a restart."""

import asyncio
import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st
from s3_calls import S3, complete

from smnb.local.errors import ServiceError
from smnb.local.services.s3 import ObjectInfo, S3Store, uploads
from smnb.local.services.s3.store import now
from smnb.local.state import State

KEY = st.text(st.sampled_from(["a", "/", "\0", "é", "\ud7ff", "\ue000", "\U0010ffff"]))


@pytest.fixture
def s3(tmp_path):
    s3 = S3(tmp_path)
    s3.store.create_bucket("models", "us-east-1")
    return s3


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    state = State(tmp_path_factory.mktemp("shared"))
    store = S3Store(state)
    store.create_bucket("models", "us-east-1")
    yield store
    state.close()


def content(store, key):
    return b"".join(store.read("models", key))


@given(keys=st.sets(KEY, max_size=8), start=KEY)
def test_entries_come_in_order_from_any_key_on(shared, keys, start):
    for key in keys:
        shared.put("models", key, ObjectInfo("etag", now(), [], {}, {}))

    listed = [entry.key for entry in shared.entries("models", start)]

    assert listed == sorted(key for key in keys if key >= start)
    asyncio.run(shared.delete("models", keys))


def test_file_is_stored_with_its_content_type_and_left_as_it_is(s3, tmp_path):
    path = tmp_path / "answer"
    path.write_bytes(b"content")

    asyncio.run(s3.store.put_file("models", "a/b", path, "text/csv"))

    found = s3.store.head("models", "a/b")
    assert (found.size_bytes, found.content_type) == (7, "text/csv")
    assert found.etag == "9a0364b9e99bb480dd25e1f0284c8555"
    assert found.metadata == {}
    assert content(s3.store, "a/b") == path.read_bytes()


def test_object_is_copied_to_a_file(s3, tmp_path):
    s3.call("PUT", "/models/key", b"content")

    asyncio.run(s3.store.copy_to("models", "key", tmp_path / "copy"))

    assert (tmp_path / "copy").read_bytes() == b"content"


@pytest.mark.parametrize(
    ("bucket", "code"),
    [
        pytest.param("models", "NoSuchKey", id="key"),
        pytest.param("missing", "NoSuchBucket", id="bucket"),
    ],
)
def test_object_that_is_not_there_is_named_as_missing(s3, bucket, code):
    with pytest.raises(ServiceError) as caught:
        s3.store.read(bucket, "key")

    assert (caught.value.code, caught.value.status) == (code, 404)


def test_file_for_a_bucket_that_is_not_there_leaves_nothing(s3, tmp_path):
    path = tmp_path / "answer"
    path.write_bytes(b"content")

    with pytest.raises(ServiceError):
        asyncio.run(s3.store.put_file("missing", "key", path, "text/csv"))

    assert s3.blobs() == []


def test_reader_gets_the_object_as_it_was_when_it_began(s3):
    s3.call("PUT", "/models/key", b"old")
    reader = s3.store.read("models", "key")

    s3.call("PUT", "/models/key", b"new")

    assert b"".join(reader) == b"old"
    assert content(s3.store, "key") == b"new"
    assert s3.blobs() == [b"new"]


def test_deleted_object_frees_its_content(s3):
    s3.call("PUT", "/models/key", b"content")

    asyncio.run(s3.store.delete("models", ["key", "missing"]))

    assert s3.blobs() == []


def test_objects_and_uploads_survive_a_restart(s3, tmp_path):
    s3.call("PUT", "/models/key", b"content", {"x-amz-meta-owner": "me"})
    upload = s3.upload("/models/big")
    _, part, _ = s3.call("PUT", f"/models/big?uploadId={upload}&partNumber=1", b"part")

    again = S3(tmp_path)
    again.call("POST", f"/models/big?uploadId={upload}", complete([(1, part["etag"])]))

    assert again.store.head("models", "key").metadata == {"owner": "me"}
    assert content(again.store, "key") == b"content"
    assert content(again.store, "big") == b"part"


def test_what_a_crash_left_is_swept_away_at_the_next_start(s3, tmp_path):
    s3.call("PUT", "/models/key", b"content")
    (s3.blobs_dir / "half").write_bytes(b"half of an upload")

    S3(tmp_path)

    assert s3.blobs() == [b"content"]


def test_upload_that_was_abandoned_is_given_up_at_a_start(s3, tmp_path, monkeypatch):
    upload = s3.upload("/models/big")
    s3.call("PUT", f"/models/big?uploadId={upload}&partNumber=1", b"part")
    monkeypatch.setattr(uploads, "_ABANDONED_AFTER", uploads.timedelta(days=-1))

    S3(tmp_path)

    assert s3.blobs() == []


def test_object_whose_row_cannot_be_written_leaves_nothing(s3):
    s3.state.db.execute("PRAGMA query_only=ON")

    with pytest.raises(sqlite3.OperationalError):
        s3.call("PUT", "/models/key", b"content")

    assert s3.blobs() == []
