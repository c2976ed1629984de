"""Computes as the panel names them: choices, and words for what one runs on."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from smnb._compute import Async, RealTime, Serverless, from_tag
from smnb._hosting import TAG_COMPUTE
from smnb.errors import InvalidInputError
from smnb.jupyter.shapes import Choice, Kind

if TYPE_CHECKING:
    from smnb._compute import Compute
    from smnb._hosting import Described


def compute_in(found: Described) -> Compute | None:
    """Return what an endpoint runs on, with its own settings as far as they are known."""
    try:
        tagged = from_tag(found.tags[TAG_COMPUTE])
    except (KeyError, InvalidInputError):  # not deployed by smnb, or by another version
        tagged = None
    if tagged is not None and tagged.kind == found.kind:
        return tagged
    if found.kind == "serverless" and found.memory_mb is not None:
        return Serverless(found.memory_mb, found.concurrency or 5)
    if found.instance_type is None:
        return None
    if found.kind == "async":
        return Async(found.instance_type)
    return RealTime(found.instance_type, found.instances or 1)


def choice_of(compute: Compute) -> Choice:
    """Return a compute as a choice."""
    return Choice(
        kind=kind_of(compute.kind),
        memory_mb=getattr(compute, "memory_mb", None),
        instance_type=getattr(compute, "instance_type", None),
        instances=getattr(compute, "count", None),
    )


def kind_of(kind: str) -> Kind:
    """Return a kind of hosting as one of the shapes' three."""
    if kind == "serverless":
        return "serverless"
    return "async" if kind == "async" else "realtime"


def compute_of(choice: Choice) -> Compute:
    """Return a choice as a compute.

    Raises
    ------
    InvalidInputError
        If a number is out of its range, or an instance is wanted and none is named.
    """
    if choice["kind"] == "serverless":
        return Serverless(choice["memory_mb"])
    instance_type = choice["instance_type"]
    if instance_type is None:
        raise InvalidInputError(
            "The choice names no instance type.", hint="Choose one of the list."
        )
    if choice["kind"] == "async":
        return Async(instance_type)
    return RealTime(instance_type, choice["instances"] or 1)


def words(compute: Compute) -> str:
    """Say what it runs on, for a row.

    Examples
    --------
    >>> words(Serverless(2048)), words(RealTime("ml.m5.large", 2)), words(Async())
    ('serverless 2 GB', 'ml.m5.large x 2', 'async ml.m5.xlarge')
    """
    if isinstance(compute, Serverless):
        return f"serverless {size_words(compute)}".strip()
    if isinstance(compute, Async):
        return f"async {compute.instance_type}"
    times = f" x {compute.count}" if compute.count > 1 else ""
    return f"{compute.instance_type}{times}"


def words_of(found: Described) -> str:
    """Say what an endpoint runs on, as AWS describes it."""
    compute = compute_in(found)
    return found.compute if compute is None else words(compute)


def size_words(compute: Serverless) -> str:
    """Say a serverless size; nothing if it is still to be chosen."""
    return f"{compute.memory_mb / 1024:g} GB" if compute.memory_mb else ""


def move_words(before: Compute | None, after: Compute) -> tuple[str, str]:
    """Say what changes, and only that.

    Examples
    --------
    >>> move_words(Serverless(4096), Serverless(2048))
    ('4 GB', '2 GB')
    >>> move_words(RealTime("ml.c5.large"), RealTime("ml.c5.large", 2))
    ('1 instance', '2 instances')
    """
    if isinstance(before, Serverless) and isinstance(after, Serverless):
        if before.memory_mb != after.memory_mb:
            return size_words(before), size_words(after)
        return (
            f"{before.max_concurrency} at a time",
            f"{after.max_concurrency} at a time",
        )
    if (
        isinstance(before, RealTime)
        and isinstance(after, RealTime)
        and before.instance_type == after.instance_type
    ):
        return _instances_words(before.count), _instances_words(after.count)
    return "unknown" if before is None else words(before), words(after)


def memory_mb(instance_type: str | None) -> int | None:
    """Return the memory of an instance type, MB; None if it is not known."""
    facts = _instances().get(instance_type or "")
    return None if facts is None else int(facts["memory_gib"] * 1024)


def vcpus(instance_type: str) -> int | None:
    """Return the vCPUs of an instance type; None if they are not known."""
    facts = _instances().get(instance_type)
    return None if facts is None else int(facts["vcpu"])


def has_accelerator(instance_type: str) -> bool:
    """Say whether an instance type has a GPU or the like."""
    return bool(_instances().get(instance_type, {}).get("accelerator"))


def _instances_words(count: int) -> str:
    return f"{count} instance{'s' * (count != 1)}"


@cache
def _instances() -> dict[str, Any]:
    text = files("smnb").joinpath("data/instances.json").read_text("utf-8")
    table: dict[str, Any] = json.loads(text)
    return table
