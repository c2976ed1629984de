"""Pickle objects with their code, by value and the same bytes each time.

Functions and classes of the notebook, and of modules that are not installed, go along;
of installed packages only the names go, which are noted for requirements.txt.
"""

from __future__ import annotations

import hashlib
import pickle
import re
import sys
import sysconfig
from contextlib import contextmanager
from pathlib import Path
from types import CodeType, ModuleType
from typing import TYPE_CHECKING, Any

import cloudpickle

if TYPE_CHECKING:
    from collections.abc import Iterator

ERRORS = (pickle.PicklingError, TypeError, AttributeError, RecursionError)
PROTOCOL = 5
_INSTALLED = tuple({str(Path(path)) for path in sysconfig.get_paths().values()})
_PACKAGE_FOLDERS = ("site-packages", "dist-packages")
_TRACKER_ID = re.compile(r"[0-9a-f]{32}")


class Pickler(cloudpickle.Pickler):  # type: ignore[misc]  # cloudpickle has no types
    """Pickles by value and reproducibly; notes the installed modules it refers to.

    Parameters
    ----------
    file
        Binary file to write to.
    """

    def __init__(self, file: Any, protocol: int = PROTOCOL) -> None:
        usual: dict[type, Any] = cloudpickle.Pickler.dispatch_table
        self._reduce_code = usual[CodeType]
        # Before the base class, which looks at it but once.
        self.dispatch_table = {**usual, CodeType: self._code}
        super().__init__(file, protocol=protocol)
        self.modules: set[str] = set()
        self._classes: dict[type, int] = {}

    def reducer_override(self, obj: Any) -> Any:
        """Say how to pickle what is not plain data."""
        if isinstance(obj, _Ordered):
            return frozenset, (obj.items,)
        if not is_local(name := _module_name(obj)):
            self.modules.add(name)
        reduced = super().reducer_override(obj)
        if isinstance(obj, type) and isinstance(reduced, tuple):
            rebuild, arguments, *rest = reduced
            reduced = (rebuild, self._with_fixed_id(arguments, obj), *rest)
            if rest:
                _forget_place(rest[0])
        return reduced

    def _with_fixed_id(self, arguments: Any, of: type) -> Any:
        """Replace the random id that cloudpickle gives a class by its place and name."""
        place = self._classes.setdefault(of, len(self._classes))
        name = f"{place} {of.__module__}.{of.__qualname__}"
        fixed = hashlib.sha256(name.encode()).hexdigest()[:32]
        return tuple(
            fixed if isinstance(one, str) and _TRACKER_ID.fullmatch(one) else one
            for one in arguments
        )

    def _code(self, code: CodeType) -> Any:
        """Reduce code to what does not depend on where it was written."""
        moved = code.replace(co_filename="<deployed>", co_firstlineno=1)
        rebuild, arguments = self._reduce_code(moved)
        return rebuild, tuple(_ordered(one) for one in arguments)


class _Ordered:
    """Stands for a frozenset, whose order else changes from process to process."""

    def __init__(self, items: frozenset[Any]) -> None:
        self.items = sorted(items, key=repr)


def _forget_place(state: Any) -> None:
    """Take out of a class's state what Python 3.13 notes of the text it was written in."""
    if isinstance(state, tuple) and isinstance(state[0], dict):
        state[0].pop("__firstlineno__", None)
        state[0].pop("__static_attributes__", None)  # in no order


def dump(value: Any, path: Path) -> set[str]:
    """Pickle `value` into a file; return the installed modules that it refers to."""
    with path.open("wb") as file, local_code_by_value():
        pickler = Pickler(file)
        pickler.dump(value)
    return pickler.modules


@contextmanager
def local_code_by_value() -> Iterator[None]:
    """Have cloudpickle take along the code of modules that are not installed."""
    known = cloudpickle.list_registry_pickle_by_value()
    local = [
        module
        for name, module in list(sys.modules.items())
        if name not in known and is_local(name)
    ]
    for module in local:
        cloudpickle.register_pickle_by_value(module)
    try:
        yield
    finally:
        for module in local:
            cloudpickle.unregister_pickle_by_value(module)


def is_local(name: str) -> bool:
    """Say whether a loaded module is the user's own file: no package has it.

    Examples
    --------
    >>> is_local("json"), is_local("cloudpickle"), is_local("__main__")
    (False, False, True)
    """
    if name == "__main__":
        return True
    module = sys.modules.get(name)
    path = getattr(module, "__file__", None)
    if not isinstance(path, str) or getattr(module, "__name__", None) != name:
        return False
    installed = path.startswith(_INSTALLED) or not path.endswith(".py")
    return not installed and not any(part in path for part in _PACKAGE_FOLDERS)


def _module_name(value: Any) -> str:
    if isinstance(value, ModuleType):
        return value.__name__
    name = getattr(value, "__module__", None) or type(value).__module__
    return name if isinstance(name, str) else ""


def _ordered(argument: Any) -> Any:
    if isinstance(argument, tuple):
        return tuple(_ordered(one) for one in argument)
    return _Ordered(argument) if isinstance(argument, frozenset) else argument
