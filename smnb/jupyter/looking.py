"""A session of whoever only looks: the local backend may stop though it asks."""

from __future__ import annotations

from typing import Any

from smnb._runtime_file import LOOKS_HEADER
from smnb._session import Session


class LookingSession(Session):
    """A session whose calls are no use of the local backend; on AWS like any other."""

    @classmethod
    def like(cls, session: Session) -> LookingSession:
        """Return one that calls where `session` does, as the same caller."""
        _, (target, given) = session.__reduce__()
        return cls(target, **given)

    def _make_client(self, service: str) -> Any:
        client = super()._make_client(service)
        if self.target.is_loopback:
            client.meta.events.register("before-sign", _say_so)
        return client


def _say_so(request: Any, **_: object) -> None:
    request.headers[LOOKS_HEADER] = "1"
