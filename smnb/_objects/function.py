"""A Python function as function.pkl, with its code."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from smnb._objects import name_of, pickling
from smnb._objects.requirements import packages_of
from smnb.errors import InvalidInputError

if TYPE_CHECKING:
    from pathlib import Path


def write(function: Any, folder: Path) -> list[str]:
    """Write the function; return the packages that it is seen to use.

    Raises
    ------
    InvalidInputError
        If it cannot be called with one value, or is a coroutine function.
    """
    _check_call(function)
    modules = pickling.dump(function, folder / "function.pkl")
    return ["cloudpickle", *packages_of(modules)]


def _check_call(function: Any) -> None:
    name = name_of(function)
    if inspect.iscoroutinefunction(function):
        raise InvalidInputError(
            f"{name} is a coroutine function, and nothing would await it.",
            hint="Deploy a plain one: def f(x): return asyncio.run(…).",
        )
    try:
        inspect.signature(function).bind(None)
    except ValueError:  # some of those written in C do not say what they take
        return
    except TypeError as error:
        raise InvalidInputError(
            f"{name} is called with one value, the request's content: {error}.",
            hint="Give it one argument: smnb.deploy(lambda x: f(x, …)).",
        ) from None
