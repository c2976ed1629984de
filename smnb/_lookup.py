"""Find endpoints: one by its name, or all of a place."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from datetime import datetime, timezone
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from smnb import _hosting, _html, _metrics, _reap
from smnb._endpoint import Endpoint, card
from smnb._preparation import Options
from smnb._session import Session, default_session
from smnb._stop import stoppable
from smnb._text import text_table
from smnb.errors import InvalidInputError, NotFoundError, SmnbError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from smnb._hosting import Described


_DESCRIBED_AT_ONCE = 10


class Endpoints(list[Endpoint]):
    """The endpoints of one place, shown as a table; one is found by place or name."""

    _HEAD = ("name", "status", "kind", "$/h now", "last call", "TTL", "where")

    def __init__(self, session: Session, found: Sequence[Described]) -> None:
        super().__init__(Endpoint(row.name, session=session) for row in found)
        self._session = session
        self._found = list(found)

    @property
    def described(self) -> Sequence[Described]:
        """What AWS said of each, in the same order."""
        return self._found

    def __getitem__(self, key: Any) -> Any:
        if not isinstance(key, str):
            return super().__getitem__(key)
        for one in self:
            if one.name == key:
                return one
        raise NotFoundError(
            f"There is no endpoint {key} among these {len(self)}.",
            hint="See what there is: smnb.endpoints()",
        )

    def _ipython_key_completions_(self) -> list[str]:
        return [one.name for one in self]

    @stoppable
    def __repr__(self) -> str:
        if not self:
            return f"no endpoints ({self._session.label})"
        return text_table(self._HEAD, self._rows)

    @stoppable
    def _repr_html_(self) -> str:
        if not self:
            return f"no endpoints {card.mark(self._session)}"
        rows: list[list[str]] = [
            [name, _html.status(state), *rest, _html.Markup(card.mark(self._session))]
            for name, state, *rest, _ in self._rows
        ]
        return _html.table(self._HEAD, rows)

    @cached_property
    def _rows(self) -> list[list[str]]:
        """What is shown of each, read when it is first shown."""
        now = datetime.now(timezone.utc)
        try:
            called = [
                card.age_words(moment, now)
                for moment in _metrics.last_calls(self._session, self._found)
            ]
        except SmnbError:  # no right to read metrics; the rest is known
            called = ["unknown"] * len(self._found)
        return [
            [
                row.name,
                row.status,
                row.compute,
                card.hourly_words(self._session, row),
                last_call,
                card.ttl_words(row) or "none",
                self._session.label,
            ]
            for row, last_call in zip(self._found, called, strict=True)
        ]


@stoppable
def endpoint(name: str, *, session: Session | None = None) -> Endpoint:
    """Return a handle on an endpoint that exists, whoever made it.

    Parameters
    ----------
    name
        Its name; upper and lower case differ.
    session
        Default: the local backend, or what ``SMNB_TARGET`` names.

    Raises
    ------
    NotFoundError
        If there is none of this name.
    """
    handle = Endpoint(name, session=session)
    handle.status  # noqa: B018  asks AWS, and raises if there is none
    return handle


@stoppable
def endpoints(*, session: Session | None = None) -> Endpoints:
    """Return all endpoints of the session's account and region, newest first.

    Parameters
    ----------
    session
        Default: the local backend, or what ``SMNB_TARGET`` names.

    Returns
    -------
    Endpoints
        A list that is shown as a table; ``endpoints()["faces"]`` finds one by its name.

    Raises
    ------
    ConfigurationError
        If AWS does not let you list them.
    """
    session = default_session(session)
    names: list[str] = []
    with session.translated("Listing the endpoints"):
        pages = session.client("sagemaker").get_paginator("list_endpoints").paginate()
        for page in pages:
            names += [row["EndpointName"] for row in page["Endpoints"]]
    # Three calls each: one after another, hundreds of endpoints would take minutes.
    threads = ThreadPoolExecutor(_DESCRIBED_AT_ONCE)
    try:
        found = list(threads.map(partial(_hosting.find, session), names))
    finally:  # Stop does not wait for those that are under way
        threads.shutdown(wait=False, cancel_futures=True)
    _reap.sweep(session)
    return Endpoints(session, [row for row in found if row is not None])


@stoppable
def invoke(name: str, x: Any, *, session: Session | None = None, **options: Any) -> Any:
    """Send `x` to the endpoint called `name`; see `Endpoint.invoke`.

    Parameters
    ----------
    name
        Of the endpoint.
    x
        What is sent: a value, or the path of a file.
    session
        Default: the local backend, or what ``SMNB_TARGET`` names.
    **options
        ``content_type``, ``accept``, ``serializer``, ``deserializer``, ``route``,
        ``resume`` and ``detail``, as in `Endpoint.invoke`.

    Returns
    -------
    Any
        The decoded answer.

    Raises
    ------
    NotFoundError
        If there is none of this name.
    InvalidInputError
        If an option is none of those that `Endpoint.invoke` takes.
    """
    known = {field.name for field in fields(Options)} | {"detail"}
    if unknown := set(options) - known:
        raise InvalidInputError(
            f"invoke() has no option {', '.join(sorted(unknown))}.",
            hint=f"It takes {', '.join(sorted(known))}.",
        )
    return Endpoint(name, session=session).invoke(x, **options)
