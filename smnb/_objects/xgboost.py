"""An XGBoost booster, or its scikit-learn interface, as xgboost-model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from smnb.errors import InvalidInputError

if TYPE_CHECKING:
    from pathlib import Path


def write(model: Any, folder: Path) -> list[str]:
    """Write the model in XGBoost's own format, which no version makes unreadable.

    Raises
    ------
    InvalidInputError
        If it is not fitted.
    """
    is_fitted = getattr(model, "__sklearn_is_fitted__", lambda: True)
    if not is_fitted():
        raise InvalidInputError(
            f"This {type(model).__name__} is not fitted, so it has nothing to predict "
            "from.",
            hint="Call its fit(X, y) first.",
        )
    # XGBoost takes the format from the suffix, and AWS's container wants none.
    model.save_model(folder / "xgboost-model.ubj")
    (folder / "xgboost-model.ubj").rename(folder / "xgboost-model")
    return []
