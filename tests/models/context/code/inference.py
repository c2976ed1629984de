"""Every function asks for the context; attributes come back in upper case."""

ATTRIBUTES = "X-Amzn-SageMaker-Custom-Attributes"


def model_fn(model_dir, context):
    return context.system_properties["model_dir"] == model_dir


def input_fn(body, content_type, context):
    return dict(context.get_all_request_header(0))


def predict_fn(data, model, context):
    return data if model else None


def output_fn(prediction, accept, context):
    sent = context.get_request_header(0, ATTRIBUTES)
    if sent:
        context.set_response_header(0, ATTRIBUTES, sent.upper())
    return "\n".join(sorted(prediction)), "text/plain"
