"""A model's own Python environments: made of requirements once, kept, and shared.

Rule: an environment is used only if its last file, `_COMPLETE`, is there, so that one
whose making was broken off is made anew.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import re
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from smnb.local.container.errors import RequirementsError
from smnb.local.container.installer import (
    Installer,
    installer_environment,
    run_logged,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

ENVIRONMENT_LINK: Final = "environment"
"""In the folder of a container, a link to the environment that it uses."""
_COMPLETE: Final = "complete"
_NAME_LENGTH: Final = 24
_TOLD_LINES: Final = 3
_TOLD_CHARACTERS: Final = 200  # of each line: an endpoint's reason has 1,024
_PROJECT: Final = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)")
_PROBE: Final = """
import importlib.util, json, site, sys
from importlib.metadata import distributions
print(json.dumps({
    "version": sys.version,
    "has_pip": importlib.util.find_spec("pip") is not None,
    "site_folders": site.getsitepackages()
        + [site.getusersitepackages()] * bool(site.ENABLE_USER_SITE),
    "installed": sorted({
        f"{one.metadata['Name']}=={one.version}" for one in distributions()
    }),
}))
"""


@dataclass(frozen=True)
class Interpreter:
    """What an interpreter says of itself.

    Parameters
    ----------
    site_folders
        Where the packages are that its programs import.
    installed
        Those packages, each ``name==version``.
    """

    path: str
    version: str
    has_pip: bool
    site_folders: list[str]
    installed: list[str]

    @classmethod
    async def probe(cls, path: str) -> Interpreter:
        """Ask an interpreter; raises RequirementsError if it does not run."""
        told: list[bytes] = []
        status = await run_logged(
            [path, "-c", _PROBE], installer_environment(os.environ), told.append
        )
        if status:
            raise RequirementsError(f"{path} does not run: {_tail(told)}")
        return cls(path, **json.loads(told[-1]))


class Environments:
    """The environments in one folder.

    An environment sees the packages of the interpreter that it is made for, so that a
    model lists what is extra only, as on AWS's images, which have the framework.

    Parameters
    ----------
    root
        Holds a folder for each environment, by the hash of what it is made of.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._locks: dict[str, asyncio.Lock] = {}

    async def python_for(
        self, requirements: Path, python: str, log: Callable[[bytes], None]
    ) -> str:
        """Return the interpreter of the environment, which is made if it is not there.

        Where only packages are asked for that `python` has, that is `python` itself.

        Parameters
        ----------
        requirements
            A ``requirements.txt``.
        python
            The interpreter on whose packages it builds.
        log
            Gets each line that the installer prints.

        Raises
        ------
        RequirementsError
            They cannot be installed; the text has the installer's last lines.
        """
        interpreter = await Interpreter.probe(python)
        if _are_met(requirements, interpreter):
            log(b"All of code/requirements.txt is installed already.")
            return python
        name = await asyncio.to_thread(_content_name, requirements, interpreter)
        folder = self._root / name
        async with self._locks.setdefault(name, asyncio.Lock()):
            if (folder / _COMPLETE).exists():
                log(b"The environment of code/requirements.txt is there already.")
            else:
                await self._make(folder, requirements, interpreter, log)
        return str(folder / "bin" / "python")

    def discard_all_but(self, kept: Iterable[Path]) -> None:
        """Delete the environments to which none of these links leads.

        To be called while no container starts.
        """
        names = {link.resolve().name for link in kept}
        for folder in self._root.glob("*"):
            if folder.name not in names:
                shutil.rmtree(folder, ignore_errors=True)

    async def _make(
        self,
        folder: Path,
        requirements: Path,
        interpreter: Interpreter,
        log: Callable[[bytes], None],
    ) -> None:
        """Install in place, since the scripts of packages name their interpreter."""
        installer = Installer.choose(os.environ, has_pip=interpreter.has_pip)
        log(f"Installing code/requirements.txt with {installer.name} ...".encode())
        await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
        await asyncio.to_thread(folder.mkdir, parents=True)
        lines: list[bytes] = []

        def keep(line: bytes) -> None:
            log(line)
            lines.append(line)

        try:
            status = await self._install(
                folder, requirements, interpreter, installer, keep
            )
            if status == 0:
                (folder / _COMPLETE).touch()
        finally:
            if not (folder / _COMPLETE).exists():
                await asyncio.to_thread(shutil.rmtree, folder, ignore_errors=True)
        if status:
            raise RequirementsError(_failure(requirements, lines))
        log(b"Installed code/requirements.txt.")

    @staticmethod
    async def _install(
        folder: Path,
        requirements: Path,
        interpreter: Interpreter,
        installer: Installer,
        log: Callable[[bytes], None],
    ) -> int:
        """Make the environment and return 0, or the status of what failed."""
        environment = installer_environment(os.environ)
        venv = [interpreter.path, "-m", "venv", "--without-pip", str(folder)]
        if status := await run_logged(venv, environment, log):
            return status
        _see_packages_of(interpreter, folder)
        pins = folder / "installed.txt"
        pins.write_text("\n".join(interpreter.installed) + "\n", "utf-8")
        python = str(folder / "bin" / "python")
        status = 0
        for steps in installer.attempts(python, requirements, pins):
            for command in steps:
                cwd = requirements.parent  # what its relative paths start from
                if status := await run_logged(command, environment, log, cwd):
                    break
            else:
                return 0
        return status


