"""Instruction following over several turns, by Ghost Attention (Touvron et al. 2023, section 3.3).

The instruction stands in the first turn only; every answer keeps it; the loss of all turns but the last is zero,
their answers included; half of the time the instruction is shortened. There the answers are sampled from a model that
saw the instruction in every turn; here they are made from the question, so they keep it by construction.
"""

from instruct.constraints import choose
from instruct.questions import ask

KINDS = ["gatt", "unmasked", "plain"]
LENGTHS = [1, 2, 2, 3, 3, 4, 5, 6, 8, 12, 20]
SYSTEM_SHARE = 0.3  # of instructions that stand in the system turn
FREE_SHARE = 0.2  # of conversations without any instruction, so that answers are not always bent


def opening(constraint, question, random_):
    """Returns the turns up to the first answer: instruction and question."""
    instruction = random_.choice(constraint.short if random_.random() < 0.5 else constraint.full)
    if random_.random() < SYSTEM_SHARE:
        return [("system", instruction, None), ("user", question.text, None)]
    first = f"{instruction} {question.text}" if random_.random() < 0.7 else f"{question.text} {instruction}"
    return [("user", first, None)]


def conversation(random_, length, held_out=False):
    """Returns (constraint, turns) of `length` questions whose every answer keeps the constraint; None for free ones."""
    constraint = None if random_.random() < FREE_SHARE else choose(random_, held_out)
    several = False if constraint and constraint.single else None
    turns = []
    for number in range(length):
        question = ask(random_, held_out, several)
        if number == 0 and constraint:
            turns += opening(constraint, question, random_)
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
        constraint, turns = conversation(random_, random_.choice(LENGTHS))
        if kind == "plain" and constraint:
            answer = next(number for number, turn in enumerate(turns) if turn[0] == "assistant")
            turns = turns[: answer + 1]
        yield turns, kind == "gatt" and constraint is not None
