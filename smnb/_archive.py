"""SageMaker's model archive: what a folder or an archive holds, and packing of folders.

Packing is deterministic: same files, same bytes.
"""

from __future__ import annotations

import gzip
import hashlib
import shlex
import tarfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from smnb.errors import InvalidInputError

ENTRY = "code/inference.py"
REQUIREMENTS = "code/requirements.txt"
CONFIG = "config.json"
_READ = {ENTRY, REQUIREMENTS, CONFIG}
_LONGEST_READ_BYTES = 4 << 20
_JUNK = {
    ".DS_Store",
    ".git",
    ".ipynb_checkpoints",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    "__MACOSX",
    "__pycache__",
}
# Weights hardly compress; higher levels only take longer.
_GZIP_LEVEL = 1


@dataclass(frozen=True)
class Contents:
    """The files of a folder or an archive.

    Parameters
    ----------
    where
        The folder or archive.
    names
        Of its files, relative to it.
    size_bytes
        Their total size, unpacked.
    texts
        Contents of the few that are looked into, by name.
    junk
        Files that no model needs; a folder's are not packed.
    """

    where: Path
    names: tuple[str, ...]
    size_bytes: int
    texts: dict[str, bytes] = field(default_factory=dict)
    junk: tuple[str, ...] = ()

    @property
    def is_folder(self) -> bool:
        """Whether it is still to be packed."""
        return self.where.is_dir()


def read_folder(folder: Path) -> Contents:
    """List a folder that is to be packed.

    Raises
    ------
    InvalidInputError
        If it is empty or has links.
    """
    files = _files(folder)
    if not files:
        raise InvalidInputError(
            f"The folder {folder} is empty.",
            hint=f"Put the model's files and {ENTRY} into it.",
        )
    names, texts, size = [], {}, 0
    for path in files:
        if path.is_symlink():
            there = folder.resolve()
            copy = there.with_name(f"{there.name}-without-links")
            raise InvalidInputError(
                f"{path} is a link; SageMaker's archives have none.",
                hint="Give a copy with the files themselves: "
                f"cp -rL {shlex.quote(str(there))} {shlex.quote(str(copy))}",
            )
        name = path.relative_to(folder).as_posix()
        names.append(name)
        size += path.stat().st_size
        if name in _READ and path.stat().st_size <= _LONGEST_READ_BYTES:
            texts[name] = path.read_bytes()
    return Contents(folder, tuple(names), size, texts)


def read_archive(path: Path) -> Contents:
    """List a ``.tar.gz`` that is to be uploaded as it is.

    Raises
    ------
    InvalidInputError
        If it is no whole gzip tar, or has unsafe names or links.
    """
    try:
        with tarfile.open(path, "r:gz") as archive:
            return _members(archive, path)
    except (tarfile.TarError, EOFError, OSError, zlib.error) as error:
        raise InvalidInputError(
            f"{path} is no whole .tar.gz archive: {error}",
            hint="Make it again: tar -czf model.tar.gz -C model/ .  "
            "Or give the folder itself.",
        ) from error


def pack_folder(folder: Path, archive: Path) -> Path:
    """Pack `folder` into `archive`, the same bytes for the same files."""
    with (
        archive.open("wb") as file,
        # Without a name and a time in its header, gzip's output repeats.
        gzip.GzipFile("", "wb", _GZIP_LEVEL, file, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.GNU_FORMAT) as tar,
    ):
        for path in _files(folder):
            info = tarfile.TarInfo(path.relative_to(folder).as_posix())
            info.size = path.stat().st_size
            info.mode = 0o755 if path.stat().st_mode & 0o100 else 0o644
            with path.open("rb") as content:
                tar.addfile(info, content)
    return archive


def sha256(path: Path) -> str:
    """Return the digest of a file, hexadecimal; it is not read into memory as a whole."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    return digest.hexdigest()


def _files(folder: Path) -> list[Path]:
    found = []
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder).parts
        if not _is_junk(inside) and (path.is_file() or path.is_symlink()):
            found.append(path)
    return found


def _is_junk(parts: tuple[str, ...]) -> bool:
    return bool(_JUNK.intersection(parts)) or parts[-1].startswith("._")


def _members(archive: tarfile.TarFile, path: Path) -> Contents:
    names, junk, texts, size = [], [], {}, 0
    for member in archive:
        name = PurePosixPath(member.name)
        _check_member(member, name, path)
        if not member.isfile():
            continue
        size += member.size
        if _is_junk(name.parts):
            junk.append(str(name))
            continue
        names.append(str(name))
        if str(name) in _READ and member.size <= _LONGEST_READ_BYTES:
            content = archive.extractfile(member)
            texts[str(name)] = content.read() if content else b""
    return Contents(path, tuple(names), size, texts, tuple(junk))


def _check_member(member: tarfile.TarInfo, name: PurePosixPath, path: Path) -> None:
    if name.is_absolute() or ".." in name.parts:
        raise InvalidInputError(
            f"{path} has a member {member.name!r} that points outside of it.",
            hint="Make it again from inside the folder: tar -czf model.tar.gz -C model/ .",
        )
    if not (member.isfile() or member.isdir()):
        raise InvalidInputError(
            f"{path} has {member.name!r}, a link or device; SageMaker takes files.",
            hint="Make it again with the files themselves: tar -czhf model.tar.gz "
            "-C model/ .",
        )
