"""The Llama architecture in plain PyTorch, with Hugging Face's parameter names.

Pre-norm RMSNorm, SwiGLU, rotary position embedding in Hugging Face's "rotate halves" convention, grouped-query
attention, no biases, tied embeddings. Touvron et al. 2023 (arXiv 2302.13971, 2307.09288); GQA: Ainslie et al. 2023.

Parameters are float32 masters; matrix products run in `compute_dtype` (bfloat16) and the residual stream, the norms and
the softmax statistics of the loss in float32.
"""

import dataclasses
import json
import math

import torch
from torch import nn
from torch.nn import functional


@dataclasses.dataclass
class Config:
    hidden_size: int
    num_hidden_layers: int
    num_attention_heads: int
    num_key_value_heads: int
    head_dim: int
    intermediate_size: int
    vocab_size: int
    max_position_embeddings: int
    rms_norm_eps: float
    rope_theta: float
    rope_scaling: dict = None  # as Hugging Face spells it: {"rope_type": …, …}; network/positions.py

    @classmethod
    def read(cls, path):
        return cls(**json.loads(path.read_text()))

    @classmethod
    def from_hugging_face(cls, content):
        """Returns the configuration that config.json of a LlamaForCausalLM describes; its other fields are left out."""
        return cls(**{field.name: content[field.name] for field in dataclasses.fields(cls) if field.name in content})


class RMSNorm(nn.Module):
    def __init__(self, size, eps):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(size))
        self.eps = eps

    def forward(self, x):  # float32 [..., size]
        return x * (x.square().mean(-1, keepdim=True) + self.eps).rsqrt() * self.weight


def rotary_table(config, length, device):
    """Returns (cos, sin), each float32 [length, head_dim]: RoPE, Su et al. 2021."""
    half = config.head_dim // 2
    frequencies = config.rope_theta ** (-torch.arange(half, dtype=torch.float32, device=device) / half)
    angles = torch.outer(torch.arange(length, dtype=torch.float32, device=device), frequencies)
    return torch.cat([angles, angles], -1).cos(), torch.cat([angles, angles], -1).sin()


def rotate(x, cos, sin):
    """Rotates pairs (i, i + head_dim / 2) of x [batch, heads, tokens, head_dim]."""
    low, high = x.chunk(2, -1)
    return x * cos + torch.cat([-high, low], -1) * sin


class Linear(nn.Module):
    """A bias-free layer whose weight may be seen through 4-bit rounding; `weight` is float32 [out, in]."""

    def __init__(self, inputs, outputs, deviation):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs) * deviation)
        self.fake_quantise = False

    def seen(self, dtype):
        return (straight_through_4_bits(self.weight) if self.fake_quantise else self.weight).to(dtype)


def quantise_4_bits(weight, block=128):
    """Rounds [out, in] as the engine will: blocks of 128 along `in`, w ≈ scale · (q − 8), q in 0 … 15.

    The scale is the value of largest magnitude / −8, so that value is exact (as in llama.cpp's Q4_0). The last block
    of a row may be shorter.
    """
    rows, columns = weight.shape
    blocks = functional.pad(weight, (0, -columns % block)).reshape(-1, block)
    scale = blocks.gather(1, blocks.abs().argmax(1, keepdim=True)) / -8
    inverse = torch.where(scale == 0, scale, 1 / scale)
    q = (blocks * inverse + 8.5).floor().clamp(0, 15)
    return ((q - 8) * scale).reshape(rows, -1)[:, :columns]


def straight_through_4_bits(weight):
    """The rounded weight, with the gradient of the weight itself."""
    return weight + (quantise_4_bits(weight.detach()) - weight).detach()


class Attention(nn.Module):
    def __init__(self, config, deviation):
        super().__init__()
        self.config = config
        size, head = config.hidden_size, config.head_dim
        self.q_proj = Linear(size, config.num_attention_heads * head, deviation)
        self.k_proj = Linear(size, config.num_key_value_heads * head, deviation)
        self.v_proj = Linear(size, config.num_key_value_heads * head, deviation)
        self.o_proj = Linear(config.num_attention_heads * head, size, deviation / math.sqrt(2 * config.num_hidden_layers))

    def forward(self, x, cos, sin, mask):  # x [batch, tokens, size] in the compute dtype
        batch, tokens, _ = x.shape
        head, heads, kv_heads = self.config.head_dim, self.config.num_attention_heads, self.config.num_key_value_heads
        weight = torch.cat([projection.seen(x.dtype) for projection in (self.q_proj, self.k_proj, self.v_proj)])
        qkv = functional.linear(x, weight).view(batch, tokens, heads + 2 * kv_heads, head).transpose(1, 2)
        q, k, v = qkv.split([heads, kv_heads, kv_heads], 1)
        q, k = rotate(q, cos, sin), rotate(k, cos, sin)
        # The query heads of one KV head lie side by side: [batch · kv heads, (heads / kv heads) · tokens, head].
        group = heads // kv_heads
        q = q.reshape(batch * kv_heads, group * tokens, head)
        k, v = k.reshape(batch * kv_heads, tokens, head), v.reshape(batch * kv_heads, tokens, head)
        scores = torch.baddbmm(mask, q, k.transpose(1, 2), alpha=head**-0.5)  # [.., group · tokens, tokens]
        mixed = torch.bmm(scores.softmax(-1), v).view(batch, heads, tokens, head)
        return functional.linear(mixed.transpose(1, 2).reshape(batch, tokens, heads * head), self.o_proj.seen(x.dtype))


