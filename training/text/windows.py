"""Cuts a document into sequences of at most so many tokens, most of them rearranged for filling in the middle.

Fill in the middle: Bavarian et al. 2022 (arXiv 2207.14255), on the window that fits a context, not on the whole document
(their section 3.2); cut at character level, half of them with the suffix first, as in Code Llama (arXiv 2308.12950, section 2.3).
"""

from text.encoded import EncodedText
from text.forms import arrange, header
from text.infill import cut
from text.tokenizer import EOS

FIM_SHARE = 0.7
SUFFIX_FIRST_SHARE = 0.5
_SLACK = 16  # control tokens, and what the cut words of a middle take more than the whole


class Windows:
    """Consecutive windows of one document, each as long as the room there is for it."""

    def __init__(self, tokenizer, document, random_):
        self._encoded = EncodedText(tokenizer, document["text"])
        self._head = header(tokenizer, document["path"])
        self._random = random_
        self._position = 0

    def left(self):
        return self._position < len(self._encoded)

    def least(self):
        """The fewest tokens for which a window is worth its header."""
        return len(self._head) + _SLACK + 64

    def take(self, room):
        """Returns the token ids of the next window, at most `room`, beginning with <s>."""
        text, begin = self._encoded, self._position
        end = text.line_within(begin, room - len(self._head) - _SLACK)
        pieces = cut(text.text[begin:end], self._random) if self._random.random() < FIM_SHARE else None
        if not pieces:
            self._position = end
            finished = [EOS] if end == len(text) else []
            return (self._head + text.ids(begin, end) + finished)[:room]
        prefix, suffix, middle = pieces
        start = begin + len(prefix)
        stop = start + len(middle)
        rest = stop + len(suffix)
        # A suffix of a few lines leaves text over: the next window begins there, at the next line.
        self._position = end if rest == end else text.text.find("\n", rest - 1, end) + 1 or end
        return arrange(self._head, text.ids(begin, start), text.ids(stop, rest), text.ids(start, stop),
                       suffix_first=self._random.random() < SUFFIX_FIRST_SHARE)[:room]
