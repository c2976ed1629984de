"""Sleeps for as many seconds as the request says."""

import time


def model_fn(model_dir):
    return time.sleep


def predict_fn(seconds, sleep):
    sleep(seconds)
    return {"slept_s": seconds}
