"""The environment of a model's process, as the container contract sets it.

Rule: of the daemon's own environment only what is listed passes, never its keys.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MODEL_FOLDER: Final = "model"
_BASE_DIR_ON_AWS: Final = "/opt/ml"
PASSED: Final = (
    "CUDA_VISIBLE_DEVICES",
    "DYLD_LIBRARY_PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "LD_LIBRARY_PATH",
    "LOGNAME",
    "PATH",
    "TMPDIR",
    "TZ",
    "USER",
)


def model_environment(
    daemon: Mapping[str, str], model: Mapping[str, str], base_dir: Path
) -> dict[str, str]:
    """Return the variables of a model's process.

    Parameters
    ----------
    daemon
        The daemon's own.
    model
        Those of the model. A value that is a path in ``/opt/ml``, where a container on
        AWS has its files, is led to `base_dir`.
    base_dir
        The folder that stands for ``/opt/ml``.
    """
    environment = {name: daemon[name] for name in PASSED if name in daemon}
    environment["SAGEMAKER_BASE_DIR"] = str(base_dir)
    environment["SM_MODEL_DIR"] = str(base_dir / MODEL_FOLDER)
    for name, value in model.items():
        inside = value == _BASE_DIR_ON_AWS or value.startswith(f"{_BASE_DIR_ON_AWS}/")
        environment[name] = (
            f"{base_dir}{value[len(_BASE_DIR_ON_AWS) :]}" if inside else value
        )
    return environment
