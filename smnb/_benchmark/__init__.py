"""Measure a model: on AWS its serverless sizes side by side, here what is real here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smnb import _measured
from smnb._benchmark.here import measure_here
from smnb._benchmark.plan import as_serverless, make_plan
from smnb._benchmark.result import Benchmark, Row
from smnb._benchmark.side_by_side import measure_side_by_side
from smnb._hosting import TAG_DIGEST

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smnb._hosting import Described
    from smnb._progress import Reporter
    from smnb._session import Session

__all__ = ["Benchmark", "Row", "benchmark"]


def benchmark(
    session: Session,
    found: Described,
    payload: Any,
    progress: Reporter,
    *,
    memory: Sequence[int] | None,
    concurrency: Sequence[int],
    calls: int,
    best: str,
) -> Benchmark:
    """Do what `Endpoint.benchmark` says; the peak is remembered by the model's digest."""
    bills = session.target.bills
    plan = make_plan(
        session,
        as_serverless(found) if bills else found,
        payload,
        memory=memory,
        concurrency=concurrency,
        calls=calls,
        best=best,
    )
    measure = measure_side_by_side if bills else measure_here
    made = measure(session, found, plan, progress)
    digest = found.tags.get(TAG_DIGEST)
    if digest and made.peak_mb is not None:
        _measured.keep(digest, made.peak_mb)
    return made
