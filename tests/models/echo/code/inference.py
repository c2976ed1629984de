"""Answers with the request's body and content type."""


def model_fn(model_dir):
    return model_dir


def transform_fn(model, body, content_type, accept):
    return body, content_type
