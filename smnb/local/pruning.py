"""Delete what a data directory holds and nothing needs any more.

Objects in S3 are the user's: they stay, and so do the logs of endpoints that are there.
"""

from __future__ import annotations

import os
from contextlib import closing
from typing import TYPE_CHECKING

from smnb.local import launch
from smnb.local.services.async_worker import discard_spools
from smnb.local.services.log_store import LogStore, endpoint_group
from smnb.local.services.s3 import S3Service
from smnb.local.services.sagemaker.deployments import Deployments
from smnb.local.services.sagemaker.lifecycle import deployments_in_use
from smnb.local.services.sagemaker.resources import ResourceTable
from smnb.local.state import State
from smnb.local.status import disk_use

if TYPE_CHECKING:
    from pathlib import Path


def prune(data_dir: Path) -> int:
    """Delete what nothing needs and return the bytes that are free then.

    A daemon that runs is stopped for it, and started again.

    Raises
    ------
    LaunchError
        The daemon has something to do, or `data_dir` is no data directory of smnb.
    """
    with launch.paused(data_dir):
        before_bytes = sum(disk_use(data_dir).values())
        with closing(State(data_dir)) as state:
            _prune(state)
        log = data_dir / launch.LOG_NAME
        if log.exists():
            os.truncate(log, 0)
        return before_bytes - sum(disk_use(data_dir).values())


def _prune(state: State) -> None:
    s3 = S3Service(state)  # sweeps away the blobs that no object needs
    logs = LogStore(state)
    endpoints = ResourceTable(state, "endpoint", "endpoint").everywhere()
    deployments = Deployments(state, s3.store, logs)
    deployments.discard_all_but(deployments_in_use(endpoints))
    deployments.discard_unused_environments()
    discard_spools(state)
    kept = {(found.region, endpoint_group(found.name)) for found in endpoints}
    for region, group in _endpoint_groups(state):
        if (region, group) not in kept:
            logs.delete_group(region, group)
    state.db.execute("VACUUM")


def _endpoint_groups(state: State) -> list[tuple[str, str]]:
    found = state.db.execute(
        "SELECT region, name FROM log_groups WHERE name GLOB ?", (endpoint_group("*"),)
    )
    return [(row["region"], row["name"]) for row in found]
