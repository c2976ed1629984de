"""What pip must install for a model's code to run in an image that has only Python.

Locally, a model sees the packages of the Python that deploys it. What it imports from
there is found by reading its code, which is never run.
"""

from __future__ import annotations

import ast
import codecs
import re
import sys
import tarfile
from importlib import metadata
from typing import TYPE_CHECKING

from smnb._distributions import packages_distributions
from smnb.errors import InvalidInputError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_REQUIREMENTS = "code/requirements.txt"
_UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def requirements_text(archive: Path, *, with_imports: bool) -> str:
    """Return the image's ``requirements.txt``.

    Parameters
    ----------
    archive
        The model's checked archive.
    with_imports
        Add what the code imports and ``code/requirements.txt`` does not name, in the
        versions that are installed here.
    """
    own, sources = "", []
    with tarfile.open(archive, "r:gz") as tar:
        for member in tar:
            name = member.name.removeprefix("./")
            content = tar.extractfile(member) if member.isfile() else None
            if content is None:
                continue
            if name == _REQUIREMENTS:
                own = _text(content.read())
            elif name.startswith("code/") and name.endswith(".py"):
                sources.append(content.read())
    lines = [f"# The model's {_REQUIREMENTS}:", own] if own else []
    found = _installed(_imported(sources)) if with_imports else {}
    if new := [line for name, line in found.items() if name not in _named(own)]:
        lines += [
            "# Imported by the model's code, in the versions that ran here:",
            *new,
        ]
    return "\n".join(lines or ["# The model's code needs no packages."]) + "\n"


def _text(content: bytes) -> str:
    """Decode a requirements.txt, as pip does: by its byte order mark, else UTF-8."""
    encoding = "utf-16" if content.startswith(_UTF_16_MARKS) else "utf-8-sig"
    try:
        return content.decode(encoding).strip()
    except UnicodeDecodeError as error:
        raise InvalidInputError(
            f"{_REQUIREMENTS} is not UTF-8: {error}.", hint="Save it as UTF-8."
        ) from None


def _imported(sources: Iterable[bytes]) -> set[str]:
    """Return the top names of everything that the code imports."""
    names = set()
    for source in sources:
        try:
            tree = ast.parse(source)
        except (SyntaxError, ValueError):
            continue  # a template, or for another Python: nothing here could run it
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                names |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module.partition(".")[0])
    return names


def _installed(modules: Iterable[str]) -> dict[str, str]:
    """Return a requirement for each distribution that one of the modules comes from."""
    found: dict[str, str] = {}
    foreign = sorted(set(modules) - sys.stdlib_module_names)
    if not foreign:
        return found  # listing what all distributions hold takes a while
    distributions = packages_distributions()
    for module in foreign:
        names = set(distributions.get(module, ()))
        if len(names) == 1:  # a namespace of several does not tell which one is meant
            name = names.pop()
            found[_normalized(name)] = _pinned(name)
    return found


def _pinned(name: str) -> str:
    distribution = metadata.distribution(name)
    version = distribution.version.partition("+")[0]
    if distribution.read_text("direct_url.json"):
        return f"# {name} {version} was installed from a place of its own: name it here"
    return f"{name}=={version}"


def _named(requirements: str) -> set[str]:
    matches = [_NAME.match(line.strip()) for line in requirements.splitlines()]
    return {_normalized(match.group()) for match in matches if match}


def _normalized(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
