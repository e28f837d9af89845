"""Does the model repeat its training data? The longest verbatim overlap of greedy continuations with the training rows.

Prompts are the first PROMPT tokens of texts trained on, and of held-out files; the model goes on greedily. A run of tokens
that is also in the training rows is an overlap; rows rearranged for filling in are put back in order first. Overlaps are
found by rolling hashes of windows of two lengths over all rows, and followed to their ends from there, token by token.

Everything above THRESHOLD tokens is reported: how long, in how many places of the training data, and what it is:
    licence      words of licences or copyright in it
    boilerplate  imports alone, or in the training data at SPREAD places or more
    repetition   few different tokens
    said before  its prompt, or the continuation itself, has said all of it but fewer than SHORTEST tokens: a loop needs no memory
    copied       none of these
The texts themselves are code of others and are not written down.
"""

import re

import numpy

from measure.decoding import greedy
from text.forms import header
from text.tokenizer import BOS, EOS, FILE_PATH, FIM_MIDDLE, FIM_PREFIX, FIM_SUFFIX

PROMPT, STEPS, THRESHOLD, SHORTEST, SPREAD = 64, 192, 50, 12, 10
KINDS = ("licence", "boilerplate", "repetition", "said before", "copied")
_LICENCE = re.compile(r"licen[cs]e|copyright|spdx|redistribut|all rights reserved|warrant(y|ies)\b|permission is hereby", re.I)
_IMPORT = re.compile(r"\s*(import\b.*|from\b.*\bimport\b.*|export\b.*\bfrom\b.*|(const|let|var) .*\brequire\(.*|\}? ?from ['\"].*|"
                     r"[\w$]+( as [\w$]+)?,?|[)}];?)?")
_BASE = numpy.uint64(0x9E3779B97F4A7C15)


def in_order(row):
    """Returns the tokens of a row, texts that were rearranged for filling in put back: path, before, middle, after."""
    out, row = [], row[row != 0]
    starts = [*numpy.flatnonzero(row == BOS), len(row)]
    for start, end in zip(starts, starts[1:]):
        text = row[start:end]
        marks = {mark: numpy.flatnonzero(text == mark) for mark in (FIM_PREFIX, FIM_SUFFIX, FIM_MIDDLE)}
        if not all(len(found) == 1 for found in marks.values()):
            out.append(text)
            continue
        first, suffix, middle = (int(marks[mark][0]) for mark in (FIM_PREFIX, FIM_SUFFIX, FIM_MIDDLE))
        head, after, rest = text[:first], text[suffix + 1 : middle], text[middle + 1 :]
        before = text[first + 1 : suffix]  # empty in SPM, whose prefix stands with the middle
        out.append(numpy.concatenate([head, before, rest[rest != EOS], after]))
    return numpy.concatenate(out) if out else row


def hashes(tokens, length):
    """Returns uint64 [len(tokens) − length + 1]: a polynomial hash of each window, by doubling its length."""
    with numpy.errstate(over="ignore"):
        part, size, power = tokens.astype(numpy.uint64) + numpy.uint64(1), 1, _BASE
        whole, done = None, 0
        while True:
            if length & size:
                if whole is None:
                    whole, done, scale = part, size, power
                else:
                    count = len(tokens) - (done + size) + 1
                    whole = whole[:count] * power + part[done : done + count]
                    done += size
            if done == length:
                return whole
            part = part[:-size] * power + part[size:]
            size, power = size * 2, power * power


