"""What was answered of a video, on disk while it is being sent: never sent twice.

A file of lines, one for each part, appended the moment that it is answered: its frames,
and the answer as it came, so that a run that goes on ends with the same result. A file is
held by one run at a time, and removed when all is answered.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from smnb import _held_file
from smnb._split.parts import Shown

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FOLDER, _SUFFIX = "videos", ".parts"
# A kill loses nothing that was written; only the machine's own end loses what was not
# synced: at most this much time.
_SYNC_S = 1.0
# Answers that are large themselves, as masks are, shall not fill the disk.
_MOST_BYTES = 1024**3
_BLOCK_BYTES = 1024 * 1024


class Answered(NamedTuple):
    """A part that was answered.

    Parameters
    ----------
    shown
        Its frames.
    content, content_type, request_id
        The answer as it came.
    latency_ms
        From sending to having read it.
    extra
        Frames that a segment shows after its own.
    """

    number: int
    shown: tuple[Shown, ...]
    content: bytes
    content_type: str
    latency_ms: float
    request_id: str
    extra: int = 0


class Manifest:
    """The answers of one run, kept in a file. Safe from any thread.

    Parameters
    ----------
    path
        The file; this process holds it.
    """

    def __init__(self, path: Path, descriptor: int) -> None:
        self._path = path
        self._descriptor = descriptor
        self._lock = threading.Lock()
        self._synced_at = time.monotonic()
        self.answered = {part.number: part for part in self._read()}
        """What earlier runs have had answered, by its number."""

    @classmethod
    def open(cls, key: str) -> Manifest | None:
        """Open the manifest of what `key` names; None if another run holds it.

        None too where nothing can be written: sending goes before keeping.
        """
        held = _held_file.hold(_FOLDER, f"{key}{_SUFFIX}")
        if held is None:
            return None
        try:
            return cls(*held)
        except OSError:
            os.close(held[1])
            return None

    def add(self, part: Answered) -> None:
        """Keep an answer; where that fails, keep no more, but let sending go on."""
        line = _line(part)
        with self._lock:
            if self._descriptor < 0:
                return
            try:
                os.write(self._descriptor, line)
                now = time.monotonic()
                if now - self._synced_at > _SYNC_S:
                    self._synced_at = now
                    os.fsync(self._descriptor)
                    if os.lseek(self._descriptor, 0, os.SEEK_CUR) > _MOST_BYTES:
                        self._close()
            except OSError:
                self._close()

    def close(self, *, complete: bool) -> None:
        """Let go of the file, and remove it if all is answered, or nothing is."""
        with self._lock, suppress(OSError):
            if complete or not self._path.stat().st_size:
                self._path.unlink(missing_ok=True)
            self._close()

    def _close(self) -> None:
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)

    def _read(self) -> Iterator[Answered]:
        """Yield what is whole, and cut off what is not: a kill may halve a line."""
        with self._path.open("rb") as file:
            whole = 0
            for line in file:
                part = _part(line)
                if part is None:
                    break
                whole += len(line)
                yield part
        os.ftruncate(self._descriptor, whole)
        os.lseek(self._descriptor, whole, os.SEEK_SET)


def key_of(source: Path | bytes, *how: object) -> str:
    """Return what names a video and how it is sent: a digest."""
    digest = hashlib.sha256()
    if isinstance(source, bytes):
        digest.update(source)
    else:
        with source.open("rb") as file:
            while block := file.read(_BLOCK_BYTES):
                digest.update(block)
    digest.update("\0".join(map(str, how)).encode())
    return digest.hexdigest()


def _line(part: Answered) -> bytes:
    content = base64.b64encode(part.content).decode()
    return json.dumps([*part[:2], content, *part[3:]]).encode() + b"\n"


def _part(line: bytes) -> Answered | None:
    """Read a line; None if it is not whole."""
    if not line.endswith(b"\n"):
        return None
    try:
        number, shown, content, *rest = json.loads(line)
        frames = tuple(
            Shown(frame, time_s, quality, tuple(size) if size else None)
            for frame, time_s, quality, size in shown
        )
        return Answered(number, frames, base64.b64decode(content), *rest)
    except (ValueError, TypeError):
        return None
