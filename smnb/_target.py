"""What ``SMNB_TARGET`` names: AWS, the local backend, or a backend at a URL."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from smnb import __version__, _runtime_file
from smnb.errors import ConfigurationError, LocalBackendError

_LOCAL_ROLE = "arn:aws:iam::000000000000:role/smnb-local"
_LOCAL_IMAGE = "smnb.local/python:latest"
_START_TIMEOUT_S = 120  # an older one may have to stop first, and its models
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


@dataclass(frozen=True)
class Target:
    """Where the AWS calls go, and what stands in for what only AWS has.

    Parameters
    ----------
    label
        ``"local"``, ``"aws"``, or the URL; shown in every repr.
    endpoint_url
        None lets boto3 find AWS.
    access_key, secret_key
        Keys of the local backend; None leaves credentials to boto3's own chain.
    role, image
        Used where the user names none; None means that the user must.
    makes_bucket
        Whether a missing default bucket is created without asking.
    bills
        Whether what runs there costs money.
    """

    label: str
    endpoint_url: str | None = None
    access_key: str | None = None
    secret_key: str | None = field(default=None, repr=False)
    role: str | None = None
    image: str | None = None
    makes_bucket: bool = False
    bills: bool = True

    @property
    def is_loopback(self) -> bool:
        """Whether the calls stay on this machine."""
        return urlsplit(self.endpoint_url or "").hostname in _LOOPBACK


def resolve(name: str | None = None) -> Target:
    """Return the target called `name`, starting the local backend if it is meant.

    Parameters
    ----------
    name
        ``"local"``, ``"aws"`` or ``"http://127.0.0.1:PORT"``; None takes
        ``SMNB_TARGET``, and without that ``"local"``.

    Raises
    ------
    ConfigurationError
        If the name is none of these.
    LocalBackendError
        If the local backend does not start.
    """
    name = name or os.environ.get("SMNB_TARGET") or "local"
    if name == "aws":
        return Target("aws")
    if name == "local":
        return _local()
    url = urlsplit(name)
    if url.scheme not in ("http", "https") or not url.hostname:
        raise ConfigurationError(
            f"{name!r} is not a target.",
            hint="Set SMNB_TARGET to local, aws, or the URL of a local backend.",
        )
    if url.hostname not in _LOOPBACK:
        raise ConfigurationError(
            f"{name} is not on this machine; requests to it would not be encrypted "
            "or answered by AWS.",
            hint="Use SMNB_TARGET=aws for AWS, or a URL on 127.0.0.1.",
        )
    return _stand_in(name.rstrip("/"), label=name)


def _stand_in(
    url: str, *, label: str, access: str | None = None, secret: str | None = None
) -> Target:
    return Target(
        label,
        endpoint_url=url,
        access_key=access,
        secret_key=secret,
        role=_LOCAL_ROLE,
        image=_LOCAL_IMAGE,
        makes_bucket=True,
        bills=False,
    )


def _local() -> Target:
    """Find the running daemon, or start it as a program of its own."""
    if sys.platform == "win32":
        raise LocalBackendError(
            "The local backend runs on Linux and macOS.",
            hint="Run Python in WSL (wsl --install), or use AWS: SMNB_TARGET=aws.",
        )
    try:
        found = _runtime_file.read(_runtime_file.data_dir())
    except _runtime_file.NoHomeError as error:
        raise LocalBackendError(
            "The local backend has no place for its data.", hint=str(error)
        ) from None
    # One of another version may have to be replaced by ours: `start` decides.
    if (
        found is None
        or found.version != __version__
        or not _runtime_file.answers(found)
    ):
        found = _start()
    return _stand_in(
        found.url, label="local", access=found.access_key, secret=found.secret_key
    )


def _start() -> _runtime_file.RuntimeFile:
    folder = str(_runtime_file.data_dir())
    command = [sys.executable, "-m", "smnb.local", "start", "--data-dir", folder]
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=_START_TIMEOUT_S,
            check=False,
            # Python looks for modules in its folder first: not in the user's.
            cwd=sys.prefix,
        )
        if done.returncode == 0:
            return _runtime_file.RuntimeFile(**json.loads(done.stdout))
        reason = done.stderr.strip().splitlines()[-1:] or ["no reason was given"]
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        reason = [str(error)]
    raise LocalBackendError(
        f"The local backend did not start: {reason[0]}",
        hint="Run it in a terminal to see more: python -m smnb.local serve",
    )
