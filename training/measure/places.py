"""Where completion is measured: places in held-out files at which the rest of a line is cut off.

The places depend on the held-out files and a seed alone, so every model, whatever its vocabulary, is asked the same.
Three kinds, in these shares:
    line   0.35  the whole line, from its first character that is not white space
    token  0.40  from the start of a name, a number or a run of signs inside the line
    word   0.25  inside a name, after its first one to three characters
"""

import dataclasses
import hashlib
import json
import math
import random
import re

from measure.statistics import edit_similarity, paired, wilson
from text.forms import header, prefix_suffix_middle, suffix_prefix_middle

SHARES = (("line", 0.35), ("token", 0.40), ("word", 0.25))
PER_FILE = 4  # at most, so that no single file decides
_TOKEN = re.compile(r"\w+|[^\w\s]+")
_WORD = re.compile(r"\w+")


@dataclasses.dataclass
class Place:
    language: str
    repository: str
    path: str
    line: int
    column: int
    kind: str
    text: str  # of the whole file
    before: str  # all of the file before the cursor
    rest: str  # what is to be written: the line from the cursor on, without white space at its end
    after: str  # all that follows the line, its line break included

    @property
    def word(self):
        """What is to be written of the word at the cursor; "" where no letter follows."""
        found = _WORD.match(self.rest)
        return found.group() if found else ""


def held_out(path):
    """Returns {language: documents} of a file of documents, one JSON object a line."""
    files = {}
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            document = json.loads(line)
            files.setdefault(document["language"], []).append(document)
    return dict(sorted(files.items()))


def places_in(files, count, seed=0):
    """Returns up to `count` places of each language."""
    found = []
    for language, documents in files.items():
        random_ = random.Random(f"{seed} {language}")
        taken, of_language = {}, []
        for _ in range(count * 50):
            if len(of_language) == count:
                break
            number = random_.randrange(len(documents))
            place = _place(documents[number], random_)
            key = (place.repository, place.path, place.line) if place else None
            if place and taken.get(number, 0) < PER_FILE and key not in taken:
                taken[number], taken[key] = taken.get(number, 0) + 1, True
                of_language.append(place)
        found += of_language
    return found


def _place(document, random_):
    """Returns a random place of a document, or None where the line drawn does not suit the kind drawn."""
    kind = random_.choices([name for name, _ in SHARES], [share for _, share in SHARES])[0]
    lines = document["text"].split("\n")
    line = random_.randrange(len(lines))
    content = lines[line].rstrip()
    indent = len(content) - len(content.lstrip())
    if len(content) - indent < 6 or len(content) > 160:
        return None
    if kind == "line":
        columns = [indent]
    elif kind == "token":
        columns = [found.start() for found in _TOKEN.finditer(content) if found.start() > indent]
    else:
        columns = [found.start() + typed for found in _WORD.finditer(content) for typed in (1, 2, 3)
                   if found.end() - found.start() >= typed + 2]
    columns = [column for column in columns if len(content[column:].strip()) >= 3]
    if not columns:
        return None
    column = random_.choice(columns)
    above = "".join(text + "\n" for text in lines[:line])
    return Place(document["language"], document["repository"], document["path"], line, column, kind, document["text"],
                 above + content[:column], content[column:], "".join("\n" + text for text in lines[line + 1 :]))


def hashed(content):
    """Returns a short name for what JSON can hold."""
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:16]


def digest(places):
    """Returns a name for these places; figures are comparable where it is the same."""
    return hashed([[place.repository, place.path, place.line, place.column, place.rest] for place in places])


def prompts(tokenizer, places, form, before=1200, after=400):
    """Returns the ids of each place's prompt in `form`, "spm", "psm" or "prefix", before token healing.

    Whole lines of up to `before` and `after` characters around the cursor's line are shown. In PSM the cursor's line stands
    behind the middle token, as in the extension's prompts of this order (`engine/prompt/fillInTheMiddle.ts`): a hole may
    begin anywhere, so it may begin with what was typed of the line.
    """
    asked = []
    for place in places:
        above, _, typed = place.before.rpartition("\n")
        # The first line of the window is cut somewhere, so it goes; the start of the file stays as it is.
        above = above if len(above) <= before else above[-before:].partition("\n")[2]
        above = above + "\n" if "\n" in place.before else ""
        below = place.after if len(place.after) <= after else place.after[:after].rpartition("\n")[0]
        if form == "psm":
            asked.append(prefix_suffix_middle(tokenizer, place.path, above, below) + tokenizer.encode(typed))
        elif form == "spm":
            asked.append(suffix_prefix_middle(tokenizer, place.path, above + typed, below))
        else:
            asked.append(header(tokenizer, place.path) + tokenizer.encode(above + typed))
    return asked


def score(places, answers, nats=None):
    """Returns {language: figures} of one answer (what is written behind the cursor, up to a line break) for each place.

    exact: the line is finished exactly, white space at its end aside; word: the word at the cursor is, where there is
    one; edit similarity of the rest of the line; bits per byte of the rest, where its likelihood is known.
    """
    result = {}
    for language in sorted({place.language for place in places}):
        own = [i for i, place in enumerate(places) if place.language == language]
        rests = [(places[i], answers[i].split("\n")[0].rstrip()) for i in own]
        hits = [int(answer == place.rest) for place, answer in rests]
        words = [int(_leading_word(answer) == place.word) for place, answer in rests if place.word]
        kinds = {kind: [hit for (place, _), hit in zip(rests, hits) if place.kind == kind] for kind, _ in SHARES}
        similar = [edit_similarity(answer, place.rest) for place, answer in rests]
        figures = {
            "places": len(own), "exact": _share(hits), "exact interval": wilson(sum(hits), len(hits)),
            "edit similarity": round(sum(similar) / len(similar), 4),
            "word": _share(words), "word interval": wilson(sum(words), len(words)), "words": len(words),
            "exact by kind": {kind: _share(of_kind) for kind, of_kind in kinds.items()},
            "hits": "".join(map(str, hits)), "word hits": "".join(map(str, words)),
        }
        if nats:
            size = sum(len(places[i].rest.encode()) for i in own)
            each = [round(nats[i] / math.log(2), 2) for i in own]
            figures.update({"bits per byte": round(sum(each) / size, 4), "bytes": size, "bits": each})
        result[language] = figures
    return result


def _share(hits):
    return round(sum(hits) / len(hits), 4) if hits else None


def _leading_word(text):
    found = _WORD.match(text)
    return found.group() if found else ""


def difference(first, second):
    """Returns {language: what `first` finishes more than `second`, with its interval} of two results of `score`."""
    result = {}
    for language in first:
        mean, interval = paired(*([int(hit) for hit in one[language]["hits"]] for one in (first, second)))
        word_mean, word_interval = paired(*([int(hit) for hit in one[language]["word hits"]] for one in (first, second)))
        result[language] = {"exact": mean, "interval": interval, "clearly": interval[0] > 0,
                            "word": word_mean, "word interval": word_interval}
        if all("bits" in one[language] for one in (first, second)):
            mean, interval = paired(first[language]["bits"], second[language]["bits"])
            size = first[language]["bytes"] / first[language]["places"]
            result[language]["bits per byte"] = round(mean / size, 4)
            result[language]["bits interval"] = [round(bound / size, 4) for bound in interval]
    return result
