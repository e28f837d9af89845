"""An interpolated n-gram model of the same tokens of the same training data: the floor under every other figure.

Modified Kneser-Ney (Chen and Goodman 1999, "An empirical study of smoothing techniques for language modeling"): the
highest order counts occurrences, lower ones how many different tokens precede; three discounts for each order from its
counts of counts; every order is interpolated with the next lower one, the lowest with equal shares.

The n-grams of an order are a sorted table of int64 keys, (number of the first n − 1 tokens among the n-grams of the
order below) << 16 | last token, so looking up is a binary search, for all positions of a text at once.
"""

import numpy

from text.tokenizer import BOS, CONTROL, EOS

BOUNDARIES = [BOS, *range(EOS + 1, len(CONTROL))]  # no n-gram reaches across one of these


def _look_up(keys, wanted):
    """Returns the index of each of `wanted` in the sorted `keys`, −1 where it is not there."""
    at = numpy.minimum(numpy.searchsorted(keys, wanted), len(keys) - 1)
    return numpy.where(keys[at] == wanted, at, -1).astype(numpy.int32)


def _grouped(keys):
    """Returns (the different keys, where each is first, the number of each key among them, how often each occurs).

    As numpy.unique does, with less memory at once: there are as many keys as tokens.
    """
    order = keys.argsort(kind="stable").astype(numpy.int32)
    keys = keys[order]
    starts = numpy.flatnonzero(numpy.concatenate([[True], keys[1:] != keys[:-1]]))
    counts = numpy.diff(numpy.append(starts, len(keys)))
    inverse = numpy.empty(len(keys), numpy.int32)
    inverse[order] = numpy.repeat(numpy.arange(len(starts), dtype=numpy.int32), counts)
    return keys[starts], order[starts], inverse, counts


def _extended(before, tokens, boundary):
    """Returns the key of each position's n-gram, −1 for none, from the numbers of the (n − 1)-grams that end there."""
    context = numpy.concatenate([[-1], before[:-1]]).astype(numpy.int64)
    return numpy.where((context >= 0) & (before >= 0) & ~boundary[tokens], context << 16 | tokens, -1)


class NGrams:
    """Counted over `tables` of rows, each uint16 [n, width] with zeros where there is nothing."""

    def __init__(self, tables, vocabulary, order=5):
        self.order, self.vocabulary = order, vocabulary
        self.boundary = numpy.zeros(65536, bool)
        self.boundary[BOUNDARIES] = True
        # A column of zeros keeps n-grams from reaching from one row into the next.
        tokens = numpy.concatenate([numpy.pad(rows, ((0, 0), (0, 1))).ravel() for rows in tables]).astype(numpy.int32)
        self.tokens = int((tokens != 0).sum())
        self.keys, self.weight, self.backoff = [None], [None], [None]
        ends = numpy.where(tokens == 0, -1, tokens)  # number of the n-gram that ends at each position
        raw, continuations = numpy.bincount(tokens, minlength=vocabulary), None
        raw[0] = 0
        keys = numpy.arange(vocabulary, dtype=numpy.int64)
        for n in range(1, order + 1):
            if n < order:
                following = _extended(ends, tokens, self.boundary)
                positions = numpy.flatnonzero(following >= 0).astype(numpy.int32)
                following = following[positions]
                next_keys, first, inverse, next_raw = _grouped(following)
                # Each different (n + 1)-gram is one more token that precedes its last n tokens.
                continuations = numpy.bincount(ends[positions[first]], minlength=len(keys))
            self._add(keys, raw if n == order else numpy.where(continuations == 0, raw, continuations))
            if n < order:
                ends = numpy.full(len(tokens), -1, numpy.int32)
                ends[positions] = inverse
                keys, raw = next_keys, next_raw
                del following, positions, inverse

    def _add(self, keys, counts):
        """Adds the next order: what it keeps of each n-gram's share, and what each context leaves to the order below."""
        n1, n2, n3, n4 = (max(1, int((counts == value).sum())) for value in (1, 2, 3, 4))
        y = n1 / (n1 + 2 * n2)
        discounts = numpy.array([0, 1 - 2 * y * n2 / n1, 2 - 3 * y * n3 / n2, 3 - 4 * y * n4 / n3]).clip(0)
        discount = numpy.minimum(discounts[numpy.minimum(counts, 3)], counts)
        contexts = (keys >> 16).astype(numpy.int32) if len(self.keys) > 1 else numpy.zeros(len(keys), numpy.int32)
        size = len(self.keys[-1]) if len(self.keys) > 1 else 1
        total = numpy.bincount(contexts, counts, size)
        left = numpy.bincount(contexts, discount, size)
        known = total > 0
        self.backoff.append(numpy.where(known, left / numpy.where(known, total, 1), 1).astype(numpy.float32))
        self.weight.append(((counts - discount) / total[contexts]).astype(numpy.float32))
        self.keys.append(keys)

    def probabilities(self, ids):
        """Returns float64 [len(ids) − 1]: of each token after the first, given those before it."""
        tokens = numpy.asarray(ids, numpy.int32)
        ends = tokens.copy()
        p = self.weight[1][tokens] + self.backoff[1][0] / self.vocabulary
        for n in range(2, self.order + 1):
            context = numpy.concatenate([[-1], ends[:-1]])
            context[self.boundary[tokens]] = -1
            ends = _look_up(self.keys[n], numpy.where(context >= 0, context.astype(numpy.int64) << 16 | tokens, -1))
            weight = numpy.where(ends >= 0, self.weight[n][ends], 0)
            p = numpy.where(context >= 0, weight + self.backoff[n][context] * p, p)
        return p[1:]

    def next(self, ids):
        """Returns the probabilities float32 [vocabulary] of the token after `ids`."""
        p = self.weight[1] + self.backoff[1][0] / self.vocabulary
        context = [-1]  # context[n] is the number of the last n tokens among the n-grams
        last = list(ids[-(self.order - 1):])
        for n in range(1, len(last) + 1):
            number = last[-n]
            for m, token in enumerate(last[len(last) - n + 1 :], 2):
                if number >= 0:
                    key = -1 if self.boundary[token] else int(number) << 16 | token
                    number = int(_look_up(self.keys[m], numpy.array([key]))[0])
            context.append(number)
        for n in range(2, self.order + 1):
            if n > len(last) + 1 or context[n - 1] < 0:
                break
            keys = self.keys[n]
            low, high = numpy.searchsorted(keys, [context[n - 1] << 16, (context[n - 1] + 1) << 16])
            if low < high:
                p = p * self.backoff[n][context[n - 1]]
                p[keys[low:high] & 0xFFFF] += self.weight[n][low:high]
        return p

    def greedy(self, ids, steps, stops, forced=None):
        """Returns the likeliest continuation, token by token, up to the first of `stops`.

        `forced`, a `measure.healing.Beginning` that is used up, says what it must begin with.
        """
        written = []
        while len(written) < steps:
            p = self.next([*ids[-self.order :], *written])
            p[BOUNDARIES] = 0
            allowed = forced.allowed if forced else None
            token = int(p.argmax() if allowed is None else allowed[p[allowed].argmax()])
            if token in stops:
                break
            written.append(token)
            if forced:
                forced.take(token)
        return written

    @property
    def bytes(self):
        return sum(table.nbytes for tables in (self.keys, self.weight, self.backoff) for table in tables[1:])


def nats(model, ids, counted):
    """Returns the negative log-likelihood of the last `counted` tokens of `ids`."""
    return float(-numpy.log(model.probabilities(ids)[-counted:]).sum()) if counted else 0.0
