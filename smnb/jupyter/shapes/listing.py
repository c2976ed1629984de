"""What is pushed: the list of endpoints."""

from __future__ import annotations

from typing import Literal, TypedDict

from smnb.jupyter.shapes.words import Kind, Status


class Target(TypedDict):
    """Where the endpoints live; `name` is what the user chooses by."""

    name: str
    kind: Literal["local", "aws"]
    profile: str | None
    region: str | None
    account_last4: str | None


class Share(TypedDict):
    """One endpoint's part of what all cost an hour, from 0 to 1."""

    name: str
    fraction: float


class Burn(TypedDict):
    """What an hour costs now; `hypothetical` on the local backend, which is free."""

    usd_per_hour: float | None
    usd_per_month: float | None
    shares: list[Share]
    hypothetical: bool
    prices_as_of: str


class Counts(TypedDict):
    """Endpoints by what they need."""

    in_service: int
    changing: int
    failed: int
    idle: int


class Failure(TypedDict):
    """Why it failed, in plain words; what to do; and AWS's FailureReason."""

    cause: str
    fix: str
    reason: str


class Phase(TypedDict):
    """How far something is: step `index` (from 1) `of` so many, since when."""

    index: int
    of: int
    label: str
    since: float
    last_took_s: float | None


class Idle(TypedDict):
    """Since when nobody called it, and what that has cost."""

    since: float
    usd: float | None


class Twin(TypedDict):
    """The asynchronous endpoint that takes what is too large: over `over_bytes`."""

    name: str
    over_bytes: int | None
    instance_type: str
    instances_up: int | None
    usd_per_hour: float | None


class Change(TypedDict):
    """What an update moves from and to, in words, and what an hour costs then."""

    before: str
    after: str
    usd_per_hour_after: float | None


class Row(TypedDict):
    """One endpoint in the list.

    `key` is its ARN and creation time. `compute` says in words what it runs on,
    `model_path` what it was deployed from (None if that is not known), `code` is a cell
    that calls it, and `attention` sorts: 0 needs the user first. The samples are one a
    minute, the last 30 minutes, the newest last; a missing one is None. While it is
    deleted, the `phase` says what goes.
    """

    key: str
    name: str
    arn: str
    status: Status
    status_since: float
    kind: Kind
    compute: str
    memory_mb: int | None
    instance_type: str | None
    instances: int | None
    model_path: str | None
    code: str
    usd_per_hour: float | None
    usd_per_1k: float | None
    requests_per_min: list[float | None]
    errors_per_min: list[float | None]
    rate_per_min: float | None
    p50_ms: float | None
    p99_ms: float | None
    error_count: int | None
    all_failing: bool
    last_call_at: float | None
    created_at: float
    ttl_ends_at: float | None
    over_budget: bool
    attention: int
    failure: Failure | None
    phase: Phase | None
    idle: Idle | None
    twin: Twin | None
    change: Change | None


class Problem(TypedDict):
    """Why something could not be had: what happened, and a command or policy to copy."""

    code: Literal[
        "signed-out", "forbidden", "throttled", "no-network", "invalid", "gone", "other"
    ]
    title: str
    text: str
    copy: str | None
    retry_at: float | None


class Job(TypedDict):
    """Work that goes on in the server: deploy (of `model_path`), update, delete, measure.

    `done` says how it ended: what is there now and what it costs, or what went wrong.
    """

    id: str
    deed: Literal["deploy", "update", "delete", "measure"]
    endpoint: str
    state: Literal["running", "done", "failed", "stopped"]
    phase: Phase | None
    started_at: float
    ended_at: float | None
    text: str
    fix: str
    model_path: str | None
    can_stop: bool


class Snapshot(TypedDict):
    """What is pushed: all rows (`full`), or those that changed and the keys `gone`.

    `at` is the server's clock. `stale_since`: when the rows were last read, if reading
    them fails now; `problem` then says why.
    """

    seq: int
    at: float
    full: bool
    target: Target
    follows_kernel: bool
    targets: list[Target]
    burn: Burn
    counts: Counts
    rows: list[Row]
    gone: list[str]
    problem: Problem | None
    stale_since: float | None
    jobs: list[Job]


class Watching(TypedDict):
    """What a client says of itself: whether anybody can see it."""

    visible: bool
