"""What a compute costs: by the hour, by the month and by the call, line by line.

Pure: computes from prices and what the caller says of the traffic. What is not known
stays None, and so does every sum that it belongs to.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from smnb import _html, prices
from smnb._compute import Async, Batch, RealTime, Serverless, check_compute
from smnb._rate import rate_text
from smnb._serverless_size import DEFAULT_MB
from smnb._text import dollars_text, number_text
from smnb.errors import InvalidInputError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from smnb.prices import Price

Priced: TypeAlias = Serverless | RealTime | Async | Batch

HOURS_A_MONTH = 730  # as AWS's own price examples count
_MB_PER_GB = 1024
# AWS's free tier, in the first two months of an account (AWS pricing page).
_FREE_SERVERLESS_S = 150_000
_FREE_HOURS = 125
_FREE_INSTANCES = frozenset({"ml.m4.xlarge", "ml.m5.xlarge"})


@dataclass(frozen=True)
class Line:
    """One line of a quote.

    Parameters
    ----------
    label
        What is paid for.
    usd_per_month
        None if it is unknown.
    basis
        How the figure comes about, or what is missing for it.
    price
        The price behind it; None if it is unknown.
    """

    label: str
    usd_per_month: float | None
    basis: str
    price: Price | None = None


@dataclass(frozen=True)
class Quote:
    """What a compute costs; None is unknown.

    Parameters
    ----------
    compute
        What is priced.
    usd_per_hour
        While it runs: of all instances, for as long as they are up. 0.0 for
        serverless, which costs nothing while idle; None with provisioned concurrency,
        whose price is not known.
    usd_per_call
        Of one more call on serverless; on instances the month's cost divided by its
        calls.
    calls_per_month
        As given; None if it was not.
    lines
        What the month consists of.
    free_tier_usd
        What AWS's free tier takes off in each of an account's first two months.
    region
        Whose prices were taken; None is ``us-east-1``.
    """

    compute: Priced
    usd_per_hour: float | None
    usd_per_call: float | None
    calls_per_month: float | None
    lines: tuple[Line, ...]
    free_tier_usd: float = 0.0
    region: str | None = None

    @property
    def usd_per_month(self) -> float | None:
        """The sum of all lines; None if one of them is unknown."""
        return _total(line.usd_per_month for line in self.lines)

    @property
    def usd_per_1k(self) -> float | None:
        """Of 1,000 calls."""
        return None if self.usd_per_call is None else 1000 * self.usd_per_call

    def usd_per_video_hour(
        self, *, fps: float = 30.0, every: int = 1, frames_per_call: int = 1
    ) -> float | None:
        """Return what one hour of footage costs, sent as frames.

        Parameters
        ----------
        fps
            Frames per second of the footage.
        every
            Every how many-th frame is sent.
        frames_per_call
            Frames packed into one request; ``duration_s`` is of such a request.
        """
        given = {"fps": fps, "every": every, "frames_per_call": frames_per_call}
        for name, value in given.items():
            _not_negative(name, value)
            if value == 0:
                raise InvalidInputError(f"{name}=0 sends nothing.", hint="Give 1.")
        if self.usd_per_call is None:
            return None
        return 3600 * fps / every / frames_per_call * self.usd_per_call

    @property
    def text(self) -> str:
        """The quote in one line, for people: its rate; and month and 1,000 calls."""
        parts = [rate_text(self.compute, self.usd_per_hour, self.lines[0].price)]
        month = self.usd_per_month
        if month is not None:
            parts.append(f"{dollars_text(month)} a month")
        elif self.calls_per_month is not None:
            parts.append("cost of a month unknown")
        if self.usd_per_1k is not None:
            calls = "jobs" if isinstance(self.compute, Batch) else "calls"
            parts.append(f"{dollars_text(self.usd_per_1k)} per 1k {calls}")
        return " · ".join(parts)

    @property
    def cost(self) -> str:
        """The line that `deploy` prints: `text`, and whose prices they are."""
        known = sorted({line.price.where_and_when for line in self.lines if line.price})
        if not known:
            region = self.region or "us-east-1"
            known = [f"smnb.prices.refresh() reads the prices of {region}"]
        return f"{self.text} ({'; '.join(known)})"

    def __repr__(self) -> str:
        rows = [[line.label, *_cells(line)] for line in self.lines]
        wide = [max(len(row[i]) for row in rows) for i in range(2)]
        lines = [
            f"  {label:<{wide[0]}}  {usd:>{wide[1]}}  {basis}"
            for label, usd, basis in rows
        ]
        return "\n".join([f"{self.compute}: {self.text}", *lines, *self._notes()])

    def _repr_html_(self) -> str:
        rows = [[line.label, *_cells(line)] for line in self.lines]
        return (
            f"<div><strong>{_html.safe(str(self.compute))}</strong> "
            f"{_html.safe(self.text)}</div>"
            + _html.table(["", "a month", "how it comes"], rows)
            + "".join(f"<div>{_html.safe(note)}</div>" for note in self._notes())
        )

    def _notes(self) -> list[str]:
        notes = []
        if self.free_tier_usd:
            notes.append(
                f"Free tier: up to {dollars_text(self.free_tier_usd)} less in each of "
                "the account's first two months."
            )
        known = {line.price.where_and_when for line in self.lines if line.price}
        if known:
            notes.append(f"Prices: {'; '.join(sorted(known))}")
        return notes


def quote(
    compute: Priced,
    *,
    calls_per_month: float | None = None,
    duration_s: float | None = None,
    payload_mb: float = 0,
    response_mb: float = 0,
    storage_gb: float = 0,
    region: str | None = None,
) -> Quote:
    """Say what `compute` costs.

    Parameters
    ----------
    compute
        `Serverless`, `RealTime`, `Async` or `Batch`. `Serverless` without a size is
        priced at 2048 MB, the least that `deploy` chooses.
    calls_per_month
        Requests in a month of 730 hours; None if it is not known. Of `Batch`: jobs.
    duration_s
        How long the model works on one request, seconds; None if it is not known. Of
        `Batch`: how long one job takes.
    payload_mb, response_mb
        Size of one request and of its answer, MB of 1024 * 1024 bytes.
    storage_gb
        Size of each instance's volume, GB.
    region
        Default ``us-east-1``, whose prices are bundled; `smnb.prices.refresh` brings
        others.

    Returns
    -------
    Quote
        What is not known is None in it.

    Raises
    ------
    InvalidInputError
        If a number is negative.

    Examples
    --------
    >>> round(quote(RealTime("ml.m5.xlarge")).usd_per_month, 2)
    167.9
    >>> quote(Serverless(2048), calls_per_month=300_000, duration_s=0.1).text
    '$0.00004 a second while it runs, $0 idle · $1.20 a month · $0.004 per 1k calls'
    """
    check_compute(compute, batch=True)
    for name, value in (
        ("calls_per_month", calls_per_month),
        ("duration_s", duration_s),
        ("payload_mb", payload_mb),
        ("response_mb", response_mb),
        ("storage_gb", storage_gb),
    ):
        _not_negative(name, value)
    load = _Load(
        calls_per_month, duration_s, (payload_mb + response_mb) / _MB_PER_GB, region
    )
    if isinstance(compute, Serverless):
        return _serverless(compute, load)
    return _instances(compute, load, storage_gb)


@dataclass(frozen=True)
class _Load:
    """What the caller says of the traffic; GB are per call, both ways."""

    calls: float | None
    duration_s: float | None
    data_gb: float
    region: str | None

    @property
    def busy_s(self) -> float | None:
        """Seconds of work in a month."""
        if self.calls == 0:
            return 0.0
        if self.calls is None or self.duration_s is None:
            return None
        return self.calls * self.duration_s


def _serverless(compute: Serverless, load: _Load) -> Quote:
    memory_mb = compute.memory_mb or DEFAULT_MB
    compute, gb = replace(compute, memory_mb=memory_mb), memory_mb / 1024
    price = prices.serverless_gb_second(load.region)
    rate = None if price is None else price.usd * gb
    if compute.provisioned_concurrency:
        rate = None  # what runs on it is billed at another rate, which is not known
    busy_s = load.busy_s
    lines = [
        Line(
            "compute",
            _times(busy_s, rate),
            "traffic unknown"
            if busy_s is None
            else f"{busy_s:,.0f} s x {gb:g} GB, by the millisecond",
            price,
        )
    ]
    if compute.provisioned_concurrency:
        warm = f"{compute.provisioned_concurrency} kept warm"
        lines.append(Line("provisioned concurrency", None, f"{warm}, price unknown"))
    lines += _data_lines(load)
    return Quote(
        compute=compute,
        usd_per_hour=None if compute.provisioned_concurrency else 0.0,
        usd_per_call=_total([_times(load.duration_s, rate), _data_per_call(load)]),
        calls_per_month=load.calls,
        lines=tuple(lines),
        free_tier_usd=_times(min(busy_s or 0.0, _FREE_SERVERLESS_S), rate) or 0.0,
        region=load.region,
    )


def _instances(
    compute: RealTime | Async | Batch, load: _Load, volume_gb: float
) -> Quote:
    price = prices.instance_hour(compute.instance_type, load.region)
    count = compute.max_count if isinstance(compute, Async) else compute.count
    hours, basis = _hours(compute, load)
    lines = [
        Line(
            compute.instance_type,
            _times(hours, price.usd if price else None),
            basis if price else f"{basis}, price unknown",
            price,
        )
    ]
    if volume_gb:
        gb_month = prices.volume_gb_month(load.region)
        share = None if hours is None else hours / HOURS_A_MONTH
        lines.append(
            Line(
                "volume",
                _times(share, gb_month.usd * volume_gb if gb_month else None),
                f"{volume_gb:g} GB for each instance",
                gb_month,
            )
        )
    if not isinstance(
        compute, Batch
    ):  # which reads and writes S3 without such a charge
        lines += _data_lines(load)
    made = Quote(
        compute=compute,
        usd_per_hour=price.usd * count if price else None,
        usd_per_call=None,
        calls_per_month=load.calls,
        lines=tuple(lines),
        region=load.region,
    )
    free = compute.instance_type in _FREE_INSTANCES and isinstance(compute, RealTime)
    if free and price and hours:
        made = replace(made, free_tier_usd=min(hours, _FREE_HOURS) * price.usd)
    month = made.usd_per_month
    if load.calls and month is not None:
        made = replace(made, usd_per_call=month / load.calls)
    return made


def _hours(compute: RealTime | Async | Batch, load: _Load) -> tuple[float | None, str]:
    """Return a month's instance-hours, and how they come about."""
    if isinstance(compute, RealTime):
        hours = float(HOURS_A_MONTH * compute.count)
        return hours, f"{hours:,.0f} h, until deleted"
    if load.busy_s is None:
        return None, "traffic unknown"
    busy_h = load.busy_s / 3600
    if isinstance(compute, Batch):
        hours = busy_h * compute.count
        return hours, f"{number_text(hours)} h of jobs, from start to end"
    hours, most = busy_h / compute.concurrency, HOURS_A_MONTH * compute.max_count
    work = f"{number_text(hours)} h of work, {compute.concurrency} requests at a time"
    if hours > most:
        return float(most), f"{most:,} h, all that there are for {work}"
    return hours, f"{work}; starting up and waiting come on top"


