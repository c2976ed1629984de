"""The data that panel and widget show: one shape for Python and TypeScript.

`labextension/ui/shapes.ts` is generated from this file (``make shapes``); a test holds it
to that. Times are milliseconds since 1970 (UTC), durations ``_ms`` or ``_s``, money is US
dollars, memory MB of 1024 * 1024 bytes, sizes bytes. None is "unknown", never 0. Text is
plain, never HTML.
"""

from __future__ import annotations

from typing import Final, Literal, TypedDict

Kind = Literal["serverless", "realtime", "async"]
Status = Literal[
    "OutOfService",
    "Creating",
    "Updating",
    "SystemUpdating",
    "RollingBack",
    "InService",
    "Deleting",
    "Failed",
    "UpdateRollbackFailed",
]
RouteName = Literal["direct", "split", "s3"]


# What is pushed: the list of endpoints.


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
    """Work that goes on in the server: deploy (of `model_path`), update or delete.

    `done` says how it ended: what is there now and what it costs, or what went wrong.
    """

    id: str
    deed: Literal["deploy", "update", "delete"]
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


# What is asked for: one endpoint's cost and choices.


class Choice(TypedDict):
    """What an endpoint could run on; `memory_mb` of serverless, else an instance."""

    kind: Kind
    memory_mb: int | None
    instance_type: str | None
    instances: int | None


class Size(TypedDict):
    """One serverless memory size.

    `bound`: whether the price is exact, at most so high (with the time of the next
    smaller size that was measured), or unknown.
    """

    memory_mb: int
    fits: bool
    spare_fraction: float | None
    p50_ms: float | None
    measured_at: float | None
    usd_per_1k: float | None
    usd_per_month: float | None
    bound: Literal["exact", "max", "unknown"]


class Peak(TypedDict):
    """The most memory that a request took; `source` says in a sentence where."""

    memory_mb: float
    source: str
    at: float | None


class Alternative(TypedDict):
    """An instance to run on instead, real-time or asynchronous."""

    choice: Choice
    title: str
    vcpus: int | None
    memory_mb: int | None
    hours_per_day: float | None
    usd_per_month: float | None
    p50_ms: float | None
    possible: bool
    why_not: str


class BreakEven(TypedDict):
    """Where an instance costs as much as serverless; `calls` a month, None if never.

    The costs are those of a month; `serverless_usd_per_call` is the line's slope, and
    `serverless_usd` where the traffic of `Cost` meets it. `times_traffic` is how many
    times that traffic `calls` is.
    """

    serverless_usd_per_call: float | None
    serverless_usd: float | None
    memory_mb: int
    instance_type: str
    instance_usd: float | None
    async_hours_per_day: float | None
    async_usd: float | None
    calls: float | None
    times_traffic: float | None
    capacity_calls: float | None


class CostLine(TypedDict):
    """A line of a quote: what is paid for, dollars a month, and how that comes about."""

    label: str
    usd: float | None
    basis: str


class PriceSource(TypedDict):
    """Whose prices they are, and of which day."""

    region: str
    as_of: str
    url: str
    confidence: str
    text: str


class Cost(TypedDict):
    """Memory and cost choices of an endpoint, or of a model that is not deployed yet.

    `now` is what it runs on, None before it is deployed; `best_mb` the size that the SDK
    would take, with `reason` as its sentence. `paid` has the lines of what it costs
    as it is, and `spent_usd` what it has cost since it was created. `now_memory_mb` is
    what one machine of it has, of which the peak leaves `now_spare_fraction`.
    `measure_code` measures all sizes, in a cell; empty if that cannot be done yet.
    """

    calls_per_month: float
    calls_per_minute: float
    measured_calls_per_month: float | None
    measured_days: float | None
    now: Choice | None
    now_usd_per_month: float | None
    now_usd_per_1k: float | None
    now_p50_ms: float | None
    now_memory_mb: float | None
    now_spare_fraction: float | None
    peak: Peak | None
    sizes: list[Size]
    best_mb: int | None
    reason: str
    alternatives: list[Alternative]
    break_even: BreakEven | None
    paid: list[CostLine]
    spent_usd: float | None
    spent_at_most: bool
    measure_code: str
    source: PriceSource


