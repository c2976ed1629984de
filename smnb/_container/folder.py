"""Put written files into a folder, and never over what somebody else wrote there.

A list of the files with their digests tells ours from those changed since.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from smnb._archive import sha256
from smnb.errors import InvalidInputError

if TYPE_CHECKING:
    from pathlib import Path

_LIST = ".smnb.json"


def install(made: Path, folder: Path) -> None:
    """Move all files of `made` to `folder`, in place of those written there before.

    Raises
    ------
    InvalidInputError
        If the folder holds something else, or a file in it was changed; nothing is
        written then.
    """
    new = _digests(made)
    old = _check(folder, new)
    for name in new:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        (made / name).replace(target)
    for name in old.keys() - new.keys():
        (folder / name).unlink(missing_ok=True)
    (folder / _LIST).write_text(json.dumps(new, indent=1) + "\n")


def _check(folder: Path, new: dict[str, str]) -> dict[str, str]:
    """Return what was written here before; refuse to lose anything else."""
    if not folder.exists():
        return {}
    if not folder.is_dir():
        raise InvalidInputError(f"{folder} is a file.", hint="Name a folder.")
    listed = folder / _LIST
    if not listed.is_file():
        if any(folder.iterdir()):
            raise InvalidInputError(
                f"{folder} is not empty, and was not written by smnb.container().",
                hint="Name a new folder.",
            )
        return {}
    old: dict[str, str] = json.loads(listed.read_text("utf-8"))
    there = {n: sha256(folder / n) for n in old | new if (folder / n).is_file()}
    changed = [n for n, d in there.items() if d not in (old.get(n), new.get(n))]
    if changed:
        raise InvalidInputError(
            f"{folder} holds changes of yours: {', '.join(changed)}.",
            hint="Name a new folder, or delete these files to have them written again.",
        )
    return old


def _digests(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): sha256(path) for path in files}
