"""What is asked for: metrics, logs, facts."""

from __future__ import annotations

from typing import Literal, TypedDict

from smnb.jupyter.shapes.listing import Failure
from smnb.jupyter.shapes.testing import Takes


class Series(TypedDict):
    """One line of a chart; a missing sample is None."""

    label: str
    values: list[float | None]


class Chart(TypedDict):
    """One chart; `limit` is drawn as a line, `says` is its finding in words."""

    key: Literal["requests", "latency", "memory", "errors"]
    unit: Literal["per-min", "ms", "mb", "count"]
    series: list[Series]
    top: float
    limit: float | None
    says: str


class Metrics(TypedDict):
    """What CloudWatch measured from `start` to `end`, a sample each `period_s`."""

    charts: list[Chart]
    start: float
    end: float
    period_s: int
    read_at: float
    free: bool


class LogLine(TypedDict):
    """One line of a log; `level` by what it says."""

    t: float
    text: str
    level: Literal["info", "warning", "error"]
    stream: str


class Log(TypedDict):
    """Lines in order of time; `next` asks for what comes after them."""

    lines: list[LogLine]
    next: float


class Fact(TypedDict):
    """A line of the settings: a label and its value, worth copying or not."""

    label: str
    value: str
    copies: bool


class Facts(TypedDict):
    """What an endpoint is: for the settings; and what a delete would take."""

    facts: list[Fact]
    ttl_ends_at: float | None
    can_extend: bool
    takes: Takes
    code: str
    explanation: list[Failure]
