"""Trains the prior of the preference model: two linear heads, helpful and safe, on graded pairs made by checks.

    python3 prefer.py --from work/xs/checkpoint.pt --name xs

Writes work/NAME-prefer/answers.pickle (kept for another fit), records/NAME/preference.json and, with --to, the file
preference.safetensors. The heads are fitted on places in training files, of which one in five is left to choose the
margin by; the figures are of held-out repositories.
"""

import argparse
import hashlib
import json
import pathlib
import pickle

import torch

from network.checkpoint import load
from preference.checks import GRADES, grade
from preference.dataset import build, groups_of, table_of
from preference.features import NAMES
from preference.prior import write_prior
from preference.ranking import MARGINS, PAPER, accuracy, best_of, fit, pairs_of, spread
from text.tokenizer import Tokenizer

HERE = pathlib.Path(__file__).parent
SHIPPED = "text and probabilities"


def documents_of(path, step):
    """Returns every `step`-th document of a file of documents."""
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for number, line in enumerate(lines) if number % step == 0]


def answers_of(options):
    """Returns {"train" and "held out": (answers, hidden)}, from the last time if they were made then."""
    path = options.work / f"{options.name}-prefer/answers.pickle"
    key = {"places": options.places, "held out": options.held_out, "seed": options.seed, "from": str(options.source)}
    if path.exists() and not options.fresh:
        saved = pickle.loads(path.read_bytes())
        if saved["key"] == key:
            return saved["parts"]
    model, tokenizer = load(options.source), Tokenizer(options.work / "tokenizer")
    parts = {"train": build(model, tokenizer, documents_of(options.work / "train.jsonl", 7), options.places, options.seed),
             "held out": build(model, tokenizer, documents_of(options.work / "held_out.jsonl", 1), options.held_out,
                               options.seed)}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(pickle.dumps({"key": key, "parts": parts}))
    return parts


def inputs_of(answers, hidden):
    """Returns {name: inputs} of the heads that are compared."""
    table, size = table_of(answers), hidden.shape[1] // 2
    probabilities = [i for i, name in enumerate(NAMES) if "prob" in name or "entropy" in name]
    others = [i for i in range(len(NAMES)) if i not in probabilities]
    hidden = hidden.float()
    return {"mean log-probability alone": table[:, :1], "probabilities": table[:, probabilities], "text": table[:, others],
            SHIPPED: table, "last hidden state": hidden[:, :size], "mean hidden state": hidden[:, size:],
            "all of these": torch.cat([table, hidden], 1)}


def helpful_pairs(answers, wanted=lambda answer: True):
    """Harmless answers by their quality."""
    return pairs_of(groups_of(answers, lambda answer: answer.quality, lambda answer: answer.harm == 4 and wanted(answer)), grade)


def safe_pairs(answers, kind="unsafe"):
    """Harmless answers against those of one kind; the level of harm is the grade."""
    return pairs_of(groups_of(answers, lambda answer: answer.harm, lambda answer: answer.harm == 4 or answer.kind == kind),
                    lambda high, low: low if high == 4 and low < 4 else None)


def sampled(answer):
    return answer.kind == "sample"


def compare(inputs, held, fit_on, chosen_by, measured):
    """Fits a head for every kind of inputs and margin; returns ({inputs: {margin: figures}}, {(inputs, margin): head}).

    `measured` is {name: pairs} of held-out answers; figures are accuracies in %.
    """
    results, heads = {}, {}
    for name in inputs:
        results[name] = {}
        for margin in MARGINS:
            head = fit(inputs[name], fit_on, margin, spread(inputs[name]), 1e-2 if inputs[name].shape[1] > len(NAMES) else 1e-3)
            scores = head(held[name])
            results[name][margin] = {"validation": accuracy(head(inputs[name]), chosen_by)["all"],
                                     **{part: accuracy(scores, pairs) for part, pairs in measured.items()}}
            heads[name, margin] = head
    return results, heads


def show(title, results, part):
    print(f"\n{title}: accuracy in % on held-out pairs, {' / '.join(GRADES)}; all")
    for name, by_margin in results.items():
        for margin, found in by_margin.items():
            cells = " ".join(f"{value:6.1f}" if value is not None else "     –" for value in found[part]["by grade"])
            print(f"  {name:28} {margin:6} {cells}  {found[part]['all']:6.1f}")
    for margin, values in PAPER.items():
        print(f"  {'Touvron et al. 2023, table 28':28} {margin:6}", " ".join(f"{value:6.1f}" for value in values))


def best_of_samples(held, inputs, head, answers):
    """Returns the mean quality of the sample that each way of choosing takes."""
    groups = groups_of(answers, lambda answer: answer.quality, sampled)
    groups = [group for group in groups if len(group) > 1]
    return {"places": len(groups), "samples up to": max(map(len, groups)),
            "the greedy one": round(sum(group[0][1] for group in groups) / len(groups), 4),
            "one at random": round(sum(sum(value for _, value in group) / len(group) for group in groups) / len(groups), 4),
            "highest mean log-probability": best_of(held["mean log-probability alone"][:, 0], groups),
            "the prior": best_of(head(held[inputs]), groups),
            "the best there is": round(sum(max(value for _, value in group) for group in groups) / len(groups), 4)}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--work", type=pathlib.Path, default=HERE / "work")
    parser.add_argument("--records", type=pathlib.Path, default=HERE / "records")
    parser.add_argument("--from", dest="source", type=pathlib.Path)
    parser.add_argument("--name", default="xs")
    parser.add_argument("--places", type=int, default=240, help="in training files")
    parser.add_argument("--held-out", type=int, default=120, help="places in held-out files")
    parser.add_argument("--fresh", action="store_true", help="make the answers anew")
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
    for head, pairs, measured in (
            ("helpful", helpful_pairs(answers), {"all": helpful_pairs(held_answers), "samples": helpful_pairs(held_answers, sampled)}),
            ("safe", safe_pairs(answers), {"all": safe_pairs(held_answers), "unseen": safe_pairs(held_answers, "unseen")})):
        places = torch.tensor([answer.place for answer in answers])[pairs[:, 0]]
        results, heads = compare(inputs, held, pairs[places % 5 != 0], pairs[places % 5 == 0], measured)
        margin = max(MARGINS, key=lambda margin: results[SHIPPED][margin]["validation"])
        chosen[head] = heads[SHIPPED, margin]
        record[head] = {"shipped": {"inputs": SHIPPED, "margin": margin}, "pairs": len(pairs), "accuracy": results,
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
        digest = hashlib.sha256(weights.read_bytes()).hexdigest() if weights.exists() else ""
        write_prior(options.to / "preference.safetensors", NAMES, chosen["helpful"], chosen["safe"], digest)
        print("wrote", options.to / "preference.safetensors")


if __name__ == "__main__":
    main()