def _see_packages_of(interpreter: Interpreter, folder: Path) -> None:
    """Put the interpreter's packages behind the environment's own.

    ``venv --system-site-packages`` shows those of the Python that a virtual environment
    was made of, not those of the virtual environment.
    """
    [own] = folder.glob("lib/python*/site-packages")
    lines = [
        f"import site; site.addsitedir({path!r})" for path in interpreter.site_folders
    ]
    (own / "_smnb_base.pth").write_text("\n".join(lines) + "\n", "utf-8")


def _are_met(requirements: Path, interpreter: Interpreter) -> bool:
    """Say whether each line names an installed package, alone or with its version."""
    versions = dict(map(_project_and_version, interpreter.installed))
    for line in requirements.read_text("utf-8", errors="replace").splitlines():
        wanted = line.partition("#")[0].strip()
        name, version = _project_and_version(wanted)
        installed = versions.get(name, "")
        # Of a local build, such as 2.1+cpu, the label is not asked for.
        if wanted and not (
            installed and version in ("", installed, installed.partition("+")[0])
        ):
            return False
    return True


def _project_and_version(requirement: str) -> tuple[str, str]:
    name, _, version = requirement.partition("==")
    return re.sub(r"[-_.]+", "-", name.strip()).lower(), version.strip()


def _content_name(requirements: Path, interpreter: Interpreter) -> str:
    """Return the hash of what an environment is made of, local files included."""
    content = hashlib.sha256(f"{interpreter.path}\n{interpreter.version}\n".encode())
    text = requirements.read_bytes()
    content.update(text)
    words = re.split(r"[\s=]+", text.decode(errors="replace"))
    named = {os.path.normpath(word) for word in words if word}
    folder = requirements.parent
    for file in sorted(folder.rglob("*")):
        path = file.relative_to(folder)
        if file.is_file() and not named.isdisjoint(map(str, (path, *path.parents))):
            content.update(b"%b\n%b" % (os.fsencode(path), file.read_bytes()))
    return content.hexdigest()[:_NAME_LENGTH]


def _failure(requirements: Path, lines: list[bytes]) -> str:
    tail = _tail(lines)
    wanted = requirements.read_text("utf-8", errors="replace").splitlines()
    named = [line.strip() for line in wanted if _is_named(line, tail)]
    which = f" ({', '.join(named)})" if named else ""
    return f"code/requirements.txt could not be installed{which}: {tail}"


def _is_named(requirement: str, text: str) -> bool:
    project = _PROJECT.match(requirement)
    if project is None:
        return False
    word = rf"(?<![\w-]){re.escape(project[1])}(?![\w-])"
    return re.search(word, text, re.IGNORECASE) is not None


def _tail(lines: list[bytes]) -> str:
    """Return the last lines that say something; pip warns of whatever index it misses."""
    told = [line.decode(errors="replace").strip() for line in lines]
    told = [line for line in told if line and not line.startswith("WARNING:")]
    return " ".join(line[:_TOLD_CHARACTERS] for line in told[-_TOLD_LINES:])
