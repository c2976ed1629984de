"""Raises what the request names: a plain error, or one with an HTTP status."""


class RejectedError(Exception):
    status_code = 422


def model_fn(model_dir):
    return None


def predict_fn(data, model):
    if data.get("reject"):
        raise RejectedError(data["reject"])
    raise ValueError(data["message"])
