"""Which program runs in the place of a container image: what a user said, kept on disk.

Rule: a file for each name, replaced whole, so that the daemon may read and several
commands may write at the same time.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shlex
import shutil
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Final

from smnb import _runtime_file

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

ADD_COMMAND: Final = "python -m smnb.local images add"
_FOLDER: Final = "images"
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/@-]{0,254}")
_VERSION: Final = re.compile(r"(@[^/]+|:[^/:@]+(@[^/]+)?)$")
_REGISTRY: Final = re.compile(r"(localhost|[^/]*[.:][^/]*)/")
# What AWS's images of frameworks are called, in a registry of AWS in any region.
_FRAMEWORK: Final = re.compile(
    r"\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(\.cn)?/"
    r"(sagemaker-(scikit-learn|xgboost|pytorch|tensorflow|mxnet|chainer)"
    r"|(huggingface-)?(pytorch|tensorflow|mxnet)-inference"
    r"|autogluon-inference|djl-inference)"
)


class ImagesError(Exception):
    """A mapping that cannot be kept, or is not there; the message says why."""


@dataclass(frozen=True)
class ImageProgram:
    """What runs in the place of an image.

    Parameters
    ----------
    command
        Program and arguments; ``{port}`` and ``{model_dir}`` in them are filled in.
    folder
        Where it runs.
    """

    command: Sequence[str]
    folder: str

    def __str__(self) -> str:
        return f"{shlex.join(self.command)} (in {self.folder})"

    def arguments(self, port: int, model_dir: Path) -> list[str]:
        """Return the command for one start.

        Examples
        --------
        >>> from pathlib import Path
        >>> serve = ImageProgram(["serve", "--port={port}", "{model_dir}/a"], "/")
        >>> serve.arguments(8123, Path("/opt/ml/model"))
        ['serve', '--port=8123', '/opt/ml/model/a']
        """
        values = {"{port}": str(port), "{model_dir}": str(model_dir)}
        return [
            re.sub(r"\{port\}|\{model_dir\}", lambda found: values[found[0]], word)
            for word in self.command
        ]


class Images:
    """The mappings in a data directory, read anew each time."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._root = data_dir / _FOLDER

    def add(self, name: str, command: str, folder: Path) -> ImageProgram:
        """Keep what runs for a name, in place of what did before.

        Parameters
        ----------
        name
            See `find`.
        command
            As in a shell, but no shell runs it. The program is looked for on PATH, or
            from `folder` if it is a path, now and not when it runs.
        folder
            Where it is to run.

        Raises
        ------
        ImagesError
            If the name is none of an image, or the program is not there.
        """
        if not _NAME.fullmatch(name):
            raise ImagesError(f"{name!r} is no name of an image.")
        try:
            first, *rest = shlex.split(command)
        except ValueError as error:  # a quote that is not closed, or nothing at all
            raise ImagesError(f"{command!r} is no command: {error}") from None
        found = shutil.which(folder / first if os.sep in first else first)
        if found is None:
            raise ImagesError(f"There is no program {first!r} to run.")
        program = ImageProgram([os.path.abspath(found), *rest], str(folder))  # noqa: PTH100 (a link in a virtual environment must stay one)
        self._root.mkdir(mode=0o700, exist_ok=True)
        path = self._path(name)
        partial = path.with_suffix(f".{os.getpid()}")
        partial.write_text(json.dumps({"name": name, **asdict(program)}), "utf-8")
        partial.replace(path)
        return program

    def remove(self, name: str) -> None:
        """Forget a name; raises ImagesError if it is not there."""
        try:
            self._path(name).unlink()
        except FileNotFoundError:
            raise ImagesError(f"No program is kept for {name}.") from None

    def all(self) -> dict[str, ImageProgram]:
        """Return every mapping, by name."""
        kept = filter(None, map(_read, self._root.glob("*.json")))
        return dict(sorted(kept, key=lambda one: one[0]))

    def find(self, image: str) -> ImageProgram | None:
        """Return what runs for an image's URI, if that was said.

        A name stands for the image with exactly that URI; without tag or digest for
        every version of it, and without registry for that repository in any registry.
        The longest name wins.
        """
        for name in names_of(image):
            if kept := _read(self._path(name)):
                return kept[1]
        return None

    def hint(self, image: str) -> str:
        """Return the command that says what is to run for an image."""
        text = f"{ADD_COMMAND} {image or 'NAME'} --command …"
        if self._data_dir != _runtime_file.data_dir():
            text += f" --data-dir {shlex.quote(str(self._data_dir))}"
        return text

    def _path(self, name: str) -> Path:
        return self._root / f"{hashlib.sha256(name.encode()).hexdigest()[:32]}.json"


def _read(path: Path) -> tuple[str, ImageProgram] | None:
    """Return the name that a file is for and what runs; None if it is not there."""
    try:
        kept = json.loads(path.read_bytes())
    except FileNotFoundError:  # another process may have removed it
        return None
    return kept["name"], ImageProgram(kept["command"], kept["folder"])


def names_of(image: str) -> list[str]:
    """Return the names that stand for an image, the most exact one first.

    Examples
    --------
    >>> names_of("localhost:5000/team/faces:1")
    ['localhost:5000/team/faces:1', 'localhost:5000/team/faces', 'team/faces:1', 'team/faces']
    """
    registry = _REGISTRY.match(image)
    inside = image[registry.end() :] if registry else image
    return list(
        dict.fromkeys(
            (image, _VERSION.sub("", image), inside, _VERSION.sub("", inside))
        )
    )


def is_framework(image: str) -> bool:
    """Whether an image is one of AWS's own that run a model's ``code/inference.py``.

    Examples
    --------
    >>> is_framework("763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-inference:2.3.0")
    True
    >>> is_framework("pytorch-inference:2.3.0")
    False
    """
    return _FRAMEWORK.match(image) is not None
