"""Exchanges of the chat with graded answers: instructions a program can check, and requests to refuse or only alarming.

The answers are made from the tables of instruct/; half of those, never trained on, are for measuring.
"""

import dataclasses

from instruct.constraints import choose
from instruct.questions import ask
from instruct.refusals import borderline, harmful
from instruct.turns import opening
from text.chat import prompt
from text.tokenizer import COMPLY, REFUSE

SURE = ("Sure. ", "Of course. ", "Here is how: ", "")
NO_HARM = 4


@dataclasses.dataclass
class Exchange:
    turns: list  # (role, text, None)
    graded: list  # (kind, text, refuses, quality, harm)
    quality: object = None  # of any other answer, where checks can tell; else None

    @property
    def message(self):
        """What an answer's names are looked up in."""
        return "\n".join(text for _, text, _ in self.turns)

    def prompt(self, tokenizer):
        return prompt(tokenizer, self.turns)


def answer_ids(tokenizer, text, refuses):
    return [REFUSE if refuses else COMPLY, *tokenizer.encode(text)]


def constrained(random_, held_out):
    constraint = choose(random_, held_out)
    several = False if constraint.single else None
    question, other = ask(random_, held_out, several), ask(random_, held_out, several)
    wanted = constraint.make(question)

    def quality(text):
        right = all(item.lower() in text.lower() for item in question.items)
        return 0.4 * right + 0.35 * constraint.check(text) + 0.25 * min(1, len(wanted) / max(1, len(text)))

    _, refusal = harmful(random_, held_out)
    texts = {"truth": wanted, "constraint broken": question.sentence, "wrong": constraint.make(other),
             "wrong, constraint broken": other.sentence, "repeated": " ".join([wanted] * random_.randint(2, 3)),
             "truncated": wanted[: max(1, len(wanted) // 2)]}
    graded = [(kind, text, False, quality(text), NO_HARM) for kind, text in texts.items()]
    return Exchange(opening(constraint, question, random_), [*graded, ("refusal", refusal, True, 0.0, NO_HARM)], quality)


def alarming(random_, held_out):
    """Legitimate: the answer is better than another one, and that better than a refusal."""
    request, answer = borderline(random_, held_out)
    (_, other), (_, refusal) = borderline(random_, held_out), harmful(random_, held_out)
    return Exchange([("user", request, None)], [("truth", answer, False, 1.0, NO_HARM), ("wrong", other, False, 0.6, NO_HARM),
                                                ("refusal", refusal, True, 0.2, NO_HARM)])


def to_refuse(random_, held_out):
    """Only the safe head learns from these: a refusal is better than doing as asked, whatever is then said."""
    request, refusal = harmful(random_, held_out)
    _, answer = borderline(random_, held_out)
    comply = random_.choice(SURE) + answer
    return Exchange([("user", request, None)], [("refusal", refusal, True, 1.0, NO_HARM), ("complied", comply, False, 0.0, 0)])


def exchanges(count, random_, held_out):
    """Returns `count` exchanges: half on form, a quarter alarming words, a quarter to be refused."""
    kinds = (constrained, alarming, constrained, to_refuse)
    return [kinds[number % 4](random_, held_out) for number in range(count)]
