"""How long an instruction of the first turn is kept: the share of answers that keep it at turns 2, 4, 6 and 20.

    python3 -m measure.retention --model work/xs-tuned --data work/tune-8k
    python3 -m measure.retention --model work/xs-gatt --without work/xs-plain --name xs

As Touvron et al. 2023 measured Ghost Attention (appendix A.3.5), with a program in the judge's place. The instruction
stands in the first turn only; the conversation is the model's own, its answers at temperature 0. Half of the conversations
are small questions, with words, numbers and most questions that training never showed; half ask for everyday code, with
instructions and requests in wordings that it never showed. Turn 1 shows whether the instruction is followed at all; the same
instruction said again in the last turn shows what is forgotten rather than not understood. `--without` measures a model
tuned in the same way but for the method (`tune.py --turns plain`) in the same conversations.

Writes records/NAME/retention.json; with `--without`, records/NAME/ghost_attention.json.
"""

import pathlib
import random

from instruct.turns import TOPICS, opening
from measure.exported import home
from measure.statistics import wilson
from measure.tuned import arguments, opened, replies, write

TURNS = [1, 2, 4, 6, 20]
PAPER = {"with": {"2": 100, "4": 100, "6": 100, "20": 100}, "without": {"2": 100, "4": 10, "6": 0, "20": 0}}
STEPS = 128


def scripts(count, seed):
    """Returns [(constraint, turns up to the first question, questions)], the same for every model."""
    found = []
    for number in range(count):
        random_ = random.Random(f"{seed} {number}")
        topic = list(TOPICS.values())[number % len(TOPICS)]
        constraint = topic.choose(random_, held_out=True)
        questions = [topic.ask(random_, True, constraint) for _ in range(max(TURNS))]
        found.append((constraint, opening(constraint, questions[0], random_), questions))
    return found


def share(kept):
    return {"kept": round(sum(kept) / len(kept), 3), "of": len(kept), "95 %": wilson(sum(kept), len(kept))}


def measure(model, tokenizer, count, seed):
    found = scripts(count, seed)
    conversations = [list(begin) for _, begin, _ in found]
    kept = {}
    for turn in range(1, max(TURNS) + 1):
        if turn > 1:
            for conversation, (_, _, questions) in zip(conversations, found):
                conversation.append(("user", questions[turn - 1].text, None))
        answers = replies(model, tokenizer, conversations, STEPS)
        if turn == max(TURNS):
            again = [[*conversation[:-1], ("user", f"{constraint.full[0]} {conversation[-1][1]}", None)]
                     for conversation, (constraint, _, _) in zip(conversations, found)]
            kept["said again"] = [c.check(answer) for (c, _, _),
                                  answer in zip(found, replies(model, tokenizer, again, STEPS))]
        kept[turn] = [constraint.check(answer) for (constraint, _, _), answer in zip(found, answers)]
        for conversation, answer in zip(conversations, answers):
            conversation.append(("assistant", answer, False))
    names = sorted({constraint.name for constraint, _, _ in found})
    by_name = {name: {str(turn): share([k for k, (c, _, _) in zip(kept[turn],
                                                                  found) if c.name == name])["kept"] for turn in TURNS}
               for name in names}
    samples = [[text for _, text, _ in conversation[:7]] for conversation in conversations[:3]]
    return {"conversations": count, "kept at turn": {str(turn): share(kept[turn]) for turn in [*TURNS, "said again"]},
            "by instruction": by_name, "paper, % (7 B and more)": PAPER, "samples, their beginning": samples}


def main():
    parser = arguments(__doc__)
    parser.add_argument("--count", type=int, default=80, help="conversations")
    parser.add_argument("--without", type=pathlib.Path, help="a model tuned without Ghost Attention, to be compared")
    options = parser.parse_args()
    if options.without:
        both = {"with": options.model, "without": options.without}
        write(options, "ghost_attention.json", {label: {"tuned as": home(path).name, **shown(label, options, path)}
                                                for label, path in both.items()})
    else:
        write(options, "retention.json", shown("", options, options.model))


def shown(label, options, path):
    """Returns what was measured of a model, and prints it."""
    result = measure(*opened(options, path), options.count, options.seed)
    for turn, row in result["kept at turn"].items():
        figures = "  ".join(f"paper {label} {PAPER[label][turn]} %" for label in PAPER) if turn in PAPER["with"] else ""
        print(f"{label:8}turn {turn:10} kept {100 * row['kept']:5.1f} %  95 % {row['95 %']}  {figures}", flush=True)
    return result


if __name__ == "__main__":
    main()
