"""What a container's processes run: our model server, or a program in an image's place.

Each start is told anew, since a program gets a port of its own each time.
"""

from __future__ import annotations

import itertools
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from smnb import local
from smnb.local.container import guard
from smnb.local.container.address import Address, LoopbackPort, UnixSocket

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from smnb.local.images import ImageProgram

# Where the package `model_server` is, which needs nothing else of what is there.
_FOLDER: Final = Path(local.__file__).parent


@dataclass(frozen=True)
class Launch:
    """One start of a process.

    Parameters
    ----------
    command
        What is started; it ends when its standard input does.
    environment
        All of its variables.
    """

    command: Sequence[str]
    folder: Path
    environment: Mapping[str, str]
    address: Address


class Program(Protocol):
    """Says how to start a process, which then listens where the launch says."""

    def launch(self) -> Launch:
        """Return what the next start is."""


class ModelServer:
    """The model server in an interpreter, on Unix sockets in a folder."""

    def __init__(
        self, python: str, environment: Mapping[str, str], socket_dir: Path
    ) -> None:
        self._python = python
        self._environment = environment
        self._socket_dir = socket_dir
        self._numbers = itertools.count()

    def launch(self) -> Launch:
        """Return what the next start is."""
        path = self._socket_dir / str(next(self._numbers))
        command = [self._python, "-m", "model_server", "--socket", str(path)]
        return Launch(
            [*command, "--exit-with-stdin"],
            _FOLDER,
            self._environment,
            UnixSocket(path),
        )


class ImageServer:
    """A program that takes a container's place, on a TCP port."""

    def __init__(
        self, program: ImageProgram, environment: Mapping[str, str], model_dir: Path
    ) -> None:
        self._program = program
        self._environment = environment
        self._model_dir = model_dir

    def launch(self) -> Launch:
        """Return what the next start is."""
        port = LoopbackPort.free()
        arguments = self._program.arguments(port.number, self._model_dir)
        return Launch(
            [sys.executable, "-I", "-S", guard.__file__, *arguments],
            Path(self._program.folder),
            {**self._environment, "SAGEMAKER_BIND_TO_PORT": str(port.number)},
            port,
        )
