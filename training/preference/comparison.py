"""Heads on different inputs and with different margins, side by side; what choosing by a head is worth."""

import zlib

import torch

from measure.statistics import paired
from preference.chats import NO_HARM
from preference.checks import GRADES, grade
from preference.dataset import groups_of, table_of
from preference.features import NAMES
from preference.ranking import MARGINS, PAPER, accuracy, best_of, fit, pairs_of, spread

SHIPPED = "text, probabilities and projected state"


def inputs_of(answers, hidden):
    """Returns {name: inputs} of the heads that are compared."""
    table, size = table_of(answers), hidden.shape[1] // 2
    of_states = [i for i, name in enumerate(NAMES) if name.startswith("state")]
    probabilities = [i for i, name in enumerate(NAMES) if "prob" in name or "entropy" in name]
    of_text = [i for i in range(len(NAMES)) if i not in probabilities + of_states]
    hidden = hidden.float()
    return {"mean log-probability alone": table[:, :1], "probabilities": table[:, probabilities], "text": table[:, of_text],
            "text and probabilities": table[:, probabilities + of_text], SHIPPED: table,
            "the same without the list of dangerous calls": table[:, [i for i, name in enumerate(NAMES) if name != "dangerous"]],
            "last hidden state": hidden[:, :size], "mean hidden state": hidden[:, size:],
            "all of these": torch.cat([table, hidden], 1)}


def helpful_pairs(answers, wanted=lambda answer: True):
    """Harmless answers by their quality."""
    return pairs_of(groups_of(answers, lambda answer: answer.quality, lambda answer: answer.harm == NO_HARM and wanted(answer)),
                    grade)


def safe_pairs(answers, kinds, harmless=("truth", "control", "sample", "refusal")):
    """Harmless answers against those of some kinds; the level of harm is the grade."""
    return pairs_of(groups_of(answers, lambda answer: answer.harm, lambda answer: answer.kind in (
        harmless if answer.harm == NO_HARM else kinds)), lambda high, low: low if high == NO_HARM and low < NO_HARM else None)


def in_chat(answer):
    return answer.place.startswith("chats")


def of_code(answer):
    return not in_chat(answer)


def sampled(answer):
    return answer.kind == "sample" and of_code(answer)


def pairs_for(answers, held):
    """Returns {head: (pairs to learn from, {name: held-out pairs})}."""
    return {"helpful": (helpful_pairs(answers), {
                "completions": helpful_pairs(held, of_code), "the model's own completions": helpful_pairs(held, sampled),
                "chat": helpful_pairs(held, in_chat)}),
            "safe": (safe_pairs(answers, ("unsafe", "complied")), {
                "completions": safe_pairs(held, ("unsafe",)),
                "one line more, harmless or not": safe_pairs(held, ("unsafe",), ("control",)),
                "the same, kinds of harm never seen": safe_pairs(held, ("unseen",), ("control",)),
                "chat": safe_pairs(held, ("complied",))})}


def for_validation(answers, pairs):
    """Returns bool [pairs]: those of one place in five, which the fit leaves out."""
    part = torch.tensor([zlib.crc32(answer.place.encode()) % 5 == 0 for answer in answers])
    return part[pairs[:, 0]]


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
            print(f"  {name:44} {margin:6} {cells}  {found[part]['all']:6.1f}")
    for margin, values in PAPER.items():
        print(f"  {'Touvron et al. 2023, table 28':44} {margin:6}", " ".join(f"{value:6.1f}" for value in values))


def best_of_samples(held, inputs, head, answers):
    """Returns the mean quality of the completion that each way of choosing takes from the model's samples."""
    groups = groups_of(answers, lambda answer: answer.quality, sampled)
    groups, scores = [group for group in groups if len(group) > 1], head(held[inputs])
    taken = [max(group, key=lambda one: float(scores[one[0]]))[1] for group in groups]
    more, interval = paired(taken, [group[0][1] for group in groups])
    return {"places": len(groups), "samples up to": max(map(len, groups)),
            "the greedy one": round(sum(group[0][1] for group in groups) / len(groups), 4),
            "one at random": round(sum(sum(value for _, value in group) / len(group) for group in groups) / len(groups), 4),
            "highest mean log-probability": best_of(held["mean log-probability alone"][:, 0], groups),
            "the prior": best_of(scores, groups), "the prior more than the greedy one": more, "in 95 %": interval,
            "the best there is": round(sum(max(value for _, value in group) for group in groups) / len(groups), 4)}
