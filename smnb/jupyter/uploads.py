"""Files that were uploaded for a test: kept in a folder of their own, removed soon."""

from __future__ import annotations

import atexit
import secrets
import shutil
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, BinaryIO, Final, NamedTuple

from smnb.errors import InvalidInputError, NotFoundError, PayloadTooLargeError

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

MOST_BYTES: Final = 1024**3
"""The largest file: 1 GB, what an asynchronous request takes."""
_KEPT_S: Final = 3600.0
_KEPT_FILES: Final = 8


class Upload(NamedTuple):
    """A file that the server holds."""

    id: str
    path: Path
    used_at: float


class Uploads:
    """The uploaded files of one server: the last eight, for an hour after their use."""

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._kept: dict[str, Upload] = {}
        self._lock = threading.Lock()

    def begin(self, name: str) -> Receiving:
        """Return a file to write what comes into, in a folder of its own.

        Raises
        ------
        InvalidInputError
            If the name is empty, or no file's.
        """
        plain = PurePath(name).name
        if not plain or plain in (".", "..") or "\0" in plain:
            raise InvalidInputError(
                f"{name!r:.60} is no file's name.", hint="Upload a file by its name."
            )
        with self._lock:
            if self._folder is None:
                self._folder = Path(tempfile.mkdtemp(prefix="smnb-uploads-"))
                atexit.register(self.close)
        identity = secrets.token_hex(8)
        place = self._folder / identity
        place.mkdir(mode=0o700)
        return Receiving(self, identity, place / plain)

    def path(self, identity: str) -> Path:
        """Return the file of an id.

        Raises
        ------
        NotFoundError
            If it is not there any more.
        """
        with self._lock:
            kept = self._kept.get(identity)
            if kept is not None and kept.path.is_file():
                self._kept[identity] = kept._replace(used_at=time.monotonic())
                return kept.path
        raise NotFoundError(
            "The uploaded file is not kept any more.", hint="Choose it again."
        )

    def keep(self, identity: str, path: Path) -> None:
        """Keep a file that is whole; the oldest go."""
        with self._lock:
            self._kept[identity] = Upload(identity, path, time.monotonic())
            by_age = sorted(self._kept.values(), key=lambda kept: kept.used_at)
            too_old = time.monotonic() - _KEPT_S
            surplus = len(by_age) - _KEPT_FILES
            for number, kept in enumerate(by_age):
                if number < surplus or kept.used_at < too_old:
                    del self._kept[kept.id]
                    shutil.rmtree(kept.path.parent, ignore_errors=True)

    def close(self) -> None:
        """Remove all of them."""
        with self._lock:
            folder, self._folder = self._folder, None
            self._kept.clear()
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)


class Receiving:
    """A file that is being received; gone again unless it is kept.

    Parameters
    ----------
    identity
        By which it is found when it is kept.
    """

    def __init__(self, uploads: Uploads, identity: str, path: Path) -> None:
        self.id = identity
        self.path = path
        self._uploads = uploads
        self._size = 0
        self._file: BinaryIO | None = path.open("xb")

    def write(self, chunk: bytes) -> None:
        """Add to it.

        Raises
        ------
        PayloadTooLargeError
            If it becomes larger than 1 GB.
        """
        self._size += len(chunk)
        if self._size > MOST_BYTES:
            raise PayloadTooLargeError(
                f"{self.path.name} is larger than 1 GB.",
                hint="Nothing takes more in one request: send it in pieces.",
            )
        if self._file is not None:
            self._file.write(chunk)

    def keep(self) -> None:
        """Have it kept: it is whole."""
        self._close()
        self._uploads.keep(self.id, self.path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file is not None:
            self.drop()

    def drop(self) -> None:
        """Remove it, unless it was kept."""
        if self._file is None:
            return
        self._close()
        with suppress(OSError):
            shutil.rmtree(self.path.parent)

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
