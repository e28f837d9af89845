"""Places in files where a completion is asked for, and worse answers made from the truth."""

import dataclasses
import re

from preference.checks import names, parses
from text.infill import cut

LANGUAGES = ("typescript", "javascript", "python")
BEFORE, AFTER = 600, 200  # characters shown to the model
LONGEST = 200  # characters of a truth
KEYWORDS = set("if else for while return const let var function def class import from in of and or not new await async try "
               "except catch None null true false True False self this pass with as is raise throw export default".split())


@dataclasses.dataclass
class Place:
    language: str
    path: str
    before: str  # the whole file up to the cursor
    truth: str
    after: str
    window_before: str  # what the model is shown
    window_after: str
    parses: bool  # whether the file does, with the truth; only asked of Python


def place_in(document, random_, largest=16_000):
    """Returns a random place of a document, or None where it does not lend itself."""
    text = document["text"]
    if len(text) > largest:  # parsed once for every answer, so small files only
        return None
    found = cut(text, random_)
    if found is None:
        return None
    before, shown_after, truth = found
    if not 4 <= len(truth.strip()) <= LONGEST:
        return None
    window = before if len(before) <= BEFORE else before[-BEFORE:].partition("\n")[2]
    shown = shown_after if len(shown_after) <= AFTER else shown_after[:AFTER].rpartition("\n")[0]
    return Place(document["language"], document["path"], before, truth, text[len(before) + len(truth):], window, shown,
                 document["language"] == "python" and parses(text))


def places_in(documents, count, random_):
    """Returns `count` places, the languages in turn."""
    by_language = {language: [document for document in documents if document["language"] == language] for language in LANGUAGES}
    languages = [language for language, own in by_language.items() if own]
    found = []
    while len(found) < count:
        place = place_in(random_.choice(by_language[languages[len(found) % len(languages)]]), random_)
        if place:
            found.append(place)
    return found


def _lines_of(text, count, random_):
    """Returns `count` lines that follow one another, the first without its indentation."""
    lines = [line for line in text.split("\n") if line.strip()]
    start = random_.randrange(max(1, len(lines) - count))
    return "\n".join(lines[start : start + count]).lstrip()[:LONGEST]


def _elsewhere(place, other, random_):
    return _lines_of(other.before + other.truth + other.after, 1 + place.truth.count("\n"), random_)


def _same_file(place, other, random_):
    return _lines_of(place.before + place.after, 1 + place.truth.count("\n"), random_)


def _truncated(place, other, random_):
    return place.truth[: max(1, int(len(place.truth) * random_.uniform(0.2, 0.8)))]


def _repeated(place, other, random_):
    lines = place.truth.split("\n")
    times = random_.randint(1, 3)
    if len(lines) > 1 or random_.random() < 0.5:
        return "\n".join([*lines, *[lines[-1]] * times])
    words = place.truth.rstrip().split(" ")
    return " ".join([*words, *words[-2:] * times])


def _runs_on(place, other, random_):
    """Goes on with what stands after the cursor already."""
    return place.truth + "".join(place.after.splitlines(keepends=True)[: random_.randint(1, 3)]).rstrip("\n")


def _wrong_names(place, other, random_):
    """Puts other names of the file, now and then of another one, in place of one to three names."""
    found = [name for name in dict.fromkeys(names(place.truth)) if name not in KEYWORDS]
    source = place if random_.random() < 0.8 else other
    pool = [name for name in dict.fromkeys(names(source.before[-3000:] + source.after[:1000]))
            if name not in KEYWORDS and name not in found]
    if not found or not pool:
        return _truncated(place, other, random_)
    swap = {name: random_.choice(pool) for name in random_.sample(found, min(len(found), random_.randint(1, 3)))}
    return re.sub(r"[A-Za-z_$][\w$]*", lambda match: swap.get(match.group(), match.group()), place.truth)


def _broken(place, other, random_):
    """Leaves out or adds one bracket or quote."""
    signs = [i for i, sign in enumerate(place.truth) if sign in "()[]{}\"'`"]
    if signs and random_.random() < 0.6:
        i = random_.choice(signs)
        return place.truth[:i] + place.truth[i + 1 :]
    i = random_.randint(1, len(place.truth))
    return place.truth[:i] + random_.choice(")]}(\"'") + place.truth[i:]


def _remark(place, other, random_):
    return place.truth.rstrip() + ("  # " if place.language == "python" else " // ") + random_.choice(("TODO", "fixme", "here"))


CORRUPTIONS = (_elsewhere, _same_file, _truncated, _repeated, _runs_on, _wrong_names, _broken, _remark)


def worse_answers(place, other, count, random_):
    """Returns [(kind, text)] of `count` kinds of corruption; `other` is a place in another file."""
    found = []
    for make in random_.sample(CORRUPTIONS, count):
        text = make(place, other, random_)
        if text.strip() and text != place.truth:
            found.append((make.__name__.strip("_"), text))
    return found
