"""Takes as many MiB of memory as the request says, and holds them for a while."""

import time


def model_fn(model_dir):
    return None


def predict_fn(mebibytes, model):
    held = [bytearray(b"\1" * 2**20) for _ in range(mebibytes)]
    time.sleep(0.2)
    return {"held_mb": len(held)}
