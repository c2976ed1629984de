"""What code/inference.py declares: its handlers and content types; read, never run."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from smnb.errors import InvalidInputError

_HANDLERS = ("model_fn", "input_fn", "predict_fn", "output_fn", "transform_fn")


@dataclass(frozen=True)
class Code:
    """What an ``inference.py`` declares.

    Parameters
    ----------
    handlers
        Handler functions that it defines.
    accepts
        Its ``ACCEPTS``; None if it declares none.
    """

    handlers: tuple[str, ...] = ()
    accepts: tuple[str, ...] | None = None


def read_code(source: bytes, where: str) -> Code:
    """Parse an ``inference.py``: syntax, handler functions, ACCEPTS.

    Raises
    ------
    InvalidInputError
        If it would fail when the container starts.
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        raise InvalidInputError(
            f"{where}, line {line or '?'}: {error}",
            hint="Correct it: it would fail when the container starts.",
        ) from error
    handlers = _functions(tree)
    if not {"model_fn", "transform_fn"} & set(handlers):
        raise InvalidInputError(
            f"{where} defines no handler function"
            f"{' but ' + ', '.join(handlers) if handlers else ''}.",
            hint="Define model_fn(model_dir), and predict_fn(data, model) if the model "
            "is not called like a function.",
        )
    return Code(handlers, _declared_accepts(tree, where))


def _functions(tree: ast.Module) -> tuple[str, ...]:
    """Names of the handlers that the module defines or imports."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            names.add(node.name)
        elif isinstance(node, ast.ImportFrom | ast.Import):
            names.update(alias.asname or alias.name for alias in node.names)
        elif isinstance(node, ast.Assign):
            names.update(t.id for t in node.targets if isinstance(t, ast.Name))
    return tuple(name for name in _HANDLERS if name in names)


def _declared_accepts(tree: ast.Module, where: str) -> tuple[str, ...] | None:
    for node in tree.body:
        if isinstance(node, ast.Assign):
            targets, value = node.targets, node.value
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            targets, value = [node.target], node.value
        else:
            continue
        if any(isinstance(t, ast.Name) and t.id == "ACCEPTS" for t in targets):
            return _literal(value, where)
    return None


def _literal(value: ast.expr, where: str) -> tuple[str, ...]:
    try:
        accepts = ast.literal_eval(value)
    except ValueError:
        accepts = None
    if isinstance(accepts, str):
        accepts = (accepts,)
    if not isinstance(accepts, tuple | list) or not all(
        isinstance(item, str) for item in accepts
    ):
        raise InvalidInputError(
            f"{where}: ACCEPTS is read and not run, so it must be written out.",
            hint='For example: ACCEPTS = ("image/jpeg", "image/png")',
        )
    return tuple(accepts)
