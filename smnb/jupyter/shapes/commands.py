"""The commands: what each takes and answers."""

from __future__ import annotations

from typing import Final, TypedDict

from smnb.jupyter.shapes.choosing import (
    ChangePlan,
    Choice,
    Cost,
    DeletePlan,
    MeasurePlan,
    Started,
)
from smnb.jupyter.shapes.deploying import DeployForm
from smnb.jupyter.shapes.looking import Facts, Log, Metrics
from smnb.jupyter.shapes.testing import (
    Pending,
    Picture,
    RoutePlan,
    TestSource,
)
from smnb.jupyter.shapes.words import RouteName


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
    """A test request that was sent, by its id."""

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
    "plan_measure": (OfEndpoint, MeasurePlan),
    "measure": (OfEndpoint, Started),
    "plan_delete": (DeleteArgs, DeletePlan),
    "delete": (DeleteArgs, Started),
    "extend": (ExtendArgs, Nothing),
    "facts": (OfEndpoint, Facts),
    "metrics": (MetricsArgs, Metrics),
    "logs": (LogArgs, Log),
    "plan_test": (TestArgs, RoutePlan),
    "test": (TestArgs, Pending),
    "pending": (PendingArgs, Pending),
    "stop_test": (PendingArgs, Nothing),
    "frame": (FrameArgs, Picture),
    "form": (FormArgs, DeployForm),
    "deploy": (DeployArgs, Started),
    "demo": (Nothing, Started),
    "stop": (StopArgs, Nothing),
    "policy": (Nothing, PolicyText),
}