class ChangePlan(TypedDict):
    """What an update would change, and its price before and after; nothing is done.

    `usd_fraction` is how much more it costs then (-0.32: a third less), and `bound`
    whether the prices after it are exact; see `Size`. `one_way`: AWS knows no way back.
    `last_took_s`: how long the last update took.
    """

    before: str
    after: str
    usd_per_hour_before: float | None
    usd_per_hour_after: float | None
    usd_per_1k_before: float | None
    usd_per_1k_after: float | None
    usd_per_month_before: float | None
    usd_per_month_after: float | None
    usd_fraction: float | None
    bound: Literal["exact", "max", "unknown"]
    p50_before_ms: float | None
    p50_after_ms: float | None
    one_way: bool
    bills: bool
    last_took_s: float | None


class Item(TypedDict):
    """Something that a delete removes."""

    what: str
    name: str


class DeletePlan(TypedDict):
    """What goes and what stays, in which account and region; nothing is done."""

    names: list[str]
    items: list[Item]
    keeps: list[str]
    account_last4: str | None
    region: str
    usd_per_hour: float | None


class Started(TypedDict):
    """The `Job` that does it; follow it in the snapshots."""

    job: str


# What is asked for: a test request.


class UploadSource(TypedDict):
    """A file that was uploaded before; see `Uploaded`."""

    kind: Literal["upload"]
    id: str


class PathSource(TypedDict):
    """A file of the file browser, its path relative to the server's root."""

    kind: Literal["path"]
    path: str


class TextSource(TypedDict):
    """Text as it was typed; `content_type` None: JSON if it parses, else text."""

    kind: Literal["text"]
    text: str
    content_type: str | None


TestSource = UploadSource | PathSource | TextSource


class Uploaded(TypedDict):
    """A file that the server holds for a test; frames and seconds of a video."""

    id: str
    name: str
    content_type: str
    bytes: int
    width: int | None
    height: int | None
    frames: int | None
    seconds: float | None


class Takes(TypedDict):
    """What an endpoint takes: content types (None: not declared) and limits."""

    accepts: list[str] | None
    request_bytes: int
    timeout_s: float
    larger: str


class RoutePlan(TypedDict):
    """Which way a payload would go, and why; nothing is sent.

    `sent_bytes` is all that would be sent, in `parts` requests of `part_bytes` at most.
    `next_limit_bytes` is what another kind of endpoint would take in one request, if
    more. `needs_twin`: the asynchronous twin that would be made for it first, with
    what it costs while it works.
    """

    route: RouteName
    bytes: int
    sent_bytes: int | None
    limit_bytes: int
    limit_name: str
    next_limit_bytes: int | None
    parts: int | None
    part_bytes: int | None
    frames: int | None
    possible: list[RouteName]
    why: str
    usd: float | None
    needs_twin: Twin | None


class Box(TypedDict):
    """A box on a picture, in its pixels, from the top left corner."""

    x: float
    y: float
    width: float
    height: float
    label: str
    score: float | None


class Frame(TypedDict):
    """One frame's answer: its index in the clip, its time, what was found on it."""

    index: int
    t_s: float
    count: int | None
    boxes: list[Box]
    failed: bool
    text: str


class TestReply(TypedDict):
    """The answer to a test request; `text` is it as indented JSON, or text.

    `frames` of a video, else None. `pending` names a job that goes on through S3.
    """

    text: str
    truncated: bool
    boxes: list[Box]
    frames: list[Frame] | None
    failed_frames: int
    fps: float | None
    route: RouteName
    parts: int
    model_ms: float | None
    total_ms: float
    answer_bytes: int | None
    content_type: str
    usd: float | None
    usd_per_1k: float | None
    request_id: str
    pending: str | None


class Pending(TypedDict):
    """A request that goes through S3: how far it is, and its answer when it is there."""

    id: str
    state: Literal["queued", "running", "done", "failed"]
    uploaded_bytes: int | None
    total_bytes: int | None
    started_at: float
    output_uri: str
    failure: str
    reply: TestReply | None


class Picture(TypedDict):
    """A picture as JPEG in base64."""

    jpeg: str
    width: int
    height: int


# What is asked for: metrics, logs, facts.


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


# What is asked for: a model to deploy.


class Check(TypedDict):
    """One check before a deploy, and what would mend it."""

    ok: bool
    text: str
    fix: str


