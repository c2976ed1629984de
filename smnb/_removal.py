"""Remove a deployment with all that it made; safe to repeat, and to stop.

What bills goes first, what AWS takes minutes for is waited for last. Objects go before
the records by which they are found again.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from functools import partial
from typing import TYPE_CHECKING

from smnb import (
    _hosting,
    _html,
    _inventory,
    _lifetime,
    _s3,
    _scaling,
    _scheduler,
    _wait,
)
from smnb.errors import (
    ConfigurationError,
    NotFoundError,
    ServiceError,
    SmnbError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from smnb._hosting import Described
    from smnb._inventory import Part
    from smnb._progress import Reporter
    from smnb._session import Session

_FIRST_POLL_S = 0.05
_SLOWEST_POLL_S = 5.0
# A deploy makes the endpoint within seconds of its model and configuration.
_STILL_BEING_MADE = timedelta(minutes=10)


@dataclass(frozen=True)
class Removal:
    """What goes when an endpoint is deleted, in this order, and what stays.

    Parameters
    ----------
    endpoints
        The endpoint, and its twin.
    parts
        Configurations and models.
    places
        Prefixes on S3; everything below them goes.
    """

    session: Session
    name: str
    endpoints: tuple[Described, ...] = ()
    alarms: tuple[str, ...] = ()
    places: tuple[_s3.S3Uri, ...] = ()
    parts: tuple[Part, ...] = ()
    stays: tuple[str, ...] = ()

    @property
    def goes(self) -> list[str]:
        """Each thing that goes, in order."""
        return [
            *(f"endpoint {e.name} ({e.status}, {e.compute})" for e in self.endpoints),
            *(f"schedule {s}" for s in self._schedules()),
            *(f"alarm {name}" for name in self.alarms),
            *(f"objects below {place}" for place in self.places),
            *(f"{part.kind} {part.name}" for part in self.parts),
        ]

    def _schedules(self) -> Iterator[str]:
        for endpoint in self.endpoints:
            if name := endpoint.tags.get(_hosting.TAG_SCHEDULE):
                yield name

    def __repr__(self) -> str:
        lines = [f"Delete {self.name} · {self.session.label} · nothing deleted yet"]
        lines += [f"{i:3}  {text}" for i, text in enumerate(self.goes, 1)]
        lines += [] if self.goes else ["  nothing to delete"]
        return "\n".join([*lines, *(f"  stays: {text}" for text in self.stays)])

    def _repr_html_(self) -> str:
        mark = _html.badge(self.session.label, bills=self.session.target.bills)
        rows = [(str(i), text) for i, text in enumerate(self.goes, 1)]
        rows += [("stays", text) for text in self.stays]
        title = f"Delete {self.name}: nothing deleted yet"
        return _html.card(title, mark, rows or [("", "nothing to delete")])


def plan(session: Session, name: str) -> Removal:
    """Find what goes with the endpoint `name`; nothing is deleted."""
    main = _hosting.find(session, name)
    if main is not None and _hosting.TAG_DEPLOYMENT not in main.tags:
        return _of_others(session, main)
    if main is not None and main.tags.get(_hosting.TAG_ENDPOINT, name) != name:
        return _twin_alone(session, main)
    twin = _hosting.find(session, _hosting.twin_name(name))
    endpoints = [e for e in (main, twin) if e is not None and _belongs(e, name)]
    living = {e.tags[_hosting.TAG_DEPLOYMENT] for e in endpoints}
    parts = [p for one in living for p in _inventory.of_deployment(session, one)]
    left = _inventory.parts(session, contains=f"{name[:45]}-", without=living)
    parts += [p for p in left if p.endpoint == name and _is_left_over(p)]
    return of(session, name, endpoints, parts)


def _of_others(session: Session, main: Described) -> Removal:
    """Plan to delete an endpoint that smnb did not make, with what scales it."""
    alarms, unseen = _alarms(session, [main.name])
    return Removal(
        session,
        main.name,
        endpoints=(main,),
        alarms=tuple(
            a for a in alarms if a.startswith(f"smnb-{main.name}-{main.name}-")
        ),
        stays=(
            f"configuration {main.config}",
            *(f"model {model}" for model in main.models),
            *unseen,
        ),
    )


def _alarms(session: Session, owners: Iterable[str]) -> tuple[list[str], list[str]]:
    """Return the alarms of deployments, and a word on those that may not be seen.

    Deleting what bills must not fail since CloudWatch may not be asked.
    """
    try:
        found = [a for owner in owners for a in _scaling.alarms(session, owner)]
    except ConfigurationError:
        return [], ["alarms, if there are any: your credentials may not list them"]
    return found, []


def _twin_alone(session: Session, twin: Described) -> Removal:
    """Plan to delete a twin; it is made again on the next need of it."""
    deployment = twin.tags[_hosting.TAG_DEPLOYMENT]
    alarms, unseen = _alarms(session, [deployment])
    parts = _inventory.of_deployment(session, deployment)
    return Removal(
        session,
        twin.name,
        endpoints=(twin,),
        alarms=tuple(a for a in alarms if f"-{twin.name}-" in a),
        parts=tuple(part for part in parts if part.name == twin.config),
        stays=(
            f"endpoint {twin.tags[_hosting.TAG_ENDPOINT]} and its model",
            *unseen,
        ),
    )


def of(
    session: Session, name: str, endpoints: list[Described], parts: list[Part]
) -> Removal:
    """Return what goes with these endpoints, models and configurations of ours."""
    of_endpoints = {e.tags[_hosting.TAG_DEPLOYMENT] for e in endpoints}
    deployments = sorted(of_endpoints | {p.deployment for p in parts})
    alarms, unseen = _alarms(session, deployments)
    places = [_hosting.kept_below(session, name, d) for d in deployments]
    made = {part.name for part in parts}
    others = [f"model {m}" for e in endpoints for m in e.models if m not in made]
    logs = [f"log group /aws/sagemaker/Endpoints/{e.name}" for e in endpoints]
    return Removal(
        session,
        name,
        endpoints=tuple(endpoints),
        alarms=tuple(alarms),
        places=tuple(places),
        parts=tuple(sorted(parts, key=lambda part: part.kind)),
        stays=(*dict.fromkeys(others), *logs, *unseen),
    )


def delete(session: Session, name: str, progress: Reporter) -> None:
    """Delete the endpoint `name` and all that its deployment made."""
    carry_out(plan(session, name), progress)


def carry_out(removal: Removal, progress: Reporter) -> None:
    """Delete what was planned, and say what is gone and what stays.

    Stopped at any moment, it can be called again; an endpoint that AWS is still changing
    is waited for, since AWS refuses to delete it.
    """
    session, name = removal.session, removal.name
    if not removal.goes:
        progress.done(f"{name} is gone already")
        return
    try:
        going = [e for e in removal.endpoints if _request_delete(session, e, progress)]
        gone = [endpoint.name for endpoint in removal.endpoints]
        gone += _delete_rest(removal)
    except BaseException:
        progress.done(_noted(removal))
        raise
    for endpoint in going:
        _await_gone(session, endpoint, progress)
    left = "Nothing left that costs."
    if not removal.places:  # not the whole of a deployment of ours
        left = f"There stay: {', '.join(removal.stays)}."
    progress.done(f"{', '.join(gone)}: gone. {left}")


def _belongs(endpoint: Described, name: str) -> bool:
    """Whether the endpoint, found as main or twin, is of a deployment of `name`."""
    is_ours = _hosting.TAG_DEPLOYMENT in endpoint.tags
    return is_ours and endpoint.tags.get(_hosting.TAG_ENDPOINT) == name


def _is_left_over(part: Part) -> bool:
    """Whether it was left by a deploy or delete that ended before its end."""
    age = datetime.now(timezone.utc) - part.created
    return _lifetime.is_over(part.expires) or age > _STILL_BEING_MADE


def _request_delete(session: Session, endpoint: Described, progress: Reporter) -> bool:
    """Tell AWS to delete the endpoint, as soon as AWS is willing to; False if it is gone."""
    if endpoint.kind != "serverless":
        _scaling.remove(session, endpoint.name, endpoint.variant)
    with suppress(NotFoundError):
        while True:
            try:
                _hosting.delete_endpoint(session, endpoint.name)
            except ServiceError as error:
                if not _hosting.is_in_progress(error):
                    raise
                _wait.until_settled(session, endpoint.name, progress)
                now = _hosting.find(session, endpoint.name)
                if now is None or now.created != endpoint.created:
                    return (
                        False  # another process deleted it; its name may be taken anew
                    )
            else:
                return True
    return False


def _delete_rest(removal: Removal) -> list[str]:
    """Delete all but the endpoints; say what and how many."""
    session = removal.session
    for endpoint in removal.endpoints:
        _scheduler.remove(session, endpoint)
    _scaling.delete_alarms(session, list(removal.alarms))
    objects = 0
    for place in removal.places:
        with suppress(NotFoundError):  # of a bucket that is gone
            objects += _s3.delete_prefix(session, place)
    counts = {"alarm": len(removal.alarms), "object": objects}
    for part in removal.parts:
        is_model = part.kind == "model"
        remove = _hosting.delete_model if is_model else _hosting.delete_config
        removed = _removed(partial(remove, session, part.name))
        counts[part.kind] = counts.get(part.kind, 0) + removed
    return [f"{n} {what}{'s' * (n != 1)}" for what, n in counts.items() if n]


def _noted(removal: Removal) -> str:
    """Note on what may be left that it can go, and say how it does."""
    again = f'Stopped. Call it again: smnb.Endpoint("{removal.name}").delete()'
    try:
        for part in removal.parts:
            with suppress(NotFoundError):
                _lifetime.mark_over(removal.session, [part.arn])
    except SmnbError:
        return again
    return f"{again}; smnb.reap() finishes it too."


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
