"""The rules of choosing, read from `data/rules.json` and applied to a workload."""

from __future__ import annotations

import json
import math
import operator
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from smnb._limits import LIMITS
from smnb._text import bytes_text, seconds_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from smnb._recommend.workload import Workload

Verdict: TypeAlias = Literal["no", "against", "for", "note"]

_COMPARE: Final[dict[str, Callable[[Any, Any], bool]]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
    "is": operator.eq,
    "in": lambda value, among: value in among,
}
_BASES: Final = {"unpacked": "the size of its files"}
_UNIT_TEXT: Final[dict[str, Callable[[float], str]]] = {
    "bytes": bytes_text,
    "s": seconds_text,
    "count": "{:,}".format,
}


@dataclass(frozen=True)
class Reason:
    """What one rule says of an option.

    Parameters
    ----------
    verdict
        ``"no"`` rules it out, ``"against"`` puts it behind the others, ``"for"``
        speaks for it, ``"note"`` is what to know of it.
    text
        Why, as a sentence without its full stop.
    source
        The guidance that the rule follows.
    """

    verdict: Verdict
    text: str
    source: str


def reasons(option: str, workload: Workload) -> tuple[Reason, ...]:
    """Return what the rules say of an option for a workload."""
    facts = asdict(workload) | {"busy_at_peak": workload.busy_at_peak}
    return tuple(
        Reason(rule["verdict"], _filled(rule, workload), rule["source"])
        for rule in _table()["rules"]
        if option in rule["option"].split() and _applies(rule["if"], facts)
    )


def savings(workload: Workload, best: str | None) -> tuple[str, ...]:
    """Return what else would lower the bill, each with its condition."""
    facts = asdict(workload) | {"best": best}
    return tuple(
        rule["then"] for rule in _table()["savings"] if _applies(rule["if"], facts)
    )


def _applies(conditions: Mapping[str, list[Any]], facts: Mapping[str, Any]) -> bool:
    return all(_holds(facts[name], test) for name, test in conditions.items())


def _holds(value: Any, test: list[Any]) -> bool:
    """Say whether a fact passes a test; one that is unknown passes ``unknown`` alone."""
    if test[0] == "unknown":
        return value is None
    return value is not None and _COMPARE[test[0]](value, _bound(test[1]))


def _bound(value: Any) -> Any:
    """Return the figure itself, or that of the limit of this name."""
    return LIMITS[value].value if isinstance(value, str) and value in LIMITS else value


def _filled(rule: Mapping[str, Any], workload: Workload) -> str:
    """Put the workload's figures into the sentence."""
    text: str = rule["because"]
    return text.format(
        payload=bytes_text(workload.payload_bytes or 0),
        duration=seconds_text(workload.duration_s or 0),
        latency=seconds_text(workload.latency_s or 0),
        memory=f"{workload.memory_mb or 0:,.0f} MB",
        basis=_BASES.get(workload.memory_basis, workload.memory_basis),
        pattern=workload.pattern,
        models=workload.models,
        frameworks=workload.frameworks,
        busy=f"{math.ceil(workload.busy_at_peak or 0):,}",
        limit=_limit_text(rule["if"]),
    )


def _limit_text(conditions: Mapping[str, list[Any]]) -> str:
    for _, *bounds in conditions.values():
        if bounds and isinstance(bounds[0], str) and bounds[0] in LIMITS:
            limit = LIMITS[bounds[0]]
            return _UNIT_TEXT[limit.unit](limit.value)
    return ""


@cache
def _table() -> dict[str, Any]:
    text = files("smnb").joinpath("data/rules.json").read_text("utf-8")
    table: dict[str, Any] = json.loads(text)
    return table
