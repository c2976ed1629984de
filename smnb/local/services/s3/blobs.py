"""Files that hold the content of objects and parts; SQLite knows which are in use.

A blob is written once, then only read or removed. One that no row names is garbage:
it is what a crash leaves, and is swept away at the next start. A blob that is being
read stays until its last reader is done.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import uuid4

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Sequence
    from io import FileIO
    from pathlib import Path

CHUNK_BYTES: Final = 512 * 1024


@dataclass(frozen=True)
class Blob:
    """One blob by its name, with its size."""

    name: str
    size_bytes: int


class BlobWriter:
    """A blob being written; what `write` has returned from is in the file."""

    def __init__(self, name: str, file: FileIO) -> None:
        self.name = name
        self._file = file

    def write(self, data: bytes | memoryview) -> None:
        """Append all of `data`."""
        left = memoryview(data)
        while left:
            left = left[self._file.write(left) :]


class Blobs:
    """The blobs in one folder; every method may run in any thread."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._readers: Counter[str] = Counter()
        self._doomed: set[str] = set()
        # Reentrant, since the garbage collector may end a reader at any point.
        self._lock = threading.RLock()

    @contextmanager
    def writing(self) -> Iterator[BlobWriter]:
        """Yield a new blob; if the block raises, it is removed."""
        path = self._folder / uuid4().hex
        with path.open("xb", buffering=0) as file:
            try:
                yield BlobWriter(path.name, file)
            except BaseException:
                path.unlink()
                raise

    def copies(self, names: Iterable[str]) -> list[str]:
        """Return the names of new blobs with the same content; nothing is copied."""
        made: list[str] = []
        try:
            for name in names:
                made.append(uuid4().hex)
                self._copy(self._folder / name, self._folder / made[-1])
        except BaseException:
            self.remove(made)
            raise
        return made

    def _copy(self, source: Path, target: Path) -> None:
        try:
            os.link(source, target)
        except OSError:  # a file system without links, or too many to one file
            shutil.copyfile(source, target)

    def read(self, blobs: Iterable[Blob], start: int, end: int) -> Iterator[bytes]:
        """Return the bytes from `start` to before `end` of the blobs, one after the other.

        The blobs stay readable until the iterator is exhausted, closed or dropped.
        """
        chunks = self._read(tuple(blobs), start, end)
        next(chunks)
        return chunks

    def _read(
        self, blobs: tuple[Blob, ...], start: int, end: int
    ) -> Generator[bytes, None, None]:
        with self.keeping([blob.name for blob in blobs]):
            yield b""  # to `read`: from here on they are kept
            position = 0
            for blob in blobs:
                first = max(start - position, 0)
                last = min(end - position, blob.size_bytes)
                if first < last:
                    yield from _slice(self._folder / blob.name, first, last)
                position += blob.size_bytes

    @contextmanager
    def keeping(self, names: Sequence[str]) -> Iterator[None]:
        """Put off the removal of blobs to the end of the block."""
        with self._lock:
            self._readers.update(names)
        try:
            yield
        finally:
            with self._lock:
                self._readers.subtract(names)
                released = {name for name in names if not self._readers[name]}
                for name in released:
                    del self._readers[name]
            self.remove(self._doomed & released)

    def remove(self, names: Iterable[str]) -> None:
        """Remove the blobs, those being read once they no longer are."""
        for name in names:
            with self._lock:
                if self._readers[name]:
                    self._doomed.add(name)
                    continue
                self._doomed.discard(name)
            (self._folder / name).unlink(missing_ok=True)

    def sweep(self, used: set[str]) -> None:
        """Remove all but the blobs in use."""
        self.remove(
            entry.name for entry in os.scandir(self._folder) if entry.name not in used
        )


def _slice(path: Path, start: int, end: int) -> Iterator[bytes]:
    with path.open("rb", buffering=0) as file:
        file.seek(start)
        while start < end:
            chunk = file.read(min(end - start, CHUNK_BYTES))
            if not chunk:
                raise EOFError(f"The blob {path.name} is shorter than recorded.")
            start += len(chunk)
            yield chunk
