"""Says a word, and dots until a file is there, and then another word."""

import time
from pathlib import Path


def model_fn(model_dir):
    return ("ready", "done")


def predict_fn(data, model):
    try:
        yield model[0]
        while not Path(data["file"]).exists():
            time.sleep(0.02)
            yield "."
        yield model[1]
    finally:
        print("it is over")
