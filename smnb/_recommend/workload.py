"""What is known of a workload: the facts that the rules look at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, get_args

from smnb._quote import HOURS_A_MONTH
from smnb.errors import InvalidInputError

MB: Final = 1024**2
Pattern: TypeAlias = Literal["steady", "office hours", "bursts", "intermittent"]

# How many times the month's mean rate the busy hours see. Office hours: 22 days of 8
# hours; the others are assumptions, and shown as such.
PEAK_FACTOR: Final[dict[str | None, float]] = {
    None: 2.0,
    "steady": 1.5,
    "office hours": HOURS_A_MONTH / (22 * 8),
    "intermittent": 4.0,
    "bursts": 10.0,
}


@dataclass(frozen=True)
class Workload:
    """What is known of a workload; None is unknown.

    Parameters
    ----------
    payload_bytes
        Of the largest request.
    calls_per_month
        Of all models together; with `batch`, jobs.
    pattern
        How the calls are spread: ``"steady"``, ``"office hours"``, ``"bursts"`` or
        ``"intermittent"``.
    latency_s
        How soon a caller needs the answer.
    duration_s
        How long the model works on one request; with `batch`, on one job.
    batch
        Whether all the data is there up front, and no caller waits for one answer.
    memory_mb, memory_basis
        What the model needs, and how that is known: ``"measured"`` or ``"unpacked"``.
    gpu
        Whether the model needs an accelerator.
    models, frameworks
        How many models there are, and how many frameworks they are written in.
    memory_all_mb
        What all models need together, MB, where each is in memory all the time.
    """

    payload_bytes: float | None = None
    calls_per_month: float | None = None
    pattern: Pattern | None = None
    latency_s: float | None = None
    duration_s: float | None = None
    batch: bool = False
    memory_mb: float | None = None
    memory_basis: str = "unknown"
    gpu: bool = False
    models: int = 1
    frameworks: int | None = 1
    memory_all_mb: float | None = None

    def __post_init__(self) -> None:
        amounts = {
            "payload_mb": None if self.payload_bytes is None else self.payload_mb,
            "calls_per_month": self.calls_per_month,
            "latency_s": self.latency_s,
            "duration_s": self.duration_s,
            "memory_mb": self.memory_mb,
        }
        for name, value in amounts.items():
            if value is not None and not 0 <= value < float("inf"):
                raise InvalidInputError(
                    f"{name}={value} is no amount.",
                    hint="Give 0 or more, or leave it out.",
                )
        if self.pattern is not None and self.pattern not in get_args(Pattern):
            raise InvalidInputError(
                f"traffic={self.pattern!r} is no pattern of traffic.",
                hint=f"Use one of {', '.join(get_args(Pattern))}, or an endpoint.",
            )

    @property
    def payload_mb(self) -> float:
        """Size of a request in MB of 1024 * 1024 bytes; 0 if it is unknown."""
        return (self.payload_bytes or 0) / MB

    @property
    def busy(self) -> float | None:
        """Requests that are worked on at the same time, on average."""
        if self.calls_per_month is None or self.duration_s is None:
            return None
        return self.calls_per_month * self.duration_s / (HOURS_A_MONTH * 3600)

    @property
    def busy_at_peak(self) -> float | None:
        """Requests that are worked on at the same time in the busy hours, on average."""
        busy = self.busy
        return None if busy is None else busy * PEAK_FACTOR[self.pattern]
