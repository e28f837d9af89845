"""Bits per byte of held-out files by language, with the weights as trained and rounded to 8 and to 4 bits.

Left to right; the path is given, not counted. Long files are read in windows that overlap by half, so every token but
those of a file's first window has at least half a window before it. Rounded means as the engine runs the model
(engine/graph/quantize.ts): linear layers in blocks of 128 along the input, embedding and head in 8 bits in blocks of 32.
"""

import contextlib
import itertools
import math
import random

import torch
from torch.nn import functional

from measure.ngram import nats as ngram_nats
from network.llama import Linear, quantise_4_bits
from text.forms import header


def quantise_8_bits(weight, block):
    """Rounds [out, in] in blocks along `in`, w ≈ scale · q, scale = max|w| / 127 (as in llama.cpp's Q8_0)."""
    rows, columns = weight.shape
    blocks = functional.pad(weight, (0, -columns % block)).reshape(-1, block)
    scale = blocks.abs().amax(1, keepdim=True) / 127
    q = (blocks / scale.clamp_min(1e-30)).round()
    return (q * scale).reshape(rows, -1)[:, :columns]


@contextlib.contextmanager
def replaced(weights):
    """Gives weights other values meanwhile; yields nothing. `weights` are (parameter, values), taken one by one."""
    saved = []
    with torch.no_grad():
        try:
            for weight, values in weights:
                saved.append((weight, weight.detach().clone()))
                weight.copy_(values)
            yield
        finally:
            for weight, before in saved:
                weight.copy_(before)


def rounded(model, bits):
    """The model's weights rounded to 8 or 4 bits meanwhile; `bits` None leaves them."""
    linear = (module.weight for module in model.modules() if bits and isinstance(module, Linear))
    embedding = [model.embed_tokens.weight] if bits else []
    return replaced(itertools.chain(
        ((weight, quantise_4_bits(weight) if bits == 4 else quantise_8_bits(weight, 128)) for weight in linear),
        ((weight, quantise_8_bits(weight, 32)) for weight in embedding)))


def sample(files, size, longest=12_000):
    """Returns [document] of about `size` bytes of each language, long files cut at a line's end; the same for every model."""
    found = []
    for language, documents in files.items():
        documents = list(documents)
        random.Random(f"0 {language}").shuffle(documents)
        taken = 0
        for document in documents:
            if taken >= size:
                break
            text = document["text"]
            text = text if len(text) <= longest else text[:longest].rpartition("\n")[0] + "\n"
            found.append({**document, "text": text})
            taken += len(text.encode())
    return found


def windows(ids, given, context):
    """Yields (ids, how many of its tokens are given): windows of at most context + 1 tokens that overlap by half."""
    counted = given
    for start in range(0, max(1, len(ids) - context // 2), context // 2):
        window = ids[start : start + context + 1]
        yield window, counted - start
        counted = start + len(window)


@torch.no_grad()
def nats(model, encoded, context, at_once=4):
    """Returns the negative log-likelihood of each of `encoded`, [(ids, how many of them are given)]."""
    device = model.embed_tokens.weight.device
    pieces = [(number, window, first) for number, (ids, given) in enumerate(encoded)
              for window, first in windows(ids, given, context)]
    pieces.sort(key=lambda piece: len(piece[1]))
    total = [0.0] * len(encoded)
    for start in range(0, len(pieces), at_once):
        batch = pieces[start : start + at_once]
        ids = torch.zeros(len(batch), len(batch[-1][1]), dtype=torch.long)
        count = torch.zeros(len(batch), ids.shape[1] - 1)
        for row, (_, window, first) in enumerate(batch):
            ids[row, : len(window)] = torch.tensor(window)
            count[row, first - 1 : len(window) - 1] = 1
        each = model.token_nats(ids[:, :-1].to(device), ids[:, 1:].to(device)).cpu() * count
        for (number, _, _), value in zip(batch, each.sum(1).tolist()):
            total[number] += value
    return total


def by_language(documents, values):
    """Returns {language: bits per UTF-8 byte}, and over all under "all"."""
    result = {}
    for language in [*sorted({document["language"] for document in documents}), "all"]:
        own = [i for i, document in enumerate(documents) if language in (document["language"], "all")]
        size = sum(len(documents[i]["text"].encode()) for i in own)
        result[language] = round(sum(values[i] for i in own) / math.log(2) / size, 4)
    return result


def encode(tokenizer, documents):
    """Returns [(ids, how many of them are the path)]."""
    heads = [header(tokenizer, document["path"]) for document in documents]
    return [(head + tokenizer.encode(document["text"]), len(head)) for head, document in zip(heads, documents)]


def bits_per_byte(model, tokenizer, documents, context=1024, at_once=4):
    """Returns {precision: {language: bits per byte}}, and tokens and bytes of the text under "tokens" and "bytes"."""
    context = min(context, model.config.max_position_embeddings)
    encoded = encode(tokenizer, documents)
    result = {"context": context, "files": len(documents), "tokens": sum(len(ids) - given for ids, given in encoded),
              "bytes": sum(len(document["text"].encode()) for document in documents)}
    for label, bits in (("bfloat16", None), ("8 bits", 8), ("4 bits", 4)):
        with rounded(model, bits):
            result[label] = by_language(documents, nats(model, encoded, context, at_once))
    return result


def ngram_bits_per_byte(model, tokenizer, documents):
    """Returns {language: bits per byte} of the n-gram model."""
    return by_language(documents, [ngram_nats(model, ids, len(ids) - given) for ids, given in encode(tokenizer, documents)])
