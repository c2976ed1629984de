"""Remove an endpoint with all that its deployment made; safe to repeat."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smnb import _hosting, _s3, _scaling, _twin, _wait
from smnb.errors import NotFoundError, ServiceError

if TYPE_CHECKING:
    from collections.abc import Callable

    from smnb._hosting import Described
    from smnb._progress import Reporter
    from smnb._session import Session

_FIRST_POLL_S = 0.05
_SLOWEST_POLL_S = 5.0


def delete(session: Session, name: str, progress: Reporter) -> None:
    """Delete the endpoint `name`, its twin, configurations, models and objects.

    What bills goes first. An endpoint that AWS is still changing is waited for, since
    AWS refuses to delete it.
    """
    gone: list[str] = []
    twin = _hosting.find(session, _twin.name_of(name))
    main = _hosting.find(session, name)
    ours = main is not None and _hosting.TAG_DEPLOYMENT in main.tags
    if twin is not None and main is not None and ours and _same_deployment(twin, main):
        gone += _delete_endpoint(session, twin, progress)
        gone += _delete_config(session, twin)
    if main is None:
        progress.done(f"{name} is gone already")
        return
    gone += _delete_endpoint(session, main, progress)
    if not ours:
        progress.done(
            f"{', '.join(gone)}: gone. Its configuration {main.config} and models were "
            "not made by smnb, and stay."
        )
        return
    gone += _delete_config(session, main)
    for model in main.models:
        if _removed(lambda model=model: _hosting.delete_model(session, model)):  # type: ignore[misc]  # bound now
            gone.append(f"model {model}")
    place = _hosting.prefix(session, main.name, main.tags[_hosting.TAG_DEPLOYMENT])
    if count := _s3.delete_prefix(session, place):
        gone.append(f"{count} object{'s' * (count != 1)} on S3")
    progress.done(f"{', '.join(gone)}: gone. Nothing left that costs.")


def _same_deployment(twin: Described, main: Described) -> bool:
    tag = _hosting.TAG_DEPLOYMENT
    return twin.tags.get(tag) == main.tags.get(tag)


def _delete_endpoint(
    session: Session, endpoint: Described, progress: Reporter
) -> list[str]:
    if endpoint.kind == "async":
        _scaling.remove(session, endpoint.name, endpoint.variant)
    while True:
        try:
            _hosting.delete_endpoint(session, endpoint.name)
            break
        except NotFoundError:
            return []
        except ServiceError as error:
            if not _hosting.is_in_progress(error):
                raise
            _wait.until_settled(session, endpoint.name, progress)
    poll_s = _FIRST_POLL_S
    while True:
        try:
            state, _ = _hosting.status(session, endpoint.name)
        except NotFoundError:
            return [endpoint.name]
        progress.now(f"{endpoint.name} is {state}")
        _wait.nap(poll_s)
        poll_s = min(poll_s * 1.3, _SLOWEST_POLL_S)


def _delete_config(session: Session, endpoint: Described) -> list[str]:
    if _removed(lambda: _hosting.delete_config(session, endpoint.config)):
        return [f"configuration {endpoint.config}"]
    return []


def _removed(remove: Callable[[], None]) -> bool:
    """Remove something; False if it was not there any more."""
    try:
        remove()
    except NotFoundError:
        return False
    return True
