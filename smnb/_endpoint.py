"""An endpoint: the handle that is invoked, waited for and deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smnb import _explain, _hosting, _html, _invocation, _removal, _wait
from smnb._compute import check_name
from smnb._invocation import Options
from smnb._jobs import Job
from smnb._progress import Progress
from smnb._session import Session, default_session
from smnb.errors import InvalidInputError

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

    from smnb._hosting import Described
    from smnb._routing import Route
    from smnb.deserializers import BaseDeserializer
    from smnb.serializers import BaseSerializer


class Endpoint:
    """A handle on one endpoint; its state is what AWS last said.

    Made by `deploy`, `endpoint` or `endpoints`. As a context manager it deletes the
    endpoint at the end of the block.

    Parameters
    ----------
    name
        The endpoint's name.
    session
        Default: the local backend, or what ``SMNB_TARGET`` names.
    """

    def __init__(self, name: str, *, session: Session | None = None) -> None:
        self.name = check_name(name)
        self._session = session or default_session()
        self._described: Described | None = None

    @property
    def session(self) -> Session:
        """Where the endpoint lives, and as whom it is called."""
        return self._session

    @property
    def status(self) -> str:
        """The state in AWS's words, asked now: ``"InService"``, ``"Creating"`` and so on.

        Raises
        ------
        NotFoundError
            If the endpoint is gone.
        """
        return _hosting.status(self._session, self.name)[0]

    @property
    def kind(self) -> str:
        """``"realtime"``, ``"serverless"`` or ``"async"``."""
        return self._facts().kind

    @property
    def accepts(self) -> tuple[str, ...] | None:
        """Content types that the model declares; None if it declares none."""
        return self._facts().accepts

    def invoke(
        self,
        x: Any,
        *,
        content_type: str | None = None,
        accept: str | None = None,
        serializer: BaseSerializer | None = None,
        deserializer: BaseDeserializer | None = None,
        route: str | None = None,
        detail: bool = False,
    ) -> Any:
        """Send `x` to the model, and return its prediction.

        Parameters
        ----------
        x
            dict, list, number or text (sent as JSON), DataFrame (CSV), ndarray (npy;
            an image if it looks like one), PIL image, bytes, or the path of a file. A
            video that does not fit a request is sent as frames.
        content_type
            Send `x` as this type in place of the one that suits it and the model.
        accept
            Content type that the model shall answer in.
        serializer, deserializer
            Your own, from `smnb.serializers`, `smnb.deserializers`, or of that form.
        route
            ``"direct"``, ``"split"`` or ``"s3"`` in place of `plan`'s choice.
        detail
            Return a `Reply` with route, parts, latency and cost, not the value alone.

        Returns
        -------
        Any
            The decoded answer; `VideoResult` for a video in frames; `Reply` if
            `detail`.

        Raises
        ------
        InvalidInputError
            If `x` cannot be encoded, or no route takes it; nothing has been sent.
        ModelFailedError
            If the model raised, timed out or died.
        PartsFailedError
            If some frames of a video failed; it holds the others' results.
        """
        options = Options(content_type, accept, serializer, deserializer, route)
        prepared = _invocation.prepare(self._facts(), x, options)
        reply = _invocation.run(
            self._session, self._facts(), prepared, options, Progress()
        )
        return reply if detail else reply.value

    def submit(
        self,
        x: Any,
        *,
        content_type: str | None = None,
        accept: str | None = None,
        serializer: BaseSerializer | None = None,
        deserializer: BaseDeserializer | None = None,
        route: str | None = None,
    ) -> Job:
        """Do what `invoke` does, but return at once.

        Returns
        -------
        Job
            Its ``result()`` waits for the prediction.

        Raises
        ------
        InvalidInputError
            If `x` cannot be encoded, or no route takes it; nothing has been sent.
        """
        options = Options(content_type, accept, serializer, deserializer, route)
        endpoint = self._facts()
        prepared = _invocation.prepare(endpoint, x, options)
        return Job(
            f"{prepared.payload.label} → {self.name}",
            lambda progress: _invocation.run(
                self._session, endpoint, prepared, options, progress
            ),
        )

    def plan(self, x: Any, *, content_type: str | None = None) -> Route:
        """Return the route that `invoke` would take, and why; nothing is sent.

        Raises
        ------
        PayloadTooLargeError
            If no route takes a payload of this size.

        See Also
        --------
        smnb.Route : ``Direct | Split | ViaS3``; the table of routes is in
            the documentation of the planner, ``smnb._routing.plan``.
        """
        options = Options(content_type=content_type)
        return _invocation.prepare(self._facts(), x, options).route

    def wait(self, *, timeout_s: float | None = None) -> Endpoint:
        """Wait until the endpoint is in service.

        Parameters
        ----------
        timeout_s
            None waits as long as AWS takes.

        Raises
        ------
        DeploymentFailedError
            If it did not come into service; its log's last lines are in the message.
        WaitTimeoutError
            If it is still being created when the time is up.
        """
        progress = Progress()
        state, reason = _wait.until_settled(
            self._session, self.name, progress, timeout_s=timeout_s
        )
        progress.done()
        if state != "InService":
            raise _explain.failed_deployment(self._session, self.name, state, reason)
        self._described = None
        return self

    def delete(self) -> None:
        """Delete the endpoint and all that its deployment made.

        Its twin, configurations, model, scaling and objects on S3 go with it. Can be
        repeated. Of an endpoint that smnb did not make, the endpoint alone goes.
        """
        _removal.delete(self._session, self.name, Progress())
        self._described = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.delete()

    def __repr__(self) -> str:
        found = _hosting.find(self._session, self.name)
        if found is None:
            return f"Endpoint {self.name} · gone · {self._session.label}"
        return (
            f"Endpoint {self.name} · {found.status} · {self._session.label} · "
            f"{found.compute}"
        )

    def _repr_html_(self) -> str:
        mark = _html.badge(self._session.label, bills=self._session.target.bills)
        found = _hosting.find(self._session, self.name)
        if found is None:
            return _html.card(self.name, mark, [("status", "gone")])
        rows = [
            ("status", found.status),
            ("compute", found.compute),
            ("takes", ", ".join(found.accepts or ()) or "undeclared"),
            ("overflow", found.tags.get(_hosting.TAG_OVERFLOW, "none")),
            ("created", f"{found.created:%Y-%m-%d %H:%M}"),
        ]
        if found.reason:
            rows.insert(1, ("reason", found.reason))
        return _html.card(found.name, mark, rows)

    def _facts(self) -> Described:
        """Return what AWS said at first: invoking must not cost further calls."""
        if self._described is None:
            self._described = _hosting.describe(self._session, self.name)
        return self._described


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
