"""Answers with as many bytes as the request says."""


def model_fn(model_dir):
    return b"x"


def predict_fn(size_bytes, model):
    return model * size_bytes


def output_fn(prediction, accept):
    return prediction, "application/octet-stream"
