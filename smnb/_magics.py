"""IPython's ``%load_ext smnb``: ``%endpoints`` and ``%%invoke``."""

from __future__ import annotations

import ast
import json
from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError
from IPython.core.magic_arguments import MagicArgumentParser

from smnb._lookup import endpoint, endpoints

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from smnb._lookup import Endpoints


class SmnbMagics:
    """The commands that ``%load_ext smnb`` brings."""

    def __init__(self, shell: InteractiveShell) -> None:
        self._shell = shell

    def endpoints(self, line: str) -> Endpoints:
        """Show the endpoints of the account and region: ``%endpoints``."""
        if line.strip():
            raise UsageError("%endpoints takes no arguments.")
        return endpoints()

    def invoke(self, line: str, cell: str) -> Any:
        """Send the cell to an endpoint; the answer is the cell's value.

        ``%%invoke NAME [--content-type TYPE] [--accept TYPE] [--as VARIABLE]``

        A cell that is one expression in braces is a value of the notebook, as in
        ``{image}`` or ``{frame.head()}``. Any other cell is sent as it stands if
        ``--content-type`` names its type (``text/csv``), is a value if it reads as JSON,
        and else what ``ep.invoke`` makes of text: the path of a file, or the text.
        """
        given = _arguments().parse_argstring(line)
        if given.variable and not given.variable.isidentifier():
            raise UsageError(f"--as {given.variable} is no name of a variable.")
        x = _payload(cell, self._shell.user_global_ns, given.content_type)
        answer = endpoint(given.name).invoke(
            x, content_type=given.content_type, accept=given.accept
        )
        if given.variable:
            self._shell.user_ns[given.variable] = answer
        return answer


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Add the magics to IPython; called by ``%load_ext smnb``."""
    magics = SmnbMagics(shell)
    shell.register_magic_function(magics.endpoints, "line", "endpoints")
    shell.register_magic_function(magics.invoke, "cell", "invoke")


def _arguments() -> Any:
    parser = MagicArgumentParser("%%invoke", add_help=False)
    parser.add_argument("name")
    parser.add_argument("--content-type")
    parser.add_argument("--accept")
    parser.add_argument("--as", dest="variable")
    return parser


def _payload(cell: str, namespace: dict[str, Any], content_type: str | None) -> Any:
    """Return what a cell means: a value of the notebook, JSON, or its text."""
    text = cell.strip()
    if not text:
        raise UsageError("The cell is empty: it is what is sent to the endpoint.")
    if content_type in (None, "application/json"):
        try:
            return json.loads(text)
        except ValueError:
            pass
    code = _expression(text)
    if code is not None:
        return eval(code, namespace)  # noqa: S307  the user's own cell
    # A trailing newline belongs to the editor, not to the last row of a CSV.
    return text.encode() if content_type else text


def _expression(text: str) -> Any:
    """Return the code between braces, or None: ``{a: b}`` is no expression in them."""
    if not (text.startswith("{") and text.endswith("}")):
        return None
    try:
        return compile(ast.parse(text[1:-1].strip(), mode="eval"), "<cell>", "eval")
    except SyntaxError:
        return None
