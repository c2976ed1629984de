"""What CloudWatch computes of samples: their statistics, by periods. Pure."""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_VALUES: Final = 256
"""Different values that are told apart, from which on near ones are taken as one."""
_FINEST_BITS: Final = 10
_FLOAT_BITS: Final = sys.float_info.mant_dig
_ROUNDING: Final = 1e-12  # of a rank: 29 % of 100 samples are 28.999999999999996
_PERCENTILE = re.compile(r"p(?P<percent>100(\.0+)?|\d{1,2}(\.\d{1,10})?)")


@dataclass
class Samples:
    """Any number of samples of a metric, in bounded space.

    Parameters
    ----------
    count, total, minimum, maximum
        Exact, whatever `values` has become.
    values
        How often each value was there. None if that is not known of some samples, since
        they came as a statistic set: then there are no percentiles.

    Examples
    --------
    >>> samples = Samples.of({20.0: 2, 30.0: 1})
    >>> samples.count, samples.total, samples.percentile(50)
    (3, 70.0, 20.0)
    """

    count: float = 0.0
    total: float = 0.0
    minimum: float = math.inf
    maximum: float = -math.inf
    values: dict[float, float] | None = field(default_factory=dict)

    @classmethod
    def of(cls, values: dict[float, float]) -> Samples:
        """Return the samples of at least one value and how often each occurred."""
        return cls(
            sum(values.values()),
            sum(value * count for value, count in values.items()),
            min(values),
            max(values),
            values,
        )

    def merge(self, other: Samples) -> None:
        """Take another's samples too."""
        self.count += other.count
        self.total += other.total
        self.minimum = min(self.minimum, other.minimum)
        self.maximum = max(self.maximum, other.maximum)
        if other.values is None:
            self.values = None
        elif self.values is not None:
            for value, count in other.values.items():
                self.values[value] = self.values.get(value, 0.0) + count

    def compact(self) -> None:
        """Round the values, no more than it takes to have at most `MAX_VALUES` of them.

        If they lie within one decade that changes them by 1 %, within three by 4 %.
        CloudWatch too gives its percentiles from buckets.
        """
        if self.values is None:
            return
        exact, bits = self.values, _FINEST_BITS
        while len(self.values) > MAX_VALUES and bits:
            self.values = _rounded(exact, bits)
            bits -= 1

    def percentile(self, percent: float) -> float | None:
        """Return the lowest value that so many percent of the samples do not exceed.

        None if it can't be told: AWS gives no percentiles of negative values, nor of
        statistic sets.
        """
        if not self.values or self.minimum < 0:
            return None
        rank = self.count * percent / 100 * (1 - _ROUNDING)
        reached = 0.0
        for value in sorted(self.values):
            reached += self.values[value]
            if reached >= rank:
                return min(max(value, self.minimum), self.maximum)
        return self.maximum


Statistic = Callable[[Samples], "float | None"]
"""Computes one number of at least one sample; None if that can't be told."""

_STATISTICS: Final[dict[str, Statistic]] = {
    "SampleCount": lambda samples: samples.count,
    "Sum": lambda samples: samples.total,
    "Average": lambda samples: samples.total / samples.count,
    "Minimum": lambda samples: samples.minimum,
    "Maximum": lambda samples: samples.maximum,
}


def percent_of(name: str) -> float | None:
    """Return the percent of a percentile's name, None for any other.

    Examples
    --------
    >>> percent_of("p99.9"), percent_of("p100"), percent_of("p101"), percent_of("Sum")
    (99.9, 100.0, None, None)
    """
    match = _PERCENTILE.fullmatch(name)
    return float(match["percent"]) if match else None


def statistic(name: str) -> Statistic | None:
    """Return the statistic of a name, None if there is none.

    Parameters
    ----------
    name
        ``SampleCount``, ``Sum``, ``Average``, ``Minimum``, ``Maximum``, or ``pNN`` with
        up to ten decimal places.
    """
    percent = percent_of(name)
    if percent is None:
        return _STATISTICS.get(name)
    return lambda samples: samples.percentile(percent)


class Periods:
    """Samples put together by the period that they fall in.

    Parameters
    ----------
    start
        Unix time at which a period begins, and the others before and after it.

    Attributes
    ----------
    samples
        By the time at which their period begins.
    """

    def __init__(self, start: int, period_s: int) -> None:
        self._start = start
        self._period_s = period_s
        self.samples: dict[int, Samples] = {}

    def add(self, time: int, samples: Samples) -> None:
        """Take samples of that time; they are no longer the caller's."""
        begin = time - (time - self._start) % self._period_s
        present = self.samples.setdefault(begin, samples)
        if present is not samples:
            present.merge(samples)


def _rounded(values: Mapping[float, float], bits: int) -> dict[float, float]:
    """Return the values with that many binary digits, and how often each was there."""
    rounded: dict[float, float] = {}
    splitter = 2.0 ** (_FLOAT_BITS - bits) + 1  # Veltkamp's: cuts a float in two
    for value, count in values.items():
        scaled = value * splitter
        near = scaled - (scaled - value)
        rounded[near] = rounded.get(near, 0.0) + count
    return rounded
