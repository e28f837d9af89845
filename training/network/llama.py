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

from network.attention import attend
from network.head import TiedCrossEntropy, errors, token_nats
from network.positions import rotary_tables, rotate


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

    def forward(self, x, tables):  # x [batch, tokens, size] in the compute dtype
        batch, tokens, _ = x.shape
        head, heads, kv_heads = self.config.head_dim, self.config.num_attention_heads, self.config.num_key_value_heads
        weight = torch.cat([projection.seen(x.dtype) for projection in (self.q_proj, self.k_proj, self.v_proj)])
        qkv = functional.linear(x, weight).view(batch, tokens, heads + 2 * kv_heads, head).transpose(1, 2)
        q, k, v = qkv.split([heads, kv_heads, kv_heads], 1)
        of_queries, of_keys = tables
        q, k = rotate(q, *of_queries), rotate(k, *of_keys)
        mixed = attend(q, k, v).transpose(1, 2).reshape(batch, tokens, heads * head)
        return functional.linear(mixed, self.o_proj.seen(x.dtype))


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

    def forward(self, x, tables):  # x float32 [batch, tokens, size]
        dtype = tables[0][0].dtype
        x = x + self.self_attn(self.input_layernorm(x).to(dtype), tables).float()
        return x + self.mlp(self.post_attention_layernorm(x).to(dtype)).float()


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
        self._tables = {}

    def positions(self, tokens, device):
        """Returns the rotary tables (positions.py) of `tokens` positions in the compute dtype."""
        key = device, self.config.rope_theta, str(self.config.rope_scaling)  # training may change the latter two
        if key not in self._tables or len(self._tables[key][0][0]) < tokens:
            length = 1 << (tokens - 1).bit_length()  # the lengths of measurements differ by a little
            self._tables[key] = [[part.to(self.compute_dtype) for part in table]
                                 for table in rotary_tables(self.config, length, device)]
        return [[part[:tokens] for part in table] for table in self._tables[key]]

    def hidden(self, ids):
        """Returns the normed last hidden states, float32 [batch, tokens, size], of ids [batch, tokens]."""
        tables = self.positions(ids.shape[1], ids.device)
        x = self.embed_tokens(ids)
        for layer in self.layers:
            # What is compiled is compiled for the shapes of training; measurements come in others.
            x = layer(x, tables) if torch.is_grad_enabled() else layer.forward(x, tables)
        return self.norm(x)

    def logits(self, hidden):
        """Returns logits [..., vocabulary] in the compute dtype."""
        return functional.linear(hidden.to(self.compute_dtype), self.embed_tokens.weight.to(self.compute_dtype))

    def loss(self, ids, targets, ignore, weights=None):
        """Returns the summed cross-entropy in nats over targets [batch, tokens] other than `ignore`.

        weights, float32 [batch, tokens], say how much each token counts; without them each counts 1.
        """
        hidden = self.hidden(ids).flatten(0, 1)
        real = targets.flatten() != ignore
        return TiedCrossEntropy.apply(hidden[real].to(self.compute_dtype), self.embed_tokens.weight,
                                      targets.flatten()[real], None if weights is None else weights.flatten()[real])

    @torch.no_grad()
    def token_nats(self, ids, targets):
        """Returns the cross-entropy in nats of each of the targets [batch, tokens], float32, for measurements."""
        weight = self.embed_tokens.weight.to(self.compute_dtype)
        hidden = self.hidden(ids).to(self.compute_dtype).flatten(0, 1)
        return token_nats(hidden, weight, targets.flatten()).view(targets.shape)

    def compile_layers(self):
        """Has PyTorch 2 fuse what lies between the matrix products, for training; one compilation serves all layers."""
        for layer in self.layers:
            layer.compile(dynamic=False)
        TiedCrossEntropy.compiled = torch.compile(errors, dynamic=False)

    def fake_quantise(self, on):
        for module in self.modules():
            if isinstance(module, Linear):
                module.fake_quantise = on