class FeedForward(nn.Module):
    def __init__(self, config, deviation):
        super().__init__()
        self.gate_proj = Linear(config.hidden_size, config.intermediate_size, deviation)
        self.up_proj = Linear(config.hidden_size, config.intermediate_size, deviation)
        self.down_proj = Linear(config.intermediate_size, config.hidden_size,
                                deviation / math.sqrt(2 * config.num_hidden_layers))

    def forward(self, x):
        gate = functional.silu(functional.linear(x, self.gate_proj.seen(x.dtype)))
        return functional.linear(gate * functional.linear(x, self.up_proj.seen(x.dtype)), self.down_proj.seen(x.dtype))


class Block(nn.Module):
    def __init__(self, config, deviation):
        super().__init__()
        self.input_layernorm = RMSNorm(config.hidden_size, config.rms_norm_eps)
        self.self_attn = Attention(config, deviation)
        self.post_attention_layernorm = RMSNorm(config.hidden_size, config.rms_norm_eps)
        self.mlp = FeedForward(config, deviation)

    def forward(self, x, cos, sin, mask):  # x float32 [batch, tokens, size]
        x = x + self.self_attn(self.input_layernorm(x).to(mask.dtype), cos, sin, mask).float()
        return x + self.mlp(self.post_attention_layernorm(x).to(mask.dtype)).float()


class Llama(nn.Module):
    def __init__(self, config, compute_dtype=torch.bfloat16):
        super().__init__()
        self.config = config
        self.compute_dtype = compute_dtype
        deviation = config.hidden_size**-0.5 * 0.5
        self.embed_tokens = nn.Embedding(config.vocab_size, config.hidden_size)
        nn.init.normal_(self.embed_tokens.weight, std=0.02)
        self.layers = nn.ModuleList(Block(config, deviation) for _ in range(config.num_hidden_layers))
        self.norm = RMSNorm(config.hidden_size, config.rms_norm_eps)
        self._tables = {}  # tokens -> (cos, sin, mask)

    def _positions(self, tokens, device):
        if tokens not in self._tables:
            cos, sin = (table.to(self.compute_dtype) for table in rotary_table(self.config, tokens, device))
            mask = torch.full((tokens, tokens), -1e4, device=device).triu(1).to(self.compute_dtype)
            group = self.config.num_attention_heads // self.config.num_key_value_heads
            self._tables[tokens] = (cos, sin, mask.repeat(group, 1)[None])
        return self._tables[tokens]

    def hidden(self, ids):
        """Returns the normed last hidden states, float32 [batch, tokens, size], of ids [batch, tokens]."""
        cos, sin, mask = self._positions(ids.shape[1], ids.device)
        x = self.embed_tokens(ids)
        for layer in self.layers:
            x = layer(x, cos, sin, mask)
        return self.norm(x)

    def logits(self, hidden):
        """Returns logits [..., vocabulary] in the compute dtype."""
        return functional.linear(hidden.to(self.compute_dtype), self.embed_tokens.weight.to(self.compute_dtype))

    def loss(self, ids, targets, ignore):
        """Returns the summed cross-entropy in nats over targets [batch, tokens] other than `ignore`."""
        hidden = self.hidden(ids).flatten(0, 1)
        real = targets.flatten() != ignore
        return TiedCrossEntropy.apply(hidden[real].to(self.compute_dtype), self.embed_tokens.weight,
                                      targets.flatten()[real])

    def compile_layers(self):
        """Has PyTorch 2 fuse what lies between the matrix products; one compilation serves all layers."""
        for layer in self.layers:
            layer.compile()

    def fake_quantise(self, on):
        for module in self.modules():
            if isinstance(module, Linear):
                module.fake_quantise = on


class TiedCrossEntropy(torch.autograd.Function):
    """Head and cross-entropy in one, in chunks, the gradients computed on the way forward.

    Keeps one chunk of logits instead of all of them with their softmax: [4096, 8192] would be 128 MB in float32.
    """

    @staticmethod
    def forward(ctx, hidden, embedding, targets, chunk=1024):
        weight = embedding.to(hidden.dtype)
        grad_hidden, grad_weight = torch.empty_like(hidden), torch.zeros_like(embedding)
        total = torch.zeros((), device=hidden.device)
        for start in range(0, len(hidden), chunk):
            part, wanted = hidden[start : start + chunk], targets[start : start + chunk]
            log_probabilities = (part @ weight.t()).log_softmax(-1)
            rows = torch.arange(len(wanted), device=hidden.device)
            total -= log_probabilities[rows, wanted].float().sum()
            error = log_probabilities.exp_()
            error[rows, wanted] -= 1
            grad_hidden[start : start + chunk] = error @ weight
            grad_weight += (error.t() @ part).float()
        ctx.save_for_backward(grad_hidden, grad_weight)
        return total

    @staticmethod
    def backward(ctx, grad):
        grad_hidden, grad_weight = ctx.saved_tensors
        return grad_hidden * grad.to(grad_hidden.dtype), grad_weight * grad, None, None
