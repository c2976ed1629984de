"""Have expired deployments removed, by the program that also removes them on AWS.

The daemon itself knows only whether an endpoint's tag ``smnb:expires`` is in the past;
what belongs to the endpoint is the SDK's matter: ``python -m smnb reap``.
"""

from __future__ import annotations

import asyncio
import logging
import os
import subprocess
import sys
import time
from contextlib import suppress
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from smnb._runtime_file import RuntimeFile
    from smnb.local.state import State

_LOOK_EVERY_S: Final = 5.0
_TIMEOUT_S: Final = 600.0
_OVERDUE: Final = """
SELECT r.region, t.arn, t.value FROM sagemaker_tags t
JOIN sagemaker_resources r ON r.arn = t.arn
JOIN sagemaker_tags d ON d.arn = t.arn AND d.key = 'smnb:deployment'
WHERE r.kind = 'endpoint' AND t.key = 'smnb:expires'
"""
_log = logging.getLogger(__name__)


class Expiry:
    """Looks for expired endpoints, and runs the program that removes them.

    An endpoint that is still there afterwards is tried again after twice the time: its
    requests, which count as use of the daemon, must not keep it from stopping.
    """

    def __init__(self, state: State, daemon: RuntimeFile) -> None:
        self._db = state.db
        self._daemon = daemon
        self._watching: asyncio.Task[None] | None = None
        self._not_before: dict[str, tuple[float, float]] = {}

    async def start(self) -> None:
        """Begin to look."""
        self._watching = asyncio.create_task(self._watch())

    async def stop(self) -> None:
        """Look no more; a program that runs is ended, since it asks this daemon."""
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.wait([self._watching])

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_EVERY_S)
            overdue = self._overdue()
            for region in sorted(set(overdue.values())):
                await _run(_environment(self._daemon, region))
            self._wait_for_those_left(overdue)

    def _overdue(self) -> dict[str, str]:
        """Return the region of each expired endpoint that is to be tried now."""
        clock = time.monotonic()
        return {
            row["arn"]: row["region"]
            for row in self._db.execute(_OVERDUE)
            if _is_past(row["value"])
            and self._not_before.get(row["arn"], (0.0, 0.0))[0] <= clock
        }

    def _wait_for_those_left(self, tried: dict[str, str]) -> None:
        there = {row["arn"] for row in self._db.execute(_OVERDUE)}
        for arn in tried:
            _, pause_s = self._not_before.pop(arn, (0.0, _LOOK_EVERY_S))
            if arn in there:
                until = time.monotonic() + pause_s * 2
                self._not_before[arn] = until, pause_s * 2


async def _run(environment: dict[str, str]) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "smnb",
        "reap",
        env=environment,
        # Python looks for modules in its folder first: not in the user's.
        cwd=sys.prefix,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    said = b"out of time"
    try:
        with suppress(asyncio.TimeoutError):
            said, _ = await asyncio.wait_for(process.communicate(), _TIMEOUT_S)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    text = said.decode(errors="replace").strip()
    _log.info("reap ended with %s: %s", process.returncode, text)


def _environment(daemon: RuntimeFile, region: str) -> dict[str, str]:
    """Return the environment of a client of this daemon, and of no other place."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")}
    return kept | {
        "SMNB_TARGET": daemon.url,
        "AWS_ACCESS_KEY_ID": daemon.access_key,
        "AWS_SECRET_ACCESS_KEY": daemon.secret_key,
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }


def _is_past(moment: str) -> bool:
    try:
        expires = datetime.fromisoformat(moment)
    except ValueError:  # not smnb's
        return False
    expires = expires if expires.tzinfo else expires.replace(tzinfo=timezone.utc)
    return expires <= datetime.now(timezone.utc)
