"""Remove an endpoint with all that its deployment made; safe to repeat."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
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

    What bills goes first, what AWS takes minutes for is waited for last: stopped at
    any moment, it can be called again. An endpoint that AWS is still changing is
    waited for, since AWS refuses to delete it.
    """
    main, twin = (
        _hosting.find(session, name),
        _hosting.find(session, _twin.name_of(name)),
    )
    if main is not None and _hosting.TAG_DEPLOYMENT not in main.tags:
        _request_delete(session, main, progress)
        _await_gone(session, main, progress)
        progress.done(
            f"{name}: gone. Its configuration {main.config} and models were not made "
            "by smnb, and stay."
        )
        return
    endpoints = [e for e in (main, twin) if e is not None and _belongs(e, main)]
    if not endpoints:
        progress.done(f"{name} is gone already")
        return
    for endpoint in endpoints:
        _request_delete(session, endpoint, progress)
    gone = [endpoint.name for endpoint in endpoints]
    gone += _delete_records(session, name, endpoints)
    for endpoint in endpoints:
        _await_gone(session, endpoint, progress)
    progress.done(f"{', '.join(gone)}: gone. Nothing left that costs.")


def _belongs(endpoint: Described, main: Described | None) -> bool:
    """Whether the endpoint, found as main or twin, is of one deployment of ours."""
    deployment = endpoint.tags.get(_hosting.TAG_DEPLOYMENT)
    return deployment is not None and (
        main is None or deployment == main.tags[_hosting.TAG_DEPLOYMENT]
    )


def _request_delete(session: Session, endpoint: Described, progress: Reporter) -> None:
    """Tell AWS to delete the endpoint, as soon as AWS is willing to."""
    if endpoint.kind == "async":
        _scaling.remove(session, endpoint.name, endpoint.variant)
    with suppress(NotFoundError):
        while True:
            try:
                _hosting.delete_endpoint(session, endpoint.name)
            except ServiceError as error:
                if not _hosting.is_in_progress(error):
                    raise
                _wait.until_settled(session, endpoint.name, progress)
            else:
                return


def _delete_records(
    session: Session, name: str, endpoints: list[Described]
) -> list[str]:
    """Delete what the endpoints were made of; say what and how many."""
    configs = {endpoint.config for endpoint in endpoints}
    models = {model for endpoint in endpoints for model in endpoint.models}
    deployment = endpoints[0].tags[_hosting.TAG_DEPLOYMENT]
    place = _hosting.prefix(session, name, deployment)
    counts = {
        "configuration": sum(
            _removed(partial(_hosting.delete_config, session, c)) for c in configs
        ),
        "model": sum(
            _removed(partial(_hosting.delete_model, session, m)) for m in models
        ),
        "object": _s3.delete_prefix(session, place),
    }
    return [f"{n} {what}{'s' * (n != 1)}" for what, n in counts.items() if n]


def _await_gone(session: Session, endpoint: Described, progress: Reporter) -> None:
    poll_s = _FIRST_POLL_S
    with suppress(NotFoundError):
        while True:
            state, _ = _hosting.status(session, endpoint.name)
            progress.now(f"{endpoint.name} is {state}")
            _wait.nap(poll_s)
            poll_s = min(poll_s * 1.3, _SLOWEST_POLL_S)


def _removed(remove: Callable[[], None]) -> bool:
    """Remove something; False if it was not there any more."""
    try:
        remove()
    except NotFoundError:
        return False
    return True
