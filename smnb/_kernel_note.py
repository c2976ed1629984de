"""What a notebook's kernel tells the Jupyter server: where its calls go.

A file below Jupyter's runtime folder, one a kernel, mode 0600: target, names of profile,
region, role and bucket; nothing secret. Kernel and server are two processes, and the
panel shows what the notebook uses.
"""

from __future__ import annotations

import atexit
import json
import os
import sys
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Final

from smnb import _credentials
from smnb.errors import SmnbError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smnb._session import Session

_PREFIX: Final = "smnb-kernel-"
_LONGEST_BYTES: Final = 4096


@dataclass(frozen=True)
class Note:
    """Where a kernel's calls go; each is an argument of `Session`."""

    target: str
    profile: str | None = None
    region: str | None = None
    role: str | None = None
    bucket: str | None = None


_left: Note | None = None


def leave(session: Session) -> None:
    """Leave a note on a session if this process is a kernel, unless it is there."""
    global _left  # noqa: PLW0603  one a process, as the file is
    if not _is_kernel():
        return
    note = _of(session)
    if note == _left:
        return
    path = _folder() / f"{_PREFIX}{os.getpid()}.json"
    draft = path.with_suffix(".part")
    # Without it the panel shows its own target, and calls must not fail for that.
    with suppress(OSError):
        draft.unlink(missing_ok=True)
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(asdict(note), file)
        draft.replace(path)
        if _left is None:
            atexit.register(path.unlink, missing_ok=True)
        _left = note


def _of(session: Session) -> Note:
    _, (target, given) = session.__reduce__()  # its arguments, without keys
    profile, region = given["profile"], given["region"]
    if session.target.bills:
        # The server may have another environment.
        named = _credentials.profile_name(profile)
        profile = None if named == "default" else named
        with suppress(SmnbError):
            region = session.region
    return Note(target, profile, region, given["role"], given["bucket"])


def newest() -> Note | None:
    """Return the note that was left last by a kernel that still runs; None without one."""
    notes = sorted(_notes(), key=lambda pair: pair[0], reverse=True)
    return next((note for _, note in notes if note is not None), None)


def _notes() -> Iterator[tuple[float, Note | None]]:
    for path in _folder().glob(f"{_PREFIX}*.json"):
        pid = path.stem.removeprefix(_PREFIX)
        with suppress(OSError):
            if pid.isdecimal() and _runs(int(pid)):
                yield path.stat().st_mtime, _read(path)
            else:
                path.unlink()


def _read(path: Path) -> Note | None:
    try:
        with path.open("rb") as file:
            content = json.loads(file.read(_LONGEST_BYTES))
        note = Note(**{key.name: content.get(key.name) for key in fields(Note)})
    except (ValueError, TypeError, AttributeError):
        return None
    values = asdict(note).values()
    is_text = all(value is None or isinstance(value, str) for value in values)
    return note if is_text and note.target else None


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:  # another user's
        return True
    return True


def _folder() -> Path:
    from jupyter_core.paths import jupyter_runtime_dir

    return Path(jupyter_runtime_dir())


def _is_kernel() -> bool:
    if "ipykernel" not in sys.modules or "IPython" not in sys.modules:
        return False
    shell = sys.modules["IPython"].get_ipython()
    return getattr(shell, "kernel", None) is not None
