"""The benchmark on AWS: serverless sizes of one model, side by side, then removed."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from smnb import _wait, prices
from smnb._benchmark.result import Benchmark
from smnb._benchmark.side import Side
from smnb._stop import though_stopped
from smnb._text import dollars_text, seconds_text
from smnb.errors import NotFoundError, SmnbError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smnb._benchmark.plan import Plan
    from smnb._hosting import Described
    from smnb._progress import Reporter
    from smnb._session import Session
    from smnb.prices import Price

# CloudWatch has a minute's figures after a minute or two.
_COUNTED_WITHIN_S: Final = 180.0
_LOOK_EVERY_S: Final = 10.0
_GONE_WITHIN_S: Final = 120.0
_GONE_EVERY_S: Final = 0.5


def measure_side_by_side(
    session: Session, found: Described, plan: Plan, progress: Reporter
) -> Benchmark:
    """Deploy each size, measure one after the other, remove all, also if stopped.

    Raises
    ------
    KeyboardInterrupt
        If it is stopped before anything was measured.
    NameTakenError
        If a benchmark of the same endpoint is going on.
    NotFoundError
        If nothing tells the endpoint's model.
    """
    if not found.models:
        raise NotFoundError(
            f"The configuration {found.config} of {found.name} was deleted, and with it "
            "what tells its model.",
            hint="Deploy the model again, and benchmark that endpoint.",
        )
    price = _price(session)
    sides = [Side(session, found, plan, size) for size in plan.sizes_mb]
    sizes = ", ".join(map(str, plan.sizes_mb))
    progress.line(f"{found.name} · {session.label} · serverless {sizes} MB")
    progress.line(expected_cost(session, plan))
    stopped, rows = False, []
    try:
        try:
            _measure(sides, progress)
        except KeyboardInterrupt:
            if not any(side.has_rows for side in sides):
                raise
            stopped = True
        rows = [row for side in sides for row in side.rows(price.usd)]
    finally:
        progress.done(_removed(sides, progress))
    peaks = [row.peak_mb for row in rows if row.peak_mb is not None]
    return Benchmark(
        endpoint=found.name,
        rows=tuple(rows),
        peak_mb=max(peaks, default=None),
        rule=plan.best,
        on_aws=True,
        stopped=stopped,
        prices=price.where_and_when,
    )


def expected_cost(session: Session, plan: Plan) -> str:
    """Say what it will cost, as far as that can be known before."""
    price = _price(session)
    usd = plan.calls_a_size * sum(plan.sizes_mb) / 1024 * price.usd
    calls = plan.calls_a_size * len(plan.sizes_mb)
    return (
        f"Cost: about {dollars_text(usd)} for each second that a call takes, for "
        f"{calls:,} calls ({price.where_and_when}); $0 while idle"
    )


def _price(session: Session) -> Price:
    """Return the price of a second with 1 GB; that of us-east-1 where none is known."""
    return prices.serverless_gb_second(session.region) or prices.serverless_gb_second()


def _measure(sides: Sequence[Side], progress: Reporter) -> None:
    for side in sides:
        progress.now(f"creating {side.name}")
        side.create()
    for side in sides:
        side.measure(progress)
    began = time.monotonic()
    while not all(side.is_counted() for side in sides):
        waited_s = time.monotonic() - began
        if waited_s > _COUNTED_WITHIN_S:
            break
        progress.now(f"waiting for CloudWatch's figures · {seconds_text(waited_s)}")
        _wait.nap(_LOOK_EVERY_S)


def _removed(sides: Sequence[Side], progress: Reporter) -> str:
    """Remove all sides; say what remains."""
    remains: list[str] = []
    for side in sides:
        try:
            remains += though_stopped(side.remove)
        except SmnbError as error:  # it must not keep the others
            remains.append(f"{side.name} ({error.what})")
    if not remains:
        gone = _are_gone(sides, progress)
        return f"What was made to measure is {'' if gone else 'being '}removed."
    return (
        f"There remain: {', '.join(remains)}. They cost nothing while idle, and are "
        "tagged: smnb.reap() removes them as soon as AWS allows that."
    )


def _are_gone(sides: Sequence[Side], progress: Reporter) -> bool:
    """Wait until AWS has deleted all; False if it goes on with that."""
    began = time.monotonic()
    try:
        while not all(side.is_gone() for side in sides):
            if time.monotonic() - began > _GONE_WITHIN_S:
                return False
            progress.now("removing what was made")
            _wait.nap(_GONE_EVERY_S)
    except KeyboardInterrupt:
        return False
    return True
