"""The requirements.txt of a pickled object: the versions that it was pickled with."""

from __future__ import annotations

import re
import sys
from importlib import metadata
from typing import TYPE_CHECKING

from smnb._distributions import packages_distributions
from smnb.errors import InvalidInputError

if TYPE_CHECKING:
    from collections.abc import Iterable

_PACKAGE_OF = {"PIL": "pillow", "sklearn": "scikit-learn"}
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def version_of(package: str) -> str | None:
    """Return the installed version, without the label of a local build; None if absent.

    Examples
    --------
    >>> version_of("no-such-package")
    """
    try:
        return metadata.version(package).partition("+")[0]
    except metadata.PackageNotFoundError:
        return None


def pinned(needed: Iterable[str], wished: Iterable[str]) -> list[str]:
    """Return the lines of a requirements.txt: `wished`, and what else is `needed`.

    Raises
    ------
    InvalidInputError
        If a wish is no requirement.

    Examples
    --------
    >>> pinned(["no-such-b", "no_such_a"], ["No.Such-A>=2"])
    ['No.Such-A>=2', 'no-such-b']
    """
    lines = {package_key(name): _pin(name) for name in needed}
    for line in wished:
        found = _NAME.match(line)
        if found is None or line != line.strip() or "\n" in line:
            raise InvalidInputError(
                f"{line!r} is no requirement.",
                hint='Write it as for pip: requirements=("pandas", "pillow>=11").',
            )
        lines[package_key(found[0])] = _pin(line) if found[0] == line else line
    return [lines[key] for key in sorted(lines)]


def package_key(name: str) -> str:
    """Return a package's name as pip compares it.

    Examples
    --------
    >>> package_key("Typing_Extensions")
    'typing-extensions'
    """
    return re.sub(r"[-_.]+", "-", name).lower()


def packages_of(modules: Iterable[str]) -> list[str]:
    """Return the installed packages that bring these modules; not Python's own.

    Examples
    --------
    >>> packages_of(["json", "cloudpickle.cloudpickle"])
    ['cloudpickle']
    """
    tops = {name.partition(".")[0] for name in modules} - sys.stdlib_module_names
    tops -= {"__main__", "__mp_main__"}
    # Most are called as their module; to look at all that is installed takes half a second.
    packages = {top: _PACKAGE_OF.get(top, top) for top in tops}
    found = {package for package in packages.values() if version_of(package)}
    others = [top for top, package in packages.items() if package not in found]
    if others:
        known = packages_distributions()
        found |= {package for top in others for package in known.get(top, ())}
    return sorted(found)


def _pin(package: str) -> str:
    version = version_of(package)
    return f"{package}=={version}" if version else package
