"""What a cost view is about: an endpoint or a model, and all that was measured of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING, Final

from smnb import _figures, _hosting, _measured, _metrics
from smnb._metrics import Ask, Measure
from smnb._recommend.history import history
from smnb.errors import SmnbError
from smnb.jupyter.shapes import Peak
from smnb.jupyter.views import choices

if TYPE_CHECKING:
    from collections.abc import Mapping

    from smnb._compute import Compute
    from smnb._hosting import Described
    from smnb._measured import Time
    from smnb._metrics import Readings
    from smnb._session import Session

_LOOKED_BACK: Final = timedelta(days=7)
_SUM: Final = Measure("sum_ms", "ModelLatency", "Sum", scale=1e-3)
_COUNT: Final = Measure("count", "ModelLatency", "SampleCount")
_NO_TRAFFIC: Final = (
    100_000.0  # a month: where the slider begins if nothing was measured
)


@dataclass(frozen=True)
class Traffic:
    """How often it is called, as CloudWatch has it; None if it was not."""

    calls_per_month: float | None = None
    days: float | None = None


@dataclass(frozen=True)
class Subject:
    """An endpoint, or a model that is not deployed yet.

    Parameters
    ----------
    found
        None before it is deployed.
    now
        What it runs on; None if that is not known, and before it is deployed.
    now_time
        How long it works on a request as it is; None if it was not called.
    times
        The same at each serverless size where that was measured, by MB.
    files_mb
        Size of the model's files; None if it is not known.
    """

    name: str
    region: str
    bills: bool
    found: Described | None = None
    now: Compute | None = None
    now_time: Time | None = None
    times: Mapping[int, Time] = field(default_factory=dict)
    peak: Peak | None = None
    traffic: Traffic = field(default_factory=Traffic)
    files_mb: float | None = None

    def calls(self, wanted: float | None) -> float:
        """Return the calls a month to reckon with: those wanted, or those measured."""
        if wanted is not None:
            return wanted
        measured = self.traffic.calls_per_month
        return _NO_TRAFFIC if measured is None else measured

    def time_at(self, memory_mb: int) -> tuple[Time | None, bool]:
        """Return the time at a size, and whether it is exact.

        One that was not measured takes at most that of the next smaller size.
        """
        if memory_mb in self.times:
            return self.times[memory_mb], True
        smaller = [mb for mb in self.times if mb < memory_mb]
        return (self.times[max(smaller)] if smaller else None), False


def of_endpoint(session: Session, found: Described) -> Subject:
    """Read what was measured of an endpoint.

    Raises
    ------
    SmnbError
        If AWS cannot be asked at all; without the right to read metrics they are unknown.
    """
    now = choices.compute_in(found)
    digest = found.tags.get(_hosting.TAG_DIGEST, "")
    place = place_of(session)
    readings, time = _measure(session, found)
    memory_mb = found.memory_mb
    if time is not None and memory_mb is not None and digest:
        _measured.keep_time(digest, place, memory_mb, time)
    times = _measured.times(digest, place) if digest else {}
    if time is not None and memory_mb is not None:
        times[memory_mb] = time
    return Subject(
        name=found.name,
        region=session.region,
        bills=session.target.bills,
        found=found,
        now=now,
        now_time=time,
        times=times,
        peak=peak_of(digest, readings, found),
        traffic=_traffic(session, found),
    )


def place_of(session: Session) -> str:
    """Return where times are measured: those of one place say nothing of another's."""
    return "aws" if session.target.bills else "local"


def peak_of(
    digest: str, readings: Readings | None = None, found: Described | None = None
) -> Peak | None:
    """Return the most memory that was in use: of the last days, or measured before."""
    kept_mb = _measured.peak_mb(digest) if digest else None
    seen_mb = None
    if readings is not None and found is not None:
        seen_mb = _figures.memory_peak_mb(readings, found)
    if seen_mb is not None and seen_mb >= (kept_mb or 0.0):
        assert readings is not None  # noqa: S101  it was read of them
        at = readings.end.timestamp() * 1000
        return Peak(memory_mb=seen_mb, source="The most in the last days.", at=at)
    if kept_mb is None:
        return None
    return Peak(
        memory_mb=kept_mb, source="Measured on this machine, with this model.", at=None
    )


def _measure(session: Session, found: Described) -> tuple[Readings | None, Time | None]:
    """Read metrics since the endpoint runs on what it does, seven days at most."""
    end = datetime.now(timezone.utc)
    # Whole minutes; the first may have seen the fleet before.
    modified = found.modified or found.created
    start = max(modified, end - _LOOKED_BACK, found.created)
    start = start.replace(second=0, microsecond=0)
    try:
        readings = _metrics.measure(session, found, since=start)
        asks = [Ask(found.name, found.variant, one, 300) for one in (_SUM, _COUNT)]
        sums, counts = _metrics.read(session, asks, start, end + timedelta(minutes=1))
    except SmnbError:  # no right to read them
        return None, None
    p50_ms = readings.totals.get("model_latency_p50_ms")
    count = sum(value for _, value in counts)
    if p50_ms is None or not count:
        return readings, None
    mean_ms = sum(value for _, value in sums) / count
    return readings, _measured.Time(p50_ms, mean_ms, counts[-1][0].timestamp())


def _traffic(session: Session, found: Described) -> Traffic:
    try:
        past = history(session, found)
    except SmnbError:  # not called yet, or no right to read it
        return Traffic()
    return Traffic(past.calls_per_month, past.days)
