"""What to refuse, and what only sounds like it: the data behind the dial (recipe: Touvron et al. 2023, section 4.2).

Three kinds in equal number. Requests to be refused name a harm to somebody and no way of doing it. Requests to comply
with are everyday programming with alarming words, the defence against harms among it, and ordinary requests of all
sorts. A small model lacks words most of all, so most requests are grown from lists (requests/*.json,
instruct/grammar.py), and all three kinds share their phrasings; the others are written one by one
(requests/written.json). A sixth of the values of each list is held out, of the phrasings as well, and some alarming
words altogether: HELD_OUT below says which, and training never draws them.
"""

import functools
import json
import math
import pathlib
import random
import re

from instruct.careless import careless
from instruct.grammar import Grammar, held_out_part
from instruct.topics import headings, infinitive, sentences
from text.chat import fence

_FOLDER = pathlib.Path(__file__).parent / "requests"
HARMFUL, BORDERLINE, ORDINARY, FRAMES, WRITTEN = (
    json.loads((_FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    for name in ("harmful", "borderline", "ordinary", "frames", "written"))
WORDS_APART = BORDERLINE["held out words"]
_ALARMING = re.compile(r"\b(?:" + "|".join(f"{word.removesuffix('e')}[e{word[-1]}]?" for word in BORDERLINE["triggers"])
                       + r")(?:s|es|d|ed|ing|er|ers|ion|ions)?\b", re.I)  # words and their forms
_DEFENCE = ["Keep everything up to date, limit what each account may do, and watch the logs.",
            "Close what is not needed, check what comes in, and keep backups that cannot be reached from there.",
            "Change the passwords first, sign out all sessions, and keep the logs for whoever investigates."]
_REFUSAL = "I won't help with that: it would harm somebody."
MEASURED = 210  # requests of each kind, as many as Touvron et al. had borderline ones
# Of the requests that only sound dangerous, the share whose decision is to refuse, since people disagree about them. So
# P(refuse) lies between for these, and the dial's strict side reaches them long before anything ordinary.
DISAGREED = 0.5
WRITTEN_OUT = 0.5  # of each kind: requests written one by one, with code in their lines as people put it there
# Of the ordinary requests, those out of the corpus, in more words than lists have: what its functions do, and what its
# documentation has chapters about. Of all requests, those behind a sentence of its documentation: to a small model words
# that it hardly knows look like harm, unless they stand in requests of every kind.
DOCUMENTED, TOPICS, BEHIND_SENTENCE = 0.3, 0.15, 0.1

HELD_OUT = {"trigger words": WORDS_APART, "phrasings": held_out_part(FRAMES["do"]),
            "whole requests": {"harmful": held_out_part(HARMFUL["whole"]), "borderline": held_out_part(BORDERLINE["whole"]),
                               "ordinary": held_out_part(ORDINARY["whole"])},
            "written": {kind: held_out_part(requests) for kind, requests in WRITTEN.items()},
            "requests": {kind: held_out_part(of["requests"]) for kind, of in HARMFUL["kinds"].items()},
            "objects": {word: held_out_part(of["objects"]) for word, of in BORDERLINE["triggers"].items()},
            "words": {name: held_out_part(values) for name, values in HARMFUL["parts"].items()}}


def _lists(table):
    return {name: values for name, values in table.items()
            if isinstance(values, list) and isinstance(values[0], str)}


# By whether held out.
_FRAMES = {held_out: Grammar(FRAMES, held_out) for held_out in (False, True)}
_HARMFUL = {held_out: Grammar(HARMFUL["parts"], held_out) for held_out in (False, True)}
_BORDERLINE = {held_out: Grammar(_lists(BORDERLINE), held_out) for held_out in (False, True)}
_ORDINARY = {held_out: Grammar(_lists(ORDINARY), held_out) for held_out in (False, True)}


def borderline(random_, held_out=False):
    """Returns (request, answer) of something legitimate with an alarming word."""
    if random_.random() < WRITTEN_OUT:
        return _written("borderline", random_, held_out), ""
    grammar = _BORDERLINE[held_out]
    if random_.random() < 0.1:
        return _about_code("alarming code", random_, held_out)
    if random_.random() < 0.2:
        request = grammar.expand(random_.choice(grammar.part(BORDERLINE["defence"])), random_)
        return _finished(request, random_, held_out), random_.choice(_DEFENCE)
    words = [word for word in BORDERLINE["triggers"] if held_out or word not in WORDS_APART]
    word = random_.choice(words)
    request, answer = _with_trigger(BORDERLINE["triggers"][word], random_, held_out, word in WORDS_APART)
    return _finished(request, random_, held_out), answer


def _with_trigger(trigger, random_, held_out, all_of_it):
    """`all_of_it`: everything about this word is held out, so nothing has to be held out of its lists."""
    grammar = _BORDERLINE[held_out]
    verb = trigger["forms"]
    what, extra, learn = (random_.choice(trigger[part] if all_of_it else grammar.part(trigger[part]))
                          for part in ("objects", "extra", "learn"))
    what = grammar.expand(what, random_)
    own = {"v": verb[0], "s": verb[1], "ing": verb[2], "past": verb[3], "o": what, "extra": extra, "learn": learn,
           "camel": camel_case(f"{verb[0]} {what}")}
    whole = random_.random() < 0.5
    template = random_.choice(grammar.part(BORDERLINE["whole" if whole else "do"]))
    request = grammar.expand(re.sub(r"\{(\w+)\}", lambda slot: own.get(slot[1], slot[0]), template), random_)
    answer = trigger["answer"]
    if whole and re.search(r"\b(name|call the|Rename)\b", template):
        answer = f"`{own['camel']}`"
    elif re.search(r"\btest\b", template):
        answer = f"Set it up, {verb[0]} {what}, and check the state afterwards."
    elif re.search(r"\b(log|error|fail)\b", template):
        answer = "Look at the first error in the log, and at what happened just before it."
    return request if whole else _framed(request, random_, held_out), answer


def harmful(random_, held_out=False):
    """Returns (request, refusal) of something to be refused."""
    if random_.random() < WRITTEN_OUT:
        return _written("harmful", random_, held_out), _REFUSAL
    grammar = _HARMFUL[held_out]
    kinds = list(HARMFUL["kinds"].values())
    of, = random_.choices(kinds, [math.sqrt(len(kind["requests"])) for kind in kinds])  # neither even nor by their lengths
    if random_.random() < 0.35:
        request = grammar.expand(random_.choice(grammar.part(HARMFUL["whole"])), random_)
        answer = _REFUSAL
    else:
        means = " {in}" if random_.random() < 0.08 else ""  # else "in Python" alone would say that all is well
        request = grammar.expand(random_.choice(grammar.part(of["requests"])) + means, random_)
        request, answer = _framed(request, random_, held_out), random_.choice(of["refusals"])
    return _finished(request, random_, held_out, with_code=0.12), answer  # as often as the others ask about code


def ordinary(random_, held_out=False, corpus=None):
    """Returns (request, answer) of something that nobody would hesitate about; most often only its decision is known, and
    the answer is empty."""
    if random_.random() < WRITTEN_OUT:
        return _written("ordinary", random_, held_out), ""
    source = random_.random() if corpus else 1
    if source < DOCUMENTED:
        return _finished(_framed(random_.choice(corpus["tasks"]), random_, held_out), random_, held_out), ""
    if source < DOCUMENTED + TOPICS:
        frame = random_.choice(_FRAMES[held_out].part(FRAMES["about"]))
        return _finished(frame.replace("{topic}", random_.choice(corpus["topics"])), random_, held_out), ""
    grammar = _ORDINARY[held_out]
    kind = random_.random()
    if kind < 0.08:
        return _about_code("code", random_, held_out)
    if kind < 0.5:
        request = grammar.expand(random_.choice(grammar.part(ORDINARY["whole"])), random_)
    else:
        group = random_.choice(ORDINARY["groups"])
        request = _framed(grammar.expand(random_.choice(grammar.part(group)), random_), random_, held_out)
    return _finished(request, random_, held_out), ""


def _written(kind, random_, held_out):
    return _styled(random_.choice(_FRAMES[held_out].part(WRITTEN[kind])), random_, held_out)


def _about_code(snippets, random_, held_out):
    grammar = _ORDINARY[held_out]
    code, language, answer = random_.choice([each for number, each in enumerate(ORDINARY[snippets])
                                             if (number % 6 == 5) == held_out])
    request = grammar.expand(random_.choice(grammar.part(ORDINARY["about code"])), random_)
    return f"{_styled(request, random_, held_out)}\n\n{fence(code, language)}", answer


def camel_case(text):
    """Returns the words of a text as a name, at most four of them."""
    words = [word for word in re.findall(r"[A-Za-z]+", text) if word not in ("a", "an", "the", "of", "my", "our", "s")][:4]
    return words[0].lower() + "".join(word.capitalize() for word in words[1:])


def _framed(what, random_, held_out):
    """Returns a request to do what an infinitive says."""
    grammar = _FRAMES[held_out]
    frame = random_.choice(grammar.part(FRAMES["do"])).replace("{what}", "\0").replace("{What}", "\1")
    return grammar.expand(frame, random_).replace("\0", what).replace("\1", what[0].upper() + what[1:])


def _finished(request, random_, held_out, with_code=0.04):
    """Returns the request as somebody types it, now and then with code of theirs."""
    request = _styled(request, random_, held_out)
    if random_.random() > with_code:
        return request
    code, language, _ = random_.choice(ORDINARY["code"] + ORDINARY["alarming code"])
    return f"{request}\n\n{fence(code, language)}"


def _styled(request, random_, held_out):
    """Returns the request with words around it, or with the carelessness of somebody in a hurry."""
    grammar = _FRAMES[held_out]
    if not held_out:
        if random_.random() < 0.25:
            request = random_.choice(grammar.part(FRAMES["before"])) + request
        if request[-1] in ".?!" and random_.random() < 0.25:
            request += random_.choice(grammar.part(FRAMES["after"]))
    return careless(request, random_)


def of_corpus(tasks, documentation):
    """Returns {tasks, topics, sentences} for `build`: what is ordinary in a corpus, without a word that alarms.

    `tasks` are infinitives, `documentation` texts in Markdown.
    """
    found = {"tasks": set(tasks), "topics": set(), "sentences": set()}
    for text in documentation:
        for heading in headings(text):
            task = infinitive(heading)
            found["tasks" if task else "topics"].add(task or heading)
        found["sentences"].update(sentences(text))
    return {kind: sorted(each for each in texts if not _ALARMING.search(each)) for kind, texts in found.items()}


def build(count, random_, corpus=None):
    """Yields `count` conversations, a third of them of each kind; DISAGREED of the borderline ones have a decision alone.

    `corpus`: what `of_corpus` found, if anything.
    """
    kinds = borderline, harmful, functools.partial(ordinary, corpus=corpus)
    for number in range(count):
        kind = kinds[number % 3]
        request, answer = kind(random_)
        if corpus and random_.random() < BEHIND_SENTENCE:
            request = f"{random_.choice(corpus['sentences'])} {request}"
        disagreed = kind is borderline and random_.random() < DISAGREED
        yield [("user", request, None), ("assistant", "" if disagreed else answer, kind is harmful or disagreed)]


def _measured(kind):
    """Returns MEASURED different held-out requests, always the same."""
    random_, found = random.Random(0), {}
    while len(found) < MEASURED:
        found[kind(random_, held_out=True)[0]] = True
    return list(found)


def all_borderline():
    """Returns held-out requests to comply with, of held-out words or about held-out things."""
    return _measured(borderline)


def all_harmful():
    """Returns held-out requests to refuse."""
    return _measured(harmful)


def all_ordinary():
    """Returns held-out requests without anything alarming."""
    return _measured(ordinary)
