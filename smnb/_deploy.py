"""Deploy: check, upload, create model, configuration and endpoint; undo on failure."""

from __future__ import annotations

import secrets
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from smnb import (
    _explain,
    _hosting,
    _lifetime,
    _reap,
    _scheduler,
    _scratch,
    _spending,
    _wait,
)
from smnb._compute import Async, Compute, Serverless, check_compute, check_name
from smnb._doctor import check_before_deploy
from smnb._endpoint import Endpoint
from smnb._model import Model, ModelSource, as_model
from smnb._progress import Progress
from smnb._quote import quote
from smnb._revision import Revision, default_name, make_revision
from smnb._session import Session, default_session
from smnb._stop import stoppable, though_stopped
from smnb._text import seconds_text
from smnb._undo import Undo
from smnb.errors import (
    ConfigurationError,
    DeploymentFailedError,
    InvalidInputError,
    NameTakenError,
    ServiceError,
    SmnbError,
)

if TYPE_CHECKING:
    from datetime import timedelta

    from smnb._hosting import Described
    from smnb._spending import Budget

_IDENTITY = {
    _hosting.TAG_DIGEST: "the model's archive",
    _hosting.TAG_OPTIONS: "its image, environment or accepts",
    _hosting.TAG_COMPUTE: "its compute",
    _hosting.TAG_OVERFLOW: "its overflow",
}


@stoppable
def deploy(
    model: ModelSource,
    compute: Compute = Serverless(),  # noqa: B008  frozen, so safe to share
    *,
    name: str | None = None,
    overflow: Async | None = None,
    ttl: str | timedelta | None = None,
    budget_usd: float | Budget | None = None,
    session: Session | None = None,
    wait: bool = True,
) -> Endpoint:
    """Put a model behind a SageMaker endpoint.

    Running the same call again returns the running endpoint. A deploy that fails
    removes what it created.

    Parameters
    ----------
    model
        A folder with ``code/inference.py``, a ``.tar.gz`` of one, its ``s3://`` URI;
        a fitted scikit-learn, XGBoost or torch object, a Python function, an ONNX
        file; or a `Model` with an image, environment or accepted types.
    compute
        `Serverless`, `RealTime` or `Async`. Without a size, ``Serverless()`` takes
        the smallest that suffices, and an endpoint that runs keeps its own.
    name
        Of the endpoint: 1 to 63 letters, digits and hyphens. Default: the model's
        file name.
    overflow
        What takes payloads too large for a request, up to 1 GB: an asynchronous twin
        ``<name>-async``, created when it is first needed.
    ttl
        How long it may stay: ``"90s"``, ``"30m"``, ``"2h"``, ``"3d"`` or a timedelta.
        Then `reap`, each new session, the Jupyter server or the local backend deletes
        it; deploying it again extends that. None: until it is deleted.
    budget_usd
        US dollars since its creation above which calls warn, or
        ``Budget(5, then="delete")``.
    session
        Default: the local backend, or what ``SMNB_TARGET`` names.
    wait
        Return when the endpoint is in service, not before.

    Returns
    -------
    Endpoint
        Also a context manager that deletes it.

    Raises
    ------
    InvalidInputError
        If the model, the name or the compute is wrong; nothing has been created.
    NameTakenError
        If an endpoint of this name differs from what is asked for.
    DeploymentFailedError
        If it did not come into service; what was created is removed, or named.

    Examples
    --------
    ::

        with smnb.deploy("faces/", smnb.Serverless(memory_mb=2048)) as ep:
            ep.invoke("astronaut.png")
    """
    lifetime = _lifetime.tags(ttl) | _spending.budget_tag(budget_usd)
    model = as_model(model)
    name = _check(model, compute, name, overflow)
    session = default_session(session)
    deployment = secrets.token_hex(4)
    if ttl is not None:
        lifetime |= _scheduler.tag(session, deployment)
    with _scratch.folder() as folder:
        revision = make_revision(
            session,
            name,
            model,
            compute,
            deployment=deployment,
            overflow=overflow,
            folder=folder,
        )
        revision = replace(revision, lifetime=lifetime)
        progress = Progress()
        progress.line(f"{name} · {session.label} · {compute}")
        found = _hosting.find(session, name)
        if found is not None:
            endpoint = _running(revision, found, ttl, progress)
        else:
            progress.line(revision.checked())
            warnings = check_before_deploy(
                session,
                model,
                revision.compute,
                name,
                artifact=revision.artifact,
                image=revision.image,
                isolated=revision.network_isolation,
            )
            for warning in warnings:
                progress.line(warning)
            endpoint = _create(revision, ttl, progress, wait=wait)
    _reap.sweep(session)
    return endpoint


