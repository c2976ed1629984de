"""What tells about an endpoint: status, waiting, logs, and how it is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smnb import _explain, _hosting, _html, _logs, _wait
from smnb._endpoint.handle import Handle
from smnb._progress import Progress

if TYPE_CHECKING:
    from typing_extensions import Self


class Looking(Handle):
    """The part of `Endpoint` that tells about it."""

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
        return self

    def logs(self, *, lines: int = 100) -> LogLines:
        """Return the last lines that the model's container wrote.

        Parameters
        ----------
        lines
            How many, up to 10,000 (CloudWatch Logs API).
        """
        return LogLines(_logs.tail(self._session, self.name, lines=lines))

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


class LogLines(list[str]):
    """Lines of a log, shown as text."""

    def __repr__(self) -> str:
        return "\n".join(self)
