"""Remove deployments whose time is over, or that spent more than they may."""

from __future__ import annotations

import os
import threading
from collections import defaultdict
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING
from weakref import WeakSet

from smnb import _hosting, _inventory, _lifetime, _removal, _spending
from smnb._control import Silent
from smnb._progress import Progress
from smnb._session import Session, default_session
from smnb._stop import stoppable
from smnb.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from smnb._inventory import Part
    from smnb._removal import Removal

_MOST_LOOKED_AT = 500  # endpoints, each of which takes a call
_SILENT = "SMNB_REAP"
_swept: WeakSet[Session] = WeakSet()
_sweep_lock = threading.Lock()


@stoppable
def reap(*, session: Session | None = None, dry_run: bool = False) -> list[str]:
    """Delete every deployment of ours whose time is over, whole.

    That is one whose ``ttl`` has passed, whose ``Budget(…, then="delete")`` is spent,
    or that was stopped when AWS would not delete it yet. What is left of one whose
    endpoint is gone goes too. The first use of each session does the same in the
    background, unless ``SMNB_REAP=off``; so does ``python -m smnb reap``.

    Parameters
    ----------
    session
        Default: the local backend, or what ``SMNB_TARGET`` names.
    dry_run
        Say what would go, and delete nothing.

    Returns
    -------
    list of str
        Names of the endpoints whose deployments were deleted, or would be.
    """
    session = default_session(session)
    progress = Progress()
    removals = list(_find(session))
    for removal in removals:
        if dry_run:
            progress.line(repr(removal))
        else:
            _removal.carry_out(removal, progress)
    return [removal.name for removal in removals]


def sweep(session: Session) -> None:
    """Do what `reap` does once for the session, in the background and in silence.

    Called where the session has just reached AWS; a word is said only of what went.
    """
    with _sweep_lock:
        if session in _swept or os.environ.get(_SILENT) == "off":
            return
        _swept.add(session)
    threading.Thread(
        target=_sweep, args=(session,), name="smnb-reap", daemon=True
    ).start()


def _sweep(session: Session) -> None:
    removed = []
    try:
        for removal in _find(session):
            _removal.carry_out(removal, Silent())
            removed.append(removal.name)
    except Exception:  # noqa: BLE001, S110  nobody asked for it: `reap` says what is wrong
        pass
    if removed:
        Progress().line(f"Deleted, since their time was over: {', '.join(removed)}.")


def _find(session: Session) -> Iterator[Removal]:
    """Find what is to go, one deployment after the other."""
    living = _tags_by_deployment(session)
    for endpoints in living.values():
        if name := _over(session, endpoints):
            yield _removal.plan(session, name)
    orphans: defaultdict[str, list[Part]] = defaultdict(list)
    for part in _inventory.parts(session, without=living):
        if _lifetime.is_over(part.expires):
            orphans[part.endpoint or part.name].append(part)
    for name, parts in orphans.items():
        yield _removal.of(session, name, [], parts)


def _over(session: Session, endpoints: dict[str, dict[str, str]]) -> str | None:
    """Return the endpoint of a deployment to delete, if its time is over.

    Its twin goes with it, and goes alone when it alone is over.
    """
    main = next(iter(endpoints.values())).get(_hosting.TAG_ENDPOINT, "")
    for name in sorted(endpoints, key=lambda name: name != main):
        if _is_over(session, name, endpoints[name]):
            return name if main in endpoints else main or name
    return None


def _tags_by_deployment(session: Session) -> dict[str, dict[str, dict[str, str]]]:
    """Return the endpoints of each deployment of ours, by name, with their tags."""
    with session.translated("Listing the endpoints"):
        pages = session.client("sagemaker").get_paginator("list_endpoints").paginate()
        rows = (row for page in pages for row in page["Endpoints"])
        listed = list(islice(rows, _MOST_LOOKED_AT))
    found: defaultdict[str, dict[str, dict[str, str]]] = defaultdict(dict)
    for row in listed:
        if row["EndpointStatus"] == "Deleting":
            continue
        with suppress(NotFoundError):
            tags = _hosting.tags_of(session, row["EndpointArn"])
            if deployment := tags.get(_hosting.TAG_DEPLOYMENT):
                found[deployment][row["EndpointName"]] = tags
    return dict(found)


def _is_over(session: Session, name: str, tags: dict[str, str]) -> bool:
    if _lifetime.is_over(_hosting.expiry_in(tags)):
        return True
    found = _hosting.find(session, name) if _hosting.TAG_BUDGET in tags else None
    return found is not None and _spending.check(session, found)
