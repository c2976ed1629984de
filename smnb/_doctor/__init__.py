"""Look for what would make a deploy fail, or go badly, before anything is sent.

One table of small checks; what one of them runs into never hides another.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from smnb import _scratch
from smnb._doctor import account, contents, hosting, images, machine
from smnb._doctor.subject import Outcome, Subject, bad, unknown
from smnb._model import as_model
from smnb._session import default_session
from smnb._stop import stoppable
from smnb.errors import ConfigurationError, InvalidInputError, SmnbError

if TYPE_CHECKING:
    from smnb._compute import Compute
    from smnb._doctor.report import Finding, Report
    from smnb._doctor.subject import Check
    from smnb._model import Artifact, Model, ModelSource
    from smnb._session import Session

_CHECKS: Final = (
    *machine.CHECKS,
    *account.CHECKS,
    *hosting.CHECKS,
    *contents.CHECKS,
    *images.CHECKS,
)
_TO_FIND: Final = {"caller", "role", "archive", "image"}
_ACCOUNT: Final = frozenset(account.CHECKS)


@stoppable
def doctor(
    session: Session | None = None,
    *,
    model: ModelSource | None = None,
    compute: Compute | None = None,
    name: str | None = None,
) -> Report:
    """Check the account, this machine and what is to be deployed; send nothing.

    Whatever AWS is asked only reads. Each finding that is not fine says what to do.

    Parameters
    ----------
    session
        Default: the local backend, or what ``SMNB_TARGET`` names.
    model
        What `deploy` takes. Without it, the model is not checked.
    compute
        `Serverless`, `RealTime` or `Async`. Without it, hosting is not checked.
    name
        Of the endpoint, to see whether it is free.

    Returns
    -------
    Report
        A sequence of findings: ``check``, ``status`` (``"ok"``, ``"warning"``,
        ``"problem"``, ``"unknown"``), ``what`` and ``fix``.

    Examples
    --------
    ::

        report = smnb.doctor(model="faces/", compute=smnb.Serverless(memory_mb=2048))
        report.problems
    """
    from smnb._doctor.report import Report

    session = default_session(session)
    with _scratch.folder() as folder:
        chosen, refusal = _chosen(model)
        subject = Subject(session, folder, chosen, compute, name)
        found = [refusal]
        found += [_run(check, subject) for check in _CHECKS if _applies(check, subject)]
    parts = [session.target.label, chosen.label if chosen else "", compute or ""]
    title = " · ".join(str(part) for part in parts if part)
    return Report(title, tuple(finding for finding in found if finding is not None))


def _chosen(model: ModelSource | None) -> tuple[Model | None, Finding | None]:
    """Return the model; or what is wrong with it, which keeps no other check."""
    from smnb._doctor.report import Finding

    try:
        return None if model is None else as_model(model), None
    except SmnbError as error:
        return None, Finding("model", "problem", error.what, error.hint)


def check_before_deploy(
    session: Session,
    model: Model,
    compute: Compute,
    name: str,
    *,
    artifact: Artifact | None = None,
    image: str | None = None,
    isolated: bool | None = None,
) -> list[str]:
    """Make the cheap checks; return the warnings, a line each.

    Parameters
    ----------
    artifact, image, isolated
        What deploy has found out already, so that it is not asked for twice.

    Raises
    ------
    ConfigurationError
        If something of the session would make the deploy fail.
    InvalidInputError
        If something of the model or the compute would.
    """
    subject = Subject(
        session,
        Path(),
        model,
        compute,
        name,
        known_artifact=artifact,
        known_image=image,
        known_isolated=isolated,
    )
    lines: list[str] = []
    for check in _CHECKS:
        if not (check.is_cheap and _applies(check, subject)):
            continue
        outcome = None if _is_elsewhere(check, subject) else check.look(subject)
        if outcome is None:
            continue
        if outcome.status == "problem":
            kind = ConfigurationError if check in _ACCOUNT else InvalidInputError
            raise kind(f"{name}: {check.name}: {outcome.what}.", hint=outcome.fix)
        if outcome.status == "warning":
            lines.append(f"! {check.name}: {outcome.what}. {outcome.fix}")
    return lines


def check_files(
    session: Session,
    model: Model,
    compute: Compute,
    name: str,
    *,
    artifact: Artifact,
) -> list[Finding]:
    """Make the checks of the model's files and of this machine; AWS is not asked.

    Parameters
    ----------
    artifact
        The model's archive, which may be removed by now.
    """
    subject = Subject(session, Path(), model, compute, name, known_artifact=artifact)
    checks = (*contents.CHECKS, *machine.CHECKS)
    found = [_run(check, subject) for check in checks if _applies(check, subject)]
    return [finding for finding in found if finding is not None]


def _applies(check: Check, subject: Subject) -> bool:
    """Say whether what the check looks at is there at all."""
    return not (
        ("model" in check.needs and subject.model is None)
        or ("compute" in check.needs and subject.compute is None)
        or ("local" in check.needs and subject.session.target.bills)
    )


def _is_elsewhere(check: Check, subject: Subject) -> bool:
    return "aws" in check.needs and not subject.session.target.bills


def _run(check: Check, subject: Subject) -> Finding | None:
    from smnb._doctor.report import Finding  # no deploy has to load it

    if _is_elsewhere(check, subject):
        return Finding(check.name, "unknown", "not asked on local")
    if "caller" in check.needs and not subject.has("caller"):
        return Finding(check.name, "unknown", "AWS does not know who asks")
    if not all(subject.has(name) for name in check.needs & _TO_FIND):
        return None  # a check of its own says what is wrong with it
    outcome = _outcome(check, subject)
    return None if outcome is None else Finding(check.name, *outcome)


def _outcome(check: Check, subject: Subject) -> Outcome | None:
    try:
        return check.look(subject)
    except SmnbError as error:
        return _of_error(error)
    except Exception as error:  # noqa: BLE001  one check must not hide the others
        return unknown(f"it could not be checked: {type(error).__name__}: {error}")


def _of_error(error: SmnbError) -> Outcome:
    from smnb._aws_errors import is_denied

    if is_denied(error):
        return unknown(error.what, error.hint)
    return bad(error.what, error.hint)
