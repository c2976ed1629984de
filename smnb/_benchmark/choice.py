"""Which of the measured sizes is the best: pure, one rule for each wish."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from smnb._serverless_size import SPARE, sizes_mb

if TYPE_CHECKING:
    from collections.abc import Iterable

    from smnb._benchmark.result import Row

Rule: TypeAlias = Literal["balanced", "cost", "speed", "aws"]


def best_size_mb(rows: Iterable[Row], rule: Rule) -> int | None:
    """Return the best size of the rows with one request at a time; None if none is.

    A size qualifies if no request failed and, where the peak is known, a fifth more
    than it fits. Then the least counts, and at a tie the smaller size:

    * ``"cost"``: dollars for a million calls
    * ``"speed"``: median latency
    * ``"balanced"``: the product of the two
    * ``"aws"``: that product times a factor that falls evenly from 1 at the smallest
      measured size to 0.5 at the largest, as AWS's serverless benchmarking toolkit has
      it
    """
    fit = [row for row in rows if _qualifies(row)]
    if not fit:
        return None
    sizes = sorted({row.memory_mb or 0 for row in fit})

    def score(row: Row) -> tuple[float, int]:
        cost, latency, size = row.gb_s or 0.0, row.p50_ms or 0.0, row.memory_mb or 0
        toolkit = 1 - 0.5 * sizes.index(size) / max(len(sizes) - 1, 1)
        scores = {
            "cost": cost,
            "speed": latency,
            "balanced": cost * latency,
            "aws": cost * latency * toolkit,
        }
        return scores[rule], size

    return min(fit, key=score).memory_mb


def holding_sizes(peak_mb: float | None) -> dict[int, bool]:
    """Say of each size whether it holds `peak_mb` with a fifth to spare.

    Examples
    --------
    >>> [size for size, holds in holding_sizes(1700).items() if not holds]
    [1024]
    >>> holding_sizes(None)
    {}
    """
    if peak_mb is None:
        return {}
    return {size: size >= SPARE * peak_mb for size in sizes_mb()}


def _qualifies(row: Row) -> bool:
    if row.concurrency != 1 or row.errors or not row.calls or row.memory_mb is None:
        return False
    return row.gb_s is not None and row.memory_mb >= SPARE * (row.peak_mb or 0)
