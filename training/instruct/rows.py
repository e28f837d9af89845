"""From conversations to rows of tokens, and for each token whether an update learns from it."""

import numpy

from network.rows import PADDING
from text.chat import dialogue
from text.tokenizer import ASSISTANT, USER

# From this many tokens on, a single question is learned from as well as its answer: with long prompts that helped
# (Xiong et al. 2023, section 4.3). Not in conversations of several turns, where it would undo their masking.
LONG_PROMPT = 256
SPARED = 16  # tokens at its beginning, most often the wording of the request: learned, a small model gives it as its answer


def encoded(tokenizer, turns, last_only=False):
    """Returns (ids, learned) of a conversation; `last_only` leaves the answers of all turns but the last out of the loss."""
    last = len(turns) - 1
    ids, learned = dialogue(tokenizer, turns, (lambda number: number == last) if last_only else (lambda number: True))
    if len(turns) == 2 and ids.index(ASSISTANT) >= LONG_PROMPT:
        begin = ids.index(USER) + 1 + SPARED
        learned[begin : ids.index(ASSISTANT)] = [1] * (ids.index(ASSISTANT) - begin)
    return ids, learned


def pack(sequences, context, open_rows=64):
    """Returns (ids, learned): uint16 and uint8 [rows, context + 1], conversations side by side, each whole.

    First fit into a few open rows; a conversation of more than context + 1 tokens is an error.
    """
    done, rows = [], []
    for ids, learned in sequences:
        row = next((row for row in rows if len(row[0]) + len(ids) <= context + 1), None)
        if row is None:
            row = ([], [])
            rows.append(row)
            if len(rows) > open_rows:
                done.append(rows.pop(max(range(len(rows) - 1), key=lambda i: len(rows[i][0]))))
        row[0].extend(ids)
        row[1].extend(learned)
    done += rows
    table = numpy.full((len(done), context + 1), PADDING, dtype=numpy.uint16)
    marks = numpy.zeros((len(done), context + 1), dtype=numpy.uint8)
    for i, (ids, learned) in enumerate(done):
        table[i, : len(ids)], marks[i, : len(ids)] = ids, learned
    return table, marks
