"""An endpoint: the handle that is invoked, waited for and deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smnb import (
    _explain,
    _hosting,
    _html,
    _invocation,
    _logs,
    _removal,
    _update,
    _wait,
)
from smnb._compute import RealTime, check_name
from smnb._invocation import Options
from smnb._jobs import Job
from smnb._progress import Progress
from smnb._session import Session, default_session

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

    from smnb._compute import Compute
    from smnb._hosting import Described
    from smnb._model import ModelSource
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

        The first row that applies:

        ====  ==============================================  =======================
        row   payload                                         route
        ====  ==============================================  =======================
        0     any, and the endpoint itself is asynchronous    `ViaS3`
        1     it fits one request, and the model takes it     `Direct`
        2     a video, and the model takes images             `Split` in frames
        3     a video too large, and the model takes video    `ViaS3` with overflow=
        4     anything else too large                         `ViaS3` with overflow=
        ====  ==============================================  =======================

        Rows 3 and 4 without ``overflow=`` raise `PayloadTooLargeError`; row 3 will
        split in segments once that is there. A request takes 4 MB on a serverless
        endpoint and 6 MB on a real-time one, an asynchronous one 1 GB.

        Parameters
        ----------
        x
            What would be invoked.
        content_type
            As in `invoke`.

        Raises
        ------
        PayloadTooLargeError
            If no route takes a payload of this size.
        InvalidInputError
            If `x` cannot be encoded, or the model does not take its type.
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

    def update(
        self,
        compute: Compute | None = None,
        *,
        model: ModelSource | None = None,
        **changes: Any,
    ) -> Endpoint:
        """Change compute or model without downtime; the new price is shown first.

        Parameters
        ----------
        compute
            What to run on from now on; default: as it is, with `changes`.
        model
            What to run from now on; default: the same.
        **changes
            Single values of the compute, for example ``memory_mb=4096``.

        Raises
        ------
        InvalidInputError
            If AWS refuses that move: nothing goes back to serverless.
        DeploymentFailedError
            If the new version did not come into service; the old one serves on.
        """
        found = _hosting.describe(self._session, self.name)
        wanted = _update.new_compute(found, compute, changes)
        _update.update(self._session, found, wanted, model, Progress())
        self._described = None
        return self

    def to_realtime(
        self, instance_type: str = "ml.m5.xlarge", count: int = 1
    ) -> Endpoint:
        """Move a serverless endpoint to instances; AWS knows no way back."""
        return self.update(RealTime(instance_type, count))

    def logs(self, *, lines: int = 100) -> LogLines:
        """Return the last lines that the model's container wrote.

        Parameters
        ----------
        lines
            How many, up to 10,000 (CloudWatch Logs API).
        """
        return LogLines(_logs.tail(self._session, self.name, lines=lines))

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


class LogLines(list[str]):
    """Lines of a log, shown as text."""

    def __repr__(self) -> str:
        return "\n".join(self)
