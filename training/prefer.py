"""Trains the prior of the preference model: two linear heads, helpful and safe, on graded pairs made by checks.

    python3 prefer.py --from work/xs/checkpoint.pt --name xs

Writes work/NAME-prefer/*.pickle (answers, kept for another fit), records/NAME/preference.json and, with --to, the file
preference.safetensors. The heads that ship have the small margins and are fitted on places in training files; the record
compares them with none and large, on one place in five that is left out of the fit and on held-out repositories.
"""

import argparse
import dataclasses
import itertools
import json
import pathlib
import pickle
import random

import torch

from measure.exported import fingerprint, open_model
from network.record import digest
from preference.chats import exchanges
from preference.checks import GRADES
from preference.comparison import SHIPPED, best_of_samples, compare, for_validation, inputs_of, pairs_for, show
from preference.dataset import Answer, build, completions, replies
from preference.features import NAMES
from preference.places import places_in
from preference.prior import write_prior
from preference.ranking import PAPER

HERE = pathlib.Path(__file__).parent
FIELDS = [field.name for field in dataclasses.fields(Answer)]
MARGIN = "small"  # the best on average in Touvron et al. 2023, table 28; large ones push scores apart


def documents_of(path, most):
    """Returns the first `most` documents of a file that has them in random order; None for all."""
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in itertools.islice(lines, most)]


def made(path, key, build_part, again):
    """Returns what `build_part` does, from the last time if it was made then from the same."""
    if path.exists() and not again:
        saved = pickle.loads(path.read_bytes())
        if saved["key"] == key:
            return saved["part"]
    path.parent.mkdir(parents=True, exist_ok=True)
    part = build_part()
    path.write_bytes(pickle.dumps({"key": key, "part": part}))
    return part


def answers_of(options):
    """Returns {"train", "held out": ([Answer], hidden)}: to places in files, and then to exchanges of the chat."""
    model, tokenizer = open_model(options.source, "average", options.tokenizer or options.work / "tokenizer")
    parts = {}
    for part, file, most, places, chats in (
            ("train", "train.jsonl", 20 * options.places, options.places, options.chats),
            ("held out", "held_out.jsonl", None, options.held_out, options.held_out_chats)):
        prompts = {"places": (places, lambda random_: places_in(documents_of(options.work / file, most), places, random_),
                              completions),
                   "chats": (chats, lambda random_: exchanges(chats, random_, part == "held out"), replies)}
        answers, hidden = [], []
        for kind, (count, prompts_of, answered) in prompts.items():
            if count:
                found, states = made(
                    options.work / f"{options.name}-prefer/{part.replace(' ', '-')}-{kind}.pickle",
                    {"count": count, "seed": options.seed, "weights": fingerprint(model), "of each": FIELDS},
                    lambda: build(model, tokenizer, prompts_of(random.Random(f"{part} {kind} {options.seed}")), answered,
                                  options.seed), options.again)
                answers += [dataclasses.replace(answer, place=f"{kind} {answer.place}") for answer in found]
                hidden.append(states)
        parts[part] = answers, torch.cat(hidden)
    return parts


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--work", type=pathlib.Path, default=HERE / "work")
    parser.add_argument("--records", type=pathlib.Path, default=HERE / "records")
    parser.add_argument("--from", dest="source", type=pathlib.Path)
    parser.add_argument("--tokenizer", type=pathlib.Path, help="folder, where the model has none of its own")
    parser.add_argument("--name", default="xs", help="of the record")
    parser.add_argument("--places", type=int, default=240, help="in training files")
    parser.add_argument("--held-out", type=int, default=120, help="places in held-out files")
    parser.add_argument("--chats", type=int, default=160, help="exchanges of the chat; 0 for none")
    parser.add_argument("--held-out-chats", type=int, default=80)
    parser.add_argument("--again", action="store_true", help="make the answers anew")
    parser.add_argument("--to", type=pathlib.Path, help="folder for preference.safetensors")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    options.source = options.source or options.work / options.name
    parts = answers_of(options)
    (answers, hidden), (held_answers, held_hidden) = parts["train"], parts["held out"]
    inputs, held = inputs_of(answers, hidden), inputs_of(held_answers, held_hidden)
    record = {"from": options.source.name, "answers": len(answers), "held-out answers": len(held_answers),
              "grades": GRADES, "paper": PAPER, "seed": options.seed}
    chosen = {}
    for head, (pairs, measured) in pairs_for(answers, held_answers).items():
        left = for_validation(answers, pairs)
        results, heads = compare(inputs, held, pairs[~left], pairs[left], measured)
        chosen[head] = heads[SHIPPED, MARGIN]
        record[head] = {"shipped": {"inputs": SHIPPED, "margin": MARGIN}, "pairs": len(pairs), "accuracy": results,
                        "weights": dict(zip(NAMES, [round(value, 3) for value in chosen[head].weight.tolist()]))}
        for part in measured:
            show(f"{head}, {part}", results, part)
    record["best of the model's samples, mean quality"] = best_of_samples(held, SHIPPED, chosen["helpful"], held_answers)
    print(json.dumps(record["best of the model's samples, mean quality"], indent=1))
    path = options.records / options.name / "preference.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(record, indent=1) + "\n")
    if options.to:
        weights = options.to / "model.safetensors"
        write_prior(options.to / "preference.safetensors", NAMES, chosen["helpful"], chosen["safe"],
                    digest(weights) if weights.exists() else "")
        print("wrote", options.to / "preference.safetensors")


if __name__ == "__main__":
    main()
