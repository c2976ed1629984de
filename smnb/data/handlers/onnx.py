"""Serve an ONNX model by ONNX Runtime: arrays as JSON, CSV or npy in, outputs out."""

from pathlib import Path

import numpy as np
import onnxruntime
import smnb_formats

ACCEPTS = ("application/json", "text/csv", "application/x-npy")
DTYPES = {
    "tensor(bool)": np.bool_,
    "tensor(double)": np.float64,
    "tensor(float)": np.float32,
    "tensor(float16)": np.float16,
    "tensor(int32)": np.int32,
    "tensor(int64)": np.int64,
    "tensor(int8)": np.int8,
    "tensor(string)": np.str_,
    "tensor(uint8)": np.uint8,
}


def model_fn(model_dir):
    return onnxruntime.InferenceSession(
        Path(model_dir, "model.onnx"),
        providers=onnxruntime.get_available_providers(),
    )


def input_fn(body, content_type):
    return smnb_formats.decode(smnb_formats.as_sent(body, content_type), content_type)


def predict_fn(data, model):
    """Run the model; an object in JSON names its inputs, anything else is the first."""
    inputs = model.get_inputs()
    values = data if isinstance(data, dict) else {inputs[0].name: data}
    fed = {
        one.name: np.asarray(values[one.name], dtype=DTYPES.get(one.type))
        for one in inputs
        if one.name in values
    }
    outputs = model.run(None, fed)
    if len(outputs) == 1:
        return outputs[0]
    names = [one.name for one in model.get_outputs()]
    return dict(zip(names, outputs, strict=True))


def output_fn(prediction, accept):
    return smnb_formats.encode(prediction, accept)
