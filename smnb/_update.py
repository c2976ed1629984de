"""Change a running endpoint without downtime; the old one serves until the new does."""

from __future__ import annotations

import dataclasses
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from smnb import _explain, _hosting, _wait
from smnb._compute import Async, Compute, RealTime, check_compute, from_tag, to_tag
from smnb._model import ModelSource, as_model
from smnb._revision import make_revision
from smnb.errors import InvalidInputError, NotFoundError

if TYPE_CHECKING:
    from smnb._hosting import Described
    from smnb._progress import Reporter
    from smnb._session import Session


def new_compute(
    found: Described, compute: Compute | None, changes: dict[str, Any]
) -> Compute:
    """Return the compute that is asked for, if AWS can move the endpoint to it.

    Raises
    ------
    InvalidInputError
        If a change does not exist, or AWS refuses that move.
    """
    if compute is None:
        tag = found.tags.get(_hosting.TAG_COMPUTE)
        if tag is None:
            raise InvalidInputError(
                f"{found.name} was not deployed by smnb, so its compute is not known.",
                hint="Name the whole of it: ep.update(smnb.Serverless(4096)).",
            )
        compute = from_tag(tag)
    check_compute(compute)
    names = [field.name for field in dataclasses.fields(compute)]
    if unknown := sorted(set(changes) - set(names)):
        raise InvalidInputError(
            f"{compute} has no {', '.join(unknown)}.",
            hint=f"It has {', '.join(names)}.",
        )
    compute = dataclasses.replace(compute, **changes)
    _check_move(found, compute)
    return compute


def update(
    session: Session,
    found: Described,
    compute: Compute,
    model: ModelSource | None,
    progress: Reporter,
) -> None:
    """Move the endpoint to `compute`, and to `model` if one is given.

    Raises
    ------
    DeploymentFailedError
        If the new version did not come into service; the old one serves on.
    """
    progress.line(f"{found.name} · {session.label} · {found.compute} → {compute}")
    cost = compute.cost()
    progress.line(f"Cost: {cost}" if session.target.bills else f"On AWS: {cost}")
    undo = _hosting.Undo()
    try:
        config, tags = _create(session, found, compute, model, progress, undo)
        _hosting.update_endpoint(session, found.name, config=config)
        state, reason = _wait.until_settled(session, found.name, progress)
        now = _hosting.describe(session, found.name)
        if now.config != config or state != "InService":
            raise _explain.failed_deployment(  # noqa: TRY301  undone below
                session, found.name, state, reason
            )
    except BaseException:
        undo.run()
        raise
    _hosting.add_tags(session, found.arn, tags)
    _remove_old(session, found, now)
    progress.done("✓ in service, without downtime")


def _check_move(found: Described, compute: Compute) -> None:
    """AWS moves an endpoint within its kind, and from serverless to real-time."""
    if found.kind == compute.kind:
        return
    if found.kind == "serverless" and isinstance(compute, RealTime):
        return
    raise InvalidInputError(
        f"AWS does not move {found.name} from {found.compute} to {compute}.",
        hint="Deploy a second endpoint, then delete this one: "
        f'smnb.deploy(model, …, name="{found.name[:59]}-new")',
    )


def _create(
    session: Session,
    found: Described,
    compute: Compute,
    model: ModelSource | None,
    progress: Reporter,
    undo: _hosting.Undo,
) -> tuple[str, dict[str, str]]:
    """Create the new configuration; return its name and the endpoint's new tags."""
    deployment = found.tags.get(_hosting.TAG_DEPLOYMENT, "updated")
    if model is not None:
        with tempfile.TemporaryDirectory(prefix="smnb-") as folder:
            revision = make_revision(
                session,
                found.name,
                as_model(model),
                compute,
                deployment=deployment,
                overflow=_overflow(found),
                folder=Path(folder),
            )
            progress.line(revision.checked())
            return revision.create(progress, undo), revision.tags
    name = _hosting.unique_name(found.name, deployment)
    tags = dict(found.tags) | {_hosting.TAG_COMPUTE: to_tag(compute)}
    undo.add(f"configuration {name}", lambda: _hosting.delete_config(session, name))
    _hosting.create_config(
        session,
        name,
        model=found.models[0],
        compute=compute,
        results=_hosting.prefix(session, found.name, deployment),
        tags=tags,
    )
    return name, tags


def _overflow(found: Described) -> Async | None:
    tag = found.tags.get(_hosting.TAG_OVERFLOW)
    compute = from_tag(tag) if tag else None
    return compute if isinstance(compute, Async) else None


def _remove_old(session: Session, old: Described, new: Described) -> None:
    """Remove what the endpoint no longer uses, if smnb made it."""
    if _hosting.TAG_DEPLOYMENT not in old.tags:
        return
    try:
        _hosting.delete_config(session, old.config)
        for model in set(old.models) - set(new.models):
            _hosting.delete_model(session, model)
    except NotFoundError:
        return
