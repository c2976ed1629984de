"""Say in plain words why an endpoint failed, and what to do about it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from smnb import _logs
from smnb.errors import DeploymentFailedError, SmnbError

if TYPE_CHECKING:
    from smnb._session import Session

_LOG_LINES = 20
# What the reason or the log holds, and the next step it calls for; first match.
_CAUSES = [
    (
        r"No module named '([\w.]+)'",
        (
            "Add {0} to code/requirements.txt, or install it where deploy() runs, "
            "and deploy again."
        ),
    ),
    (
        r"SyntaxError|IndentationError",
        "Correct the code at the line that the log names, and deploy again.",
    ),
    (
        r"(?i)out of memory|MemoryError|insufficient memory",
        "The model needs more memory: Serverless(memory_mb=…) or a larger instance.",
    ),
    (
        r"FileNotFoundError|No such file",
        "A file that the model opens is not in its archive: paths start at model_dir.",
    ),
    (
        r"(?i)no program|has no code/inference\.py",
        "Put code/inference.py into the model's folder.",
    ),
    (
        r"(?i)quota|limit exceeded|capacity",
        "Ask for a higher quota in Service Quotas, or choose another instance type.",
    ),
]


def failed_deployment(
    session: Session, name: str, state: str, reason: str
) -> DeploymentFailedError:
    """Make the error of an endpoint that did not come into service.

    Parameters
    ----------
    state, reason
        AWS's EndpointStatus and FailureReason.
    """
    try:
        lines = _logs.tail(session, name, lines=_LOG_LINES)
    except SmnbError as error:  # the log explains; it must not hide the failure
        lines = [f"(its log cannot be read: {error.what})"]
    log = "\n".join(f"  | {line}" for line in lines)
    shown = f"\n{log}" if lines else ""
    what = f"{name}: {reason or f'it is {state}, and AWS gives no reason.'}{shown}"
    return DeploymentFailedError(what, hint=_next_step(f"{reason}\n{log}"))


def _next_step(text: str) -> str:
    for pattern, step in _CAUSES:
        if match := re.search(pattern, text):
            return step.format(*match.groups())
    return "The reason and the log above say what to mend; then deploy again."
