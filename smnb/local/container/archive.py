"""Unpack a model's archive into a folder, and nowhere else.

Members are written one by one and never through a link, so that this holds on every
Python; `tarfile`'s own filters came with 3.10.12 and set no limit on size.
"""

from __future__ import annotations

import gzip
import shutil
import tarfile
import zlib
from pathlib import Path, PurePosixPath
from typing import Final

from smnb.local.container.errors import ArchiveError

_COPY_BYTES: Final = 1024 * 1024


def extract(archive: Path, into: Path, max_bytes: int) -> None:
    """Unpack a ``.tar.gz`` into a new folder.

    Parameters
    ----------
    max_bytes
        Most that the unpacked archive may take.

    Raises
    ------
    ArchiveError
        If it is no whole gzip tar, is too large, or has a member that is no file or
        folder, or that points outside of `into`.
    """
    into.mkdir(parents=True)
    try:
        with _Unpacked(archive) as content:
            content.left_bytes = max_bytes
            with tarfile.open(fileobj=content, mode="r|") as tar:
                for member in tar:
                    _write(tar, member, into)
            while content.read(_COPY_BYTES):  # to the checksum at the end
                pass
    except (tarfile.TarError, EOFError, OSError, ValueError, zlib.error) as error:
        raise ArchiveError(f"{archive.name} cannot be unpacked: {error}") from error


class _Unpacked(gzip.GzipFile):
    """A gzip file that ends in an error where it has too much, of files or of nothing."""

    left_bytes = 0

    def read(self, size: int | None = -1) -> bytes:
        content = super().read(size)
        self.left_bytes -= len(content)
        if self.left_bytes < 0:
            raise ArchiveError("The archive is too large when unpacked.")
        return content


def _write(tar: tarfile.TarFile, member: tarfile.TarInfo, into: Path) -> None:
    name = PurePosixPath(member.name)
    if name.is_absolute() or ".." in name.parts:
        raise ArchiveError(
            f"The archive has {member.name!r}, which points outside of it."
        )
    path = into / name
    if member.isdir():
        path.mkdir(parents=True, exist_ok=True)
        return
    content = tar.extractfile(member) if member.isreg() else None
    if content is None:
        raise ArchiveError(
            f"The archive has {member.name!r}, a link or device; files are taken."
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    with content, path.open("wb") as file:
        shutil.copyfileobj(content, file, _COPY_BYTES)
    path.chmod(0o755 if member.mode & 0o100 else 0o644)
