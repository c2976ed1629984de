"""How long a deployment may stay: the tag that says so, written, read and renewed.

Whatever one deploy makes carries ``smnb:expires``, a UTC time. The endpoints' own tag
decides; that of a model or configuration counts once no endpoint needs it.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from smnb import _hosting, _inventory, _scheduler
from smnb.errors import InvalidInputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from smnb._hosting import Described
    from smnb._progress import Reporter
    from smnb._session import Session

_TTL = re.compile(r"(\d+(?:\.\d+)?) ?([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_MOST = timedelta(days=3650)


def parse_ttl(ttl: str | timedelta) -> timedelta:
    """Read a time to live.

    Raises
    ------
    InvalidInputError
        If it is neither a `timedelta` nor text of that form, or not above zero.

    Examples
    --------
    >>> parse_ttl("90s"), parse_ttl("1.5h")
    (datetime.timedelta(seconds=90), datetime.timedelta(seconds=5400))
    """
    length = ttl
    if isinstance(ttl, str) and (match := _TTL.fullmatch(ttl.strip())):
        number = min(float(match[1]), _MOST.total_seconds() + 1)
        length = timedelta(**{_UNITS[match[2]]: number})
    if not isinstance(length, timedelta) or not timedelta(0) < length <= _MOST:
        raise InvalidInputError(
            f"ttl={ttl!r} is no time to live.",
            hint='Write "90s", "30m", "2h" or "3d", or give a timedelta: up to ten years.',
        )
    return length


def after(ttl: str | timedelta | None) -> datetime | None:
    """Return when `ttl` from now is over; None without an end."""
    return None if ttl is None else _now() + parse_ttl(ttl)


def tags(ttl: str | timedelta | None) -> dict[str, str]:
    """Return the tags of what may stay for `ttl` from now."""
    expires = after(ttl)
    return {} if expires is None else {_hosting.TAG_EXPIRES: _text(expires)}


def is_over(expires: datetime | None) -> bool:
    """Say whether that time has come."""
    return expires is not None and expires <= _now()


def renew(
    session: Session, found: Described, ttl: str | timedelta | None, progress: Reporter
) -> Described:
    """Keep what is deployed again: for `ttl` from now at least, or without an end.

    Never sooner than it would have been. Without `ttl` a time that is over is taken
    back, and one to come stays.
    """
    until = after(ttl)
    if until is None:
        is_kept = not is_over(found.expires)
    else:
        is_kept = found.expires is not None and found.expires >= until
    return found if is_kept else set_expiry(session, found, until, progress)


def set_expiry(
    session: Session, found: Described, expires: datetime | None, progress: Reporter
) -> Described:
    """Let the whole deployment expire at that time, or never; the endpoint is first.

    A schedule on AWS that is to delete the endpoint moves along.

    Raises
    ------
    InvalidInputError
        If smnb did not make the endpoint: it deletes nothing of others by itself.
    """
    deployment = found.tags.get(_hosting.TAG_DEPLOYMENT)
    if deployment is None:
        raise InvalidInputError(
            f"{found.name} was not made by smnb, which would not delete it on time.",
            hint="Call ep.delete() when you are done with it.",
        )
    changed = {} if expires is None else {_hosting.TAG_EXPIRES: _text(expires)}
    endpoints = [found, *_twins(session, found)]
    for endpoint in endpoints:
        _put(session, endpoint.arn, changed)
    for part in _inventory.of_deployment(session, deployment):
        _put(session, part.arn, changed)
    _scheduler.follow(session, endpoints, expires, progress)
    kept = {k: v for k, v in found.tags.items() if k != _hosting.TAG_EXPIRES}
    return replace(found, tags=kept | changed)


def mark_over(session: Session, arns: Iterable[str]) -> None:
    """Leave a note on what could not be removed, for `reap` to find."""
    for arn in arns:
        _hosting.add_tags(session, arn, {_hosting.TAG_EXPIRES: _text(_now())})


def until_text(expires: datetime | None) -> str:
    """Say when something ends, in the reader's own time.

    Examples
    --------
    >>> until_text(None)
    'never expires'
    """
    if expires is None:
        return "never expires"
    verb = "expired" if is_over(expires) else "expires"
    return f"{verb} {expires.astimezone():%Y-%m-%d %H:%M}"


def _twins(session: Session, found: Described) -> list[Described]:
    twin = _hosting.find(session, _hosting.twin_name(found.name))
    ours = found.tags[_hosting.TAG_DEPLOYMENT]
    if twin is None or twin.tags.get(_hosting.TAG_DEPLOYMENT) != ours:
        return []
    return [twin]


def _put(session: Session, arn: str, changed: Mapping[str, str]) -> None:
    if changed:
        _hosting.add_tags(session, arn, changed)
    else:
        _hosting.delete_tags(session, arn, [_hosting.TAG_EXPIRES])


def _text(moment: datetime) -> str:
    return moment.astimezone(timezone.utc).isoformat(timespec="seconds")


def _now() -> datetime:
    return datetime.now(timezone.utc)
