"""How much of it: the instance and the number of them that fit."""

from __future__ import annotations

import json
import math
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from smnb import prices
from smnb._serverless_size import SPARE

if TYPE_CHECKING:
    from smnb._recommend.workload import Workload

BUSY: Final = 0.7  # of an instance, in the busy hours
_UNMEASURED_GIB = 8  # what an instance should have where nothing is known
# Burstable ones slow down under load; Inferentia and Trainium need a compiled model.
_NOT_CHOSEN = ("ml.t2.", "ml.inf", "ml.trn")


def instance_type(workload: Workload, region: str | None = None) -> str | None:
    """Return the cheapest instance type with a known price that holds the model.

    Examples
    --------
    >>> from smnb._recommend.workload import Workload
    >>> instance_type(Workload(memory_mb=10_000)), instance_type(Workload(gpu=True))
    ('ml.m5.xlarge', 'ml.g4dn.xlarge')
    """
    unmeasured_mb = _UNMEASURED_GIB * 1024
    needed_mb = SPARE * (workload.memory_mb or unmeasured_mb / SPARE)
    for name in prices.known_instances(region):
        facts = _instances().get(name)
        if facts is None or name.startswith(_NOT_CHOSEN):
            continue
        enough = facts["memory_gib"] * 1024 >= needed_mb
        if enough and has_accelerator(name) == workload.gpu:
            return name
    return None


def instance_count(workload: Workload, name: str) -> int:
    """Return how many instances carry the busy hours, one request to a vCPU.

    Examples
    --------
    >>> from smnb._recommend.workload import Workload
    >>> hour = Workload(calls_per_month=50e6, duration_s=0.2, pattern="steady")
    >>> instance_count(hour, "ml.m5.xlarge")
    3
    """
    busy = workload.busy_at_peak
    return max(1, math.ceil(busy / (BUSY * vcpus(name)))) if busy else 1


def vcpus(name: str) -> int:
    """Return the vCPUs of an instance type."""
    return int(_instances()[name]["vcpu"])


def has_accelerator(name: str) -> bool:
    """Say whether an instance type has a GPU or the like; False if it is not known.

    Examples
    --------
    >>> has_accelerator("ml.g4dn.xlarge"), has_accelerator("ml.m5.large")
    (True, False)
    """
    return bool(_instances().get(name, {}).get("accelerator"))


@cache
def _instances() -> dict[str, Any]:
    text = files("smnb").joinpath("data/instances.json").read_text("utf-8")
    table: dict[str, Any] = json.loads(text)
    return table
