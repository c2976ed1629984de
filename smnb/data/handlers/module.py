"""Serve a PyTorch module: its input as JSON, CSV or npy in, its output out."""

from pathlib import Path

import numpy as np
import smnb_formats
import torch

ACCEPTS = ("application/json", "text/csv", "application/x-npy", "tensor/pt")
DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
EMBEDDINGS = (torch.nn.Embedding, torch.nn.EmbeddingBag)


def model_fn(model_dir):
    path = Path(model_dir, "model.pth")
    return torch.load(path, map_location=DEVICE, weights_only=False).eval()


def input_fn(body, content_type):
    if content_type == "tensor/pt":  # npy under the name that clients send tensors by
        content_type = "application/x-npy"
    return smnb_formats.decode(smnb_formats.as_sent(body, content_type), content_type)


def predict_fn(data, model):
    """Call the module; an object in JSON becomes its keyword arguments."""
    with torch.no_grad():
        if isinstance(data, dict):
            return model(**{name: _tensor(x, model) for name, x in data.items()})
        return model(_tensor(data, model))


def output_fn(prediction, accept):
    if isinstance(prediction, torch.Tensor):
        prediction = prediction.cpu()
    return smnb_formats.encode(prediction, accept)


def _tensor(values, model):
    """Return a tensor of the module's kind of numbers; embeddings take integers."""
    tensor = torch.as_tensor(np.asarray(values))
    own = next((m for m in model.modules() if list(m.parameters(recurse=False))), None)
    if own is not None and not isinstance(own, EMBEDDINGS):
        tensor = tensor.to(next(own.parameters()).dtype)
    return tensor.to(DEVICE)
