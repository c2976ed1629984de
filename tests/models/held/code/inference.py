"""Says in a folder which request it has, and answers it once it may: each time anew."""

import os
import time
import uuid
from pathlib import Path


def model_fn(model_dir):
    return None


def predict_fn(data, model):
    folder = Path(data["folder"])
    (folder / f"{data['name']}.{os.getpid()}").touch()
    while not (folder / "go").exists():
        time.sleep(0.01)
    return {"answer": uuid.uuid4().hex, "filling": "x" * data.get("size", 0)}
