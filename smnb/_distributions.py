"""Which installed distributions bring a module."""

from __future__ import annotations

import sys

# Python 3.10's own knows only those that name their modules, which most no longer do.
if sys.version_info >= (3, 11):
    from importlib.metadata import packages_distributions
else:
    from importlib_metadata import packages_distributions

__all__ = ["packages_distributions"]
