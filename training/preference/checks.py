"""What can be checked about an answer without running it, and the quality that follows from it.

A completion is graded against what was really written at that place, by checks alone: how alike the texts are, whether
the names are the same, whether the file still parses, whether it is as long as it should be.
"""

import ast
import re
import warnings

from measure.statistics import edit_similarity

# Touvron et al. 2023, section 3.2.1, name these grades; the thresholds on the difference of two qualities are ours.
GRADES = ("significantly better", "better", "slightly better", "negligibly better")
_THRESHOLDS = (0.5, 0.3, 0.15, 0.05)  # closer together than the last is a tie, which makes no pair
_NAME = re.compile(r"[A-Za-z_$][\w$]*")
STRINGS = re.compile(r"\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`")
_PAIRS = {")": "(", "]": "[", "}": "{"}


def names(text):
    """Returns the identifiers and keywords of a text, in order."""
    return _NAME.findall(text)


def brackets(text):
    """Returns (brackets closed that were not opened, brackets left open), as strings, of a text without its strings."""
    closed, opened = [], []
    for sign in STRINGS.sub("", text):
        if sign in "([{":
            opened.append(sign)
        elif sign in _PAIRS:
            if opened and opened[-1] == _PAIRS[sign]:
                opened.pop()
            else:
                closed.append(sign)
    return "".join(closed), "".join(opened)


def odd_quotes(text):
    """Whether quotes are left open once the strings are taken out."""
    return any(sign in STRINGS.sub("", text) for sign in "\"'`")


def parses(text):
    """Whether Python accepts a file; compiling it is not running it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def still_parses(place, answer):
    """Whether the file is as sound with `answer` as with the truth: Python's parser, elsewhere brackets and quotes."""
    if answer.strip() == place.truth.strip():
        return True
    if brackets(answer) != brackets(place.truth) or odd_quotes(answer) != odd_quotes(place.truth):
        return False
    if place.language != "python" or not place.parses:
        return True
    return parses(place.before + answer + place.after)


def same_names(answer, truth):
    """Returns F1 of the names of two texts, each counted as often as it stands there; 1.0 without any."""
    found, wanted = names(answer), names(truth)
    if not found and not wanted:
        return 1.0
    rest, both = list(wanted), 0
    for name in found:
        if name in rest:
            rest.remove(name)
            both += 1
    return 2 * both / (len(found) + len(wanted))


def quality(place, answer):
    """Returns 0 … 1, 1 for the truth; white space at the end does not count."""
    answer, truth = answer.rstrip(), place.truth.rstrip()
    if not answer:
        return 0.0
    lengths = sorted((len(answer), len(truth)))
    return (0.45 * edit_similarity(answer, truth) + 0.25 * same_names(answer, truth)
            + 0.2 * still_parses(place, answer) + 0.1 * lengths[0] / lengths[1])


def grade(better, worse):
    """Returns the index in GRADES of a pair of qualities, or None for a tie."""
    difference = better - worse
    return next((i for i, threshold in enumerate(_THRESHOLDS) if difference >= threshold), None)
