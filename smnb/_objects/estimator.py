"""A fitted scikit-learn estimator as model.joblib."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smnb._extras import require
from smnb._objects import pickling
from smnb._objects.requirements import packages_of
from smnb.errors import InvalidInputError

if TYPE_CHECKING:
    from pathlib import Path

_NEEDED = ["scikit-learn", "joblib", "numpy"]


def write(estimator: Any, folder: Path) -> list[str]:
    """Write the estimator; return the packages that it takes to read it.

    Raises
    ------
    InvalidInputError
        If it is not fitted, or predicts nothing.
    """
    name = type(estimator).__name__
    _check_fitted(estimator, name)
    if not hasattr(estimator, "predict"):
        raise InvalidInputError(
            f"{name} has no predict().",
            hint="Deploy a function that calls it: smnb.deploy(lambda x: "
            "model.transform(x)).",
        )
    parts = [estimator, *estimator.get_params(deep=True).values()]
    modules = {_module_of(part) for part in parts}
    path = folder / "model.joblib"
    if any(pickling.is_local(module) for module in modules):
        # joblib.load reads any pickle; only cloudpickle takes the notebook's code along.
        return [*_NEEDED, "cloudpickle", *packages_of(pickling.dump(estimator, path))]
    require("joblib", purpose="Deploying an estimator").dump(estimator, path)
    return [*_NEEDED, *packages_of(modules)]


def _check_fitted(estimator: Any, name: str) -> None:
    validation = require("sklearn.utils.validation", purpose="Deploying an estimator")
    exceptions = require("sklearn.exceptions", purpose="Deploying an estimator")
    try:
        validation.check_is_fitted(estimator)
    except exceptions.NotFittedError:
        raise InvalidInputError(
            f"This {name} is not fitted, so it has nothing to predict from.",
            hint="Call its fit(X, y) first.",
        ) from None


def _module_of(part: Any) -> str:
    named = part if isinstance(part, type) or hasattr(part, "__name__") else type(part)
    return str(getattr(named, "__module__", ""))
