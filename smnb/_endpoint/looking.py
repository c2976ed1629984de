"""What tells about an endpoint: status, waiting, logs, and how it is shown."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from smnb import _explain, _hosting, _logs, _metrics, _wait
from smnb._endpoint import card
from smnb._endpoint.handle import Handle
from smnb._figures import Metrics
from smnb._logs import LogLines
from smnb._progress import Progress
from smnb._stop import stoppable
from smnb.errors import SmnbError

if TYPE_CHECKING:
    from typing_extensions import Self

    from smnb._explain import Explanation
    from smnb._since import Since
    from smnb.jupyter.cell import Cell


class Looking(Handle):
    """The part of `Endpoint` that tells about it."""

    @property
    @stoppable
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

    @stoppable
    def wait(self, *, timeout_s: float | None = None) -> Self:
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
        _hosting.scale_if_due(self._session, self._facts())
        return self

    @stoppable
    def logs(
        self,
        *,
        lines: int = 100,
        follow: bool = False,
        since: Since | None = None,
        contains: str | None = None,
    ) -> LogLines:
        """Return what the model's containers wrote, all instances in order of time.

        Parameters
        ----------
        lines
            The last so many, up to 10,000 (CloudWatch Logs API).
        follow
            Print these, then what comes, until Stop is pressed or Ctrl-C; what was
            printed last is returned.
        since
            Only what was written since: ``"15m"``, ``"1h"``, ``"7d"``, a datetime or
            timedelta.
        contains
            Only lines with this text in them; upper and lower case differ.

        Raises
        ------
        InvalidInputError
            If `lines` or `since` is out of range.
        """
        if not follow:
            return LogLines(
                _logs.tail(
                    self._session,
                    self.name,
                    lines=lines,
                    since=since,
                    contains=contains,
                )
            )
        coming = _logs.follow(
            self._session, self.name, lines=lines, since=since, contains=contains
        )
        return _logs.show(coming, most=lines)

    @stoppable
    def metrics(self, *, since: Since = "1h", period_s: int = 60) -> Metrics:
        """Return what CloudWatch measured: calls, errors, latency, memory and so on.

        Parameters
        ----------
        since
            How far back: ``"15m"``, ``"1h"``, ``"7d"``, a datetime or timedelta.
        period_s
            Seconds that one value stands for: 1, 5, 10, 20, 30 or a multiple of 60.
            CloudWatch keeps minutes for 15 days, five minutes for 63 and hours for
            455 (CloudWatch User Guide); further back the period is as long as that.

        Returns
        -------
        Metrics
            Charts in a notebook; its ``to_frame()`` is a DataFrame.

        Raises
        ------
        InvalidInputError
            If `since` or `period_s` is out of range.
        """
        found = self._facts()
        readings = _metrics.measure(
            self._session, found, since=since, period_s=period_s
        )
        return Metrics(self._session, found, readings)

    @stoppable
    def explain(
        self, error: BaseException | None = None, *, since: Since = "1h"
    ) -> Explanation:
        """Say why the endpoint failed or is slow, what shows it, and what to do.

        Judged by its status, AWS's reason, its log, its metrics and its configuration.

        Parameters
        ----------
        error
            What a call raised, to have that explained too.
        since
            How far back to look at calls, as in `metrics`.

        Raises
        ------
        NotFoundError
            If the endpoint is gone.
        """
        return _explain.explain(self._session, self.name, error=error, since=since)

    def watch(self) -> Cell:
        """Show the endpoint in a cell: live, with costs, a test, metrics and its log.

        It asks nothing of AWS while nobody can see it. Where no script runs, as in an
        exported notebook, the same cell shows a card.

        Raises
        ------
        MissingExtraError
            If the widget was not built, which only happens in a checkout.
        """
        # By its name: the SDK does without Jupyter, which stands above it.
        cell: Cell = import_module("smnb.jupyter.widget").watch(self)
        return cell

    @stoppable
    def __repr__(self) -> str:
        try:
            found = _hosting.find(self._session, self.name)
        except SmnbError as error:  # whoever shows it wants to see something
            return f"Endpoint {self.name} · not known. {error}"
        if found is None:
            return f"Endpoint {self.name} · gone · {self._session.label}"
        return (
            f"Endpoint {self.name} · {found.status} · {self._session.label} · "
            f"{found.compute}"
        )

    @stoppable
    def _repr_html_(self) -> str | None:
        try:
            found = _hosting.find(self._session, self.name)
        except SmnbError:  # the text says why
            return None
        if found is None:
            return card.gone(self._session, self.name)
        return card.card(self._session, found)
