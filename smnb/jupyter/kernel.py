"""What the panel asks the notebook's kernel for: its variables, and calls with one.

JupyterLab evaluates these functions beside the notebook's cells, without touching its
names or its history. Each answers ``{"result": …}`` or ``{"problem": …}`` as JSON.
"""

from __future__ import annotations

import json
import types
from typing import TYPE_CHECKING, Any, Final

from smnb import _hosting
from smnb._control import Silent
from smnb._progress import told_to
from smnb._session import default_session
from smnb.errors import NotFoundError, SmnbError
from smnb.jupyter import problems, shapes
from smnb.jupyter.checking import ShapeError, check
from smnb.jupyter.problems import UnknownCommandError
from smnb.jupyter.sources import Content
from smnb.jupyter.testing import Tests

if TYPE_CHECKING:
    from collections.abc import Callable

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


def command(name: str, args: str) -> Answer:
    """Do a command of the tests, with a variable's value as what is sent.

    Parameters
    ----------
    args
        The command's arguments as JSON; see `smnb.jupyter.shapes`.
    """
    return _answered(lambda: _done(name, json.loads(args)))


def _done(name: str, args: Any) -> Any:
    if name not in _COMMANDS:
        raise UnknownCommandError(f"The kernel has no command {name!r:.40}.")
    check(args, shapes.COMMANDS[name][0])
    return _COMMANDS[name](args)


def _content(args: shapes.TestArgs) -> Content:
    source = args["source"]
    if source["kind"] != "variable":
        raise ShapeError("args.source is no variable")
    return Content(_value(source["name"]))


def _plan_test(args: shapes.TestArgs) -> shapes.RoutePlan:
    return _tests.plan(*_place(args["name"]), _content(args), args["route"])


def _test(args: shapes.TestArgs) -> shapes.Pending:
    return _tests.send(*_place(args["name"]), _content(args), args["route"])


def _pending(args: shapes.PendingArgs) -> shapes.Pending:
    return _tests.pending(args["id"])


def _stop_test(args: shapes.PendingArgs) -> shapes.Nothing:
    _tests.stop(args["id"])
    return shapes.Nothing()


_COMMANDS: Final[dict[str, Callable[[Any], Any]]] = {
    "plan_test": _plan_test,
    "test": _test,
    "pending": _pending,
    "stop_test": _stop_test,
}


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
