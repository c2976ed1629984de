"""A numpy model: each number times two, by the default input and output functions."""

import numpy as np


def model_fn(model_dir):
    return np.float64(2)


def predict_fn(data, model):
    return np.asarray(data) * model
