"""Change a running endpoint without downtime; the old one serves until the new does."""

from __future__ import annotations

import dataclasses
import secrets
from typing import TYPE_CHECKING, Any

from smnb import _explain, _hosting, _scratch, _twin, _wait
from smnb._compute import Async, Compute, RealTime, check_compute, from_tag, to_tag
from smnb._model import ModelSource, as_model
from smnb._quote import quote
from smnb._revision import make_revision
from smnb._serverless_size import sized
from smnb._stop import though_stopped
from smnb._undo import Undo
from smnb.errors import (
    DeploymentFailedError,
    InvalidInputError,
    NotFoundError,
    SmnbError,
)

if TYPE_CHECKING:
    from smnb._hosting import Described
    from smnb._progress import Reporter
    from smnb._session import Session

_OF_LIFETIME = frozenset({_hosting.TAG_EXPIRES, _hosting.TAG_BUDGET})


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
    if model is None:
        digest = found.tags.get(_hosting.TAG_DIGEST, "")
        compute, _ = sized(
            compute, digest=digest, unpacked_bytes=None, now_mb=found.memory_mb or 0
        )
    progress.line(f"{found.name} · {session.label} · {found.compute} → {compute}")
    priced = quote(compute, region=session.region).cost
    price = "Price" if session.target.bills else "Price on AWS"
    progress.line(f"{price}: {_price_now(session, found)} → {priced}")
    undo = Undo()
    try:
        config, tags = _create(session, found, compute, model, progress, undo)
        _hosting.add_tags(session, found.arn, {_hosting.TAG_UPDATING: config})
        _hosting.update_endpoint(session, found.name, config=config)
        state, reason = _wait.until_settled(session, found.name, progress)
        now = _hosting.describe(session, found.name)
        if now.config != config or state != "InService":
            raise _explain.failed_deployment(  # noqa: TRY301  undone below
                session, found.name, state, reason
            )
    except DeploymentFailedError:
        progress.done()
        though_stopped(undo.run)
        raise
    except BaseException:  # the Stop button, above all
        progress.done(though_stopped(lambda: _ended(session, found, undo)))
        raise
    # Its time may have been extended meanwhile.
    changed = {key: v for key, v in tags.items() if key not in _OF_LIFETIME}
    _hosting.add_tags(session, found.arn, changed)
    _hosting.delete_tags(session, found.arn, [_hosting.TAG_UPDATING])
    now = _hosting.describe(session, found.name)
    if now.models == found.models or _twin.follow(session, now, progress):
        _remove_old(session, found, now)
    progress.done("✓ in service, without downtime")


def _price_now(session: Session, found: Described) -> str:
    tag = found.tags.get(_hosting.TAG_COMPUTE)
    if tag is None:
        return f"unknown ({found.compute})"
    return quote(from_tag(tag), region=session.region).cost


def _ended(session: Session, found: Described, undo: Undo) -> str:
    """Undo what AWS has not begun to use; say what goes on.

    AWS does not end an update that it has begun. Its configuration tells by its tags
    what the endpoint is then, and what it replaces goes when the endpoint is deleted.
    """
    try:
        now = _hosting.describe(session, found.name)
        if now.status == "InService" and now.config == found.config:
            undo.run()
            return f"{found.name} is as it was."
    except SmnbError as error:
        return f"What became of {found.name} is unknown ({error.what}): look at it."
    return (
        f"No longer waiting: {found.name} serves on, and AWS goes on with the update. "
        "ep.wait() waits for its end."
    )


def _check_move(found: Described, compute: Compute) -> None:
    """AWS moves an endpoint within its kind, and from serverless to real-time."""
    if found.kind == compute.kind:
        return
    if found.kind == "serverless" and isinstance(compute, RealTime):
        return
    why = ""
    if compute.kind == "serverless":
        why = " An endpoint that has run on instances cannot become serverless."
    raise InvalidInputError(
        f"AWS does not move {found.name} from {found.compute} to {compute}.{why}",
        hint="Deploy a second endpoint, move its callers, then delete this one: "
        f'smnb.deploy(model, {_as_code(compute)}, name="{found.name[:59]}-new")',
    )


def _as_code(compute: Compute) -> str:
    """Write a compute as the user would, without what is as by default."""
    values = (
        (field.name, getattr(compute, field.name), field.default)
        for field in dataclasses.fields(compute)
    )
    given = ", ".join(f"{name}={v!r}" for name, v, default in values if v != default)
    return f"smnb.{type(compute).__name__}({given})"


def _create(
    session: Session,
    found: Described,
    compute: Compute,
    model: ModelSource | None,
    progress: Reporter,
    undo: Undo,
) -> tuple[str, dict[str, str]]:
    """Create the new configuration; return its name and the endpoint's new tags."""
    # Of an endpoint that smnb did not make, what is made for it is known as ours.
    deployment = found.tags.get(_hosting.TAG_DEPLOYMENT) or secrets.token_hex(4)
    lifetime = {k: v for k, v in found.tags.items() if k in _OF_LIFETIME}
    if model is not None:
        with _scratch.folder() as folder:
            revision = make_revision(
                session,
                found.name,
                as_model(model),
                compute,
                deployment=deployment,
                overflow=_overflow(found),
                folder=folder,
            )
            revision = dataclasses.replace(revision, lifetime=lifetime)
            progress.line(revision.checked())
            return revision.create(progress, undo), revision.tags
    if not found.models:
        raise NotFoundError(
            f"The configuration {found.config} of {found.name} was deleted, and with it "
            "what tells its model.",
            hint="Name the model too: ep.update(model=…)",
        )
    name = _hosting.unique_name(found.name, deployment)
    tags = {k: v for k, v in found.tags.items() if k != _hosting.TAG_UPDATING}
    tags |= {
        _hosting.TAG_COMPUTE: to_tag(compute),
        _hosting.TAG_DEPLOYMENT: deployment,
        _hosting.TAG_ENDPOINT: tags.get(_hosting.TAG_ENDPOINT, found.name),
    }
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
    deployment = old.tags.get(_hosting.TAG_DEPLOYMENT)
    if deployment is None:
        return
    try:
        _hosting.delete_config(session, old.config)
        for model in set(old.models) - set(new.models):
            # One that SageMaker had before was deployed by its name, and stays.
            if f"-{deployment}-" in model:
                _hosting.delete_model(session, model)
    except NotFoundError:
        return
