"""What changes an endpoint: update, to_realtime, autoscale, extend, delete."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smnb import _autoscale, _hosting, _lifetime, _removal, _update
from smnb._compute import RealTime
from smnb._endpoint.handle import Handle
from smnb._progress import Progress
from smnb._stop import stoppable

if TYPE_CHECKING:
    from datetime import datetime, timedelta
    from types import TracebackType

    from typing_extensions import Self

    from smnb._compute import Compute
    from smnb._model import ModelSource
    from smnb._removal import Removal


class Changing(Handle):
    """The part of `Endpoint` that changes it, or ends it."""

    @stoppable
    def update(
        self,
        compute: Compute | None = None,
        *,
        model: ModelSource | None = None,
        **changes: Any,
    ) -> Self:
        """Change compute or model without downtime; both prices are shown first.

        Stopped while it waits, it goes on at AWS: `wait` waits for its end.

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

    def to_realtime(self, instance_type: str = "ml.m5.xlarge", count: int = 1) -> Self:
        """Move a serverless endpoint to instances; AWS knows no way back.

        Parameters
        ----------
        instance_type, count
            As of `RealTime`: what it runs on, and how many of them, at least 1.

        Raises
        ------
        InvalidInputError
            If the endpoint is asynchronous, or the type is no hosting instance type.
        DeploymentFailedError
            If it did not come into service; the serverless one serves on.
        """
        return self.update(RealTime(instance_type, count))

    @stoppable
    def autoscale(
        self,
        min_count: int,
        max_count: int,
        *,
        target_per_instance: float | None = None,
    ) -> Self:
        """Let AWS scale the instances, between two bounds.

        Parameters
        ----------
        min_count
            Instances at least: 1 or more on a real-time endpoint, 0 or more on an
            asynchronous one, which then costs nothing while its queue is empty.
        max_count
            Instances at most, at least 1.
        target_per_instance
            What one instance is to have: requests a minute on a real-time endpoint,
            default 70; requests that wait on an asynchronous one, default 5 (both are
            the examples of the SageMaker Developer Guide).

        Raises
        ------
        InvalidInputError
            If the endpoint is serverless, which scales by itself, or a number is out of
            its range.
        """
        found = _hosting.describe(self._session, self.name)
        bounds = _autoscale.Bounds(min_count, max_count, target_per_instance)
        _autoscale.autoscale(self._session, found, bounds, Progress())
        self._described = None
        return self

    @property
    @stoppable
    def expires(self) -> datetime | None:
        """When it may be deleted, in UTC, asked now; None if it stays."""
        return _hosting.describe(self._session, self.name).expires

    @stoppable
    def extend(self, ttl: str | timedelta | None) -> Self:
        """Let the endpoint, and all that was deployed with it, stay for `ttl` from now.

        Parameters
        ----------
        ttl
            As in `deploy`; also sooner than it would have ended. None: until it is
            deleted.

        Raises
        ------
        InvalidInputError
            If it is no time to live, or smnb did not make the endpoint.
        """
        progress = Progress()
        until = _lifetime.after(ttl)
        found = _hosting.describe(self._session, self.name)
        found = _lifetime.set_expiry(self._session, found, until, progress)
        progress.done(f"{self.name} {_lifetime.until_text(found.expires)}")
        self._described = None
        return self

    @stoppable
    def delete(self, *, dry_run: bool = False) -> Removal | None:
        """Delete the endpoint and all that its deployment made.

        Its twin, configurations, models, scaling, alarms, schedule and objects on S3 go
        with it; its log stays. Can be repeated, and called from any machine. Of an
        endpoint that smnb did not make, the endpoint alone goes.

        Parameters
        ----------
        dry_run
            Return what would go, in which order, and what would stay.

        Returns
        -------
        Removal or None
            Only with `dry_run`; nothing is deleted then.
        """
        plan = _removal.plan(self._session, self.name)
        if dry_run:
            return plan
        _removal.carry_out(plan, Progress())
        self._described = None
        return None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.delete()
