"""Token healing, by the engine's own rule (`engine/prompt/healing.ts`, `engine/sampling/beginning.ts` and `tokenTexts.ts`).

A cursor inside a word splits it into tokens that rarely follow each other in training. So the end of a prompt is taken
back as far as its text is the beginning of a longer token: the longest such text, of however many tokens, white space
as any other. Nothing is taken back across a token with a line break or without a text of its own (control tokens, and
single bytes of longer characters), nor is a prompt's first token. The answer then has to begin with that text: only
tokens that agree with what is left of it may be chosen.
"""

import bisect
import dataclasses

import numpy


@dataclasses.dataclass
class Healed:
    ids: list  # what the model is asked to continue
    taken: list  # the ids taken back, [] where nothing is
    text: str  # of these; the answer must begin with it

    def behind(self, answer):
        """Returns what an answer (a string) says behind the text taken back; "" where it does not begin with it."""
        return answer[len(self.text) :] if answer.startswith(self.text) else ""


class TokenTexts:
    """The texts of a vocabulary in order, so that those with a given beginning are found by bisection."""

    def __init__(self, tokenizer):
        texts = [tokenizer.decode([token]) for token in range(tokenizer.size)]
        self.texts = ["" if "\ufffd" in text else text for text in texts]
        order = sorted((text, token) for token, text in enumerate(self.texts) if text)
        self._sorted = [text for text, _ in order]
        self._tokens = numpy.array([token for _, token in order], numpy.int64)

    def _beginning_with(self, start):
        """Returns (from, to): where in the order those texts are that begin with `start`, which is not empty."""
        return bisect.bisect_left(self._sorted, start), bisect.bisect_left(self._sorted, start + "\U0010ffff")

    def has_longer(self, start):
        """Returns whether some token's text begins with `start` and is longer."""
        first, end = self._beginning_with(start)
        return first < end and len(self._sorted[end - 1]) > len(start)

    def agreeing_with(self, start):
        """Returns int64 [tokens]: those whose text begins with `start` or is a beginning of it."""
        ranges = [(bisect.bisect_left(self._sorted, shorter), bisect.bisect_right(self._sorted, shorter))
                  for shorter in (start[:length] for length in range(1, len(start)))]
        return numpy.concatenate([self._tokens[first:end] for first, end in [*ranges, self._beginning_with(start)]])

    def heal(self, prompt):
        """Returns how a prompt (a list of ids) is asked."""
        found, text = Healed(prompt, [], ""), ""
        for at in range(len(prompt) - 1, 0, -1):
            piece = self.texts[prompt[at]]
            if not piece or "\n" in piece or "\r" in piece:
                break
            text = piece + text
            if self.has_longer(text):
                found = Healed(prompt[:at], prompt[at:], text)
        return found


class Beginning:
    """Makes one answer begin with a text: told of each token chosen, it says which may be chosen next."""

    def __init__(self, texts, text):
        """`texts` are TokenTexts."""
        self._texts, self._left = texts, text

    @property
    def allowed(self):
        """int64 [tokens] that may be chosen now; None for all: once nothing is left, or where nothing agrees with it."""
        if not self._left:
            return None
        agreeing = self._texts.agreeing_with(self._left)
        return agreeing if len(agreeing) else None

    def take(self, token):
        """Tells that this token was chosen."""
        self._left = self._left[len(self._texts.texts[token]) :]
