"""Find endpoints: one by its name, or all of a place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smnb import _hosting, _html
from smnb._endpoint import Endpoint
from smnb._session import Session, default_session
from smnb.errors import InvalidInputError

if TYPE_CHECKING:
    from smnb._hosting import Described


class Endpoints(list[Endpoint]):
    """The endpoints of one place, shown as a table."""

    def __init__(self, session: Session, found: list[Described]) -> None:
        super().__init__(Endpoint(row.name, session=session) for row in found)
        self._session = session
        self._rows = [
            [row.name, row.status, row.compute, f"{row.created:%Y-%m-%d %H:%M}"]
            for row in found
        ]

    _HEAD = ("name", "status", "compute", "created")

    def __repr__(self) -> str:
        if not self:
            return f"no endpoints ({self._session.label})"
        lines = [list(self._HEAD), *self._rows]
        widths = [max(len(line[i]) for line in lines) for i in range(len(self._HEAD))]
        return "\n".join(
            "  ".join(
                cell.ljust(width) for cell, width in zip(line, widths, strict=True)
            )
            for line in lines
        )

    def _repr_html_(self) -> str:
        mark = _html.badge(self._session.label, bills=self._session.target.bills)
        if not self:
            return f"no endpoints {mark}"
        return mark + _html.table(list(self._HEAD), self._rows)


def endpoint(name: str, *, session: Session | None = None) -> Endpoint:
    """Return a handle on an endpoint that exists, whoever made it.

    Raises
    ------
    NotFoundError
        If there is none of this name.
    """
    handle = Endpoint(name, session=session)
    handle.status  # noqa: B018  asks AWS, and raises if there is none
    return handle


def endpoints(*, session: Session | None = None) -> Endpoints:
    """Return all endpoints of the session's account and region, newest first."""
    session = session or default_session()
    names: list[str] = []
    with session.translated("Listing the endpoints"):
        pages = session.client("sagemaker").get_paginator("list_endpoints").paginate()
        for page in pages:
            names += [row["EndpointName"] for row in page["Endpoints"]]
    found = (_hosting.find(session, name) for name in names)
    return Endpoints(session, [row for row in found if row is not None])


def invoke(name: str, x: Any, *, session: Session | None = None, **options: Any) -> Any:
    """Send `x` to the endpoint called `name`; see `Endpoint.invoke`.

    Raises
    ------
    NotFoundError
        If there is none of this name.
    InvalidInputError
        If an option is none of those that `Endpoint.invoke` takes.
    """
    known = {"content_type", "accept", "serializer", "deserializer", "route", "detail"}
    if unknown := set(options) - known:
        raise InvalidInputError(
            f"invoke() has no option {', '.join(sorted(unknown))}.",
            hint=f"It takes {', '.join(sorted(known))}.",
        )
    return Endpoint(name, session=session).invoke(x, **options)
