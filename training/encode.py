"""Encodes work/train.jsonl into packed rows of tokens for pretraining, most documents rearranged for infilling.

    python3 encode.py

Writes work/tokens-512.bin and work/tokens-1024.bin: uint16 [rows, context + 1], the end of a row padded with `<unk>`, which
the loss leaves out. The shorter context is trained first, the longer one last; no document is in both.

Fill in the middle: Bavarian et al. 2022, cut at character level as in Code Llama; the forms are in text/forms.py.
"""

import argparse
import json
import multiprocessing
import pathlib
import random

import numpy

from text.forms import header, prefix_suffix_middle, suffix_prefix_middle
from text.infill import cut
from text.tokenizer import EOS, Tokenizer

HERE = pathlib.Path(__file__).parent
PADDING = 0  # <unk>, which byte fallback never produces
FIM_SHARE = 0.7
LONG_SHARE = 0.3  # of documents, encoded for the longer context


def windows(tokenizer, text, budget):
    """Yields (text, whether it reaches the end) of consecutive stretches of whole lines of at most `budget` tokens."""
    lines = text.splitlines(keepends=True)
    window, used = [], 0
    for line in lines:
        cost = len(tokenizer.encode(line))
        if used + cost > budget and window:
            yield "".join(window), False
            window, used = [], 0
        window.append(line)
        used += cost
    yield "".join(window), True


def sequences(tokenizer, document, context, random_):
    """Yields the token sequences, each of at most context + 1 tokens, of one document."""
    path, text = document["path"], document["text"]
    head = header(tokenizer, path)
    budget = context - len(head) - 16  # the cut pieces of a word may take a few tokens more than the whole
    for window, ends in windows(tokenizer, text, budget):
        pieces = cut(window, random_) if random_.random() < FIM_SHARE else None
        if pieces:
            arrange = prefix_suffix_middle if random_.random() < 0.5 else suffix_prefix_middle
            ids = arrange(tokenizer, path, *pieces)
        else:
            ids = head + tokenizer.encode(window) + ([EOS] if ends else [])
        # A single line longer than the window is cut; the rest of it is not worth a row.
        yield ids[: context + 1]


def pack(all_sequences, context, open_rows=64):
    """Returns uint16 [rows, context + 1]: sequences side by side, each whole, by first fit into a few open rows."""
    done, rows = [], []
    for ids in all_sequences:
        row = next((row for row in rows if len(row) + len(ids) <= context + 1), None)
        if row is None:
            row = []
            rows.append(row)
            if len(rows) > open_rows:
                done.append(rows.pop(max(range(len(rows) - 1), key=lambda i: len(rows[i]))))
        row += ids
    table = numpy.full((len(done) + len(rows), context + 1), PADDING, dtype=numpy.uint16)
    for i, row in enumerate(done + rows):
        table[i, : len(row)] = row
    return table


def encode_part(job):
    """Encodes every `step`-th document; one process of the pool."""
    work, offset, step, contexts, seed = job
    random_ = random.Random(seed * 1000 + offset)
    tokenizer = Tokenizer(work / "tokenizer")
    encoded = {context: [] for context in contexts}
    with open(work / "train.jsonl", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            if number % step == offset:
                context = contexts[random_.random() < LONG_SHARE]
                encoded[context] += sequences(tokenizer, json.loads(line), context, random_)
    return {context: pack(found, context) for context, found in encoded.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--work", type=pathlib.Path, default=HERE / "work")
    parser.add_argument("--contexts", type=int, nargs=2, default=[512, 1024], metavar=("SHORT", "LONG"))
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    jobs = [(options.work, i, options.processes, options.contexts, options.seed) for i in range(options.processes)]
    with multiprocessing.Pool(options.processes) as pool:
        parts = pool.map(encode_part, jobs)
    for context in options.contexts:
        table = numpy.concatenate([part[context] for part in parts])
        numpy.random.default_rng(options.seed).shuffle(table)
        table.tofile(options.work / f"tokens-{context}.bin")
        real = int((table != PADDING).sum())
        print(f"context {context}: {len(table)} rows, {real} tokens, {100 * real / table.size:.1f} % full")


if __name__ == "__main__":
    main()
