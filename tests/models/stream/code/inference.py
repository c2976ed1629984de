"""Makes its answer piece by piece; it may break off after the second."""


def model_fn(model_dir):
    return ("one ", "two ", "three")


def predict_fn(data, model):
    for number, word in enumerate(model):
        if number == data.get("break_after"):
            raise RuntimeError("broken off")
        yield word
