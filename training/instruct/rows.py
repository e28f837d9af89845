"""From conversations to rows of tokens, and for each token whether an update learns from it."""

import numpy

from text.chat import dialogue
from text.packing import PADDING, FirstFit
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


def decision_only(ids, learned):
    """Returns (ids, learned) of a conversation cut off behind the decision of its first answer."""
    end = ids.index(ASSISTANT) + 2
    return ids[:end], learned[:end]


class _MarkedRows:
    """Takes rows as a RowFile does, of pairs (id, learned)."""

    def __init__(self, context):
        self.context = context
        self.rows = []

    def write(self, pairs):
        row = numpy.full((self.context + 1, 2), (PADDING, 0), dtype=numpy.uint16)
        row[: len(pairs)] = pairs
        self.rows.append(row)


def pack(sequences, context):
    """Returns (ids, learned): uint16 and uint8 [rows, context + 1], conversations side by side, each whole.

    A conversation of more than context + 1 tokens is an error.
    """
    marked = _MarkedRows(context)
    rows = FirstFit(marked)
    for ids, learned in sequences:
        rows.add(list(zip(ids, learned)))
    rows.close()
    table = numpy.array(marked.rows, dtype=numpy.uint16).reshape(-1, context + 1, 2)
    return table[..., 0], table[..., 1].astype(numpy.uint8)
