"""Import an optional dependency, or say which pip line brings it."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from smnb.errors import MissingExtraError

_PIP_NAME = {
    "av": "smnb[video]",
    "cv2": "smnb[video]",
    "numpy": "numpy",
    "pandas": "pandas",
    "scipy": "scipy",
    "simplejpeg": "smnb[video]",
    "sklearn": "scikit-learn",
    "torch": "torch",
    "sagemaker": "smnb[sagemaker]",
}


def require(module: str, *, purpose: str) -> Any:
    """Return the imported `module`.

    Parameters
    ----------
    module
        Import name, for example ``"cv2"`` or ``"scipy.sparse"``.
    purpose
        What needs it, as the start of a sentence: ``"Reading a video"``.

    Raises
    ------
    MissingExtraError
        If it is not installed, or does not load; the hint is the exact pip command.

    Examples
    --------
    >>> require("json", purpose="Reading JSON").loads("[1]")
    [1]
    """
    top = module.partition(".")[0]
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != top:
            raise
        raise MissingExtraError(
            f"{purpose} needs {top}, which is not installed.",
            hint=f'Run: pip install "{_PIP_NAME.get(top, top)}"',
        ) from None
    except ImportError as error:
        # OpenCV's desktop build needs libGL, which slim machines do not have.
        hint = f"Install what it misses, or {top} again."
        if top == "cv2":
            hint = "Run: pip uninstall -y opencv-python && pip install opencv-python-headless"
        raise MissingExtraError(
            f"{purpose} needs {top}, which is installed but does not load: {error}",
            hint=hint,
        ) from error
