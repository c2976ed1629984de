"""What `Endpoint.benchmark` returns: its rows, the best size, as text, HTML and table."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Final

from smnb import _html
from smnb._benchmark import plot
from smnb._benchmark.choice import best_size_mb, holding_sizes
from smnb._compute import Serverless
from smnb._frame import frame_of
from smnb._serverless_size import serverless_mb
from smnb._text import dollars_text, number_text, seconds_text, text_table

if TYPE_CHECKING:
    from collections.abc import Callable

    from smnb._benchmark.choice import Rule
    from smnb._benchmark.load import Load

_NOT_TOLD_HERE: Final = (
    "Only AWS tells: latency on its processors, cold starts, and with them what a call "
    "costs. The same call on an endpoint on AWS measures these."
)


@dataclass(frozen=True)
class Row:
    """One load on one compute.

    Parameters
    ----------
    compute
        ``"serverless 2048 MB"``; on the local backend what the endpoint has there.
    memory_mb
        Of serverless; None on instances.
    concurrency
        Requests at a time.
    calls, errors
        Requests sent, and those of them that failed.
    p50_ms, p90_ms, p99_ms
        Latencies as seen from this machine, from sending to having read the answer.
    per_s
        Answers a second.
    cold_start_ms
        Latency of the first request, on AWS; a container starts for it.
    peak_mb
        Most memory in use, MB of 1024 * 1024 bytes.
    billed_ms
        Mean time that the model worked on a request, by CloudWatch; the whole latency
        where that has no figure, an upper bound.
    usd_per_million
        Of that many calls, without data; None where time is not what is measured.
    note
        What went wrong.
    """

    compute: str
    memory_mb: int | None
    concurrency: int
    calls: int = 0
    errors: int = 0
    p50_ms: float | None = None
    p90_ms: float | None = None
    p99_ms: float | None = None
    per_s: float | None = None
    cold_start_ms: float | None = None
    peak_mb: float | None = None
    billed_ms: float | None = None
    usd_per_million: float | None = None
    note: str = ""

    @property
    def gb_s(self) -> float | None:
        """What a call is billed by: GB of memory times seconds."""
        if self.memory_mb is None or self.billed_ms is None:
            return None
        return self.memory_mb / 1024 * self.billed_ms / 1000


def row_of(load: Load, compute: str, memory_mb: int | None, **facts: Any) -> Row:
    """Make the row of a load."""
    return Row(
        compute=compute,
        memory_mb=memory_mb,
        concurrency=load.concurrency,
        calls=load.sent,
        errors=load.errors,
        p50_ms=load.percentile_ms(50),
        p90_ms=load.percentile_ms(90),
        p99_ms=load.percentile_ms(99),
        per_s=load.per_s,
        note=load.failure,
        **facts,
    )


@dataclass(frozen=True, repr=False)
class Benchmark:
    """What was measured; made by `Endpoint.benchmark`.

    Parameters
    ----------
    endpoint
        Its name.
    rows
        A row for each load.
    peak_mb
        Most memory in use, MB; None if nothing tells it.
    rule
        What the best is chosen by.
    on_aws
        Whether sizes were compared on AWS. Without it the endpoint was measured as it
        is, on this machine, where sizes differ in memory alone.
    stopped
        Whether it was interrupted: the rows are those measured before.
    prices
        Whose prices they are; empty where nothing is billed.
    cpu_ms
        Mean processor time of a request on this machine; None on AWS, which does not
        tell it.
    earlier_peak
        Whether calls before it, within the same minute, took as much memory.
    """

    endpoint: str
    rows: tuple[Row, ...]
    peak_mb: float | None
    rule: Rule
    on_aws: bool
    stopped: bool = False
    prices: str = ""
    cpu_ms: float | None = None
    earlier_peak: bool = False

    @property
    def best(self) -> Serverless | None:
        """The best size, ready for `deploy`; None if no serverless size will do.

        On the local backend the smallest that holds the measured peak with a fifth to
        spare, and None if the peak is not known.
        """
        if self.on_aws:
            size = best_size_mb(self.rows, self.rule)
        else:
            size = None if self.peak_mb is None else serverless_mb(self.peak_mb)
        return None if size is None else Serverless(size)

    @property
    def sizes(self) -> dict[int, bool]:
        """Whether each serverless size, MB, holds the peak with a fifth to spare."""
        return holding_sizes(self.peak_mb)

    def to_frame(self) -> Any:
        """Return a DataFrame: a row for each load; the unit ends a column's name.

        Raises
        ------
        MissingExtraError
            If pandas is not installed.
        """
        rows = [asdict(row) for row in self.rows]
        return frame_of(rows, purpose="A DataFrame of a benchmark")

    def __repr__(self) -> str:
        table = text_table(*self._cells())
        return "\n".join([self._title, table, *self._findings()])

    def _repr_html_(self) -> str:
        head, cells = self._cells()
        drawn = (
            plot.trade_off_svg(self.rows, self.best)
            if self.on_aws
            else plot.sizes_svg(self.peak_mb)
        )
        findings = "".join(
            f"<div>{_html.safe(line)}</div>" for line in self._findings()
        )
        return (
            f"<div><strong>{_html.safe(self._title)}</strong></div>"
            f"{_html.table(head, cells)}{drawn}{findings}"
        )

    @property
    def _title(self) -> str:
        where = "AWS" if self.on_aws else "this machine"
        stopped = " · stopped, measured so far" if self.stopped else ""
        return f"{self.endpoint} · measured on {where}{stopped}"

    def _cells(self) -> tuple[list[str], list[list[str]]]:
        """Return the heads and cells of those columns that say anything."""
        columns = [
            (head, [write(row) for row in self.rows]) for head, write in _COLUMNS
        ]
        told = [(head, cells) for head, cells in columns if any(cells)]
        lines = zip(*(cells for _, cells in told), strict=True)
        return [head for head, _ in told], [list(line) for line in lines]

    def _findings(self) -> list[str]:
        lines = [self._peak_words()]
        best = self.best
        if self.on_aws:
            rule = f'Best by "{self.rule}"'
            lines.append(
                f"{rule}: smnb.Serverless({best.memory_mb})"
                if best
                else f"{rule}: none of these sizes: see the errors and the peak"
            )
            lines.append(f"Dollars are without data. Prices: {self.prices}")
            return lines
        if best:
            lines.append(f"smnb.Serverless() takes {best.memory_mb} MB of these")
        if self.cpu_ms is not None:
            lines.append(f"Processor time: {_ms(self.cpu_ms)} a request")
        lines.append("Times are those of this machine, for comparison here alone.")
        return [*lines, _NOT_TOLD_HERE]

    def _peak_words(self) -> str:
        if self.peak_mb is None:
            return (
                "Peak memory: CloudWatch has no figure; it looks once a minute."
                if self.on_aws
                else "Peak memory is not known: only Linux tells that of a request."
            )
        fits = [f"{size}" for size, holds in self.sizes.items() if holds]
        words = f"Peak memory {self.peak_mb:,.0f} MB"
        if self.earlier_peak:
            words += ", maybe of calls earlier in the same minute"
        if not fits:
            return f"{words}: more than serverless has, with a fifth to spare"
        return f"{words}: with a fifth to spare it fits {', '.join(fits)} MB"


def _ms(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:.1f} ms" if value < 10 else seconds_text(value / 1000)  # noqa: PLR2004  digits


def _number(value: float | None) -> str:
    return "" if value is None else number_text(value)


_COLUMNS: Final[tuple[tuple[str, Callable[[Row], str]], ...]] = (
    ("compute", lambda row: row.compute),
    ("at a time", lambda row: str(row.concurrency)),
    ("calls", lambda row: str(row.calls)),
    ("errors", lambda row: str(row.errors)),
    ("p50", lambda row: _ms(row.p50_ms)),
    ("p90", lambda row: _ms(row.p90_ms)),
    ("p99", lambda row: _ms(row.p99_ms)),
    ("calls/s", lambda row: _number(row.per_s)),
    ("first call", lambda row: _ms(row.cold_start_ms)),
    ("peak", lambda row: f"{row.peak_mb:,.0f} MB" if row.peak_mb else ""),
    (
        "per million",
        lambda row: (
            "" if row.usd_per_million is None else dollars_text(row.usd_per_million)
        ),
    ),
    ("", lambda row: row.note[:80]),
)
