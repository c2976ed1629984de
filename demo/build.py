"""Makes the folders that are deployed: a handler from ``demo/models`` and its weights."""

from __future__ import annotations

import atexit
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from demo import assets

if TYPE_CHECKING:
    import pandas as pd

MODELS = Path(__file__).resolve().parent / "models"
# Of this process: two notebooks may build at the same time.
FOLDERS = assets.CACHE.parent / "models" / str(os.getpid())
atexit.register(shutil.rmtree, FOLDERS, ignore_errors=True)


class Tumours(NamedTuple):
    """The tabular model, and the records that it has not seen.

    Parameters
    ----------
    folder
        What is deployed.
    records
        One row for each tumour, 30 measurements.
    diagnoses
        What each turned out to be: ``"malignant"`` or ``"benign"``.
    """

    folder: Path
    records: pd.DataFrame
    diagnoses: pd.Series


def tumours() -> Tumours:
    """Train on three quarters of scikit-learn's breast cancer table."""
    import joblib
    from sklearn.datasets import load_breast_cancer
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import train_test_split
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    table = load_breast_cancer(as_frame=True)
    diagnoses = table.target.map(dict(enumerate(table.target_names)))
    seen, unseen, known, expected = train_test_split(
        table.data, diagnoses, stratify=diagnoses, random_state=0
    )
    pipeline = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    pipeline.fit(seen.to_numpy(), known)
    folder = _folder("tumours")
    joblib.dump({"pipeline": pipeline, "features": list(seen)}, folder / "model.joblib")
    return Tumours(folder, unseen, expected)


def faces() -> Path:
    """Put MediaPipe's face detector beside its handler."""
    folder = _folder("faces")
    shutil.copy(assets.fetch(assets.FACE_DETECTOR), folder)
    return folder


def shots() -> Path:
    """Return the folder of the model that finds cuts in a video."""
    return _folder("shots")


def _folder(name: str) -> Path:
    """Copy the handler into a fresh folder of its own."""
    folder = FOLDERS / name
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(MODELS / name, folder, ignore=shutil.ignore_patterns("__pycache__"))
    return folder
