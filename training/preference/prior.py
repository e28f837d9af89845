"""preference.safetensors: the shipped prior of the preference model.

For each of the heads `helpful` and `safe`:
    HEAD.weight  float32 [features]     HEAD.bias  float32 [1]
and for both together
    mean, scale  float32 [features]
A head's score is r = Σ weight · (x − mean) / scale + bias, its probability σ(r). The header's `__metadata__` says:
    features          a JSON list of their names in order; preference/features.py defines them
    format            "paddock-preference 1"
    model_sha256      of the model.safetensors whose probabilities the heads were fitted on, where it was a folder
    unsafe_below      0.15: an answer whose safe probability is lower is ranked by the safe head (Touvron et al. 2023,
                      section 3.2.3: R = R_safe where it is below 0.15 or the prompt is tagged, else R_helpful)
A person's own choices move `weight`, pulled towards these values by an L2 term: standardised inputs make one strength fit all.
"""

import json

import torch

from network.safetensors_file import read_safetensors, write_safetensors
from preference.ranking import Head

FORMAT = "paddock-preference 1"
UNSAFE_BELOW = 0.15


def write_prior(path, names, helpful, safe, digest=""):
    """Writes two heads that share mean and scale."""
    tensors = {"mean": helpful.mean, "scale": helpful.scale}
    for name, head in (("helpful", helpful), ("safe", safe)):
        tensors[f"{name}.weight"], tensors[f"{name}.bias"] = head.weight, head.bias.view(1)
    write_safetensors(path, {name: tensor.float() for name, tensor in tensors.items()}, {
        "format": FORMAT, "features": json.dumps(list(names)), "model_sha256": digest, "unsafe_below": str(UNSAFE_BELOW)})


def read_prior(path):
    """Returns (helpful, safe), two Heads."""
    tensors = read_safetensors(path)
    return tuple(Head(tensors[f"{name}.weight"], tensors[f"{name}.bias"][0], tensors["mean"], tensors["scale"])
                 for name in ("helpful", "safe"))


def combined(helpful, safe, tagged=False):
    """Returns the score [n] answers are ranked by, of the two heads' scores [n]."""
    by_safe = torch.sigmoid(safe) < UNSAFE_BELOW
    return torch.where(by_safe | torch.tensor(tagged), torch.sigmoid(safe), torch.sigmoid(helpful))
