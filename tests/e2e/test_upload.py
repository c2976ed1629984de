"""Large payloads go up in parts: whole, told as they go, resumed, in little memory."""

import hashlib
import os
import subprocess
import sys
import time

import pytest

import smnb
from smnb import _multipart, _runtime_file, _s3
from smnb._payload import Payload
from smnb._s3 import S3Uri
from smnb.errors import SmnbError

MIB = 1024 * 1024
SIZE_BYTES = 100 * MIB + 12_345
PARTS = 7


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("large") / "large.bin"
    path.write_bytes(os.urandom(SIZE_BYTES))
    return path


@pytest.fixture
def payload(file):
    return Payload.of_file(file, "application/octet-stream")


@pytest.fixture
def session():
    session = smnb.Session()
    session.client("s3").create_bucket(Bucket="uploads")
    yield session
    _s3.delete_prefix(session, S3Uri("uploads", ""))
    _multipart.give_up(session, S3Uri("uploads", ""))
    for row in (
        session.client("s3").list_objects_v2(Bucket="uploads").get("Contents", [])
    ):
        session.client("s3").delete_object(Bucket="uploads", Key=row["Key"])
    session.client("s3").delete_bucket(Bucket="uploads")


@pytest.fixture
def sent_parts(session):
    """List the numbers of the parts that are sent."""
    numbers = []

    def note(params, **_):
        numbers.append(params["PartNumber"])

    session.client("s3").meta.events.register(
        "provide-client-params.s3.UploadPart", note
    )
    return numbers


def digest(session, uri):
    body = session.client("s3").get_object(Bucket=uri.bucket, Key=uri.key)["Body"]
    found = hashlib.sha256()
    for block in body.iter_chunks(MIB):
        found.update(block)
    return found.hexdigest()


def under_way(session):
    found = session.client("s3").list_multipart_uploads(Bucket="uploads")
    return found.get("Uploads", [])


def fail_at(session, number):
    """Have the connection of a part break, once the others have arrived."""
    from botocore.exceptions import ConnectionClosedError

    def fail(params, **_):
        if params["PartNumber"] == number:
            wait_until(lambda: len(arrived(session)) == PARTS - 1)
            raise ConnectionClosedError(endpoint_url="s3")

    events = session.client("s3").meta.events
    events.register("provide-client-params.s3.UploadPart", fail, unique_id="fail")
    return lambda: events.unregister(
        "provide-client-params.s3.UploadPart", unique_id="fail"
    )


def test_upload_is_whole_and_is_told(session, file, payload, monkeypatch):
    monkeypatch.setattr(_multipart, "_REPORT_S", 0.005)  # it may be over in a tenth
    uri, told = S3Uri("uploads", "whole"), []
    _s3.upload(session, payload, uri, on_bytes=told.append)

    assert digest(session, uri) == hashlib.sha256(file.read_bytes()).hexdigest()
    assert sum(told) == SIZE_BYTES
    assert len(told) > 2
    head = session.client("s3").head_object(Bucket="uploads", Key="whole")
    assert head["ContentType"] == "application/octet-stream"


def test_upload_that_failed_goes_on(session, file, payload, sent_parts):
    uri, told = S3Uri("uploads", "resumed"), []
    mend = fail_at(session, 6)
    with pytest.raises(SmnbError):
        _s3.upload(session, payload, uri)
    mend()
    sent_parts.clear()
    _s3.upload(session, payload, uri, on_bytes=told.append)

    assert sent_parts == [6]
    assert sum(told) == SIZE_BYTES
    assert digest(session, uri) == hashlib.sha256(file.read_bytes()).hexdigest()
    assert under_way(session) == []


def arrived(session):
    """Return the numbers of the parts that S3 has."""
    (upload,) = under_way(session)
    rows = session.client("s3").list_parts(
        Bucket="uploads", Key=upload["Key"], UploadId=upload["UploadId"]
    )
    return {row["PartNumber"] for row in rows.get("Parts", [])}


def wait_until(is_so, *, most_s=10):
    end = time.monotonic() + most_s
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_parts_of_other_content_are_sent_again(session, file, payload, sent_parts, tmp_path):  # fmt: skip
    uri = S3Uri("uploads", "changed")
    mend = fail_at(session, 7)
    with pytest.raises(SmnbError):
        _s3.upload(session, payload, uri)
    mend()
    changed = tmp_path / "changed.bin"
    content = bytearray(file.read_bytes())
    content[3] ^= 1
    changed.write_bytes(content)
    sent_parts.clear()
    _s3.upload(session, Payload.of_file(changed, "application/octet-stream"), uri)

    assert sorted(sent_parts) == [1, 7]
    assert digest(session, uri) == hashlib.sha256(content).hexdigest()


def test_upload_that_is_stopped_leaves_nothing(session, payload):
    def stop(_count):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        _s3.upload(session, payload, S3Uri("uploads", "stopped"), on_bytes=stop)
    wait_until(lambda: under_way(session) == [])


PROGRAM = """
import sys, threading, os, time
import smnb
from smnb import _multipart
slow = _multipart._Slice.read
def read(self, *args):
    time.sleep(0.01)
    return slow(self, *args)
_multipart._Slice.read = read
smnb.endpoint("large").invoke(sys.argv[1], content_type="application/octet-stream")
"""
SIZE = """
def model_fn(model_dir):
    return None

def input_fn(body, content_type):
    return len(body)

def predict_fn(size, model):
    return size
"""


def test_call_that_was_killed_while_uploading_goes_on(write_model, file):
    folder = _runtime_file.data_dir() / "uploads"
    others = set(folder.glob("*"))  # of uploads that failed before
    with smnb.deploy(write_model(SIZE), smnb.Async("ml.m5.large"), name="large") as ep:
        client, bucket = ep.session.client("s3"), ep.session.bucket()
        program = subprocess.Popen([sys.executable, "-c", PROGRAM, str(file)])

        def parts():
            found = client.list_multipart_uploads(Bucket=bucket).get("Uploads", [])
            return found and client.list_parts(
                Bucket=bucket, Key=found[0]["Key"], UploadId=found[0]["UploadId"]
            ).get("Parts", [])

        wait_until(parts, most_s=60)
        program.kill()
        program.wait()
        kept = {row["PartNumber"] for row in parts()}
        assert len(set(folder.iterdir()) - others) == 1
        sent = []
        client.meta.events.register(
            "provide-client-params.s3.UploadPart",
            lambda params, **_: sent.append(params["PartNumber"]),
        )
        size = ep.invoke(file, content_type="application/octet-stream")

        assert size == SIZE_BYTES
        assert not kept & set(sent)
        assert set(folder.iterdir()) == others
        assert not parts()
