"""The program that installs packages, uv or pip, and its run as a subprocess."""

from __future__ import annotations

import asyncio
import importlib
import importlib.util
import os
import shutil
import signal
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from subprocess import DEVNULL, PIPE, STDOUT
from typing import TYPE_CHECKING, Final

from smnb.local.container.environment import PASSED
from smnb.local.container.output import LineBuffer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_READ_BYTES: Final = 64 * 1024
_PASSED: Final = (
    *PASSED,
    "ALL_PROXY",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "NO_PROXY",
    "NETRC",
    "REQUESTS_CA_BUNDLE",
    "SSL_CERT_DIR",
    "SSL_CERT_FILE",
    "XDG_CACHE_HOME",
    "XDG_CONFIG_DIRS",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
)
_OWN_PREFIXES: Final = ("PIP_", "UV_")
# But not those that lead the packages, or the program, past the environment.
_LEADING_ASTRAY: Final = (
    "PIP_BREAK_SYSTEM_PACKAGES",
    "PIP_DRY_RUN",
    "PIP_PREFIX",
    "PIP_PYTHON",
    "PIP_ROOT",
    "PIP_TARGET",
    "PIP_USER",
    "UV_BREAK_SYSTEM_PACKAGES",
    "UV_PYTHON",
    "UV_SYSTEM_PYTHON",
)
# Variables of pip that say from where packages come, or how to get there.
_PIP_SOURCES: Final = (
    "PIP_CONFIG_FILE",
    "PIP_EXTRA_INDEX_URL",
    "PIP_FIND_LINKS",
    "PIP_INDEX_URL",
    "PIP_NO_INDEX",
)
_PIP_FILES: Final = (
    "/etc/pip.conf",
    "/etc/xdg/pip/pip.conf",
    "~/.config/pip/pip.conf",
    "~/.pip/pip.conf",
    "~/Library/Application Support/pip/pip.conf",
)


@dataclass(frozen=True)
class Installer:
    """How packages get into an environment.

    Parameters
    ----------
    uv
        Path of uv, None for pip.
    has_pip
        Whether the environment sees a pip already.
    """

    uv: str | None
    has_pip: bool

    @classmethod
    def choose(cls, variables: Mapping[str, str], *, has_pip: bool) -> Installer:
        """Return uv if it is installed, else pip.

        uv does not read pip's settings: where pip is told from where packages come and
        uv is not, pip is what finds them.
        """
        of_uv = any(name.startswith("UV_") for name in variables)
        of_pip = any(name in variables for name in _PIP_SOURCES) or any(
            Path(path).expanduser().exists() for path in _PIP_FILES
        )
        return cls(None if of_pip and not of_uv else _find_uv(variables), has_pip)

    @property
    def name(self) -> str:
        """What a log calls it."""
        return "uv" if self.uv else "pip"

    def attempts(
        self, python: str, requirements: Path, pins: Path
    ) -> list[list[list[str]]]:
        """Return the commands to try, each attempt a list of steps.

        Parameters
        ----------
        python
            The environment's interpreter.
        pins
            The versions of the packages that it sees outside of itself. pip takes them
            as installed. uv does not look there, and so is made to choose the same
            versions; if that can't be, it chooses freely.
        """
        if self.uv:
            install = [self.uv, "pip", "install", "--python", python]
            install += ["-r", str(requirements)]
            return [[[*install, "-c", str(pins)]], [install]]
        get_pip = [] if self.has_pip else [[python, "-m", "ensurepip"]]
        install = [python, "-m", "pip", "install", "--no-user"]
        install += ["--progress-bar", "off"]
        return [[*get_pip, [*install, "-r", str(requirements)]]]


def installer_environment(daemon: Mapping[str, str]) -> dict[str, str]:
    """Return the variables of an installer: no keys, but the user's settings for it.

    Examples
    --------
    >>> installer_environment({"PIP_INDEX_URL": "x", "AWS_PROFILE": "work"})
    {'PIP_INDEX_URL': 'x', 'PYTHONUNBUFFERED': '1'}
    """
    passed = {
        name: value
        for name, value in daemon.items()
        if name.upper() in _PASSED
        or (name.startswith(_OWN_PREFIXES) and name not in _LEADING_ASTRAY)
    }
    return {**passed, "PYTHONUNBUFFERED": "1"}


async def run_logged(
    command: list[str],
    environment: Mapping[str, str],
    log: Callable[[bytes], None],
    cwd: Path | None = None,
) -> int:
    """Run a program to its end and return its exit status; 127 if it is not there.

    It is killed, with what it started, when the caller is cancelled.
    """
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            cwd=cwd,
            env=environment,
            stdin=DEVNULL,
            stdout=PIPE,
            stderr=STDOUT,
            start_new_session=True,
        )
    except OSError as error:
        log(f"{command[0]}: {error.strerror}".encode())
        return 127
    output, lines = process.stdout, LineBuffer()
    assert output is not None  # noqa: S101 (for the type checker: it is a PIPE)
    try:
        while chunk := await output.read(_READ_BYTES):
            for line in lines.feed(chunk):
                log(line)
        for line in lines.rest():
            log(line)
        return await process.wait()
    except BaseException:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
        raise


def _find_uv(variables: Mapping[str, str]) -> str | None:
    if importlib.util.find_spec("uv") is not None:
        with suppress(FileNotFoundError):
            return str(importlib.import_module("uv").find_uv_bin())
    return shutil.which("uv", path=variables.get("PATH"))
