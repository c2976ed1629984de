"""Serve an XGBoost model: rows as JSON, CSV or npy in, predictions out."""

import json
from pathlib import Path

import numpy as np
import smnb_formats
import xgboost

ACCEPTS = ("application/json", "text/csv", "application/x-npy")
ESTIMATORS = {
    "classifier": xgboost.XGBClassifier,
    "regressor": xgboost.XGBRegressor,
    "ranker": xgboost.XGBRanker,
}


def model_fn(model_dir):
    """Load a booster, or the scikit-learn interface that it was saved from."""
    content = bytearray(Path(model_dir, "xgboost-model").read_bytes())
    booster = xgboost.Booster()
    booster.load_model(content)
    saved = json.loads(booster.attr("scikit_learn") or "{}")
    if saved.get("_estimator_type") not in ESTIMATORS:
        return booster
    model = ESTIMATORS[saved["_estimator_type"]]()
    model.load_model(content)
    return model


def input_fn(body, content_type):
    return smnb_formats.decode(smnb_formats.as_sent(body, content_type), content_type)


def predict_fn(data, model):
    if not isinstance(model, xgboost.Booster):
        return model.predict(_rows(data, model.get_booster().feature_names))
    names = model.feature_names
    return model.predict(xgboost.DMatrix(_rows(data, names), feature_names=names))


def output_fn(prediction, accept):
    return smnb_formats.encode(prediction, accept)


def _rows(data, names):
    """Return rows of numbers; records are put in the order of the model's columns."""
    if isinstance(data, dict):
        data = [data]
    if len(data) > 0 and isinstance(data[0], dict):
        data = [[record[name] for name in names or record] for record in data]
    return np.asarray(data, dtype=float)
