"""What changes an endpoint: update, to_realtime, delete."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smnb import _hosting, _removal, _update
from smnb._compute import RealTime
from smnb._endpoint.handle import Handle
from smnb._progress import Progress

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

    from smnb._compute import Compute
    from smnb._model import ModelSource


class Changing(Handle):
    """The part of `Endpoint` that changes it, or ends it."""

    def update(
        self,
        compute: Compute | None = None,
        *,
        model: ModelSource | None = None,
        **changes: Any,
    ) -> Self:
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

    def to_realtime(self, instance_type: str = "ml.m5.xlarge", count: int = 1) -> Self:
        """Move a serverless endpoint to instances; AWS knows no way back."""
        return self.update(RealTime(instance_type, count))

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
