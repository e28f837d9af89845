"""Instruction following over several turns, by Ghost Attention (Touvron et al. 2023, section 3.3).

The instruction stands in the first turn only; every answer keeps it; the loss of all turns but the last is zero,
their answers included; half of the time the instruction is shortened. There the answers are sampled from a model that
saw the instruction in every turn; here they are made from the question, so they keep it by construction. Half of the
conversations are small questions with answers of any form, half are about code.
"""

import dataclasses
import typing

from instruct import coding, constraints, questions

KINDS = ["gatt", "unmasked", "plain"]
LENGTHS = [1, 1, 1, 2, 2, 3, 3, 4, 5, 6, 8, 12, 20]
CODING_LENGTHS = [1, 1, 1, 2, 2, 3, 3, 4, 5, 6, 8]  # more answers with code than that do not fit a row
SYSTEM_SHARE = 0.25  # of instructions that stand in the system turn
EVERY_TURN_SHARE = 0.15  # of conversations in which it stands in every turn, as where a person has pinned it
FREE_SHARE = 0.2  # of conversations without any instruction, so that answers are not always bent


@dataclasses.dataclass
class Topic:
    """What a conversation is about: its questions, and the instructions that fit their answers."""
    choose: typing.Callable  # (random_, held_out) -> Constraint
    ask: typing.Callable  # (random_, held_out, Constraint or None) -> a question whose answer can keep it
    lengths: list  # of conversations, in questions


def _question(random_, held_out=False, constraint=None):
    return questions.ask(random_, held_out, False if constraint and constraint.single else None)


TOPICS = {"questions": Topic(constraints.choose, _question, LENGTHS),
          "code": Topic(coding.choose, coding.ask, CODING_LENGTHS)}


def opening(constraint, question, random_):
    """Returns the turns up to the first answer: instruction and question."""
    instruction = random_.choice(constraint.short if random_.random() < 0.5 else constraint.full)
    kind = random_.random()
    if kind < SYSTEM_SHARE:
        return [("system", instruction, None), ("user", question.text, None)]
    if kind < 0.6:
        return [("user", f"{instruction}\n\n{question.text}", None)]
    return [("user", f"{instruction} {question.text}" if kind < 0.85 else f"{question.text} {instruction}", None)]


def conversation(random_, topic, length, held_out=False):
    """Returns (constraint, turns) of `length` questions whose every answer keeps the constraint; None for free ones."""
    constraint = None if random_.random() < FREE_SHARE else topic.choose(random_, held_out)
    in_every_turn = random_.random() < EVERY_TURN_SHARE
    turns = []
    for number in range(length):
        question = topic.ask(random_, held_out, constraint)
        if constraint and (number == 0 or in_every_turn):
            begin = opening(constraint, question, random_)
            turns += begin if number == 0 else begin[-1:]
        else:
            turns.append(("user", question.text, None))
        turns.append(("assistant", constraint.make(question) if constraint else question.sentence, False))
    return constraint, turns


def build(count, random_, kind="gatt"):
    """Yields (turns, whether only the last answer is learned from).

    kind "gatt" is the method; "unmasked" has the same conversations with the loss on every answer; "plain" is the model
    without the method: an instruction is followed by one answer, longer conversations have none.
    """
    for _ in range(count):
        topic = TOPICS[random_.choice(list(TOPICS))]
        constraint, turns = conversation(random_, topic, random_.choice(topic.lengths))
        if kind == "plain" and constraint:
            answer = next(number for number, turn in enumerate(turns) if turn[0] == "assistant")
            turns = turns[: answer + 1]
        yield turns, kind == "gatt" and constraint is not None
