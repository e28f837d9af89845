"""A projection of the model's last hidden state, read off the logits. engine/tuning/preference/state.ts is the same.

Logits are the last hidden state h times the head's matrix W, so a fixed projection of the logits is one of h: with random signs
R, R·W·h. Such projections keep distances about as they are (Achlioptas 2003). It needs neither another output of the graph nor
another run, and stands for itself: nothing of it is stored.
"""

import functools

import torch

SIZE = 16  # no more than 32, a bit of a token's hash each


@functools.cache
def _signs(vocabulary):
    """Returns float32 [SIZE, vocabulary] of −1 and 1: the bits of each token's hash (the finaliser of MurmurHash3)."""
    mask = 0xFFFFFFFF
    found = torch.arange(1, vocabulary + 1, dtype=torch.int64)
    found = (found ^ (found >> 16)) * 0x85EBCA6B & mask
    found = (found ^ (found >> 13)) * 0xC2B2AE35 & mask
    found = found ^ (found >> 16)
    return torch.stack([(found >> bit & 1) * 2.0 - 1 for bit in range(SIZE)])


def projected(logits):
    """Returns SIZE numbers for logits [vocabulary], or for their logarithms of probabilities: a constant does not count."""
    logits = logits.float().cpu()
    return (_signs(len(logits)) @ (logits - logits.mean()) / len(logits) ** 0.5).tolist()
