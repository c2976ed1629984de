"""What the panel asks the notebook's kernel for: its variables, and calls with one.

JupyterLab evaluates these functions beside the notebook's cells, without touching its
names or its history. Each answers ``{"result": …}`` or ``{"problem": …}`` as JSON.
"""

from __future__ import annotations

import types
from typing import TYPE_CHECKING, Any, Final

from smnb import _hosting
from smnb._control import Silent
from smnb._progress import told_to
from smnb._session import default_session
from smnb.errors import NotFoundError, SmnbError
from smnb.jupyter import problems
from smnb.jupyter.sources import Content
from smnb.jupyter.testing import Tests

if TYPE_CHECKING:
    from collections.abc import Callable

    from smnb.jupyter.shapes import RouteName

_MOST: Final = 200
# What IPython itself puts among the names.
_OF_IPYTHON: Final = frozenset({"In", "Out", "exit", "quit", "get_ipython", "open"})
_NO_PAYLOAD: Final = (type, types.ModuleType, types.FunctionType, types.MethodType)
_tests: Final = Tests()


class Answer:
    """JSON, as IPython sends it back for an expression."""

    def __init__(self, content: dict[str, Any]) -> None:
        self.content = content

    def _repr_json_(self) -> dict[str, Any]:
        return self.content

    def __repr__(self) -> str:
        return "an answer to the panel"


def variables() -> Answer:
    """Return the names of what could be sent, the newest first."""
    return _answered(lambda: _names(_namespace()))


def plan(endpoint: str, variable: str, route: RouteName | None) -> Answer:
    """Say which way a variable's value would go; nothing is sent."""
    return _answered(
        lambda: _tests.plan(*_place(endpoint), Content(_value(variable)), route)
    )


def test(endpoint: str, variable: str, route: RouteName | None) -> Answer:
    """Send a variable's value, and return the model's answer."""
    return _answered(
        lambda: _tests.send(*_place(endpoint), Content(_value(variable)), route)
    )


def _answered(ask: Callable[[], Any]) -> Answer:
    try:
        with told_to(Silent()):
            return Answer({"result": ask()})
    except SmnbError as error:
        return Answer({"problem": problems.of(error, default_session()).problem})
    except Exception as error:  # noqa: BLE001  the boundary: a fault must not show in a cell
        return Answer({"problem": problems.of(error).problem})


def _names(namespace: dict[str, Any]) -> list[str]:
    names = [
        name
        for name, value in namespace.items()
        if not name.startswith("_")
        and name not in _OF_IPYTHON
        and not isinstance(value, _NO_PAYLOAD)
        and value is not None
    ]
    return names[::-1][:_MOST]


def _value(variable: str) -> Any:
    try:
        return _namespace()[variable]
    except KeyError:
        raise NotFoundError(
            f"The notebook has no variable {variable!r:.60}.",
            hint="Run the cell that makes it, or choose another.",
        ) from None


def _place(endpoint: str) -> tuple[Any, _hosting.Described]:
    session = default_session()
    return session, _hosting.describe(session, endpoint)


def _namespace() -> dict[str, Any]:
    from IPython.core.getipython import get_ipython

    shell: Any = get_ipython()
    namespace: dict[str, Any] = {} if shell is None else shell.user_ns
    return namespace
