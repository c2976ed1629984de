"""Tell malignant from benign tumours by 30 measurements of their cells.

Takes one record or a list of records in JSON, or rows of CSV without a header. Answers
``{"diagnosis": "benign", "probability": 0.97}``, or a list of such.
"""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import joblib
import numpy as np

ACCEPTS = ("application/json", "text/csv")


def model_fn(model_dir: str) -> dict[str, Any]:
    """Load the pipeline and the names of its features."""
    return joblib.load(Path(model_dir) / "model.joblib")


def input_fn(body: str, content_type: str) -> Any:
    """Return records as they are in JSON, and the rows of CSV as an array."""
    if content_type.startswith("text/csv"):
        return np.loadtxt(io.StringIO(body), delimiter=",", ndmin=2)
    return json.loads(body)


def predict_fn(data: Any, model: dict[str, Any]) -> dict | list[dict]:
    """Diagnose one record, or each row."""
    if isinstance(data, dict):
        return predict_fn([data], model)[0]
    if isinstance(data, list):
        data = [[record[name] for name in model["features"]] for record in data]
    pipeline = model["pipeline"]
    return [
        {
            "diagnosis": str(pipeline.classes_[row.argmax()]),
            "probability": round(float(row.max()), 3),
        }
        for row in pipeline.predict_proba(np.asarray(data, float))
    ]
