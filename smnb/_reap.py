"""Remove deployments whose time is over."""

from __future__ import annotations

from datetime import datetime, timezone

from smnb import _hosting, _removal
from smnb._lookup import endpoints
from smnb._progress import Progress
from smnb._session import Session, default_session


def reap(*, session: Session | None = None) -> list[str]:
    """Delete every endpoint whose ``smnb:expires`` tag lies in the past.

    A deploy that was stopped while AWS was still creating the endpoint leaves such a
    tag, since AWS refuses to delete the endpoint at that moment.

    Returns
    -------
    list of str
        Names of the endpoints that were deleted, with all that belonged to them.
    """
    session = session or default_session()
    now = datetime.now(timezone.utc)
    removed = []
    for endpoint in endpoints(session=session):
        found = _hosting.find(session, endpoint.name)
        expires = found.tags.get(_hosting.TAG_EXPIRES) if found else None
        if expires is not None and datetime.fromisoformat(expires) <= now:
            _removal.delete(session, endpoint.name, Progress())
            removed.append(endpoint.name)
    return removed
