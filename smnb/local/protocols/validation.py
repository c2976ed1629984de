"""Check parameters against the constraints of the service model, in AWS's words."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from botocore.model import ListShape, MapShape, StructureShape

from smnb.local.errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from botocore.model import Shape

# The models' patterns are Java's. Where Python has no equal class it takes a slightly
# wider one (\w has the underscore), so that nothing is refused that AWS takes.
_FROM_JAVA: Final = {
    r"[\p{Print}]": r"[\x20-\x7e]",
    r"\p{Print}": r"[\x20-\x7e]",
    r"\p{ASCII}": r"[\x00-\x7f]",
    r"\p{L}": r"\w",
    r"\p{N}": r"\w",
    r"\p{Z}": r"\s",
    r"\z": r"\Z",
}
_NUMBERS: Final = {"integer", "long", "float", "double"}


def check(shape: StructureShape | None, params: dict[str, Any], *, code: str) -> None:
    """Refuse parameters that break a constraint of the model.

    Parameters
    ----------
    code
        The error code that the service uses for this.

    Raises
    ------
    ServiceError
        With every violation, worded as AWS words them.
    """
    found = [] if shape is None else list(_in_structure(shape, params, ""))
    if found:
        errors = "error" if len(found) == 1 else "errors"
        raise ServiceError(
            code, f"{len(found)} validation {errors} detected: {'; '.join(found)}"
        )


def _in_structure(
    shape: StructureShape, value: dict[str, Any], path: str
) -> Iterator[str]:
    for name, member in shape.members.items():
        where = f"{path}{name[:1].lower()}{name[1:]}"
        if name in value:
            yield from _violations(member, value[name], where)
        elif name in shape.required_members:
            yield _violation(None, where, "Member must not be null")


def _violations(shape: Shape, value: Any, path: str) -> Iterator[str]:
    for text, holds in _constraints(shape):
        if not holds(value):
            yield _violation(value, path, text)
    if isinstance(shape, StructureShape):
        yield from _in_structure(shape, value, f"{path}.")
    elif isinstance(shape, ListShape):
        numbered = [(str(number), item) for number, item in enumerate(value, 1)]
        yield from _in_items(shape.member, numbered, value, path, "Member")
    elif isinstance(shape, MapShape):
        keys = [(key, key) for key in value]
        yield from _in_items(shape.key, keys, value, path, "Map keys")
        yield from _in_items(shape.value, list(value.items()), value, path, "Map value")


def _in_items(
    shape: Shape, items: list[tuple[str, Any]], whole: Any, path: str, which: str
) -> Iterator[str]:
    """Check the items of a list or map: a structure by itself, anything else as one.

    For the latter AWS names the whole and lists everything that must hold in it.
    """
    if isinstance(shape, StructureShape):
        for name, item in items:
            yield from _in_structure(shape, item, f"{path}.{name}.member.")
    elif any(True for _, item in items for _ in _violations(shape, item, path)):
        rules = ", ".join(text for text, _ in _constraints(shape))
        yield _violation(whole, path, f"{which} must satisfy constraint: [{rules}]")


def _constraints(shape: Shape) -> list[tuple[str, Callable[[Any], bool]]]:
    """Return what must hold for a value of this shape: AWS's text and the test."""
    rules = shape.metadata
    found: list[tuple[str, Callable[[Any], bool]]] = []
    if allowed := rules.get("enum"):
        text = f"Member must satisfy enum value set: [{', '.join(allowed)}]"
        found.append((text, lambda value: value in allowed))
    if (java := rules.get("pattern")) and (pattern := _pattern(java)):
        text = f"Member must satisfy regular expression pattern: {java}"
        found.append((text, lambda value: pattern.fullmatch(value) is not None))
    is_number = shape.type_name in _NUMBERS
    noun = "value" if is_number else "length"
    size: Callable[[Any], float] = float if is_number else len
    if (most := rules.get("max")) is not None:
        text = f"Member must have {noun} less than or equal to {most}"
        found.append((text, lambda value: size(value) <= most))
    if (least := rules.get("min")) is not None:
        text = f"Member must have {noun} greater than or equal to {least}"
        found.append((text, lambda value: size(value) >= least))
    return found


def _violation(value: Any, path: str, constraint: str) -> str:
    shown = "null" if value is None else f"'{_shown(value)}'"
    return f"Value {shown} at '{path}' failed to satisfy constraint: {constraint}"


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_shown, value))}]"
    if isinstance(value, dict):
        return (
            f"{{{', '.join(f'{key}={_shown(item)}' for key, item in value.items())}}}"
        )
    return str(value)


@lru_cache(maxsize=1024)
def _pattern(java: str) -> re.Pattern[str] | None:
    """Return the pattern for Python; None if Python cannot express it."""
    python = java
    for old, new in _FROM_JAVA.items():
        python = python.replace(old, new)
    try:
        return re.compile(python)
    except re.error:
        return None
