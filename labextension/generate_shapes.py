"""Write `ui/shapes.ts` from `smnb/jupyter/shapes/`: one shape in both languages."""

from __future__ import annotations

import types
import typing
from pathlib import Path

from smnb.jupyter.shapes import (
    choosing,
    commands,
    deploying,
    listing,
    looking,
    testing,
    words,
)

OUTPUT = Path(__file__).with_name("ui") / "shapes.ts"
_HEAD = """\
// Generated from smnb/jupyter/shapes by `make shapes`: change that, not this.
"""
_PRIMITIVES = {
    str: "string",
    int: "number",
    float: "number",
    bool: "boolean",
    types.NoneType: "null",
}


def typescript() -> str:
    """Return the text of the file."""
    parts = [_HEAD]
    for name, value in _SHAPES.items():
        if typing.is_typeddict(value):
            parts.append(_interface(value))
        else:
            parts.append(f"export type {name} = {_members(value)};\n")
    rows = [
        f"  {name}: {{ args: {args.__name__}; result: {result.__name__} }};"
        for name, (args, result) in commands.COMMANDS.items()
    ]
    parts.append("\n".join(["export interface Commands {", *rows, "}\n"]))
    return "\n".join(parts)


def _interface(shape: type) -> str:
    fields = typing.get_type_hints(shape)
    if not fields:
        return f"export type {shape.__name__} = Record<string, never>;\n"
    lines = [f"  {name}: {_inline(kind)};" for name, kind in fields.items()]
    return "\n".join([f"export interface {shape.__name__} {{", *lines, "}\n"])


def _inline(kind: typing.Any) -> str:
    """Return the TypeScript of a type where it is used: by name if it has one."""
    name = next((name for name, value in _ALIASES.items() if value == kind), None)
    return name or _members(kind)


def _members(kind: typing.Any) -> str:
    """Return the TypeScript that a type consists of."""
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if origin is typing.Literal:
        return " | ".join(f"'{arg}'" for arg in args)
    if origin in (types.UnionType, typing.Union):
        return " | ".join(_inline(arg) for arg in args)
    if origin is list:
        inner = _inline(args[0])
        return f"({inner})[]" if "|" in inner else f"{inner}[]"
    return _PRIMITIVES.get(kind) or str(kind.__name__)


_SHAPES = {
    name: value
    for module in (words, listing, choosing, testing, looking, deploying, commands)
    for name, value in vars(module).items()
    if typing.is_typeddict(value) or typing.get_origin(value) is not None
}
_ALIASES = {
    name: value for name, value in _SHAPES.items() if not typing.is_typeddict(value)
}


if __name__ == "__main__":
    OUTPUT.write_text(typescript(), encoding="utf-8")
