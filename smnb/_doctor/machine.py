"""Checks of this machine: libraries, disk, network settings, the local backend."""

from __future__ import annotations

import os
import platform
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from smnb import __version__, _runtime_file
from smnb._doctor.subject import Check, Outcome, Subject, bad, fine, unknown, warn
from smnb._text import bytes_text

if TYPE_CHECKING:
    from collections.abc import Iterable

_OLDEST_BOTO3: Final = (1, 40)
_MIB: Final = 1024 * 1024
_HARD_TO_SPARE: Final = 0.9  # of the memory that is free
_PROXIES: Final = ("HTTPS_PROXY", "https_proxy")


def _boto3(_: Subject) -> Outcome:
    from importlib.metadata import version

    found = version("boto3")
    if tuple(int(part) for part in found.split(".")[:2]) < _OLDEST_BOTO3:
        return bad(f"boto3 {found} does not know newer calls", "pip install -U boto3")
    return fine(f"boto3 {found}, botocore {version('botocore')}")


def _python(_: Subject) -> Outcome:
    return fine(f"Python {platform.python_version()} on {platform.machine()}")


def _disk(subject: Subject) -> Outcome | None:
    """Packing writes the archive to the temporary folder."""
    if not subject.has_archive:
        return None
    free = shutil.disk_usage(tempfile.gettempdir()).free
    needed = sum(_sizes(getattr(subject.model, "data", None)))
    if needed > free:
        return bad(
            f"packing needs {bytes_text(needed)}; {tempfile.gettempdir()} has "
            f"{bytes_text(free)} free",
            "Make room, or set TMPDIR to a larger disk.",
        )
    return fine(f"{bytes_text(free)} free in {tempfile.gettempdir()}")


def _sizes(data: object) -> Iterable[int]:
    """Sizes of the files to pack; an object has none yet."""
    if not isinstance(data, str | os.PathLike):
        return []
    path = Path(data).expanduser()
    files = path.rglob("*") if path.is_dir() else [path]
    return [file.stat().st_size for file in files if file.is_file()]


def _certificates(subject: Subject) -> Outcome | None:
    bundle = os.environ.get("AWS_CA_BUNDLE")
    if bundle is None or not subject.session.target.bills:
        return None
    if not Path(bundle).is_file():
        fix = "Correct AWS_CA_BUNDLE, or unset it."
        return bad(f"AWS_CA_BUNDLE names {bundle}, which is no file", fix)
    return fine(f"certificates from {bundle}")


def _proxy(subject: Subject) -> Outcome | None:
    named = [name for name in _PROXIES if os.environ.get(name)]
    if not named or not subject.session.target.bills:
        return None
    # Its address is not shown: it may hold a password.
    return fine(f"{named[0]} is used for AWS, and never for this machine")


def _daemon(subject: Subject) -> Outcome:
    url = str(subject.session.target.endpoint_url)
    answer = _runtime_file.ask(url, timeout_s=1.0)
    if answer is None:
        return bad(f"{url} does not answer", "python -m smnb.local status")
    version_there = answer.get("version", "of a version that it does not tell")
    if version_there != __version__:
        return warn(
            f"it runs smnb {version_there}, and this is {__version__}",
            "python -m smnb.local stop; it starts again by itself",
        )
    return fine(f"smnb {version_there} at {url}")


def _memory(subject: Subject) -> Outcome | None:
    """Compare what a container may take with what is free on this machine."""
    wanted_mb = subject.memory_mb
    if wanted_mb is None:
        return None
    free = _free_memory_bytes()
    if free is None:
        return unknown("this system does not tell its free memory")
    if wanted_mb * _MIB > free * _HARD_TO_SPARE:
        return warn(
            f"{bytes_text(free)} of memory are free here; the container may take "
            f"{wanted_mb} MB",
            "Close what else is running, or try with a smaller memory_mb=.",
        )
    return fine(f"{bytes_text(free)} of memory are free, {wanted_mb} MB may be taken")


def _free_memory_bytes() -> int | None:
    try:
        lines = Path("/proc/meminfo").read_text("ascii").splitlines()
    except OSError:
        return None
    values = dict(line.split(":", 1) for line in lines)
    return int(values["MemAvailable"].split()[0]) * 1024


CHECKS: Final = (
    Check("boto3", _boto3),
    Check("python", _python),
    Check("certificates", _certificates, is_cheap=True),
    Check("proxy", _proxy),
    Check("disk", _disk, frozenset({"model"})),
    Check("local backend", _daemon, frozenset({"local"})),
    Check("memory here", _memory, frozenset({"local", "compute"})),
)
