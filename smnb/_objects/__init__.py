"""Python objects that can be deployed: which kind one is, and its folder as a model.

Recognised without importing anything: who has an object has imported its library.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from smnb._objects.requirements import pinned, version_of
from smnb.errors import InvalidInputError
from smnb.serializers._kinds import is_a

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True)
class Kind:
    """One kind of object.

    Parameters
    ----------
    framework
        Whose container serves it: ``"sklearn"``, ``"xgboost"``, ``"pytorch"``,
        ``"onnx"``, or ``"python"`` if any that runs Python does.
    module
        In this package; its ``write(value, folder)`` writes the model's files and
        returns the packages that it takes to read them.
    handler
        The ``inference.py`` that serves it, in ``smnb/data/handlers``.
    packages
        Any of them gives the framework its version; none for Python itself.
    """

    framework: str
    module: str
    handler: str
    packages: tuple[str, ...]


@dataclass(frozen=True)
class Written:
    """What an object became.

    Parameters
    ----------
    framework, version
        Whose container serves it, and the version that made it; None if not known.
    python
        ``"3.11"`` if it holds code that no other Python runs; else None.
    """

    framework: str
    version: str | None
    python: str | None


_ESTIMATOR = Kind("sklearn", "estimator", "estimator.py", ("scikit-learn",))
_XGBOOST = Kind("xgboost", "xgboost", "xgboost.py", ("xgboost", "xgboost-cpu"))
_MODULE = Kind("pytorch", "module", "module.py", ("torch",))
_ONNX = Kind("onnx", "onnx", "onnx.py", ("onnxruntime",))
_FUNCTION = Kind("python", "function", "function.py", ())


def kind_of(value: Any) -> Kind | None:
    """Return the kind of an object, or of the ONNX file that a path names.

    Examples
    --------
    >>> kind_of(len).framework
    'python'
    >>> kind_of("models/cats.onnx").framework
    'onnx'
    >>> kind_of("models/cats/")
    """
    if isinstance(value, str | os.PathLike):
        path = os.fspath(value)
        named_so = path.endswith(".onnx") and "://" not in path
        return _ONNX if named_so and not Path(path).is_dir() else None
    if is_a(value, "xgboost", "Booster", "XGBModel"):  # also an estimator
        return _XGBOOST
    if is_a(value, "sklearn.base", "BaseEstimator"):
        return _ESTIMATOR
    if is_a(value, "torch.nn", "Module"):  # also callable
        return _MODULE
    if is_a(value, "onnx", "ModelProto"):
        return _ONNX
    return _FUNCTION if callable(value) and not isinstance(value, type) else None


def name_of(value: Any) -> str:
    """Return what messages call an object: its name, or its class's.

    Examples
    --------
    >>> name_of(len), name_of(3)
    ('len', 'int')
    """
    if isinstance(value, str | os.PathLike):
        return os.fspath(value)
    return str(getattr(value, "__name__", type(value).__name__))


def write(value: Any, kind: Kind, folder: Path, requirements: Sequence[str]) -> Written:
    """Write an object to `folder`, in the layout of its framework.

    Parameters
    ----------
    requirements
        Lines for pip, beside what the object is known to need. A bare name is pinned
        to the version that is installed here.

    Raises
    ------
    InvalidInputError
        If it is not fitted, cannot be pickled, or is not called with one value.
    """
    from smnb._objects import pickling

    code = folder / "code"
    code.mkdir()
    writer = import_module(f"smnb._objects.{kind.module}")
    try:
        needed: list[str] = writer.write(value, folder)
    except pickling.ERRORS as error:
        raise InvalidInputError(
            f"{name_of(value)} cannot be pickled: {error}",
            hint="Make what cannot be pickled (locks, connections, open files) inside "
            "the function, or deploy a folder with code/inference.py.",
        ) from error
    data = files("smnb")
    handler = (data / "data" / "handlers" / kind.handler).read_bytes()
    formats = (data / "local" / "model_server" / "formats.py").read_bytes()
    (code / "inference.py").write_bytes(handler)
    (code / "smnb_formats.py").write_bytes(formats)
    lines = pinned(needed, requirements)
    if lines:
        (code / "requirements.txt").write_text("\n".join(lines) + "\n", "utf-8")
    python = "{}.{}".format(*sys.version_info)
    has_code = any(line.startswith("cloudpickle") for line in lines)
    versions = filter(None, map(version_of, kind.packages))
    version = next(versions, None) if kind.packages else python
    return Written(kind.framework, version, python if has_code else None)