class Texts:
    """Continuations laid side by side, and the longest overlap found of each."""

    def __init__(self, continuations):
        self.tokens = numpy.concatenate([numpy.array([*ids, 65535], numpy.uint16) for ids in continuations])
        self.owner = numpy.repeat(numpy.arange(len(continuations)), [len(ids) + 1 for ids in continuations])
        self.start = numpy.searchsorted(self.owner, numpy.arange(len(continuations)))
        self.longest = [(0, 0)] * len(continuations)  # (length, offset in the continuation)
        self.places = [0] * len(continuations)  # of the training data, with an overlap of THRESHOLD tokens or more
        self._windows = {length: self._hashed(length) for length in (THRESHOLD, SHORTEST)}

    def _hashed(self, length):
        found = hashes(self.tokens, length)
        order = numpy.argsort(found, kind="stable")
        return found[order], order

    def compare(self, stream):
        """Follows every window that `stream`, tokens of the training data, shares with a continuation to its end."""
        for length in (THRESHOLD, SHORTEST):
            positions, offsets = self._beginnings(stream, length)
            if length == THRESHOLD:
                pairs = numpy.unique(self.owner[offsets].astype(numpy.int64) << 40 | positions)
                for owner, count in zip(*numpy.unique(pairs >> 40, return_counts=True)):
                    self.places[owner] += int(count)
            for position, offset in zip(positions.tolist(), offsets.tolist()):
                self._follow(stream, position, offset)

    def _beginnings(self, stream, length):
        """Returns (positions in the stream, offsets in the tokens) of equal windows before which the two differ."""
        wanted, order = self._windows[length]
        found = hashes(stream, length)
        first = numpy.minimum(numpy.searchsorted(wanted, found), len(wanted) - 1)
        positions = numpy.flatnonzero(wanted[first] == found)
        first = first[positions]
        counts = numpy.searchsorted(wanted, found[positions], "right") - first
        # Equal windows of the continuations lie side by side: each is paired with the position.
        within = numpy.arange(counts.sum()) - numpy.repeat(numpy.cumsum(counts) - counts, counts)
        positions, offsets = numpy.repeat(positions, counts), order[numpy.repeat(first, counts) + within]
        begins = (positions == 0) | (offsets == self.start[self.owner[offsets]]) | (stream[positions - 1] != self.tokens[offsets - 1])
        return positions[begins], offsets[begins]

    def _follow(self, stream, position, offset):
        owner = self.owner[offset]
        best, _ = self.longest[owner]
        room = min(len(stream) - position, STEPS + 1, len(self.tokens) - offset)
        if best and (best >= room or stream[position + best] != self.tokens[offset + best]):
            return  # it could not become a longer one
        same = stream[position : position + room] == self.tokens[offset : offset + room]
        length = room if same.all() else int(same.argmin())
        if length > best:
            self.longest[owner] = (length, int(offset - self.start[owner]))


def new_tokens(ids, before):
    """Returns how many of `ids` are in no run of SHORTEST or more tokens that the tokens `before` them have as well."""
    said = {tuple(before[i : i + SHORTEST]) for i in range(len(before) - SHORTEST + 1)}
    known = [False] * len(ids)
    for i in range(len(ids) - SHORTEST + 1):
        if tuple(ids[i : i + SHORTEST]) in said:
            known[i : i + SHORTEST] = [True] * SHORTEST
    return known.count(False)


def kind_of(text, ids, places, before):
    """Returns one of KINDS for an overlap: its text, its tokens, its places, and the tokens said before it; see above."""
    if _LICENCE.search(text):
        return "licence"
    if len(set(ids)) < len(ids) / 5:
        return "repetition"
    if places >= SPREAD or all(_IMPORT.fullmatch(line) for line in text.split("\n")):
        return "boilerplate"
    return "said before" if new_tokens(ids, before) < SHORTEST else "copied"


def training_prompts(tables, count, random_):
    """Returns token lists that begin texts of the rows, whole texts in their order only: what was trained on as it is."""
    found = []
    for _ in range(count * 20):
        if len(found) == count:
            break
        table = random_.choices(tables, [table.size for table in tables])[0]
        row = table[random_.randrange(len(table))]
        for start in numpy.flatnonzero(row == BOS)[:1]:
            text = row[start : start + PROMPT]
            if len(text) == PROMPT and text[1] == FILE_PATH and not numpy.isin(text, (0, EOS, FIM_PREFIX)).any():
                found.append(text.tolist())
    return found


def held_out_prompts(tokenizer, files, count, random_):
    """Returns token lists that begin held-out files."""
    documents = [document for documents in files.values() for document in documents]
    random_.shuffle(documents)
    return [(header(tokenizer, document["path"]) + tokenizer.encode(document["text"][:1000]))[:PROMPT]
            for document in documents[:count]]


def overlaps(model, tokenizer, prompts, tables, rows_at_once=4000):
    """Returns [{length, places, kind}], one for each prompt: the longest overlap of its continuation."""
    continuations, _ = greedy(model, prompts, STEPS, (EOS,))
    texts = Texts(continuations)
    for table in tables:
        for start in range(0, len(table), rows_at_once):
            texts.compare(numpy.concatenate([in_order(numpy.asarray(row)) for row in table[start : start + rows_at_once]]))
    result = []
    for prompt, ids, (length, offset), places in zip(prompts, continuations, texts.longest, texts.places):
        overlap, before = ids[offset : offset + length], [*prompt, *ids[:offset]]
        kind = kind_of(tokenizer.decode(overlap), overlap, places, before) if length >= THRESHOLD else None
        result.append({"tokens": len(ids), "longest": length, "places": places, "kind": kind})
    return result


def summary(found):
    """Returns the figures of one kind of prompt from the result of `overlaps`."""
    lengths = sorted((one["longest"] for one in found), reverse=True)
    above = [one for one in found if one["longest"] > THRESHOLD]
    kinds = {kind: sum(one["kind"] == kind for one in above) for kind in KINDS}
    return {"prompts": len(found), "longest": lengths[0] if lengths else 0,
            "median": lengths[len(lengths) // 2] if lengths else 0, "above threshold": len(above), "of these": kinds,
            "each above": [{key: one[key] for key in ("longest", "places", "kind")} for one in above]}
