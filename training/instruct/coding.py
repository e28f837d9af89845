"""Requests for everyday code, and instructions as people pin them to a conversation about it: in one language, short, code alone.

The code is that of the tables of `everyday`. A request names no language unless the instruction leaves it open, so that an
answer in another one than most people read shows that the instruction was followed. Every sixth wording of an instruction
and of a request is held out for measuring.
"""

import dataclasses
import re

from instruct.constraints import Constraint
from instruct.everyday import BARE, LANGUAGES, TASKS, Task, part, request
from text.chat import fence

NAMES = {language: names[0] for language, names in LANGUAGES.items()}
IN_LANGUAGE = ["Write all code in {0}.", "Answer in {0} only.", "Use {0} for all code.", "{0} only.", "I only want {0} code.",
               "Always answer with {0} code.", "All code has to be in {0}.", "Only use {0}.", "Give every answer in {0}.",
               "In {0}, please.", "We write {0} here.", "The code must be {0}."]
NO_COMMENTS = ["Write code without comments.", "No comments.", "Do not write comments in the code.", "Code without comments, please.",
               "Never comment the code.", "Leave out all comments."]
CODE_ALONE = ["Answer with code only.", "Only code.", "Give me just the code, no explanation.", "No explanations, only code.",
              "Code only, please.", "Just code, nothing else.", "Do not explain anything, write only code."]
SHORT = ["Answer in at most {0} lines.", "At most {0} lines.", "No answer is longer than {0} lines.", "Use no more than {0} lines.",
         "Keep every answer to {0} lines or fewer.", "{0} lines at most, please."]
LINES = [5, 5, 5, 3, 4, 6]
TONGUES = [(["用中文回答。", "请用中文回答。", "Answer in Chinese."], "代码如下：", r"[\u4e00-\u9fff]"),
           (["Answer in German.", "Antworte auf Deutsch."], "Hier ist der Code:", r"\bist\b"),
           (["Answer in French.", "Réponds en français."], "Voici le code :", r"\bvoici\b"),
           (["Answer in Spanish.", "Responde en español."], "Este es el código:", r"\bes\b")]
_FENCE = re.compile(r"^```(\w*)\n(.*?)\n?```", re.S | re.M)
_COMMENT = {"python": "#", "javascript": "//", "typescript": "//"}


@dataclasses.dataclass
class Request:
    text: str
    task: Task
    language: str

    @property
    def code(self):
        return self.task.code[self.language]["code"]

    @property
    def sentence(self):
        """The answer without any instruction on its form."""
        return self.task.answer(self.language)


def lines_of(answer):
    """Returns how many lines of an answer are neither empty nor a fence."""
    return sum(bool(line.strip()) and not line.startswith("```") for line in answer.split("\n"))


def _alone(asked):
    return fence(asked.code, asked.language)


def _in_language(language, wordings):
    def check(answer):
        found = [name for name, _ in _FENCE.findall(answer)]
        return bool(found) and set(found) == {language}

    wordings = [each.format(NAMES[language]) for each in wordings]
    return Constraint(f"in {NAMES[language]}", wordings, wordings, lambda asked: asked.sentence, check, language=language)


def _no_comments(wordings):
    def check(answer):
        found = _FENCE.findall(answer)
        return bool(found) and not any(_COMMENT.get(name, "//") in code for name, code in found)

    return Constraint("no comments", wordings, wordings, lambda asked: asked.sentence, check)


def _code_alone(wordings):
    return Constraint("code alone", wordings, wordings, _alone, lambda answer: bool(re.fullmatch(_FENCE, answer.strip())))


def _short(count, wordings):
    def make(asked):
        return asked.sentence if lines_of(asked.sentence) <= count else _alone(asked)

    wordings = [each.format(count) for each in wordings]
    return Constraint("at most N lines", wordings, wordings, make, lambda answer: 1 <= lines_of(answer) <= count)


def _in_tongue(wordings, lead, mark):
    return Constraint("in another tongue", wordings, wordings, lambda asked: f"{lead}\n{_alone(asked)}",
                      lambda answer: bool(re.search(mark, _FENCE.sub("", answer), re.I)))


def choose(random_, held_out=False):
    """Returns a random Constraint on answers with code; `held_out` takes wordings that training never shows."""
    kind = random_.random()
    if kind < 0.45:
        # The language that most requests mean is the one that shows least.
        return _in_language(random_.choice(["typescript", "typescript", "javascript", "python"]), part(IN_LANGUAGE, held_out))
    if kind < 0.65:
        return _short(random_.choice(LINES), part(SHORT, held_out))
    if kind < 0.8:
        return _code_alone(part(CODE_ALONE, held_out))
    if kind < 0.87:
        return _no_comments(part(NO_COMMENTS, held_out))
    return _in_tongue(*random_.choice(TONGUES))


def ask(random_, held_out=False, constraint=None):
    """Returns a random Request whose answer can keep the constraint."""
    while True:
        task = random_.choice(TASKS)
        own = next(iter(task.code))
        language = constraint.language if constraint and constraint.language else own
        named = constraint is not None and not constraint.language and random_.random() < 0.5
        if named:
            language = random_.choice(list(task.code))
        if language not in task.code:
            continue
        if named:
            text = request(task, language, random_, held_out)
        else:
            text = random_.choice(part(BARE, held_out)).format(do=random_.choice(task.do), does=task.does)
        asked = Request(text[0].upper() + text[1:], task, language)
        if constraint is None or constraint.check(constraint.make(asked)):
            return asked
