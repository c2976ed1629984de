"""An ONNX model, in a file or in memory, as model.onnx."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

from smnb.errors import NotFoundError

_BESIDE = (".data", "_data")  # how large models name the file of their weights


def write(model: Any, folder: Path) -> list[str]:
    """Write the model; return the packages that it takes to run it.

    Raises
    ------
    NotFoundError
        If it is a path, and there is no such file.
    """
    if not isinstance(model, str | os.PathLike):
        content = model.SerializeToString(deterministic=True)
        (folder / "model.onnx").write_bytes(content)
        return ["onnxruntime"]
    path = Path(model).expanduser()
    if not path.is_file():
        raise NotFoundError(
            f"There is no file {path}.",
            hint=f"Relative paths start at {Path.cwd()}.",
        )
    shutil.copyfile(path, folder / "model.onnx")
    for suffix in _BESIDE:
        weights = path.with_name(path.name + suffix)
        if weights.is_file():
            shutil.copyfile(weights, folder / weights.name)
    return ["onnxruntime"]