class Option(TypedDict):
    """One way to host the model; the first is the best, with the reason for it."""

    kind: Literal[
        "serverless",
        "realtime",
        "async",
        "batch",
        "multi-model",
        "multi-container",
        "pipeline",
    ]
    title: str
    choice: Choice | None
    best: bool
    possible: bool
    usd_per_month: float | None
    reason: str


class DeployForm(TypedDict):
    """All that the form of a deploy shows; nothing is created.

    `framework` says what the model is; `name_error` why the name cannot be taken;
    `lines` are the quote of the choice, with what an hour costs while nobody calls and
    what 1,000 calls do; `code` does the same in a cell.
    """

    path: str
    framework: str
    bytes: int | None
    checks: list[Check]
    ready: bool
    name: str
    name_error: str
    options: list[Option]
    choice: Choice
    cost: Cost
    lines: list[CostLine]
    usd_per_hour: float | None
    usd_per_1k: float | None
    usd_per_month: float | None
    code: str


# The commands: what each takes and answers.


class Nothing(TypedDict):
    """No arguments, or no answer."""


class OfEndpoint(TypedDict):
    """A command about one endpoint."""

    name: str


class SetTarget(TypedDict):
    """Show another place; None: what the notebook's kernel uses."""

    target: str | None


class CostArgs(TypedDict):
    """What `Cost` is asked for.

    `calls_per_month` None takes what was measured; `choice` is what the break-even is
    drawn for, None the best.
    """

    name: str
    calls_per_month: float | None
    choice: Choice | None


class UpdateArgs(TypedDict):
    """Move an endpoint to another compute."""

    name: str
    choice: Choice
    calls_per_month: float | None


class DeleteArgs(TypedDict):
    """Delete these endpoints, and all that was deployed with them."""

    names: list[str]


class ExtendArgs(TypedDict):
    """Let it stay so long from now, as ``"2h"``; None: until it is deleted."""

    name: str
    ttl: str | None


class TestArgs(TypedDict):
    """Send a test request, or plan it; `route` None lets the SDK choose."""

    name: str
    source: TestSource
    route: RouteName | None


class FrameArgs(TypedDict):
    """A frame of an uploaded video, or an uploaded picture (index 0), to look at."""

    source: TestSource
    index: int


class PendingArgs(TypedDict):
    """A request that goes through S3, by its id."""

    name: str
    id: str


class LogArgs(TypedDict):
    """Lines after `after`, the last 200 if it is None."""

    name: str
    after: float | None


class MetricsArgs(TypedDict):
    """How far back: 1, 6, 24 or 168 hours."""

    name: str
    hours: int


class FormArgs(TypedDict):
    """What was filled in so far; None takes what the SDK suggests."""

    path: str
    name: str | None
    choice: Choice | None
    calls_per_month: float | None
    twin: bool
    ttl: str | None


class DeployArgs(TypedDict):
    """Deploy it; `twin`: with an asynchronous twin for large payloads."""

    path: str
    name: str
    choice: Choice
    twin: bool
    ttl: str | None


class StopArgs(TypedDict):
    """Stop a running job, and undo what it made."""

    job: str


class PolicyText(TypedDict):
    """The least that the caller must be allowed, as JSON to copy."""

    text: str


COMMANDS: Final[dict[str, tuple[type, type]]] = {
    "refresh": (Nothing, Nothing),
    "set_target": (SetTarget, Nothing),
    "cost": (CostArgs, Cost),
    "plan_update": (UpdateArgs, ChangePlan),
    "update": (UpdateArgs, Started),
    "plan_delete": (DeleteArgs, DeletePlan),
    "delete": (DeleteArgs, Started),
    "extend": (ExtendArgs, Nothing),
    "facts": (OfEndpoint, Facts),
    "metrics": (MetricsArgs, Metrics),
    "logs": (LogArgs, Log),
    "plan_test": (TestArgs, RoutePlan),
    "test": (TestArgs, TestReply),
    "pending": (PendingArgs, Pending),
    "frame": (FrameArgs, Picture),
    "form": (FormArgs, DeployForm),
    "deploy": (DeployArgs, Started),
    "demo": (Nothing, Started),
    "stop": (StopArgs, Nothing),
    "policy": (Nothing, PolicyText),
}