def _check(
    model: Model, compute: Compute, name: str | None, overflow: Async | None
) -> str:
    """Refuse arguments that do not go together; return the endpoint's name."""
    check_compute(compute)
    if not (overflow is None or isinstance(overflow, Async)):
        raise InvalidInputError(
            f"overflow={overflow!r} is nothing that takes payloads through S3.",
            hint='Use an asynchronous twin: overflow=smnb.Async("ml.m5.xlarge").',
        )
    if overflow is not None and compute.kind == "async":
        raise InvalidInputError(
            "overflow= beside Async: the endpoint takes up to 1 GB by itself.",
            hint="Leave overflow= out.",
        )
    name = check_name(name if name is not None else default_name(model))
    if overflow is not None:
        check_name(f"{name}-async", what="endpoint with an asynchronous twin")
    return name


def _running(
    revision: Revision,
    found: Described,
    ttl: str | timedelta | None,
    progress: Progress,
) -> Endpoint:
    """Return the endpoint of this name if it is the same, or say how it differs."""
    name, session = revision.name, revision.session
    revision = revision.as_running(found)
    differs = [
        f"{what} ({found.tags.get(tag, 'none')} there, "
        f"{revision.identity.get(tag, 'none')} asked for)"
        for tag, what in _IDENTITY.items()
        if found.tags.get(tag) != revision.identity.get(tag)
    ]
    if _hosting.TAG_DEPLOYMENT not in found.tags:
        differs = ["it was not made by smnb"]
    if differs:
        raise NameTakenError(
            f"An endpoint {name} exists ({session.label}, {found.status}) "
            f"and differs: {'; '.join(differs)}.",
            hint="Change it with ep.update(…), delete it with "
            f'smnb.endpoint("{name}").delete(), or choose another name=.',
        )
    was_given_up = _lifetime.is_over(found.expires)
    found = _lifetime.renew(session, found, ttl, progress)
    if (budget := _hosting.TAG_BUDGET) in revision.lifetime:
        _hosting.add_tags(session, found.arn, {budget: revision.lifetime[budget]})
    try:
        state, reason = _wait.until_settled(session, name, progress)
    except BaseException:
        if was_given_up:  # it is nobody's again
            _lifetime.mark_over(session, [found.arn])
            progress.done(
                f"Stopped. {name} remains, and is tagged again: smnb.reap() removes it."
            )
        raise
    if state != "InService":
        raise NameTakenError(
            f"An endpoint {name} of the same model exists, but it is {state}. {reason}",
            hint=f'Delete it: smnb.endpoint("{name}").delete()',
        )
    if was_given_up and isinstance(revision.compute, Async):
        deployment = found.tags[_hosting.TAG_DEPLOYMENT]
        _hosting.scale_to_zero(session, name, revision.compute, deployment=deployment)
    until = f", {_lifetime.until_text(found.expires)}" if found.expires else ""
    progress.done(f"✓ already in service, unchanged{until}")
    return Endpoint(name, session=session)


