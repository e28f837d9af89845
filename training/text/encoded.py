"""A text encoded once, from which the tokens of any stretch can be had.

Fill-in-the-middle tokenises what is before, in and after the middle each on its own. Only the words at the cuts change
by that, so only they are encoded again.
"""

import bisect
import itertools

from text.tokenizer import LINE_BREAKS, SPLIT

_BREAKS = frozenset(LINE_BREAKS)


class EncodedText:
    def __init__(self, tokenizer, text):
        self.text = text
        self._tokenizer = tokenizer
        self._parts = [part for part in SPLIT.split(text) if part]
        self._ids = tokenizer.encode_parts(self._parts)
        self._ends = list(itertools.accumulate(map(len, self._parts)))
        self._counts = [0, *itertools.accumulate(map(len, self._ids))]  # tokens before each part

    def __len__(self):
        return len(self.text)

    def ids(self, begin, end):
        """Returns the same as encode(text[begin:end])."""
        part = bisect.bisect_right(self._ends, begin)
        found = []
        if begin > self._start(part):
            # What is left of a line break's piece joins the words after it, and those end where a piece begins.
            while part < len(self._parts) - 1 and self._parts[part] in _BREAKS:
                part += 1
            if self._ends[part] >= end:
                return self._tokenizer.encode(self.text[begin:end])
            found += self._tokenizer.encode(self.text[begin : self._ends[part]])
            part += 1
        while part < len(self._parts) and self._ends[part] <= end:
            found += self._ids[part]
            part += 1
        if part < len(self._parts) and self._start(part) < end:
            found += self._tokenizer.encode(self.text[self._start(part) : end])
        return found

    def line_within(self, begin, budget):
        """Returns the end of the last whole line after `begin` with about `budget` tokens in between.

        A line that is longer than that is cut; its smallest piece may be longer than `budget`.
        """
        part = bisect.bisect_right(self._ends, begin)
        last = bisect.bisect_right(self._counts, self._counts[part] + budget) - 1  # as many parts fit
        if last >= len(self._parts):
            return len(self.text)
        end = self._start(last)
        line = self.text.rfind("\n", begin, end) + 1
        if line > begin:
            return line
        return end if end > begin else self._ends[part]

    def _start(self, part):
        return self._ends[part - 1] if part else 0
