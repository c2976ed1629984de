"""The asynchronous twin ``<name>-async`` that takes what is too large for a request."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING

from smnb import _explain, _hosting, _scheduler, _wait
from smnb._compute import Async, from_tag, to_tag
from smnb._quote import quote
from smnb._undo import Undo
from smnb.errors import DeploymentFailedError, NameTakenError, ServiceError

if TYPE_CHECKING:
    from smnb._compute import Compute
    from smnb._hosting import Described
    from smnb._progress import Reporter
    from smnb._session import Session


_OF_MAIN_ALONE = {
    _hosting.TAG_OVERFLOW,
    _hosting.TAG_SCHEDULE,
    _hosting.TAG_SCALING,
    _hosting.TAG_UPDATING,
}


def ensure(session: Session, of: Described, progress: Reporter) -> str:
    """Return the name of the twin, which is in service; create it on first need.

    Raises
    ------
    NameTakenError
        If an endpoint of that name is somebody else's.
    DeploymentFailedError
        If it did not come into service; what was created is removed.
    """
    name = _hosting.twin_name(of.name)
    compute = from_tag(of.tags[_hosting.TAG_OVERFLOW])
    if not isinstance(compute, Async):
        raise DeploymentFailedError(
            f"The tag {_hosting.TAG_OVERFLOW} of {of.name} names {compute}.",
            hint="It must name an Async: deploy again with overflow=smnb.Async(…).",
        )
    found = _hosting.find(session, name)
    if found is not None:
        _check_ours(found, of)
        if found.status == "InService" and not _is_given_up(found):
            return name
    cost = quote(compute, region=session.region).cost
    progress.line(f"{name} · {session.label} · {compute} · {cost}")
    # Its time may have been extended since `of` was read.
    of = _hosting.describe(session, of.name)
    undo = Undo()
    try:
        if found is None:
            _create(session, of, name, compute, undo)
        elif _is_given_up(found):
            _take_up(session, of, found)
        _finish(session, of, name, compute, progress)
    except BaseException:
        if undo.run():
            _give_up(session, name, progress)
        raise
    progress.done(f"✓ {name} in service, scales to zero")
    return name


def follow(session: Session, of: Described, progress: Reporter) -> bool:
    """Move the twin to the model that the endpoint has been moved to.

    Returns
    -------
    bool
        False if it still needs the model that it had.
    """
    name = _hosting.twin_name(of.name)
    twin = _hosting.find(session, name)
    deployment = of.tags.get(_hosting.TAG_DEPLOYMENT)
    if twin is None or deployment is None or _hosting.TAG_OVERFLOW not in of.tags:
        return True
    _check_ours(twin, of)
    compute = from_tag(of.tags[_hosting.TAG_OVERFLOW])
    config = _hosting.unique_name(name, deployment)
    _create_config(session, of, config, compute)
    _hosting.update_endpoint(session, name, config=config)
    _wait.until_settled(session, name, progress)
    if _hosting.describe(session, name).config != config:
        progress.line(f"{name} did not take the new model, and serves the old one.")
        _hosting.delete_config(session, config)
        return False
    _hosting.add_tags(session, twin.arn, _tags(of, compute))
    _hosting.delete_config(session, twin.config)
    return True


def _check_ours(found: Described, of: Described) -> None:
    ours = of.tags[_hosting.TAG_DEPLOYMENT]
    if found.tags.get(_hosting.TAG_DEPLOYMENT) != ours:
        raise NameTakenError(
            f"An endpoint {found.name} exists, and is not the twin of {of.name}.",
            hint=f'Delete it (smnb.endpoint("{found.name}").delete()), or deploy the '
            "model under another name=.",
        )


def _finish(
    session: Session, of: Described, name: str, compute: Async, progress: Reporter
) -> None:
    """Wait for the twin; let it scale to zero, and AWS end it with the endpoint."""
    state, reason = _wait.until_settled(session, name, progress)
    if state != "InService":
        raise _explain.failed_deployment(session, name, state, reason)
    deployment = of.tags[_hosting.TAG_DEPLOYMENT]
    _hosting.scale_to_zero(session, name, compute, deployment=deployment)
    if of.expires is not None and _hosting.TAG_SCHEDULE in of.tags:
        twin = _hosting.describe(session, name)
        _scheduler.follow(session, [twin], of.expires, progress)


def _take_up(session: Session, of: Described, twin: Described) -> None:
    """Let a twin that was given up end with its endpoint again, not at once."""
    if of.expires is None:
        _hosting.delete_tags(session, twin.arn, [_hosting.TAG_EXPIRES])
    else:
        expires = of.tags[_hosting.TAG_EXPIRES]
        _hosting.add_tags(session, twin.arn, {_hosting.TAG_EXPIRES: expires})


def _is_given_up(found: Described) -> bool:
    """Whether it was stopped while it was made, and nobody has wanted it since."""
    return found.expires is not None and found.expires <= datetime.now(timezone.utc)


def _give_up(session: Session, name: str, progress: Reporter) -> None:
    """Mark a twin that AWS does not delete yet, so that `reap` finds it."""
    found = _hosting.find(session, name)
    if found is None:
        return
    now = datetime.now(timezone.utc).isoformat(timespec="seconds")
    _hosting.add_tags(session, found.arn, {_hosting.TAG_EXPIRES: now})
    progress.done(
        f"AWS does not delete {name} while it is Creating: smnb.reap() does as soon as "
        "that is possible, and so does ep.delete()."
    )


def _create(
    session: Session, of: Described, name: str, compute: Async, undo: Undo
) -> None:
    config = _hosting.unique_name(name, of.tags[_hosting.TAG_DEPLOYMENT])
    # Each is noted first: a call that is stopped half-way may have created it.
    undo.add(config, lambda: _hosting.delete_config(session, config))
    _create_config(session, of, config, compute)
    undo.add(name, lambda: _hosting.delete_endpoint(session, name))
    try:
        tags = _tags(of, compute)
        _hosting.create_endpoint(session, name, config=config, tags=tags)
    except ServiceError as error:
        if not _hosting.is_name_taken(error):
            raise
        undo.forget_last()  # another process has just made the twin: wait for that one
        undo.run()


def _create_config(
    session: Session, of: Described, config: str, compute: Compute
) -> None:
    deployment = of.tags[_hosting.TAG_DEPLOYMENT]
    _hosting.create_config(
        session,
        config,
        model=of.models[0],
        compute=compute,
        results=_hosting.prefix(session, of.name, deployment),
        tags=_tags(of, compute),
    )


def _tags(of: Described, compute: Compute) -> dict[str, str]:
    """Return the twin's tags: those of the endpoint that it shares."""
    shared = {key: v for key, v in of.tags.items() if key not in _OF_MAIN_ALONE}
    return shared | {_hosting.TAG_COMPUTE: to_tag(compute)}
