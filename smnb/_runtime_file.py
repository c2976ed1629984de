"""Where the local backend runs: the file that its daemon writes and clients read.

The one module that the SDK and the daemon share; standard library only.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

HEALTH_PATH: Final = "/_smnb/health"
"""Answers with the daemon's instance id; no bucket can have this name."""

LOOKS_HEADER: Final = "x-smnb-looks"
"""A request with it is no use of the daemon, which may stop when nobody uses it."""

SDK_FOLDERS: Final = frozenset({"measured", "prices", "uploads", "videos"})
"""What the SDK keeps beside a daemon's data, maybe before there is one."""

_FILE_NAME: Final = "runtime.json"
_ANSWER_LIMIT_BYTES: Final = 10_000


@dataclass(frozen=True)
class RuntimeFile:
    """One daemon of a data directory, running or gone.

    Parameters
    ----------
    url
        Base URL on loopback, for example ``"http://127.0.0.1:40371"``.
    access_key, secret_key
        Random keys of the data directory, the same after every restart.
    pid
        Process id of the daemon.
    version
        Version of smnb that it runs.
    instance_id
        Random, new with every start; what the health route must answer.
    schema
        Of its state; a daemon of a version that knows a lower one can't read it.
    """

    url: str
    access_key: str
    secret_key: str = field(repr=False)
    pid: int
    version: str
    instance_id: str
    schema: int = 1


class NoHomeError(Exception):
    """The user has no home directory, and named no other place."""


def data_dir() -> Path:
    """Return the folder of the local backend: ``SMNB_DATA_DIR``, or one per user.

    Raises
    ------
    NoHomeError
        If there is neither.
    """
    folder = "~/.local/share/smnb"
    if sys.platform == "darwin":
        folder = "~/Library/Application Support/smnb"
    try:
        return Path(os.environ.get("SMNB_DATA_DIR") or folder).expanduser().absolute()
    except RuntimeError:
        raise NoHomeError(
            "There is no home directory to keep the local backend's data in. "
            "Set SMNB_DATA_DIR to a folder of yours."
        ) from None


def read(data_dir: Path) -> RuntimeFile | None:
    """Return what `data_dir` says; None if there is no usable file.

    It may be stale: see `answers`.
    """
    try:
        content = json.loads((data_dir / _FILE_NAME).read_bytes())
        found = RuntimeFile(
            **{
                key.name: content[key.name]
                for key in fields(RuntimeFile)
                if key.name in content
            }
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return found if all(vars(found).values()) else None


def write(data_dir: Path, content: RuntimeFile) -> None:
    """Replace the file at once; only its owner may read it (mode 0600)."""
    partial = data_dir / f".{_FILE_NAME}-{os.getpid()}"
    partial.unlink(missing_ok=True)
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(asdict(content), file)
    partial.replace(data_dir / _FILE_NAME)


def health(found: RuntimeFile) -> dict[str, Any] | None:
    """Return what the daemon says of itself; None if this very one does not answer.

    A dead daemon, another program on its port and another daemon on a reused port
    all count as no answer.
    """
    answer = ask(found.url, timeout_s=1.0)
    if answer is None or answer.get("instance_id") != found.instance_id:
        return None
    return answer


def answers(found: RuntimeFile) -> bool:
    """Whether the daemon that wrote this file still runs."""
    return health(found) is not None


def ask(url: str, *, timeout_s: float) -> dict[str, Any] | None:
    """Return what the health route at `url` answers; no proxy is asked.

    Parameters
    ----------
    timeout_s
        For the connection and each read, in seconds.
    """
    address = urlsplit(url)
    # By hand, since importing http.client takes longer than the whole call.
    request = f"GET {HEALTH_PATH} HTTP/1.0\r\nHost: {address.netloc}\r\n\r\n"
    try:
        place = (address.hostname or "", address.port or 80)
        with socket.create_connection(place, timeout_s) as connection:
            connection.sendall(request.encode())
            with connection.makefile("rb") as answer:
                _, _, body = answer.read(_ANSWER_LIMIT_BYTES).partition(b"\r\n\r\n")
        found = json.loads(body)
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None