def _data_lines(load: _Load) -> list[Line]:
    if not load.data_gb:
        return []
    price = prices.data_gb(load.region)
    if load.calls is None:
        return [Line("data", None, "traffic unknown", price)]
    gb = load.calls * load.data_gb
    usd = _times(gb, price.usd if price else None)
    return [Line("data", usd, f"{number_text(gb)} GB", price)]


def _data_per_call(load: _Load) -> float | None:
    if not load.data_gb:
        return 0.0
    price = prices.data_gb(load.region)
    return _times(load.data_gb, price.usd if price else None)


def _cells(line: Line) -> list[str]:
    usd = line.usd_per_month
    return ["unknown" if usd is None else dollars_text(usd), line.basis]


def _times(amount: float | None, usd: float | None) -> float | None:
    """Multiply; what is unknown stays so, unless the amount is nothing."""
    if amount == 0:
        return 0.0
    return None if amount is None or usd is None else amount * usd


def _total(parts: Iterable[float | None]) -> float | None:
    total = 0.0
    for part in parts:
        if part is None:
            return None
        total += part
    return total


def _not_negative(name: str, value: float | None) -> None:
    if value is not None and not 0 <= value < float("inf"):
        raise InvalidInputError(
            f"{name}={value} is no amount.", hint="Give 0 or more, or leave it out."
        )
