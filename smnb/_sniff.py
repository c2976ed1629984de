"""Name the MIME type of content by its first bytes, or by the file's name where they do not tell."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

HEAD_BYTES: Final = 512
"""How much of the content `sniff` wants to see; less is looked at as it is."""

_PREFIXES: Final = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"\x00\x00\x01\xba", "video/mpeg"),
    (b"\x00\x00\x01\xb3", "video/mpeg"),
    (b"FLV\x01", "video/x-flv"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "video/x-ms-wmv"),
    (b"fLaC", "audio/flac"),
    (b"ID3", "audio/mpeg"),
    (b"OggS", "application/ogg"),
    (b"\x93NUMPY", "application/x-npy"),
    (b"PAR1", "application/x-parquet"),
    (b"\x0a\x23\xd7\xce", "application/x-recordio-protobuf"),
    (b"%PDF-", "application/pdf"),
    (b"\x1f\x8b\x08", "application/gzip"),
)
_RIFF: Final = {b"WEBP": "image/webp", b"AVI ": "video/x-msvideo", b"WAVE": "audio/wav"}
_ISO_BRANDS: Final = {
    b"qt  ": "video/quicktime",
    b"avif": "image/avif",
    b"avis": "image/avif",
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"mif1": "image/heic",
    b"M4A ": "audio/mp4",
}
_QUICKTIME_ATOMS: Final = (b"moov", b"mdat", b"wide", b"free", b"skip")
_BMP_HEADER_BYTES: Final = (12, 40, 52, 56, 64, 108, 124)
_TS_PACKETS: Final = (
    (0, 188),
    (4, 192),
)  # plain; with the time code of Blu-ray and cameras
_TEXT_SUFFIXES: Final = {
    ".csv": "text/csv",
    ".json": "application/json",
    ".jsonl": "application/jsonlines",
    ".ndjson": "application/jsonlines",
    ".libsvm": "text/libsvm",
    ".svm": "text/libsvm",
    ".txt": "text/plain",
}
_SIGNED_SUFFIXES: Final = {
    ".avi": "video/x-msvideo",
    ".bmp": "image/bmp",
    ".gif": "image/gif",
    ".gz": "application/gzip",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".mkv": "video/x-matroska",
    ".mov": "video/quicktime",
    ".mp4": "video/mp4",
    ".mpeg": "video/mpeg",
    ".mpg": "video/mpeg",
    ".npy": "application/x-npy",
    ".npz": "application/x-npz",
    ".parquet": "application/x-parquet",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
    ".ts": "video/mp2t",
    ".wav": "audio/wav",
    ".webm": "video/webm",
    ".webp": "image/webp",
    ".zip": "application/zip",
}


def sniff(head: bytes, name: str = "") -> str | None:
    """Return the MIME type of content that starts with `head`.

    Signatures decide. The name decides for text, which has no signature, for ``.npz``,
    which is a zip archive, and for everything when no content is given.

    Parameters
    ----------
    head
        The first `HEAD_BYTES` bytes, or all there is; empty to ask about the name alone.
    name
        File name, if there is one.

    Returns
    -------
    str or None
        For example ``"image/jpeg"``; None when nothing is recognised.

    Examples
    --------
    >>> sniff(b"GIF89a")
    'image/gif'
    >>> sniff(b"1,2,3", "rows.csv")
    'text/csv'
    >>> sniff(b"", "rows.npy")
    'application/x-npy'
    >>> sniff(b"1,2,3") is None
    True
    """
    suffix = os.path.splitext(name)[1].lower()  # noqa: PTH122  may be any text
    for prefix, mime in _PREFIXES:
        if head.startswith(prefix):
            return mime
    if head.startswith(b"PK\x03\x04"):
        return "application/x-npz" if suffix == ".npz" else "application/zip"
    if not head and suffix in _SIGNED_SUFFIXES:
        return _SIGNED_SUFFIXES[suffix]
    return _container(head) or _TEXT_SUFFIXES.get(suffix)


def sniff_file(path: Path) -> str | None:
    """Return the MIME type of a file, as `sniff` does; only its head is read."""
    with path.open("rb") as file:
        return sniff(file.read(HEAD_BYTES), path.name)


def _container(head: bytes) -> str | None:
    """Look at the formats whose signature is not simply their first bytes."""
    box = head[4:8]
    if box == b"ftyp":
        return _ISO_BRANDS.get(head[8:12], "video/mp4")
    if box in _QUICKTIME_ATOMS and head[0] == 0:  # an atom's size, not "The free lunch"
        return "video/quicktime"
    if head.startswith(b"RIFF"):
        return _RIFF.get(head[8:12])
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "video/webm" if b"webm" in head[:64] else "video/x-matroska"
    if (
        head.startswith(b"BM")
        and int.from_bytes(head[14:18], "little") in _BMP_HEADER_BYTES
    ):
        return "image/bmp"
    if any(_is_transport_stream(head, *packet) for packet in _TS_PACKETS):
        return "video/mp2t"
    return None


def _is_transport_stream(head: bytes, start: int, size: int) -> bool:
    syncs = head[start::size][:3]
    return len(syncs) > 1 and set(syncs) == {0x47}
