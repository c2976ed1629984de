"""What is asked for: a model to deploy."""

from __future__ import annotations

from typing import Literal, TypedDict

from smnb.jupyter.shapes.choosing import Choice, Cost, CostLine


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
