"""Command line of the SDK: ``python -m smnb``.

Results go to stdout, what is going on to stderr; the exit code is 0, 1 for an error of
smnb or a problem that the doctor finds, 2 for a wrong command line, 130 for Ctrl-C.
"""

from __future__ import annotations

import argparse
import sys

import smnb
from smnb.errors import SmnbError


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    options = _parser().parse_args(arguments)
    try:
        session = smnb.Session(
            options.target, profile=options.profile, region=options.region
        )
        return int(options.run(options, session))
    except SmnbError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130  # what a shell makes of Ctrl-C


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m smnb",
        description="Look at, and clean up, the endpoints of a place.",
    )
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--target", help="local, aws or a URL (default: SMNB_TARGET, else local)"
    )
    common.add_argument("--profile", help="AWS profile")
    common.add_argument("--region", help="AWS region")
    dry = argparse.ArgumentParser(add_help=False)
    dry.add_argument(
        "--dry-run", action="store_true", help="say what would go, and delete nothing"
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, run, parents, text in (
        ("endpoints", _endpoints, [common], "list the endpoints"),
        ("reap", _reap, [common, dry], "delete every deployment whose time is over"),
        ("delete", _delete, [common, dry], "delete an endpoint and all that it made"),
        ("doctor", _doctor, [common], "check what deploying needs"),
    ):
        command = commands.add_parser(
            name, parents=parents, help=text, description=f"{name}: {text}."
        )
        command.set_defaults(run=run)
        if name == "delete":
            command.add_argument("name", help="of the endpoint")
        if name == "doctor":
            command.add_argument(
                "model", nargs="?", help="folder, archive or s3:// URI"
            )
    return parser


def _endpoints(_options: argparse.Namespace, session: smnb.Session) -> int:
    print(repr(smnb.endpoints(session=session)))
    return 0


def _reap(options: argparse.Namespace, session: smnb.Session) -> int:
    for name in smnb.reap(session=session, dry_run=options.dry_run):
        print(name)
    return 0


def _delete(options: argparse.Namespace, session: smnb.Session) -> int:
    plan = smnb.Endpoint(options.name, session=session).delete(dry_run=options.dry_run)
    if plan is not None:
        print(repr(plan))
    return 0


def _doctor(options: argparse.Namespace, session: smnb.Session) -> int:
    report = smnb.doctor(session, model=options.model)
    print(repr(report))
    return 1 if report.problems else 0


if __name__ == "__main__":
    sys.exit(main())
