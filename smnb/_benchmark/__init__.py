"""Measure a model: on AWS its serverless sizes side by side, here what is real here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smnb import _measured
from smnb._benchmark.here import measure_here
from smnb._benchmark.plan import Plan, make_plan
from smnb._benchmark.result import Benchmark, Row
from smnb._benchmark.side_by_side import measure_side_by_side
from smnb._hosting import TAG_DIGEST

if TYPE_CHECKING:
    from smnb._hosting import Described
    from smnb._progress import Reporter
    from smnb._session import Session

__all__ = ["Benchmark", "Plan", "Row", "benchmark", "make_plan"]


def benchmark(
    session: Session, found: Described, plan: Plan, progress: Reporter
) -> Benchmark:
    """Do what `Endpoint.benchmark` says; the peak is remembered by the model's digest."""
    measure = measure_side_by_side if session.target.bills else measure_here
    made = measure(session, found, plan, progress)
    digest = found.tags.get(TAG_DIGEST)
    if digest and made.peak_mb is not None:
        _measured.keep(digest, made.peak_mb)
    return made
