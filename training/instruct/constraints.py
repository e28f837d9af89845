"""Instructions on the form of an answer that a program can check.

Each constraint says how it is put in full and in short, makes an answer that keeps it, and checks any text.
"""

import dataclasses
import json
import re
import typing

# The last third of each list of words is held out for measuring.
END_WORDS = ["done", "over", "thanks", "roger", "cheers", "end", "okay", "ready", "copy", "bye", "clear", "finished"]
START_WORDS = ["answer", "result", "note", "reply", "hint", "listen", "look", "assistant", "output"]
HELD_OUT = 1 / 3


@dataclasses.dataclass
class Constraint:
    name: str
    full: list
    short: list
    make: typing.Callable  # from what was asked, a Question or a coding.Request, to the answer
    check: typing.Callable[[str], bool]
    single: bool = False  # only for questions with one answer
    language: str = ""  # of the code, where the instruction is about it


def _phrase(question):
    return " ".join(question.items) if len(question.items) == 1 else ", ".join(question.items)


def _json(text):
    try:
        found = json.loads(text)
    except ValueError:
        return False
    return isinstance(found, list) and bool(found) and all(isinstance(item, str) for item in found)


def _end_with(word):
    return Constraint("ends with a word", [f"End every answer with the word {word}.",
                                           f"Whatever I ask, the last word of your answer is {word}."],
                      [f"End with {word}.", f"Last word: {word}."], lambda q: f"{q.sentence} {word}",
                      lambda text: bool(re.search(rf"(^|\W){word}[.!]?$", text.strip(), re.I)) and len(text.split()) > 1)


def _start_with(word):
    return Constraint("begins with a word", [f"Begin every answer with the word {word} and a colon.",
                                             f"All of your answers start with {word}:"],
                      [f"Begin with {word}:", f"Start: {word}:"], lambda q: f"{word}: {q.sentence}",
                      lambda text: text.strip().lower().startswith(word + ":") and len(text.split()) > 1)


def _at_most(count):
    return Constraint("at most N words", [f"Use at most {count} words in every answer.",
                                          f"Never answer with more than {count} words."],
                      [f"At most {count} words.", f"{count} words or fewer."],
                      lambda q: q.items[0], lambda text: 1 <= len(text.split()) <= count, single=True)


def _language(name, lead, mark):
    return Constraint("in a language", [f"Answer everything in {name}.", f"From now on, write your answers in {name}."],
                      [f"In {name}.", f"{name} only."],
                      lambda q: f"{lead} {_phrase(q)}.", lambda text: bool(re.search(mark, text, re.I)))


def _prefixed(sign, what):
    return Constraint("as a comment", [f"Write every answer as a {what} comment.", f"Answer only with a {what} comment."],
                      [f"As a {what} comment."],
                      lambda q: f"{sign} {q.sentence}", lambda text: text.strip().startswith(sign + " "))


FIXED = [
    Constraint("one word", ["Answer every question with one word.", "Use a single word for each answer."],
               ["One word.", "One word only."],
               lambda q: q.items[0], lambda text: len(text.split()) == 1, single=True),
    Constraint("upper case", ["Write all of your answers in upper case.", "Answer in capital letters only, always."],
               ["Upper case.", "Capitals only."],
               lambda q: q.sentence.upper(), lambda text: text.upper() == text and any(c.isalnum() for c in text)),
    Constraint("lower case", ["Write all of your answers in lower case.", "Never use a capital letter in your answers."],
               ["Lower case.", "No capitals."],
               lambda q: q.sentence.lower(), lambda text: text.lower() == text and any(c.isalnum() for c in text)),
    Constraint("JSON list", ["Give every answer as a JSON list of strings.", "Answer only with a JSON array of strings."],
               ["As a JSON list.", "JSON list only."],
               lambda q: json.dumps(q.items), _json),
    Constraint("bullets", ["Write every answer as a bullet list with dashes.",
                           "Answer with a list, one dash for each item."], ["Bullet list.", "As a list with dashes."],
               lambda q: "\n".join(f"- {item}" for item in q.items),
               lambda text: all(line.startswith("- ") for line in text.strip().split("\n"))),
    Constraint("in quotes", ["Put every answer in double quotes.",
                             "Your whole answer stands between double quotes, always."], ["In double quotes.", "Quoted."],
               lambda q: f'"{q.sentence}"',
               lambda text: len(text.strip()) > 2 and text.strip()[0] == text.strip()[-1] == '"'),
    Constraint("exclamation mark", ["End each of your answers with an exclamation mark.",
                                    "Every answer ends with an exclamation mark."], ["End with an exclamation mark."],
               lambda q: q.sentence.rstrip(".") + "!", lambda text: text.strip().endswith("!")),
    Constraint("as code", ["Write every answer in backticks.", "Put your answers between backticks, always."],
               ["In backticks."],
               lambda q: f"`{_phrase(q)}`", lambda text: bool(re.fullmatch(r"`[^`]+`", text.strip()))),
    _prefixed("//", "JavaScript"), _prefixed("#", "Python"),
    _language("German", "Die Antwort ist", r"\bdie\b.*\bist\b"), _language("French", "La réponse est", r"\bla\b.*\best\b"),
    _language("Spanish", "La respuesta es", r"\bla\b.*\bes\b"), _language("Italian", "La risposta è", r"\bla\b.*è"),
    _language("Chinese", "答案是", "[\u4e00-\u9fff]"),
]


def choose(random_, held_out=False):
    """Returns a random constraint; `held_out` takes words and numbers that training never shows."""
    def part(values):
        cut = round(len(values) * (1 - HELD_OUT))
        return random_.choice(values[cut:] if held_out else values[:cut])

    kind = random_.random()
    if kind < 0.15:
        return _end_with(part(END_WORDS))
    if kind < 0.25:
        return _start_with(part(START_WORDS))
    if kind < 0.35:
        return _at_most(part([2, 4, 3]))
    return random_.choice(FIXED)
