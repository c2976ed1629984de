"""Say in plain words why an endpoint failed or is slow, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smnb import _hosting, _logs, _metrics
from smnb._explain import findings
from smnb._explain.explanation import Explanation, Finding
from smnb._explain.rules import RULES
from smnb.errors import DeploymentFailedError, SmnbError

if TYPE_CHECKING:
    from smnb._hosting import Described
    from smnb._metrics import Readings
    from smnb._session import Session
    from smnb._since import Since

__all__ = ["Explanation", "Finding", "explain", "failed_deployment"]

_LOG_LINES = 20
_EXPLAINED_LINES = 200
_BROKEN = frozenset({"Failed", "OutOfService", "UpdateRollbackFailed"})


def explain(
    session: Session,
    name: str,
    *,
    error: BaseException | None = None,
    since: Since = "1h",
) -> Explanation:
    """Judge an endpoint by its status, reason, log, metrics and configuration.

    Raises
    ------
    NotFoundError
        If there is no endpoint of this name.
    """
    found = _hosting.describe(session, name)
    title = f"{found.name} · {found.status} · {session.label} · {found.compute}"
    readings, unread = _readings(session, found, since)
    found_out = tuple(_judge(session, found, readings, error, since))
    told = findings.facts(readings, found) if readings else ()
    return Explanation(title, found_out, (*told, *unread))


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
        # The log group outlives endpoints: what is older tells of another one.
        created = _hosting.describe(session, name).created
        lines = _logs.tail(session, name, lines=_LOG_LINES, since=created)
    except SmnbError as error:  # the log explains; it must not hide the failure
        lines = [f"(its log cannot be read: {error.what})"]
    log = "\n".join(f"  | {line}" for line in lines)
    shown = f"\n{log}" if lines else ""
    what = f"{name}: {reason or f'it is {state}, and AWS gives no reason.'}{shown}"
    told = from_text(f"{reason}\n{log}")
    hint = f"{told.cause} {told.step}" if told else _UNTOLD
    return DeploymentFailedError(what, hint=hint)


_UNTOLD = "The reason and the log above say what to mend; then deploy again."


def from_text(text: str) -> Finding | None:
    """Return what the first rule that matches makes of a text."""
    for rule in RULES:
        if told := rule.read(text):
            cause, step, line = told
            return Finding(rule.name, cause, (line,) if line else (), step)
    return None


def _judge(
    session: Session,
    found: Described,
    readings: Readings | None,
    error: BaseException | None,
    since: Since,
) -> list[Finding]:
    """Return all that is the matter, or that nothing is."""
    judged: list[Finding] = []
    if error is not None:
        judged += _of_error(error)
    has_errors = readings is not None and readings.errors > 0
    if found.status != "InService" or found.reason or has_errors:
        judged += _of_text(session, found, since)
    if found.status not in (*_BROKEN, "InService"):
        judged.append(_changing(found))
    if readings is not None:
        if has_errors and not judged:
            judged.append(findings.failing(readings))
        if found.status not in _BROKEN:
            judged += findings.of_figures(readings, found)
    if not judged:
        return [findings.healthy(readings) if readings else _serving(found)]
    by_name: dict[str, Finding] = {}
    for one in judged:
        by_name.setdefault(one.name, _with_size(one, readings, found))
    return list(by_name.values())


def _of_text(session: Session, found: Described, since: Since) -> list[Finding]:
    """Read the failure's reason and the log."""
    serving = found.status == "InService"
    try:
        lines = _logs.tail(
            session,
            found.name,
            lines=_EXPLAINED_LINES,
            since=since if serving else None,
        )
    except SmnbError as error:
        lines = [f"(its log cannot be read: {error.what})"]
    if told := from_text("\n".join([found.reason, *lines])):
        if found.reason and found.reason not in told.evidence:
            evidence = (found.reason, *told.evidence)
            told = Finding(told.name, told.cause, evidence, told.step)
        return [told]
    if found.status not in _BROKEN:
        return []
    reason = found.reason or "AWS gives no reason."
    return [Finding("failed", reason, tuple(lines[-_LOG_LINES:]), _UNTOLD)]


def _of_error(error: BaseException) -> list[Finding]:
    """Read an exception that a call raised."""
    code = getattr(error, "code", "")
    text = f"{code} {error} {getattr(error, 'original_message', '')}"
    if told := from_text(text):
        return [told]
    what = getattr(error, "what", str(error))
    return [Finding("error", str(what), (), str(getattr(error, "hint", "")))]


def _with_size(
    finding: Finding, readings: Readings | None, found: Described
) -> Finding:
    """Name the memory size to take, now that the endpoint's own is known."""
    if finding.name not in ("out-of-memory", "died"):
        return finding
    step = findings.more_memory(readings, found)
    return Finding(finding.name, finding.cause, finding.evidence, step)


def _changing(found: Described) -> Finding:
    return Finding(
        "changing",
        f"It is {found.status}.",
        (),
        "ep.wait() waits for it and says how long; a container that fails its health "
        "check again and again stays so for up to half an hour.",
    )


def _serving(found: Described) -> Finding:
    return Finding("healthy", f"It is {found.status}.", (), "")


def _readings(
    session: Session, found: Described, since: Since
) -> tuple[Readings | None, tuple[str, ...]]:
    """Read the metrics; without the right to, the rest must do."""
    try:
        return _metrics.measure(session, found, since=since), ()
    except SmnbError as error:
        return None, (f"(its metrics cannot be read: {error.what})",)
