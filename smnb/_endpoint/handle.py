"""The handle on one endpoint: its name, where it lives, what AWS said of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smnb import _hosting, _reap, _spending
from smnb._compute import check_name
from smnb._session import Session, default_session

if TYPE_CHECKING:
    from smnb._hosting import Described


class Handle:
    """Name and session of an endpoint, and what AWS said of it at first."""

    def __init__(self, name: str, *, session: Session | None = None) -> None:
        self.name = check_name(name)
        self._session = default_session(session)
        self._described: Described | None = None

    @property
    def session(self) -> Session:
        """Where the endpoint lives, and as whom it is called."""
        return self._session

    def _facts(self) -> Described:
        """Return what AWS said at first: invoking must not cost further calls."""
        if self._described is None:
            self._described = _hosting.describe(self._session, self.name)
            _reap.sweep(self._session)
        _spending.check_at_a_call(self._session, self._described)
        return self._described
