"""Everyday questions and short answers: how something is done, what a word means, what an error says.

They come from tables written for this project (tables/tasks-*.json, tables/facts-*.json). A task has code in up to three
languages with a check that is true once the code ran (tests/test_everyday.py runs them all); a fact has several ways to ask
and one answer. Every sixth phrasing of a task, and the last way to ask for a fact that has four or more, is held out.
"""

import dataclasses
import json
import pathlib

from instruct.careless import careless
from instruct.grammar import held_out_part
from text.chat import fence

_FOLDER = pathlib.Path(__file__).parent / "tables"
LANGUAGES = {"python": ("Python",), "javascript": ("JavaScript", "JavaScript", "JS"),
             "typescript": ("TypeScript", "TypeScript", "TS")}
PHRASINGS = ["How do I {do} in {language}?", "Write a {language} function that {does}.", "How can I {do} in {language}?",
             "Write {language} code to {do}.", "How to {do} in {language}?", "What is the best way to {do} in {language}?",
             "Write a function in {language} that {does}.", "Show me how to {do} in {language}.", "{language}: {do}",
             "I need a {language} function that {does}.", "How to {do} {language}", "Give me a {language} function to {do}.",
             "Can you write a {language} function that {does}?", "{do} in {language}", "I want to {do} in {language}.",
             "Create a function in {language} to {do}.", "What is the {language} code to {do}?",
             "Can you show me how to {do} with {language}?"]
# Where the request names no language, the answer is in the one that most people read.
BARE = ["How do I {do}?", "Write a function that {does}.", "How to {do}?", "Write a function to {do}.", "{do}",
        "Show me how to {do}.", "How can I {do}?"]
FURTHER = ["And in {language}?", "Now in {language}.", "The same in {language}, please.", "How about {language}?",
           "Can you write it in {language}?", "in {language}?"]
BARE_SHARE, FURTHER_SHARE = 0.15, 0.1


@dataclasses.dataclass
class Task:
    """Something that people want done, with its code by language."""
    do: list  # infinitives
    does: str
    code: dict  # of language: {code, check?, note?}

    def answer(self, language):
        part = self.code[language]
        return fence(part["code"], language) + (f"\n\n{part['note']}" if part.get("note") else "")


def _read(pattern):
    return [each for path in sorted(_FOLDER.glob(pattern)) for each in json.loads(path.read_text(encoding="utf-8"))]


TASKS = [Task([each["do"], *each.get("also", [])], each["does"], {language: each[language] for language in LANGUAGES
                                                                  if language in each}) for each in _read("tasks-*.json")]
FACTS = _read("facts-*.json")


def part(values, held_out):
    """Returns the phrasings that are of training, or those that are held out."""
    apart = held_out_part(values)
    return apart if held_out else [value for value in values if value not in apart]


def ways_to_ask(fact, held_out=False):
    """Returns the ways to ask for a fact; held out, an empty list where it has fewer than four."""
    several = len(fact["ask"]) > 3
    if held_out:
        return fact["ask"][-1:] if several else []
    return fact["ask"][:-1] if several else fact["ask"]


def request(task, language, random_, held_out=False):
    """Returns a request for a task in a language."""
    return _worded(task, random_.choice(part(PHRASINGS, held_out)), language, random_)


def _worded(task, phrasing, language, random_):
    text = phrasing.format(do=random_.choice(task.do), does=task.does, language=random_.choice(LANGUAGES[language]))
    return text[0].upper() + text[1:]


def _about_task(task, language, random_):
    if language == next(iter(task.code)) and random_.random() < BARE_SHARE:
        text = _worded(task, random_.choice(BARE), language, random_)
    else:
        text = request(task, language, random_)
    turns = [("user", careless(text, random_), None), ("assistant", task.answer(language), False)]
    others = [each for each in task.code if each != language]
    if others and random_.random() < FURTHER_SHARE:
        other = random_.choice(others)
        text = random_.choice(FURTHER).format(language=random_.choice(LANGUAGES[other]))
        turns += [("user", careless(text, random_), None), ("assistant", task.answer(other), False)]
    return turns


def _about_fact(fact, random_):
    return [("user", careless(random_.choice(ways_to_ask(fact)), random_), None), ("assistant", fact["answer"], False)]


def build(rounds, random_):
    """Yields conversations; in every round each code of a task and each fact comes once, in another order and wording."""
    whole = [*((task, language) for task in TASKS for language in task.code), *((fact, None) for fact in FACTS)]
    for _ in range(rounds):
        for about, language in random_.sample(whole, len(whole)):
            yield _about_task(about, language, random_) if language else _about_fact(about, random_)