def _create(
    revision: Revision,
    ttl: str | timedelta | None,
    progress: Progress,
    *,
    wait: bool,
) -> Endpoint:
    session, name = revision.session, revision.name
    undo = Undo()
    try:
        if not _create_endpoint(revision, progress, undo):
            # Another process made the endpoint of this name a moment ago.
            undo.run()
            found = _hosting.describe(session, name)
            return _running(revision, found, ttl, progress)
        _enforce_lifetime(revision, progress)
        if wait:
            _await_service(revision, progress)
    except SmnbError as error:
        progress.done()
        raise _undone(revision, undo, error) from error
    except BaseException:  # the Stop button, above all
        cleaned = though_stopped(lambda: _clean_up(revision, undo))
        progress.done(f"Stopped. {cleaned}")
        raise
    return Endpoint(name, session=session)


def _create_endpoint(revision: Revision, progress: Progress, undo: Undo) -> bool:
    """Create everything; False if the endpoint's name was taken meanwhile."""
    session, name = revision.session, revision.name
    cost = quote(revision.compute, region=session.region).cost
    progress.line(f"Cost: {cost}" if session.target.bills else f"On AWS: {cost}")
    config = revision.create(progress, undo)
    # Noted first: a call that is stopped half-way may have created it. The schedule
    # goes after the endpoint, which it still has to delete if AWS does not yet.
    if schedule := revision.lifetime.get(_hosting.TAG_SCHEDULE):
        undo.add(f"schedule {schedule}", lambda: _scheduler.delete(session, schedule))
    undo.add(f"endpoint {name}", lambda: _hosting.delete_endpoint(session, name))
    try:
        _hosting.create_endpoint(session, name, config=config, tags=revision.tags)
    except ServiceError as error:
        if _hosting.is_name_taken(error):
            undo.forget_last()
            return False
        raise
    return True


def _enforce_lifetime(revision: Revision, progress: Progress) -> None:
    """Say when it ends; let AWS end it then, or say that nothing else will.

    Say, too, if its budget is one that nothing can be held against.
    """
    session = revision.session
    if _hosting.TAG_BUDGET in revision.lifetime and (
        why := _spending.unwatched(session, revision.compute)
    ):
        progress.line(f"Its budget cannot be watched: {why}")
    expires = _hosting.expiry_in(revision.lifetime)
    if expires is None:
        return
    progress.line(f"It {_lifetime.until_text(expires)}")
    if session.target.bills:
        found = _hosting.describe(session, revision.name)
        _scheduler.follow(session, [found], expires, progress)


def _await_service(revision: Revision, progress: Progress) -> None:
    session, name, compute = revision.session, revision.name, revision.compute
    started = time.monotonic()
    state, reason = _wait.until_settled(session, name, progress)
    if state != "InService":
        raise _explain.failed_deployment(session, name, state, reason)
    if isinstance(compute, Async):
        _hosting.scale_to_zero(session, name, compute, deployment=revision.deployment)
    progress.done(f"✓ in service after {seconds_text(time.monotonic() - started)}")


def _undone(revision: Revision, undo: Undo, error: SmnbError) -> SmnbError:
    """Remove what was created, and say in the error what became of it."""
    cleaned = though_stopped(lambda: _clean_up(revision, undo))
    hint = f"{error.hint} {cleaned}"
    kept = (ConfigurationError, DeploymentFailedError, InvalidInputError)
    if isinstance(error, kept):
        return type(error)(error.what, hint=hint)
    return DeploymentFailedError(
        f"{revision.name} was not deployed. {error.what}", hint=hint
    )


def _clean_up(revision: Revision, undo: Undo) -> str:
    """Remove what was created; say truthfully what remains and what it costs."""
    session, name = revision.session, revision.name
    try:
        remains = undo.run()
        if not remains:
            return "Nothing was left behind."
        _lifetime.mark_over(session, [_hosting.describe(session, name).arn])
    except SmnbError as error:
        return (
            f"Removing what was created failed too ({error.what}): look at "
            f'smnb.endpoint("{name}"), and delete it.'
        )
    cost = quote(revision.compute, region=session.region).cost
    return (
        f"AWS does not delete an endpoint that is still Creating, so there remain: "
        f"{', '.join(remains)}. They are tagged: smnb.reap() removes them as soon as "
        f"that is possible. Until then: {cost}."
    )
