"""The one error that a service raises; protocols turn it into AWS's wire form."""

from __future__ import annotations

from typing import Any


class ServiceError(Exception):
    """An error as AWS would answer it.

    Parameters
    ----------
    code
        AWS's error code, for example ``"ValidationException"``.
    message
        AWS's text; None is sent as JSON null, as AWS does when it throttles.
    status
        HTTP status.
    members
        Further members of the modelled error, such as ``OriginalStatusCode``.
    """

    def __init__(
        self, code: str, message: str | None, status: int = 400, **members: Any
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status
        self.members = members


class ClientGoneError(Exception):
    """The client closed the connection before its request was complete."""
