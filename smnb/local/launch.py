"""Make sure that exactly one daemon runs for a data directory.

Whoever holds the lock of the directory is its daemon, or is about to start it; the
lock and the listening socket are handed down to the daemon, so neither is ever free
in between.
"""

from __future__ import annotations

import fcntl
import os
import re
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from smnb import __version__, _runtime_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from smnb._runtime_file import RuntimeFile

IDLE_STOP_S: Final = 3600.0
"""Seconds without anything to do after which a daemon started for clients ends."""
SERVERLESS_IDLE_S: Final = 600.0
"""Seconds without a request after which a serverless model's container stops.

AWS does not say how long it keeps one: some minutes, by experience.
"""
LOG_NAME: Final = "daemon.log"
_LOCK_NAME: Final = "smnb.lock"
_STOP_TIMEOUT_S: Final = 45.0  # a container may take 30 s to stop
_START_TIMEOUT_S: Final = _STOP_TIMEOUT_S + 20.0  # the last daemon may be stopping
_POLL_S: Final = 0.02


@dataclass(frozen=True)
class IdleLimits:
    """After how many seconds without work what ends; 0 for never."""

    daemon_s: float = IDLE_STOP_S
    serverless_s: float = SERVERLESS_IDLE_S


class LaunchError(Exception):
    """The daemon cannot be started or stopped; the message says why."""


def lock(data_dir: Path) -> int | None:
    """Return the descriptor of the directory's lock; None if another process has it.

    The directory is made if it is not there.

    Raises
    ------
    LaunchError
        If `data_dir` is a folder with something else in it.
    """
    path = data_dir / _LOCK_NAME
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not _is_ours(data_dir):
            raise LaunchError(
                f"{data_dir} has other files in it: name a new or an empty folder."
            )
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise _unusable(data_dir, error) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # A purge may have removed the file in between.
        if os.fstat(descriptor).st_ino == path.stat().st_ino:
            return descriptor
    except (BlockingIOError, FileNotFoundError):
        pass
    except OSError as error:  # a network file system without locks
        os.close(descriptor)
        raise _unusable(data_dir, error) from error
    os.close(descriptor)
    return None


def _unusable(data_dir: Path, error: OSError) -> LaunchError:
    return LaunchError(
        f"{data_dir} cannot be used: {error.strerror}. "
        "Set SMNB_DATA_DIR to a folder of yours on a disk of this machine."
    )


def prepare(data_dir: Path) -> None:
    """Make the data directory if it is not there; raises as `lock`."""
    held = lock(data_dir)
    if held is not None:
        os.close(held)


def listen(data_dir: Path, port: int | None) -> socket.socket:
    """Return a listening socket on 127.0.0.1.

    Parameters
    ----------
    port
        0 for any free one; None for the one of the last start, so that what a shell
        exported stays valid, and any free one if that is taken.
    """
    if port is None:
        last = _runtime_file.read(data_dir)
        last_port = urlsplit(last.url).port if last else None
        try:
            return listen(data_dir, last_port or 0)
        except LaunchError:
            port = 0
    try:
        listener = socket.create_server(("127.0.0.1", port), backlog=128)
    except (OSError, OverflowError) as error:
        raise LaunchError(f"Port {port} cannot be used: {error}") from error
    # Accepted connections inherit it; without, every answer is 40 ms late.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


def running(data_dir: Path) -> RuntimeFile | None:
    """Return the daemon of `data_dir` if it answers."""
    found = _runtime_file.read(data_dir)
    return found if found and _runtime_file.answers(found) else None


def ensure_running(data_dir: Path, idle: IdleLimits | None = None) -> RuntimeFile:
    """Return the daemon of `data_dir`, started if it does not run; it outlives us.

    One of an older version is replaced if it has nothing to do, else used as it is.

    Parameters
    ----------
    idle
        For a daemon that is started now.

    Raises
    ------
    LaunchError
        If it does not start, or does not answer.
    """
    deadline = time.monotonic() + _START_TIMEOUT_S
    while time.monotonic() < deadline:
        if found := running(data_dir):
            about = _runtime_file.health(found)
            if about is None:  # it is just ending
                time.sleep(_POLL_S)
                continue
            if not _may_replace(found, about):
                return found
            _end(found)
        held = lock(data_dir)
        if held is None:
            time.sleep(_POLL_S)  # another process is starting it
            continue
        try:
            _spawn(data_dir, held, idle or IdleLimits())
        finally:
            os.close(held)
    raise LaunchError(
        f"The local backend of {data_dir} does not answer. Its log: {data_dir / LOG_NAME}"
    )


