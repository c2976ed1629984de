"""One item of PutMetricData: checked, in AWS's words, and read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from smnb.local.errors import ServiceError
from smnb.local.services.statistics import Samples

if TYPE_CHECKING:
    from collections.abc import Mapping

_OLDEST_S: Final = 14 * 24 * 3600  # API: two weeks before the current date
_NEWEST_S: Final = 2 * 3600  # API: two hours after the current time
_MAX_VALUES: Final = 150  # API: values per metric and request
_MAX_MAGNITUDE: Final = 2.0**360  # API: of a value
_RESOLUTIONS_S: Final = (1, 60)
_FORMS: Final = ("Value", "StatisticValues", "Values")


def begin_of(datum: Mapping[str, Any], where: str, now: float) -> int:
    """Return when the minute, or second, begins that the datum belongs to.

    Parameters
    ----------
    where
        The datum's name in messages, such as ``"MetricData.member.1"``.
    """
    at = datum["Timestamp"].timestamp() if "Timestamp" in datum else now
    if at < now - _OLDEST_S:
        raise invalid(
            f"The parameter {where}.Timestamp must specify a time within the past two weeks."
        )
    if at > now + _NEWEST_S:
        raise invalid(
            f"The parameter {where}.Timestamp must specify a time no more than two hours"
            " in the future."
        )
    resolution_s = datum.get("StorageResolution", 60)
    if resolution_s not in _RESOLUTIONS_S:
        raise _bad(resolution_s, f"{where}.StorageResolution")
    return int(at // resolution_s * resolution_s)


def samples_of(datum: Mapping[str, Any], where: str) -> Samples:
    """Return what the datum's value, values or statistic set say."""
    forms = [form for form in _FORMS if form in datum]
    if not forms:
        raise ServiceError(
            "MissingParameter",
            f"One of the parameters {where}.Value, {where}.Values and"
            f" {where}.StatisticValues must be specified.",
        )
    if len(forms) > 1:
        raise ServiceError(
            "InvalidParameterCombination",
            f"The parameters {where}.{forms[0]} and {where}.{forms[1]} are mutually"
            " exclusive and you have specified both.",
        )
    if forms == ["StatisticValues"]:
        return _of_set(datum["StatisticValues"], f"{where}.StatisticValues")
    values = datum["Values"] if forms == ["Values"] else [datum["Value"]]
    counts = datum.get("Counts", [1.0] * len(values))
    if len(counts) != len(values):
        raise invalid(
            f"The parameters {where}.Values and {where}.Counts must be of the same size."
        )
    if not 0 < len(values) <= _MAX_VALUES:
        raise invalid(
            f"The collection {where}.Values must have a size from 1 to {_MAX_VALUES}."
        )
    taken: dict[float, float] = {}
    for value, count in zip(values, counts, strict=True):
        number = _number(value, f"{where}.{forms[0]}")
        taken[number] = taken.get(number, 0.0) + _positive(count, f"{where}.Counts")
    return Samples.of(taken)


def _of_set(given: Mapping[str, float], where: str) -> Samples:
    """Return a statistic set, with its values if they are all the same."""
    count = _positive(given["SampleCount"], f"{where}.SampleCount")
    total, low, high = (
        _number(given[name], f"{where}.{name}")
        for name in ("Sum", "Minimum", "Maximum")
    )
    if low > high:
        raise ServiceError(
            "InvalidParameterCombination",
            f"The parameter {where}.Minimum must not be greater than {where}.Maximum.",
        )
    return Samples(count, total, low, high, {low: count} if low == high else None)


def _number(value: float, where: str) -> float:
    if not -_MAX_MAGNITUDE <= value <= _MAX_MAGNITUDE:  # NaN is not either
        raise _bad(value, where)
    return value


def _positive(count: float, where: str) -> float:
    if not 0 < count <= _MAX_MAGNITUDE:
        raise _bad(count, where)
    return count


def _bad(value: float, where: str) -> ServiceError:
    return invalid(f"The value {value} for parameter {where} is invalid.")


def invalid(message: str) -> ServiceError:
    """Return AWS's error for a parameter's value."""
    return ServiceError("InvalidParameterValue", message)
