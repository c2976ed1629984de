"""Command line of the local backend: ``python -m smnb.local``."""

from __future__ import annotations

import argparse
import json
import math
import os
import socket
import sys
from dataclasses import asdict
from pathlib import Path

from smnb import _runtime_file
from smnb.local import environment, launch, status
from smnb.local.images import Images, ImagesError
from smnb.local.state import StateError


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    try:
        options = _parser().parse_args(arguments)
        return int(options.run(options))
    except (
        ImagesError,
        launch.LaunchError,
        StateError,
        _runtime_file.NoHomeError,
    ) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130  # what a shell makes of Ctrl-C


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m smnb.local",
        description="AWS's hosting APIs on this machine, running real models.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--data-dir",
        type=lambda text: Path(text).expanduser().absolute(),
        default=_runtime_file.data_dir(),
        help="where everything is kept (default: SMNB_DATA_DIR, else %(default)s)",
    )
    for name, run, text in (
        ("serve", _serve, "run here until Ctrl-C; the first line is the URL"),
        ("start", _start, "make sure that it runs, and print how to reach it"),
        ("env", _env, "print what a shell exports to use it, starting it if need be"),
        ("status", _status, "say whether it runs, and what it holds"),
        ("prune", _prune, "delete what nothing needs any more; objects in S3 stay"),
        ("stop", _stop, "stop it, and the models that it runs"),
    ):
        command = commands.add_parser(
            name, parents=[common], help=text, description=f"{name}: {text}."
        )
        command.set_defaults(run=run)
        if name == "serve":
            command.add_argument(
                "--port", type=int, help="default: the last one used, else any free"
            )
            # Descriptors of the lock and of the socket, from `start`.
            command.add_argument("--inherit", type=int, nargs=2, help=argparse.SUPPRESS)
        if name in ("serve", "start"):
            command.add_argument(
                "--serverless-idle-s",
                type=_seconds,
                default=launch.SERVERLESS_IDLE_S,
                help="stop a serverless model after so many seconds without a request, "
                "so that the next one is a cold start; 0: never (default: %(default)g)",
            )
            command.add_argument(
                "--idle-stop-s",
                type=_seconds,
                default=0.0 if name == "serve" else launch.IDLE_STOP_S,
                help="stop after so many seconds with nothing to do; 0: never "
                "(default: %(default)g)",
            )
        if name == "stop":
            command.add_argument(
                "--purge", action="store_true", help="and delete all that it holds"
            )
    images = commands.add_parser("images", help=_IMAGES, description=_IMAGES)
    _add_images(images.add_subparsers(required=True, metavar="COMMAND"), common)
    return parser


_IMAGES = "say which program runs in the place of a container image"
_NAME = """image URI; without tag or digest: every version of it; without registry:
that repository in any registry"""
_COMMAND = """what serves /ping and /invocations over HTTP on 127.0.0.1, at {port}, which
is also SAGEMAKER_BIND_TO_PORT; the model's files are in {model_dir}. It runs in the
present folder, without a shell"""


def _add_images(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    common: argparse.ArgumentParser,
) -> None:
    for name, run, text in (
        ("add", _add_image, "run a program for an image, from its next start on"),
        ("list", _list_images, "show what runs for which image"),
        ("remove", _remove_image, "run nothing for an image any more"),
    ):
        command = commands.add_parser(
            name, parents=[common], help=text, description=f"images {name}: {text}."
        )
        command.set_defaults(run=run)
        if name != "list":
            command.add_argument("name", metavar="NAME", help=_NAME)
        if name == "add":
            command.add_argument("--command", required=True, help=_COMMAND)


def _seconds(text: str) -> float:
    value = float(text)
    if not 0 <= value < math.inf:
        raise ValueError
    return value


def _serve(options: argparse.Namespace) -> int:
    import logging

    from smnb.local import server

    os.umask(0o077)  # models and data are the user's alone
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("smnb").setLevel(logging.INFO)
    data_dir: Path = options.data_dir
    if options.inherit:
        server.run(data_dir, _inherited(*options.inherit), _idle_limits(options))
        return 0
    if launch.lock(data_dir) is None:
        raise launch.LaunchError(
            f"A local backend is already running for {data_dir}: "
            "see python -m smnb.local status"
        )
    listener = launch.listen(data_dir, options.port)
    server.run(
        data_dir,
        listener,
        _idle_limits(options),
        announce=lambda: _announce(listener, data_dir),
    )
    return 0


def _idle_limits(options: argparse.Namespace) -> launch.IdleLimits:
    return launch.IdleLimits(options.idle_stop_s, options.serverless_idle_s)


def _inherited(lock: int, listening: int) -> socket.socket:
    """Take over what `start` holds; the models' processes must not keep it."""
    for descriptor in (lock, listening):
        os.set_inheritable(descriptor, False)
    return socket.socket(fileno=listening)


def _announce(listener: socket.socket, data_dir: Path) -> None:
    option = "" if data_dir == _runtime_file.data_dir() else f" --data-dir {data_dir}"
    print(launch.url_of(listener))
    print(f'Use it from any shell: eval "$(python -m smnb.local env{option})"')
    sys.stdout.flush()


def _start(options: argparse.Namespace) -> int:
    found = launch.ensure_running(options.data_dir, _idle_limits(options))
    print(json.dumps(asdict(found)))
    return 0


def _env(options: argparse.Namespace) -> int:
    found = launch.ensure_running(options.data_dir)
    print("\n".join(environment.shell_lines(found, options.data_dir)))
    return 0


def _status(options: argparse.Namespace) -> int:
    found = launch.running(options.data_dir)
    print("\n".join(status.lines(found, options.data_dir)))
    return 0 if found else 1


def _prune(options: argparse.Namespace) -> int:
    from smnb.local.pruning import prune

    print(f"Freed {prune(options.data_dir) / 1e6:,.1f} MB.")
    return 0


def _add_image(options: argparse.Namespace) -> int:
    launch.prepare(options.data_dir)
    added = Images(options.data_dir).add(options.name, options.command, Path.cwd())
    print(f"{options.name}: {added}")
    return 0


def _list_images(options: argparse.Namespace) -> int:
    for name, program in Images(options.data_dir).all().items():
        print(f"{name}: {program}")
    return 0


def _remove_image(options: argparse.Namespace) -> int:
    Images(options.data_dir).remove(options.name)
    print(f"{options.name} is not run here any more.")
    return 0


def _stop(options: argparse.Namespace) -> int:
    data_dir: Path = options.data_dir
    was_running = launch.stop(data_dir)
    print("Stopped." if was_running else f"No local backend runs for {data_dir}.")
    if options.purge:
        launch.purge(data_dir)
        print(f"Deleted {data_dir}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
