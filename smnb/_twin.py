"""The asynchronous twin ``<name>-async`` that takes what is too large for a request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smnb import _explain, _hosting, _wait
from smnb._compute import Async, from_tag
from smnb.errors import DeploymentFailedError, ServiceError

if TYPE_CHECKING:
    from smnb._hosting import Described
    from smnb._progress import Reporter
    from smnb._session import Session


def name_of(endpoint_name: str) -> str:
    """Return the name of an endpoint's twin."""
    return f"{endpoint_name}-async"


def ensure(session: Session, of: Described, progress: Reporter) -> str:
    """Return the name of the twin, which is in service; create it on first need.

    Raises
    ------
    DeploymentFailedError
        If it did not come into service; what was created is removed.
    """
    name = name_of(of.name)
    compute = from_tag(of.tags[_hosting.TAG_OVERFLOW])
    if not isinstance(compute, Async):
        raise DeploymentFailedError(
            f"The tag {_hosting.TAG_OVERFLOW} of {of.name} names {compute}.",
            hint="It must name an Async: deploy again with overflow=smnb.Async(…).",
        )
    found = _hosting.find(session, name)
    if found is not None and found.status == "InService":
        return name
    progress.line(f"{name} · {session.label} · {compute} · {compute.cost()}")
    undo = _hosting.Undo()
    try:
        if found is None:
            _create(session, of, name, compute, undo)
        state, reason = _wait.until_settled(session, name, progress)
        if state != "InService":
            raise _explain.failed_deployment(session, name, state, reason)  # noqa: TRY301  undone below
        _hosting.scale_to_zero(session, name, compute)
    except BaseException:
        undo.run()
        raise
    progress.done(f"✓ {name} in service, scales to zero")
    return name


def _create(
    session: Session,
    of: Described,
    name: str,
    compute: Async,
    undo: _hosting.Undo,
) -> None:
    deployment = of.tags[_hosting.TAG_DEPLOYMENT]
    config = _hosting.unique_name(name, deployment)
    tags = {
        key: value
        for key, value in of.tags.items()
        if key not in (_hosting.TAG_OVERFLOW, _hosting.TAG_COMPUTE)
    }
    place = _hosting.prefix(session, of.name, deployment)
    try:
        _hosting.create_config(
            session,
            config,
            model=of.models[0],
            compute=compute,
            results=place,
            tags=tags,
        )
        undo.add(config, lambda: _hosting.delete_config(session, config))
        _hosting.create_endpoint(session, name, config=config, tags=tags)
    except ServiceError as error:
        if not _hosting.is_name_taken(error):
            raise
        undo.run()  # another process has just made the twin: wait for that one
        return
    undo.add(name, lambda: _hosting.delete_endpoint(session, name))
