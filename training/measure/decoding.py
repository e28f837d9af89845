"""Greedy continuations of many prompts at once, with a cache of keys and values.

Prompts of a batch are padded on the right: attention is causal, so what stands behind a prompt changes nothing before
it, and each row goes on at its own position, over the padding. That place serves twice: a text whose likelihood is
wanted stands there while the prompt is read, and the first new token then overwrites it.
"""

import torch
from torch.nn import functional

from network.positions import rotate
from text.tokenizer import EOS


class Decoder:
    """A model's weights as its matrix products see them, made once, and a pass over new tokens."""

    def __init__(self, model):
        self.model, self.dtype = model, model.compute_dtype
        self.device = model.embed_tokens.weight.device
        self.layers = []
        for layer in model.layers:
            attention, mlp = layer.self_attn, layer.mlp
            self.layers.append((
                layer, torch.cat([part.seen(self.dtype) for part in (attention.q_proj, attention.k_proj, attention.v_proj)]),
                attention.o_proj.seen(self.dtype), torch.cat([mlp.gate_proj.seen(self.dtype), mlp.up_proj.seen(self.dtype)]),
                mlp.down_proj.seen(self.dtype)))
        self.head = model.embed_tokens.weight.to(self.dtype)

    def empty_cache(self, batch, capacity):
        """Returns [layers, 2 (keys, values), batch, KV heads, capacity, head]."""
        config = self.model.config
        return torch.zeros(config.num_hidden_layers, 2, batch, config.num_key_value_heads, capacity, config.head_dim,
                           dtype=self.dtype, device=self.device)

    def hidden(self, ids, positions, cache):
        """Returns the normed hidden states [batch, tokens, size] of ids at `positions`, both [batch, tokens]."""
        config = self.model.config
        batch, tokens = ids.shape
        heads, kv_heads, head = config.num_attention_heads, config.num_key_value_heads, config.head_dim
        capacity = cache.shape[4]
        of_queries, of_keys = ([part[positions][:, None] for part in table]
                               for table in self.model.positions(capacity, self.device))
        unseen = torch.arange(capacity, device=self.device) > positions[:, :, None]  # [batch, tokens, capacity]
        mask = torch.zeros(unseen.shape, dtype=self.dtype, device=self.device).masked_fill(unseen, -1e4)[:, None, None]
        rows = torch.arange(batch, device=self.device)[:, None]
        x = self.model.embed_tokens(ids)
        for (layer, qkv, out, gate_up, down), (keys, values) in zip(self.layers, cache):
            y = functional.linear(layer.input_layernorm(x).to(self.dtype), qkv)
            y = y.view(batch, tokens, heads + 2 * kv_heads, head).transpose(1, 2)
            q, k, v = y.split([heads, kv_heads, kv_heads], 1)
            q, k = rotate(q, *of_queries), rotate(k, *of_keys)
            keys[rows, :, positions], values[rows, :, positions] = k.transpose(1, 2), v.transpose(1, 2)
            q = q.reshape(batch, kv_heads, heads // kv_heads * tokens, head)
            scores = (q @ keys.transpose(2, 3)).view(batch, kv_heads, -1, tokens, capacity) * head**-0.5 + mask
            mixed = scores.softmax(-1).view(batch, kv_heads, -1, capacity) @ values
            mixed = mixed.view(batch, heads, tokens, head).transpose(1, 2).reshape(batch, tokens, heads * head)
            x = x + functional.linear(mixed, out).float()
            gate, up = functional.linear(layer.post_attention_layernorm(x).to(self.dtype), gate_up).chunk(2, -1)
            x = x + functional.linear(functional.silu(gate) * up, down).float()
        return self.model.norm(x)

    def logits(self, hidden):
        """Returns float32 [..., vocabulary]."""
        return functional.linear(hidden.to(self.dtype), self.head).float()


@torch.no_grad()
def greedy(model, prompts, steps, stops=(EOS,), texts=None, batch_tokens=8192, forced=None):
    """Continues each of `prompts` (lists of ids) greedily; returns (continuations, nats), lists in their order.

    A continuation ends before the first of `stops` or after `steps` tokens. nats[i] is the list of negative
    log-likelihoods of each of texts[i], ids that might have followed prompts[i]; empty without `texts`. forced[i], a
    `measure.healing.Beginning` that is used up, says what continuation i must begin with.
    """
    decoder = Decoder(model)
    texts = texts or [[]] * len(prompts)
    found, nats = [None] * len(prompts), [[] for _ in prompts]
    batch = []
    for i in sorted(range(len(prompts)), key=lambda i: len(prompts[i])):
        if batch and (len(batch) + 1) * (len(prompts[i]) + len(texts[i])) > batch_tokens:
            _continue(decoder, batch, prompts, texts, steps, stops, forced, found, nats)
            batch = []
        batch.append(i)
    if batch:
        _continue(decoder, batch, prompts, texts, steps, stops, forced, found, nats)
    return found, nats


def _likeliest(logits, rows, forced):
    """Returns int64 [rows]: of logits [rows, vocabulary] the likeliest token of those that each row may choose.

    `rows` are the indexes of their prompts.
    """
    chosen = logits.argmax(-1)
    for row, i in enumerate(rows if forced else ()):
        allowed = forced[i].allowed
        if allowed is not None:
            allowed = torch.from_numpy(allowed).to(logits.device)
            chosen[row] = allowed[logits[row, allowed].argmax()]
    return chosen


def _continue(decoder, batch, prompts, texts, steps, stops, forced, found, nats):
    """Does one batch, given by its indexes; writes into `found` and `nats`."""
    device = decoder.device
    width = max(len(prompts[i]) + len(texts[i]) for i in batch)
    ids = torch.zeros(len(batch), width, dtype=torch.long)
    for row, i in enumerate(batch):
        ids[row, : len(prompts[i]) + len(texts[i])] = torch.tensor([*prompts[i], *texts[i]])
    positions = torch.arange(width).expand(len(batch), -1)
    cache = decoder.empty_cache(len(batch), width + steps)
    hidden = decoder.hidden(ids.to(device), positions.to(device), cache)
    for row, i in enumerate(batch):
        if texts[i]:
            start = len(prompts[i])
            scores = decoder.logits(hidden[row, start - 1 : start - 1 + len(texts[i])])
            nats[i] = functional.cross_entropy(scores, torch.tensor(texts[i], device=device), reduction="none").tolist()
    at = torch.tensor([len(prompts[i]) for i in batch], device=device)
    token = _likeliest(decoder.logits(hidden[torch.arange(len(batch), device=device), at - 1]), batch, forced)
    alive = list(batch)
    for i in batch:
        found[i] = []
    ended = set()
    for _ in range(steps):
        for i, new in zip(alive, token.tolist()):
            if new in stops:
                ended.add(i)
            elif i not in ended:
                found[i].append(new)
                if forced:
                    forced[i].take(new)
        going = [row for row, i in enumerate(alive) if i not in ended]
        if not going:
            return
        if len(going) <= len(alive) // 2:  # rows that have ended are carried along until they are half of the batch
            keep = torch.tensor(going, device=device)
            cache, at, token = cache[:, :, keep], at[keep], token[keep]
            alive = [alive[row] for row in going]
        token = _likeliest(decoder.logits(decoder.hidden(token[:, None], at[:, None], cache)[:, 0]), alive, forced)
        at = at + 1
