"""What went wrong, as the panel tells it: a title, a text, and a command to copy."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Final, NamedTuple

from smnb import _aws_errors, _credentials
from smnb._iam import iam_policy
from smnb.errors import InvalidInputError, NameTakenError, NotFoundError, SmnbError
from smnb.jupyter.checking import ShapeError
from smnb.jupyter.shapes import Problem

if TYPE_CHECKING:
    from smnb._session import Session

INTERNAL: Final = 500
"""The status of what nobody foresaw."""
_TITLES: Final = {
    "signed-out": "AWS sign-in needed",
    "forbidden": "No permission",
    "throttled": "AWS is throttling",
    "no-network": "AWS does not answer",
    "gone": "It is gone",
    "invalid": "Not possible",
    "other": "That failed",
}
# 401 and 403 are Jupyter's own: they would ask for its token.
_STATUS: Final = {
    "signed-out": 424,
    "forbidden": 424,
    "throttled": 429,
    "no-network": 424,
    "gone": 404,
    "invalid": 400,
    "other": 422,
}


class Refusal(NamedTuple):
    """An HTTP status, and what to say."""

    status: int
    problem: Problem


class UnknownCommandError(LookupError):
    """No command has this name."""


def of(error: BaseException, session: Session | None = None) -> Refusal:
    """Tell an error to whoever asked; what nobody foresaw is told by its kind alone.

    Parameters
    ----------
    session
        Whose sign-in or permissions are wanting.
    """
    if isinstance(error, UnknownCommandError):
        return Refusal(404, problem("invalid", str(error)))
    if isinstance(error, ShapeError):
        return Refusal(400, problem("invalid", f"{error}."))
    if not isinstance(error, SmnbError):
        words = f"smnb failed ({type(error).__name__}); the server's log says where."
        return Refusal(INTERNAL, problem("other", words))
    code = _code(error)
    copy = _copy(code, session)
    what = error.what if error.what.endswith((".", "!", "?")) else f"{error.what}."
    text = what if copy else f"{what} {error.hint}"
    return Refusal(_STATUS[code], problem(code, text, copy=copy))


def problem(
    code: str,
    text: str,
    *,
    copy: str | None = None,
    retry_at: float | None = None,
) -> Problem:
    """Return a problem with the title of its kind."""
    return Problem(
        code=code,  # type: ignore[typeddict-item]  # one of the titles' keys
        title=_TITLES[code],
        text=text,
        copy=copy,
        retry_at=retry_at,
    )


def policy_text(session: Session | None) -> str:
    """Return the least that a caller must be allowed; for any account if need be."""
    policy = None
    if session is not None and session.target.bills:
        with suppress(SmnbError):  # whoever may do nothing may not ask who they are
            policy = iam_policy(session=session)
    return json.dumps((policy or iam_policy()).caller, indent=2)


def _code(error: SmnbError) -> str:
    if found := _aws_errors.trouble(error):
        return found
    if isinstance(error, NotFoundError):
        return "gone"
    is_refused = getattr(error, "code", "").startswith("Validation")
    is_wrong = isinstance(error, InvalidInputError | NameTakenError)
    return "invalid" if is_refused or is_wrong else "other"


def _copy(code: str, session: Session | None) -> str | None:
    if session is None:
        return None
    if code == "signed-out":
        return _credentials.sign_in_command(session.profile)
    return policy_text(session) if code == "forbidden" else None
