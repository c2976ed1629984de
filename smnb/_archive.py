"""SageMaker's model archive: its layout checked, and a folder packed into one.

Model code is parsed, never run. Packing is deterministic: same files, same bytes.
"""

from __future__ import annotations

import ast
import gzip
import tarfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from smnb.errors import InvalidInputError

_ENTRY = "code/inference.py"
_HANDLERS = ("model_fn", "input_fn", "predict_fn", "output_fn", "transform_fn")
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
class Layout:
    """What a folder or an archive holds.

    Parameters
    ----------
    unpacked_bytes
        Total size of its files.
    handlers
        Handler functions that ``code/inference.py`` defines; empty without one.
    accepts
        Its ``ACCEPTS``; None if it declares none.
    """

    unpacked_bytes: int
    handlers: tuple[str, ...] = ()
    accepts: tuple[str, ...] | None = None


def check_folder(folder: Path, *, needs_code: bool) -> Layout:
    """Check a folder that is to be packed.

    Raises
    ------
    InvalidInputError
        If it is empty, has links, or its ``inference.py`` is missing or wrong.
    """
    files = _files(folder)
    if not files:
        raise InvalidInputError(
            f"The folder {folder} is empty.",
            hint=f"Put the model's files and {_ENTRY} into it.",
        )
    for path in files:
        if path.is_symlink():
            raise InvalidInputError(
                f"{path} is a link; SageMaker's archives have none.",
                hint=f"Replace it by the file itself: cp --remove-destination "
                f"$(readlink -f {path}) {path}",
            )
    size = sum(path.stat().st_size for path in files)
    entry = folder / _ENTRY
    if entry.is_file():
        return _read_code(entry.read_bytes(), str(entry), size)
    if needs_code:
        names = [path.relative_to(folder).as_posix() for path in files]
        raise _no_entry(str(folder), names)
    return Layout(size)


def check_archive(path: Path, *, needs_code: bool) -> Layout:
    """Check a ``.tar.gz`` that is to be uploaded as it is.

    Raises
    ------
    InvalidInputError
        If it is no whole gzip tar, has unsafe names or links, or its
        ``inference.py`` is missing or wrong.
    """
    try:
        with tarfile.open(path, "r:gz") as archive:
            return _check_members(archive, path, needs_code=needs_code)
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


def _files(folder: Path) -> list[Path]:
    found = []
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder).parts
        if not _JUNK.intersection(inside) and (path.is_file() or path.is_symlink()):
            found.append(path)
    return found


def _check_members(archive: tarfile.TarFile, path: Path, *, needs_code: bool) -> Layout:
    size, names, code = 0, [], None
    for member in archive:
        name = PurePosixPath(member.name)
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
        if member.isfile():
            size += member.size
            names.append(str(name))
            if str(name) == _ENTRY:
                code = _content(archive.extractfile(member))
    if code is not None:
        return _read_code(code, f"{path}:{_ENTRY}", size)
    if needs_code:
        raise _no_entry(str(path), names)
    return Layout(size)


def _content(file: IO[bytes] | None) -> bytes:
    return file.read() if file else b""


def _no_entry(where: str, names: list[str]) -> InvalidInputError:
    """Explain a missing code/inference.py by where else one lies."""
    others = [name for name in names if PurePosixPath(name).name == "inference.py"]
    if others:
        return InvalidInputError(
            f"{where} has {others[0]}, but SageMaker reads {_ENTRY}.",
            hint=f"Move it to {_ENTRY}.",
        )
    return InvalidInputError(
        f"{where} has no {_ENTRY}, so nothing says how to run the model.",
        hint=f"Write {_ENTRY} with model_fn(model_dir) and predict_fn(data, model), "
        "or name a container: Model(…, image=…).",
    )


def _read_code(source: bytes, where: str, size: int) -> Layout:
    """Parse inference.py: syntax, handler functions, ACCEPTS."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        raise InvalidInputError(
            f"{where}, line {line or '?'}: {error}",
            hint="Correct it: it would fail when the container starts.",
        ) from error
    handlers = _functions(tree)
    if not {"model_fn", "transform_fn"} & set(handlers):
        raise InvalidInputError(
            f"{where} defines no handler function"
            f"{' but ' + ', '.join(handlers) if handlers else ''}.",
            hint="Define model_fn(model_dir), and predict_fn(data, model) if the model "
            "is not called like a function.",
        )
    return Layout(size, handlers, _declared_accepts(tree, where))


def _functions(tree: ast.Module) -> tuple[str, ...]:
    """Names of the handlers that the module defines or imports."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            names.add(node.name)
        elif isinstance(node, ast.ImportFrom | ast.Import):
            names.update(alias.asname or alias.name for alias in node.names)
        elif isinstance(node, ast.Assign):
            names.update(t.id for t in node.targets if isinstance(t, ast.Name))
    return tuple(name for name in _HANDLERS if name in names)


def _declared_accepts(tree: ast.Module, where: str) -> tuple[str, ...] | None:
    for node in tree.body:
        if isinstance(node, ast.Assign):
            targets, value = node.targets, node.value
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            targets, value = [node.target], node.value
        else:
            continue
        if any(isinstance(t, ast.Name) and t.id == "ACCEPTS" for t in targets):
            return _literal(value, where)
    return None


def _literal(value: ast.expr, where: str) -> tuple[str, ...]:
    try:
        accepts = ast.literal_eval(value)
    except ValueError:
        accepts = None
    if isinstance(accepts, str):
        accepts = (accepts,)
    if not isinstance(accepts, tuple | list) or not all(
        isinstance(item, str) for item in accepts
    ):
        raise InvalidInputError(
            f"{where}: ACCEPTS is read and not run, so it must be written out.",
            hint='For example: ACCEPTS = ("image/jpeg", "image/png")',
        )
    return tuple(accepts)
