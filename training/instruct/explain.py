"""Code and, as its explanation, the first sentence or two of the doc comment its author gave it."""

import collections
import re

from instruct.comments import first_sentences, reason_to_drop
from instruct.documented import documented
from text.chat import EXPLAIN, explain_request, fence

# Half of the requests use the canonical wording, which is the one the command sends.
CANONICAL_SHARE = 0.5
WORDINGS = ["What does this code do?", "Explain this {kind}.", "What is `{name}` for?", "Explain `{name}` in a sentence.",
            "Describe what this {kind} does.", "Summarise this {language} code.",
            "What does this {kind} do, in plain words?",
            "Can you explain this code to me?", "Tell me what `{name}` does.", "explain"]
WITH_PATH = ["Explain this code from `{path}`.", "This is part of `{path}`. What does it do?",
             "In `{path}` there is this {kind}. What is it for?", "Explain `{name}` in `{path}`."]
NAMES = {"python": "Python", "typescript": "TypeScript", "javascript": "JavaScript"}
SAME_SENTENCE = 3  # times at most: "Returns a string representation" teaches nothing the fourth time
# Commands to the computer become statements about the code: "Return the …" is "Returns the …". A first word is taken for
# a verb if it is one of these, or if an article or the like follows and it is none of the words below.
VERBS = set("return get set add create check compute convert find build make parse apply remove load read write run test "
             "call generate determine handle extract format render print raise ensure stop open delete calculate iterate "
             "yield wait allow provide use take append replace merge split join encode decode wrap produce store clear push "
             "pull fetch".split())
_AFTER_VERBS = set("the a an all any if whether that this each every its one given multiple several".split())
_NOT_VERBS = set("given if for like whether when in on with without only from as at by to is are be was has the a an this "
                 "that these those all any each every both not after before during while where what which how it under over "
                 "inside between here there also even just and or but so then than true false same such half of about "
                 "try should would could can may might must object past since setup lookup fixture some output form".split())
_ENDS = {"y": "ies", "s": "ses", "h": "hes", "x": "xes", "z": "zes", "o": "oes"}  # apply, process, push …; else an s


def third_person(sentence):
    first, space, rest = sentence.partition(" ")
    word = first.lower()
    if word not in VERBS and not (rest.split(" ")[0] in _AFTER_VERBS and word.isalpha() and word not in _NOT_VERBS
                                   and not word.endswith(("s", "ed", "ing", "ly", "er", "or", "ion")) or word == "process"):
        return sentence
    if word[-1] == "y" and word[-2] in "aeiou" or word[-1] not in _ENDS or word.endswith("th"):
        return first + "s" + space + rest
    return first[:-1] + _ENDS[word[-1]] + space + rest


_INFINITIVES = {third_person(f"{verb} it").split()[0]: verb for verb in VERBS}


def task(sentence, most=14):
    """Returns what is to be done by a function with this explanation, as an infinitive of at most so many words, or None.

    "Parses the header of a frame. Throws on …" gives "parse the header of a frame".
    """
    first, _, rest = re.split(r"[.;:(]\s|[.]$", sentence, maxsplit=1)[0].partition(" ")
    verb = _INFINITIVES.get(first.lower())
    return f"{verb} {rest}" if verb and rest and len(rest.split()) < most else None


def explained(documents, dropped=None):
    """Yields (Documented, sentence) of what is worth explaining; `dropped`, a Counter, gets the reasons."""
    dropped = collections.Counter() if dropped is None else dropped
    sentences, codes = collections.Counter(), set()
    for document in documents:
        for entry in documented(document):
            sentence = first_sentences(entry.comment)
            reason = "no sentence" if not sentence else reason_to_drop(sentence, entry)
            if not reason and entry.code in codes:
                reason = "the same code again"
            if not reason and sentences[sentence] >= SAME_SENTENCE:
                reason = f"the same sentence more than {SAME_SENTENCE} times"
            if reason:
                dropped[reason] += 1
                continue
            codes.add(entry.code)
            sentences[sentence] += 1
            yield entry, third_person(sentence)


def request(entry, random_):
    """Returns the user's message, in one of the wordings."""
    kind = random_.random()
    if kind < CANONICAL_SHARE:
        return explain_request(entry.code, entry.language)
    wording = random_.choice(WITH_PATH if kind > 0.8 else WORDINGS)
    wording = wording.format(name=entry.name, kind=entry.kind, path=entry.path, language=NAMES[entry.language])
    shown = fence(entry.code, entry.language if random_.random() < 0.8 else "")
    return f"{wording}\n\n{shown}" if random_.random() < 0.8 else f"{shown}\n\n{wording}"


def build(entries, random_):
    """Yields conversations, one for each (Documented, sentence)."""
    for entry, sentence in entries:
        yield [("user", request(entry, random_), None), ("assistant", sentence, False)]


assert EXPLAIN not in WORDINGS
