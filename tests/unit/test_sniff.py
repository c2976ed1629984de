"""Signatures of content, and names where there is none."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smnb._sniff import HEAD_BYTES, sniff, sniff_file

FTYP = b"\x00\x00\x00\x1cftyp"
TS_PACKET = b"\x47" + bytes(187)
M2TS_PACKET = bytes(4) + b"\x47" + bytes(187)


@pytest.mark.parametrize(
    ("head", "mime"),
    [
        pytest.param(b"\xff\xd8\xff\xe0\x00\x10JFIF", "image/jpeg", id="jpeg"),
        pytest.param(b"\x89PNG\r\n\x1a\n", "image/png", id="png"),
        pytest.param(b"GIF87a", "image/gif", id="gif87"),
        pytest.param(b"GIF89a", "image/gif", id="gif89"),
        pytest.param(b"RIFF\x10\x00\x00\x00WEBPVP8 ", "image/webp", id="webp"),
        pytest.param(b"BM" + bytes(12) + b"\x28\0\0\0", "image/bmp", id="bmp"),
        pytest.param(b"II*\x00", "image/tiff", id="tiff-little-endian"),
        pytest.param(b"MM\x00*", "image/tiff", id="tiff-big-endian"),
        pytest.param(FTYP + b"avif", "image/avif", id="avif"),
        pytest.param(FTYP + b"heic", "image/heic", id="heic"),
        pytest.param(FTYP + b"isom", "video/mp4", id="mp4"),
        pytest.param(FTYP + b"3gp4", "video/mp4", id="3gp"),
        pytest.param(FTYP + b"qt  ", "video/quicktime", id="mov"),
        pytest.param(b"\x00\x00\x00\x08wide\x00\x01", "video/quicktime", id="old-mov"),
        pytest.param(b"\x1aE\xdf\xa3\x9fB\x82\x84webm", "video/webm", id="webm"),
        pytest.param(
            b"\x1aE\xdf\xa3\xa3B\x82\x88matroska", "video/x-matroska", id="mkv"
        ),
        pytest.param(b"RIFF\x10\x00\x00\x00AVI LIST", "video/x-msvideo", id="avi"),
        pytest.param(b"RIFF\x10\x00\x00\x00WAVEfmt ", "audio/wav", id="wav"),
        pytest.param(TS_PACKET * 3, "video/mp2t", id="mpeg-ts"),
        pytest.param(M2TS_PACKET * 3, "video/mp2t", id="m2ts"),
        pytest.param(b"\x00\x00\x01\xba", "video/mpeg", id="mpeg"),
        pytest.param(b"\x93NUMPY\x01\x00", "application/x-npy", id="npy"),
        pytest.param(b"\x1f\x8b\x08", "application/gzip", id="gzip"),
        pytest.param(b"PAR1", "application/x-parquet", id="parquet"),
        pytest.param(b"%PDF-1.7", "application/pdf", id="pdf"),
        pytest.param(b"PK\x03\x04", "application/zip", id="zip"),
    ],
)
def test_sniff_signature(head, mime):
    assert sniff(head) == mime


@pytest.mark.parametrize(
    "head",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"1,2,3\n", id="csv"),
        pytest.param(b"The free lunch", id="text-like-an-atom"),
        pytest.param(b"BMW and Audi are cars", id="text-like-bmp"),
        pytest.param(b"G", id="one-sync-byte"),
        pytest.param(b"RIFF\x10\x00\x00\x00ACON", id="other-riff"),
    ],
)
def test_sniff_without_signature(head):
    assert sniff(head) is None


@pytest.mark.parametrize(
    ("head", "name", "mime"),
    [
        pytest.param(b"1,2", "rows.CSV", "text/csv", id="text-by-name"),
        pytest.param(b"{}", "x.json", "application/json", id="json"),
        pytest.param(b"{}", "x.jsonl", "application/jsonlines", id="jsonl"),
        pytest.param(b"PK\x03\x04", "m.npz", "application/x-npz", id="npz"),
        pytest.param(b"\xff\xd8\xff", "x.png", "image/jpeg", id="signature-over-name"),
        pytest.param(b"no video", "x.mp4", None, id="name-without-signature"),
        pytest.param(b"", "x.mp4", "video/mp4", id="name-alone"),
        pytest.param(b"", "x.unknown", None, id="unknown-name"),
    ],
)
def test_sniff_name(head, name, mime):
    assert sniff(head, name) == mime


@settings(deadline=None)
@given(st.binary(max_size=HEAD_BYTES), st.text(max_size=20))
def test_sniff_any_input_gives_a_mime_type_or_none(head, name):
    found = sniff(head, name)

    assert found is None or found.count("/") == 1


def test_sniff_file_reads_the_head_and_the_name(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_bytes(b"1,2\n" * 1000)

    assert sniff_file(path) == "text/csv"
