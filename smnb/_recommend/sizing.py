"""How much of it: the serverless size, the instance and their number that fit."""

from __future__ import annotations

import json
import math
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from smnb import prices
from smnb._limits import LIMITS

if TYPE_CHECKING:
    from smnb._recommend.workload import Workload

SPARE: Final = 1.2  # 20 % more memory than was measured
DEFAULT_MB: Final = 2048  # AWS's own default where nothing is known
BUSY: Final = 0.7  # of an instance, in the busy hours
_UNMEASURED_GIB = 8  # what an instance should have where nothing is known
# Burstable ones slow down under load; Inferentia and Trainium need a compiled model.
_NOT_CHOSEN = ("ml.t2.", "ml.inf", "ml.trn")


def serverless_sizes() -> tuple[int, ...]:
    """Return the six sizes, MB."""
    return tuple(
        range(
            LIMITS["serverless_memory_min_mb"].value,
            LIMITS["serverless_memory_max_mb"].value + 1,
            LIMITS["serverless_memory_step_mb"].value,
        )
    )


def serverless_mb(memory_mb: float | None) -> int | None:
    """Return the smallest size that holds `memory_mb` with a fifth to spare.

    At least 2048 MB, AWS's default; None if none of the six holds it.

    Examples
    --------
    >>> serverless_mb(None), serverless_mb(640), serverless_mb(1800), serverless_mb(6000)
    (2048, 2048, 3072, None)
    """
    needed = SPARE * (memory_mb or 0)
    fitting = [mb for mb in serverless_sizes() if mb >= max(needed, DEFAULT_MB)]
    return fitting[0] if fitting else None


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
        if enough and bool(facts["accelerator"]) == workload.gpu:
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


@cache
def _instances() -> dict[str, Any]:
    text = files("smnb").joinpath("data/instances.json").read_text("utf-8")
    table: dict[str, Any] = json.loads(text)
    return table
