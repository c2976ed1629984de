"""How much of it: the instance and the number of them that fit."""

from __future__ import annotations

import json
import math
import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from smnb import prices
from smnb._serverless_size import SPARE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smnb._recommend.workload import Workload

BUSY: Final = 0.7  # of an instance, in the busy hours
_UNMEASURED_GIB = 8  # what an instance should have where nothing is known
# Burstable ones slow down under load; Inferentia and Trainium need a compiled model.
_NOT_CHOSEN = ("ml.t2.", "ml.inf", "ml.trn")
# How `data/instances.json` writes accelerators: "4x NVIDIA T4 (16.0 GiB each)".
_ACCELERATORS: Final = re.compile(r"(\d+)x .+ \(([\d.]+) GiB each\)")


def instance_types(workload: Workload, region: str | None = None) -> Iterator[str]:
    """Tell the instance types with a known price that hold the model, cheapest first.

    One with GPUs holds it in its own memory and, all together, in theirs.

    Examples
    --------
    >>> from smnb._recommend.workload import Workload
    >>> next(instance_types(Workload(memory_mb=10_000)))
    'ml.m5.xlarge'
    >>> next(instance_types(Workload(gpu=True)))
    'ml.g4dn.xlarge'
    """
    unmeasured_mb = _UNMEASURED_GIB * 1024
    needed_mb = SPARE * (workload.memory_mb or unmeasured_mb / SPARE)
    for name in prices.known_instances(region):
        facts = _instances().get(name)
        if facts is None or name.startswith(_NOT_CHOSEN):
            continue
        if has_accelerator(name) != workload.gpu:
            continue
        held_gib = facts["memory_gib"]
        if workload.gpu and workload.memory_mb is not None:
            held_gib = min(held_gib, math.prod(_accelerators(name)))
        if held_gib * 1024 >= needed_mb:
            yield name


def instance_count(workload: Workload, name: str) -> int:
    """Return how many instances carry the busy hours.

    Examples
    --------
    >>> from smnb._recommend.workload import Workload
    >>> hour = Workload(calls_per_month=50e6, duration_s=0.2, pattern="steady")
    >>> instance_count(hour, "ml.m5.xlarge")
    3
    """
    busy = workload.busy_at_peak
    return max(1, math.ceil(busy / (BUSY * at_once(name)))) if busy else 1


def queue_count(workload: Workload, name: str) -> int:
    """Return how many instances keep up where a queue levels out the busy hours.

    Examples
    --------
    >>> from smnb._recommend.workload import Workload
    >>> month = Workload(calls_per_month=100_000, duration_s=120, pattern="bursts")
    >>> queue_count(month, "ml.m5.xlarge")
    2
    """
    busy = workload.busy
    return max(1, math.ceil(busy / (BUSY * at_once(name)))) if busy else 1


def at_once(name: str) -> int:
    """Return the requests that an instance works on: one to a GPU, else to a vCPU.

    Examples
    --------
    >>> at_once("ml.m5.xlarge"), at_once("ml.g4dn.12xlarge"), at_once("ml.g4dn.xlarge")
    (4, 4, 1)
    """
    count, _ = _accelerators(name)
    return count or int(_instances()[name]["vcpu"])


def has_accelerator(name: str) -> bool:
    """Say whether an instance type has a GPU or the like; False if it is not known.

    Examples
    --------
    >>> has_accelerator("ml.g4dn.xlarge"), has_accelerator("ml.m5.large")
    (True, False)
    """
    return bool(_instances().get(name, {}).get("accelerator"))


def _accelerators(name: str) -> tuple[int, float]:
    """Return how many accelerators an instance type has, and the GiB of each."""
    found = _ACCELERATORS.fullmatch(_instances()[name]["accelerator"] or "")
    return (int(found[1]), float(found[2])) if found else (0, 0.0)


@cache
def _instances() -> dict[str, Any]:
    text = files("smnb").joinpath("data/instances.json").read_text("utf-8")
    table: dict[str, Any] = json.loads(text)
    return table
