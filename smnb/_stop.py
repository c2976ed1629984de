"""Let Stop end a call with a short traceback, and what it made be removed.

IPython takes seconds to draw the many frames below boto3; the reader wants none of
them, and the cell would seem to go on.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

_Parameters = ParamSpec("_Parameters")
_Value = TypeVar("_Value")


def stoppable(
    function: Callable[_Parameters, _Value],
) -> Callable[_Parameters, _Value]:
    """Make a public function's KeyboardInterrupt tell where it was called, no deeper."""

    @wraps(function)
    def run(*args: _Parameters.args, **options: _Parameters.kwargs) -> _Value:
        try:
            return function(*args, **options)
        except KeyboardInterrupt:
            raise KeyboardInterrupt from None

    return run


def though_stopped(work: Callable[[], _Value]) -> _Value:
    """Do what leaves nothing billing, also if Stop is pressed once more meanwhile.

    Parameters
    ----------
    work
        Goes on where it was when it is called again.
    """
    try:
        return work()
    except KeyboardInterrupt:
        return work()
