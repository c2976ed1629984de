"""transform_fn alone: no model, the whole exchange in one function."""


def transform_fn(model, body, content_type, accept):
    return f"{model} {type(body).__name__} {content_type} {accept}", "text/plain"
