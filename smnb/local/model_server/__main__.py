"""Load the user's module and model, then serve; say on the last line why it cannot."""

from __future__ import annotations

import argparse
import importlib.util
import os
import signal
import socket
import sys
import threading
import traceback
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from . import front
from .contract import Model
from .formats import JSON
from .server import Server

if TYPE_CHECKING:
    from types import ModuleType


def main() -> None:
    """Run the program."""
    parser = argparse.ArgumentParser(prog="model_server", description=__doc__)
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument(
        "serve",
        nargs="?",
        choices=["serve"],
        help="as AWS starts a container: on port 8080, by several processes",
    )
    where.add_argument("--socket", type=Path, help="path of a Unix socket to make")
    parser.add_argument(
        "--exit-with-stdin", action="store_true", help="end when standard input ends"
    )
    arguments = parser.parse_args()
    if arguments.serve:
        sys.exit(front.serve())
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    if arguments.exit_with_stdin:
        _exit_with_stdin(arguments.socket)
    model_dir = Path(os.environ.get("SAGEMAKER_BASE_DIR", "/opt/ml"), "model").resolve()
    try:
        model = _load(model_dir)
    except BaseException as error:  # noqa: BLE001 (the process's edge)
        _give_up(error, model_dir)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(arguments.socket))
        listener.listen(128)
        Server(listener, model).run()


def _load(model_dir: Path) -> Model:
    """Import the user's module from where AWS's containers look, and load its model."""
    code = Path(os.environ.get("SAGEMAKER_SUBMIT_DIRECTORY", ""))
    if not code.is_absolute() or not code.is_dir():  # unset, or an s3:// URI
        code = model_dir / "code"
    path = code / os.environ.get("SAGEMAKER_PROGRAM", "inference.py")
    if not path.is_file():
        raise FileNotFoundError(
            f"The model has no {code.name}/{path.relative_to(code)}."
        )
    sys.path[0] = str(code)
    os.chdir(model_dir)
    accept = os.environ.get("SAGEMAKER_DEFAULT_INVOCATIONS_ACCEPT", JSON)
    return Model(_import(path), str(model_dir), accept)


def _import(path: Path) -> ModuleType:
    """Import a file by its path, under its own name so that pickles find its classes."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path.name} is no Python file.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


def _give_up(error: BaseException, model_dir: Path) -> NoReturn:
    traceback.print_exception(type(error), error, error.__traceback__)
    print(f"{type(error).__name__}: {error}{_place(error, model_dir)}", file=sys.stderr)  # noqa: T201
    sys.stdout.flush()
    os._exit(1)  # nothing that the user's code started may print after this


def _place(error: BaseException, model_dir: Path) -> str:
    """Return the last place in the model's own code that led to `error`."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [f for f in frames if Path(f.filename).is_relative_to(model_dir)]
    return f" ({Path(own[-1].filename).name}, line {own[-1].lineno})" if own else ""


def _exit_with_stdin(socket_path: Path) -> None:
    """End all of this when standard input ends: then the parent has ended, however."""
    lifeline = os.dup(0)
    with Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)

    def watch() -> None:
        while os.read(lifeline, 1):
            pass
        with suppress(OSError):  # the folder was made for it, and for its siblings
            socket_path.unlink()
            socket_path.parent.rmdir()
        if os.getpgrp() == os.getpid():
            os.killpg(os.getpid(), signal.SIGKILL)  # what the user's code started, too
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


if __name__ == "__main__":
    main()
