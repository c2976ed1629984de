"""Recognise values of libraries without importing them: who passes one has imported its library."""

from __future__ import annotations

import sys
from datetime import datetime
from decimal import Decimal
from typing import Any


def is_a(value: Any, module: str, *names: str) -> bool:
    """Tell whether `value` is an instance of one of the classes `names` of `module`.

    Examples
    --------
    >>> is_a(Decimal(1), "decimal", "Decimal")
    True
    """
    loaded = sys.modules.get(module)
    return loaded is not None and isinstance(
        value, tuple(getattr(loaded, name) for name in names if hasattr(loaded, name))
    )


def is_array(value: Any) -> bool:
    """Tell whether `value` is a numpy array."""
    return is_a(value, "numpy", "ndarray")


def is_missing(value: Any) -> bool:
    """Tell whether `value` is NaN, NaT or pandas' NA.

    Examples
    --------
    >>> is_missing(float("nan")), is_missing(None)
    (True, False)
    """
    if isinstance(value, Decimal):
        return value.is_nan()
    if isinstance(value, float | datetime) or is_a(
        value, "numpy", "floating", "datetime64", "timedelta64"
    ):
        return bool(value != value)  # noqa: PLR0124  only these differ from themselves
    return type(value).__name__ == "NAType"
