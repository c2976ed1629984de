"""Answers with its environment, working directory, files and Python; prints meanwhile."""

import os
import sys
from pathlib import Path

print("loading")


def model_fn(model_dir):
    return {
        "environment": dict(os.environ),
        "cwd": str(Path.cwd()),
        "files": sorted(path.name for path in Path(model_dir).iterdir()),
        "path": sys.path,
        "python": sys.executable,
    }


def predict_fn(data, model):
    print("predicting")
    return model
