"""Rows of tokens in files, as training reads them.

A file is a table uint16 [rows, context + 1] without a header; PADDING fills the end of a row and is left out of the
loss. Data for tuning has a second file beside it, uint8 of the same shape: 1 for each token an update learns from.
"""

import numpy
import torch

from text.packing import PADDING


class Rows:
    """Rows in file order, and again from the start when they run out."""

    def __init__(self, path, context, learned=None):
        self.context = context
        self._table = numpy.memmap(path, dtype=numpy.uint16, mode="r").reshape(-1, context + 1)
        self._learned = None
        if learned is not None:
            self._learned = numpy.memmap(learned, dtype=numpy.uint8, mode="r").reshape(-1, context + 1)
            if len(self._learned) != len(self._table):
                raise ValueError(f"{path} has {len(self._table)} rows, {learned} has {len(self._learned)}")

    def __len__(self):
        return len(self._table)

    def batch(self, position, rows):
        """Returns (inputs, targets), int64 [rows, context], of the rows from `position` on.

        Targets that nothing is to be learned from are PADDING.
        """
        index = numpy.arange(position, position + rows) % len(self._table)
        ids = self._table[index].astype(numpy.int64)
        targets = ids[:, 1:]
        if self._learned is not None:
            targets = numpy.where(self._learned[index][:, 1:] != 0, targets, PADDING)
        return torch.from_numpy(ids[:, :-1]), torch.from_numpy(targets)

    def update(self, position, batch_tokens, micro_tokens):
        """Returns (micro-batches, count of tokens learned from, rows) of an update from the rows from `position` on.

        An update is of about `batch_tokens`, a micro-batch of about `micro_tokens`, but of one row at least.
        """
        rows = max(1, micro_tokens // self.context)
        count = max(1, batch_tokens // (rows * self.context))
        batches = [self.batch(position + i * rows, rows) for i in range(count)]
        return batches, sum(int((targets != PADDING).sum()) for _, targets in batches), count * rows
