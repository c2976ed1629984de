"""Yields as many pieces as the request says, one each half second."""

import time


def model_fn(model_dir):
    return time.sleep


def predict_fn(count, sleep):
    for number in range(count):
        yield str(number)
        sleep(0.5)
