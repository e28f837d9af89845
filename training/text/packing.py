"""Puts sequences of tokens side by side into rows of context + 1, the end of a row filled with PADDING."""

import numpy

PADDING = 0  # <unk>, which byte fallback never produces; the loss leaves it out


class RowFile:
    """Rows on their way into a file: uint16 [rows, context + 1]."""

    def __init__(self, path, context):
        self.context = context
        self.rows = 0
        self._out = open(path, "wb")

    def write(self, ids):
        row = numpy.full(self.context + 1, PADDING, dtype=numpy.uint16)
        row[: len(ids)] = ids
        self._out.write(row.tobytes())
        self.rows += 1

    def close(self):
        self._out.close()


class FirstFit:
    """Unrelated sequences, each whole, by first fit into a few open rows; `file` takes them when they are full."""

    def __init__(self, file, open_rows=64):
        self._file = file
        self._open_rows = open_rows
        self._rows = []

    def add(self, ids):
        length = self._file.context + 1
        row = next((row for row in self._rows if len(row) + len(ids) <= length), None)
        if row is None:
            row = []
            self._rows.append(row)
            if len(self._rows) > self._open_rows:
                self._file.write(self._rows.pop(max(range(len(self._rows) - 1), key=lambda i: len(self._rows[i]))))
        row += ids

    def close(self):
        for row in self._rows:
            self._file.write(row)
        self._rows = []


class Neighbours:
    """Sequences that belong together in the order they come, so that a long row has something to look back at.

    Only the first of a row keeps its <s>: that token begins what is unrelated to all before.
    """

    def __init__(self, file):
        self._file = file
        self._row = []

    def room(self):
        return self._file.context + 1 - len(self._row) + (1 if self._row else 0)

    def add(self, ids):
        self._row += ids[1:] if self._row else ids

    def close(self):
        """Ends the row; the next sequence begins another."""
        if self._row:
            self._file.write(self._row)
        self._row = []
