"""The benchmark on the local backend: the endpoint as it is, and what is real here."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING

from smnb import _metrics
from smnb._benchmark import figures
from smnb._benchmark.load import Load
from smnb._benchmark.plan import check_concurrency
from smnb._benchmark.result import Benchmark, row_of

if TYPE_CHECKING:
    from smnb._benchmark.plan import Plan
    from smnb._hosting import Described
    from smnb._progress import Reporter
    from smnb._session import Session


def measure_here(
    session: Session, found: Described, plan: Plan, progress: Reporter
) -> Benchmark:
    """Send each load to the endpoint, and read the peak of its requests.

    Raises
    ------
    KeyboardInterrupt
        If it is stopped before anything was measured.
    """
    if found.kind == "serverless":
        check_concurrency(found, plan)
    progress.line(f"{found.name} · {session.label} · {found.compute}, as it is")
    started = datetime.now(timezone.utc)
    # A minute is the least that CloudWatch tells apart: this one may have had calls.
    cpu_before, peak_before_mb = _counted(session, found, started)
    first = Load(session, found.name, plan.payloads, calls=1, is_cold=True)
    loads = [
        Load(session, found.name, plan.payloads, calls=plan.calls, concurrency=count)
        for count in plan.concurrency
    ]
    stopped = False
    try:
        for load in (first, *loads):
            load.run(progress)
    except KeyboardInterrupt:
        if not any(load.sent for load in loads):
            raise
        stopped = True
    progress.done()
    cpu, peak_mb = _counted(session, found, started)
    cpu_ms, count = (now - then for now, then in zip(cpu, cpu_before, strict=True))
    return Benchmark(
        endpoint=found.name,
        rows=tuple(
            row_of(load, found.compute, found.memory_mb) for load in loads if load.sent
        ),
        peak_mb=peak_mb,
        earlier_peak=peak_mb is not None and peak_mb == peak_before_mb,
        cpu_ms=cpu_ms / count if count else None,
        rule=plan.best,
        on_aws=False,
        stopped=stopped,
    )


def _counted(
    session: Session, found: Described, started: datetime
) -> tuple[tuple[float, float], float | None]:
    """Return processor time and peak memory, MB, of requests since that minute."""
    readings = _metrics.measure(session, found, since=started)
    cpu = figures.cpu(session, found, started)
    return cpu, readings.totals.get("memory_peak_mb")
