"""Code and, as its explanation, the first sentence or two of the doc comment its author gave it."""

import collections

from instruct.comments import first_sentences, reason_to_drop
from instruct.documented import documented
from text.chat import EXPLAIN, explain_request, fence

# Half of the requests use the canonical wording, which is the one the command sends.
CANONICAL_SHARE = 0.5
WORDINGS = ["What does this code do?", "Explain this {kind}.", "What is `{name}` for?", "Explain `{name}` in a sentence.",
            "Describe what this {kind} does.", "Summarise this {language} code.", "What does this {kind} do, in plain words?",
            "Can you explain this code to me?", "Tell me what `{name}` does.", "explain"]
WITH_PATH = ["Explain this code from `{path}`.", "This is part of `{path}`. What does it do?",
             "In `{path}` there is this {kind}. What is it for?", "Explain `{name}` in `{path}`."]
NAMES = {"python": "Python", "typescript": "TypeScript", "javascript": "JavaScript"}
SAME_SENTENCE = 3  # times at most: "Returns a string representation" teaches nothing the fourth time
# Commands to the computer become statements about the code: "Return the …" is "Returns the …".
_VERBS = set("return get set add create check compute convert find build make parse apply remove load read write run test "
             "update call generate send determine validate handle define construct extract format render print raise "
             "ensure verify start stop open delete calculate initialize register resolve iterate yield wait allow "
             "provide perform execute use take perform insert append replace merge split join encode decode wrap "
             "transform retrieve produce store save execute pull push fetch search count list reset close draw plot display show represent".split())
_ENDS = {"y": "ies", "s": "ses", "h": "hes"}  # apply, process, push; the rest takes an s


def third_person(sentence):
    first, space, rest = sentence.partition(" ")
    if first.lower() not in _VERBS:
        return sentence
    if first[-1] == "y" and first[-2] in "aeiou" or first[-1] not in _ENDS or first.endswith("th"):
        return first + "s" + space + rest
    return (first[:-1] if first[-1] == "y" else first[:-1]) + _ENDS[first[-1]] + space + rest


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
