"""Causal attention with grouped queries: on CUDA by PyTorch's own kernels, on a CPU in blocks of queries.

PyTorch 2's fused kernel for CPUs needs MKL for bfloat16: without it (Debian's 2.6) a whole update of xs, rows of 1 024
tokens, takes 13.4 s with it and 2.4 s with blocks.
"""

import functools

import torch
from torch.nn import functional
from torch.utils.checkpoint import checkpoint

BLOCK = 512  # queries
RECOMPUTE_FROM = 2048  # tokens: from here on, backward computes the probabilities again instead of keeping them


def attend(q, k, v):
    """Returns [batch, heads, tokens, head]: each query mixes the values up to its own position.

    q is [batch, heads, tokens, head]; k and v are [batch, kv heads, tokens, head].
    """
    if q.is_cuda and hasattr(functional, "scaled_dot_product_attention"):
        return _fused(q, k, v)
    batch, heads, tokens, head = q.shape
    kv_heads = k.shape[1]
    group = heads // kv_heads
    k, v = (part.reshape(batch * kv_heads, tokens, head) for part in (k, v))
    parts = []
    for start in range(0, tokens, BLOCK):
        end = min(start + BLOCK, tokens)
        # The query heads of one KV head lie side by side: [batch · kv heads, group · block, head]. What lies beyond the
        # block's last query is never computed.
        part = q[:, :, start:end].reshape(batch * kv_heads, group * (end - start), head)
        arguments = part, k[:, :end], v[:, :end], _mask(group, end - start, end, q.dtype, q.device)
        if tokens >= RECOMPUTE_FROM and torch.is_grad_enabled():
            mixed = checkpoint(_block, *arguments, use_reentrant=False, preserve_rng_state=False)
        else:
            mixed = _block(*arguments)
        parts.append(mixed.view(batch, heads, end - start, head))
    return parts[0] if len(parts) == 1 else torch.cat(parts, 2)


def _fused(q, k, v):
    """The same by `scaled_dot_product_attention`, flash attention on CUDA (Dao et al. 2022)."""
    group = q.shape[1] // k.shape[1]
    if group > 1:
        k, v = (part[:, :, None].expand(-1, -1, group, -1, -1).flatten(1, 2) for part in (k, v))
    return functional.scaled_dot_product_attention(q, k, v, is_causal=True)


def _block(q, k, v, mask):
    scores = torch.baddbmm(mask, q, k.transpose(1, 2), alpha=q.shape[-1] ** -0.5)
    return torch.bmm(scores.softmax(-1), v)


@functools.lru_cache(maxsize=16)
def _mask(group, queries, keys, dtype, device):
    """Returns [1, group · queries, keys]: what is added to the scores of the last `queries` positions."""
    mask = torch.full((queries, keys), -1e4, device=device).triu(keys - queries + 1)
    return mask.to(dtype).repeat(group, 1)[None]
