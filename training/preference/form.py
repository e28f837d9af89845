"""What can be said of the form of an answer in any language, by its signs alone. engine/tuning/preference/form.ts is the same.

No grammar is asked: the heads must see in VS Code what they were fitted on here, and no parser is at hand in both places that
takes half a statement of any language. So an answer that "parses" is one that leaves brackets, quotes and Markdown's fences as
they should be; Python's own parser, where it can be asked, goes into the quality that answers are graded by (checks.py).
"""

import re

from preference.checks import STRINGS, brackets, odd_quotes

NEAR_LINES = 12
# An answer may go deeper behind such a line, and is not done where it ends so itself.
OPENERS = tuple("([{,=+-*/.&|:<")
_APOSTROPHE = re.compile(r"(?<=[A-Za-z])'(?=(?:[stmd]|ll|re|ve)(?![A-Za-z]))")
_COMMENT = re.compile(r"/\*[^*]*(?:\*(?!/)[^*]*)*(?:\*/)?|(?<!:)//[^\n]*|(?<![^ \t\n])#(?=[ !:#]|(?![^\n]))[^\n]*")
# Signs of languages whose blocks are indented, and of those whose blocks stand in braces.
_INDENTED = re.compile(r"(?<!\w)def \w+\(|(?<!\w)elif |(?<!\w)lambda[ \w,]*:|(?<!\w)self\.|(?:is|is not|=|return) None(?!\w)|"
                       r"(?<![^\n])[ \t]*(?:class|if|else|for|while|try|except|with)(?!\w)[^\n]*:[ \t]*(?![^\n])")
_BRACED = re.compile(r"(?<!\w)(?:const|let|var) [\w{\[][^\n=]*=|(?<!\w)function *\w*\(|=>|(?<!\w)this\.|[;{}][ \t]*(?![^\n])")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_NAME = re.compile(r"[A-Za-z_$][\w$]*")
PROSE_NAMES = 8


def fenced(text):
    """Returns (what stands between Markdown's fences, a piece each; whether the last fence is closed)."""
    pieces, inside = [], None
    for line in text.split("\n"):
        if line.lstrip(" \t").startswith("```"):
            if inside is None:
                inside = []
            else:
                pieces.append("\n".join(inside))
                inside = None
        elif inside is not None:
            inside.append(line)
    return (pieces, True) if inside is None else ([*pieces, "\n".join(inside)], False)


def code_in(answer):
    """Returns the pieces of code of an answer: those in fences, else all of it."""
    return fenced(answer)[0] or [answer]


def parses(answer, imbalance):
    """Whether brackets, quotes and fences are left as they should be; `imbalance` is how many more brackets are open around it.

    Code in fences must be whole by itself; other code may open or close what its surroundings close or open.
    """
    pieces, closed = fenced(answer)
    if pieces:
        return closed and all(brackets(piece) == ("", "") and not odd_quotes(_APOSTROPHE.sub("", piece)) for piece in pieces)
    return imbalance <= 0 and not odd_quotes(_APOSTROPHE.sub("", answer))


def misindented(before, answer):
    """Returns the share of an answer's lines that go deeper without a reason, or back to where no line stands.

    It is the rule of Python's tokenizer with a reason to go deeper in place of its grammar. Code in fences stands by itself;
    the first line of other code goes on with what stands before it.
    """
    pieces = fenced(answer)[0]
    faults = lines = 0
    for above, piece in [([], piece) for piece in pieces] or [(before.split("\n")[-NEAR_LINES:], answer)]:
        joined = "\n".join(above) + piece
        found = _faults(joined.split("\n"))[max(1, len(above)):]
        faults, lines = faults + sum(map(bool, found)), lines + sum(fault is not None for fault in found)
    return faults / lines if lines else 0.0


def _faults(lines):
    """Returns for each line whether it is misindented, None for one without words."""
    levels, last, found = [], "", []
    for line in lines:
        if not line.strip(" \t\r"):
            found.append(None)
            continue
        indent = line[: len(line) - len(line.lstrip(" \t"))]
        if not levels or indent == levels[-1]:
            found.append(False)
        elif indent.startswith(levels[-1]):
            found.append(not last.endswith(OPENERS))
        else:
            while levels and levels[-1] != indent and levels[-1].startswith(indent):
                levels.pop()
            found.append(bool(levels) and levels[-1] != indent)  # beyond the first line nobody knows
        if not levels or levels[-1] != indent:
            levels.append(indent)
        last = line.rstrip(" \t\r")
    return found


def comment_share(answer):
    """Returns which part of the code's characters is comments."""
    code = "\n".join(STRINGS.sub("", piece) for piece in code_in(answer))
    return sum(map(len, _COMMENT.findall(code))) / len(code) if code else 0.0


def _leaning(text):
    """Returns more than 0 for code whose blocks are indented, less for code with braces, 0 where it is neither."""
    return len(_INDENTED.findall(text)) - len(_BRACED.findall(text))


def language_match(around, answer):
    """Returns 0 for an answer that is evidently in another language than what stands around it, else 1.

    Of code it tells blocks that are indented from blocks in braces; of words Chinese from others.
    """
    pieces = fenced(answer)[0]
    leaning = _leaning("\n".join(pieces or [answer]))
    if leaning * _leaning(around) < 0:
        return 0.0
    if _HAN.search(answer):
        return float(bool(_HAN.search(around)))
    is_prose = not pieces and leaning == 0 and len(_NAME.findall(answer)) >= PROSE_NAMES
    return float(not (is_prose and _HAN.search(around)))
