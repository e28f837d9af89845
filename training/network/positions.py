"""Rotary positions and the ways to stretch them: interpolation, a higher base, NTK-aware, xPos.

RoPE (Su et al. 2021) turns the pair i of a query or key at position n by n · b^(−2i/d). To read further than it was trained,
a model is continued with one of (Xiong et al. 2023, "Effective long-context scaling of foundation models"):
    rope  as it is
    pi    positions multiplied by trained / wanted length (Chen et al. 2023)
    abf   the base raised from 1e4 to 5e5
    ntk   the base raised to b · s^(d / (d − 2)), s the ratio of lengths
    xpos  abf, and the pair's length of queries ζ^(n/512), of keys ζ^(−n/512), ζ = (2i/d + 0.4) / 1.4 (Sun et al. 2022)
`rope_scaling` of the configuration is written as Hugging Face's; its libraries do not know xpos, so such a model is not for
export.
"""

import dataclasses

import torch

VARIANTS = ["rope", "pi", "abf", "ntk", "xpos"]
ABF_BASE = 5e5
XPOS_SPAN = 512


def extended(config, variant, context, base=ABF_BASE):
    """Returns the configuration of a model that is continued at `context` tokens."""
    factor = context / config.max_position_embeddings
    fields = {
        "rope": {},
        "pi": {"rope_scaling": {"rope_type": "linear", "factor": factor}},
        "abf": {"rope_theta": base},
        "ntk": {"rope_theta": config.rope_theta * factor ** (config.head_dim / (config.head_dim - 2))},
        "xpos": {"rope_theta": base, "rope_scaling": {"rope_type": "xpos", "span": XPOS_SPAN}},
    }[variant]
    return dataclasses.replace(config, max_position_embeddings=context, **fields)


def rotary_tables(config, length, device):
    """Returns (cos, sin) for queries and (cos, sin) for keys, float32 [length, head_dim] each."""
    scaling = config.rope_scaling or {"rope_type": "default"}
    kind = scaling.get("rope_type", scaling.get("type"))
    if kind not in ("default", "linear", "xpos"):
        raise ValueError(f"rope_scaling of type {kind!r} is not known here: default, linear, xpos")
    half = config.head_dim // 2
    pairs = torch.arange(half, dtype=torch.float32, device=device) / half
    positions = torch.arange(length, dtype=torch.float32, device=device)
    if kind == "linear":
        positions = positions / scaling["factor"]
    angles = torch.outer(positions, config.rope_theta**-pairs).repeat(1, 2)
    table = angles.cos(), angles.sin()
    if kind != "xpos":
        return table, table
    growth = ((pairs + 0.4) / 1.4).log().repeat(2) * (positions / scaling["span"])[:, None]
    return tuple(part * growth.exp() for part in table), tuple(part * (-growth).exp() for part in table)


def rotate(x, cos, sin):
    """Rotates pairs (i, i + head_dim / 2) of x [batch, heads, tokens, head_dim]."""
    low, high = x.chunk(2, -1)
    return x * cos + torch.cat([-high, low], -1) * sin
