"""Serve a scikit-learn estimator: rows as JSON, CSV or npy in, predictions out."""

import importlib.util
from pathlib import Path

import joblib
import smnb_formats

ACCEPTS = ("application/json", "text/csv", "application/x-npy")


def model_fn(model_dir):
    return joblib.load(Path(model_dir, "model.joblib"))


def input_fn(body, content_type):
    return smnb_formats.decode(smnb_formats.as_sent(body, content_type), content_type)


def predict_fn(data, model):
    return model.predict(_table(data, model))


def output_fn(prediction, accept):
    return smnb_formats.encode(prediction, accept)


def _table(rows, model):
    """Give the rows the column names that the model was fitted with."""
    names = getattr(model, "feature_names_in_", None)
    if isinstance(rows, dict):
        rows = [rows]
    by_name = len(rows) > 0 and isinstance(rows[0], dict)
    if importlib.util.find_spec("pandas") is None or not (by_name or names is not None):
        return rows
    import pandas as pd

    return pd.DataFrame(rows) if by_name else pd.DataFrame(rows, columns=names)
