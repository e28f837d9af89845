"""Files that hold a model: checkpoints of training, and folders in Hugging Face's layout.

A checkpoint is `torch.save` of {model, optimisers, average, state, config}: the weights of the last update, the
optimisers' state, the averaged weights, where the run stands, and the fields of `Config`. Everything in it is tensors
and plain values, as PyTorch 2 asks for unless told otherwise.
"""

import json
import pathlib

import torch

from network.llama import Config, Llama
from network.safetensors_file import read_safetensors


def default_device():
    return "cuda" if torch.cuda.is_available() else "cpu"


def read(path, device="cpu"):
    """Returns the content of a checkpoint; of a folder in Hugging Face's layout, what of it there is.

    `path` is checkpoint.pt, a run's folder with one, or a folder with config.json and model.safetensors.
    """
    path = pathlib.Path(path)
    if (path / "checkpoint.pt").exists():
        path = path / "checkpoint.pt"
    if path.is_dir():
        config = Config.from_hugging_face(json.loads((path / "config.json").read_text()))
        tensors = read_safetensors(path / "model.safetensors")
        weights = {name[len("model."):]: tensor.float() for name, tensor in tensors.items() if name.startswith("model.")}
        return {"model": weights, "average": weights, "config": vars(config)}
    return torch.load(path, map_location=device)


def load(path, which="average", compute_dtype=torch.bfloat16, device=None):
    """Returns the model, ready to measure with, of whatever `read` takes; `which` is "average" or "model" (last update)."""
    saved = read(path)
    model = Llama(Config(**saved["config"]), compute_dtype)
    model.load_state_dict(saved[which])
    return model.to(device or default_device()).eval()


def save(path, content):
    """Writes a checkpoint; a run stopped while saving leaves the old one whole."""
    temporary = path.with_suffix(".new")
    torch.save(content, temporary)
    temporary.replace(path)