def _may_replace(found: RuntimeFile, about: Mapping[str, Any]) -> bool:
    """Whether a daemon is of an older version than ours, and has nothing to do."""
    is_older = _release(found.version) < _release(__version__)
    return is_older and not about.get("busy", True)


def _release(version: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", version)[:3]))


def _end(found: RuntimeFile) -> None:
    with suppress(ProcessLookupError):
        os.kill(found.pid, signal.SIGTERM)


def _spawn(data_dir: Path, held: int, idle: IdleLimits) -> None:
    """Start the daemon with our lock and a listening socket; wait until it answers."""
    log_path = data_dir / LOG_NAME
    log_path.touch(mode=0o600)
    with listen(data_dir, None) as listener, log_path.open("ab") as log:
        url = url_of(listener)
        descriptors = (held, listener.fileno())
        subprocess.Popen(
            [
                *(sys.executable, "-m", "smnb.local", "serve"),
                *("--data-dir", str(data_dir)),
                *("--inherit", *map(str, descriptors)),
                *("--idle-stop-s", str(idle.daemon_s)),
                *("--serverless-idle-s", str(idle.serverless_s)),
            ],
            pass_fds=descriptors,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            # Nothing of ours, neither terminal nor folder, may end it or be shadowed.
            start_new_session=True,
            cwd=data_dir,
        )
    # The daemon alone has the socket now: if it dies, this fails at once.
    if _runtime_file.ask(url, timeout_s=_START_TIMEOUT_S) is None:
        lines = log_path.read_text("utf-8", "replace").strip().splitlines()
        reason = lines[-1] if lines else "no reason was given"
        raise LaunchError(f"{reason} (log: {log_path})")


def url_of(listener: socket.socket) -> str:
    """Return the base URL that `listener` is reached at."""
    return f"http://127.0.0.1:{listener.getsockname()[1]}"


def stop(data_dir: Path) -> bool:
    """Stop the daemon and wait for its end; False if none runs.

    Raises
    ------
    LaunchError
        If it does not end.
    """
    found = running(data_dir)
    if found is None:
        return False
    _end(found)
    os.close(_wait_for_lock(data_dir))
    return True


@contextmanager
def paused(data_dir: Path) -> Iterator[None]:
    """Hold the directory's lock in the block; a daemon that ran runs again after it.

    Raises
    ------
    LaunchError
        If the daemon has something to do, or `data_dir` is no data directory of smnb.
    """
    _require_data_dir(data_dir)
    found = running(data_dir)
    about = (_runtime_file.health(found) if found else None) or {}
    if about.get("busy"):
        raise LaunchError("The local backend has something to do. Try again later.")
    stop(data_dir)
    held = _wait_for_lock(data_dir)
    try:
        yield
    finally:
        os.close(held)
        if about:
            ensure_running(
                data_dir,
                IdleLimits(
                    about.get("idle_stop_s", IDLE_STOP_S),
                    about.get("serverless_idle_s", SERVERLESS_IDLE_S),
                ),
            )


def purge(data_dir: Path) -> None:
    """Stop the daemon, then delete the data directory; one never used is left.

    Raises
    ------
    LaunchError
        If `data_dir` is no data directory of smnb.
    """
    import shutil

    if not data_dir.exists() or not any(data_dir.iterdir()):
        return
    _require_data_dir(data_dir)
    stop(data_dir)
    held = _wait_for_lock(data_dir)
    try:
        shutil.rmtree(data_dir)
    finally:
        os.close(held)


def _is_ours(data_dir: Path) -> bool:
    """Say whether a folder is a data directory, or could become one."""
    if not data_dir.is_dir():
        return False
    names = {entry.name for entry in data_dir.iterdir()}
    return _LOCK_NAME in names or names <= _runtime_file.SDK_FOLDERS


def _require_data_dir(data_dir: Path) -> None:
    if not _is_ours(data_dir):
        raise LaunchError(f"{data_dir} is not a data directory of smnb: left as it is.")


def _wait_for_lock(data_dir: Path) -> int:
    deadline = time.monotonic() + _STOP_TIMEOUT_S
    while time.monotonic() < deadline:
        held = lock(data_dir)
        if held is not None:
            return held
        time.sleep(_POLL_S)
    raise LaunchError(f"The local backend of {data_dir} does not end.")
