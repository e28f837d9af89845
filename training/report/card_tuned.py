"""The model card's sections on what tuning and preferences brought, each a function of one record; see card_results.py."""

from report.figures import paragraph, percent, table


def _samples(pairs):
    """Returns the lines of answers, each below what it answers."""
    return [line for asked, answer in pairs for line in (f"- {asked}", "", "      " + answer.replace("\n", "\n      "), "")]


def explain(record):
    scores = record["scores"]
    columns = list(next(iter(scores.values())))
    samples = _samples((f"`{sample['name']}` ({sample['repository']}, `{sample['path']}`)", sample["answer"])
                       for sample in record["samples"])
    about = paragraph(
        f"{record['examples']} functions of held-out repositories, the answers against their own doc comments. Both scores",
        "compare wording; a good explanation in other words scores low.")
    return ["### Explanations", "", *about, "",
            *table(["", *columns], [[name, *row.values()] for name, row in scores.items()]), "",
            f"chrF above the function's name split into words: {record['chrF above the split name']} "
            f"(95 % {record['its 95 % interval']}).", f"Papers: {record['paper']}.", "",
            f"{len(record['samples'])} answers, the first ones, unedited:", "", *samples,
            f"`python3 -m measure.explain --model work/{record['model']}`"]


def everyday(record):
    rows = [[label, percent(found["share"], found["95 %"]), found["of"]] for label, found in
            [*((f"code in {name}", each) for name, each in record["code does what is asked"].items()),
             ("facts, word for word", record["facts as taught"])]]
    samples = _samples((sample["question"], sample["answer"]) for sample in record["samples"])
    about = paragraph(
        "Tasks and facts that tuning taught, asked for in words it never saw; the code of each answer is run with a check.",
        "This says whether what was taught is found again, not whether the model can program: beyond it, expect little.")
    return ["### Everyday questions", "", *about, "", *table(["", "right (95 %)", "of"], rows), "",
            f"{len(record['samples'])} answers, drawn at random, unedited:", "", *samples,
            f"`python3 -m measure.everyday --model work/{record['model']}`"]


def retention(record):
    paper = record["paper, % (7 B and more)"]
    rows = [[turn, percent(found["kept"], found["95 %"]), found["of"],
             *(f"{paper[label][turn]} %" if turn in paper[label] else "–" for label in ("with", "without"))]
            for turn, found in record["kept at turn"].items()]
    names = table(["kept, by instruction, at turn", *next(iter(record["by instruction"].values()))],
                  [[name, *map(percent, found.values())] for name, found in record["by instruction"].items()])
    about = paragraph(
        f"An instruction stands in the first turn only; {record['conversations']} conversations, the model's own, checked by a",
        "program. “Said again”: the same instruction repeated in the last turn. Paper: Touvron et al. 2023",
        "(arXiv 2307.09288), people's judgement, 7 B weights and more.")
    return ["### Keeping an instruction", "", *about, "",
            *table(["turn", "kept (95 %)", "conversations", "paper, with Ghost Attention", "paper, without"], rows), "",
            *names, "", f"`python3 -m measure.retention --model work/{record['model']}`"]


def ghost_attention(record):
    paper = record["with"]["paper, % (7 B and more)"]
    rows = [[turn, *(percent(found["kept"], found["95 %"]) for found in (record[label]["kept at turn"][turn] for label in paper)),
             *(f"{paper[label][turn]} %" if turn in paper[label] else "–" for label in paper)]
            for turn in record["with"]["kept at turn"]]
    names = [record[label]["tuned as"] for label in paper]
    about = paragraph(
        f"The same in {record['with']['conversations']} conversations with two models tuned from the same weights on equally many tokens:",
        f"`{names[0]}` with Ghost Attention, `{names[1]}` without it (`tune.py --turns plain`: an instruction is followed by one",
        "answer, longer conversations have none).")
    return ["### Ghost Attention, with and without", "", *about, "",
            *table(["turn", "with (95 %)", "without (95 %)", "paper, with", "paper, without"], rows), "",
            f"`python3 -m measure.retention --model work/{names[0]} --without work/{names[1]}`"]


def shares(record):
    rows = [[f"{label} %", *(f"{value:.3f}" for value in found["mean P(refuse)"].values()), found["fewest errors at"],
             f"{100 * found['errors there']:.1f} %"] for label, found in record["models"].items()]
    kinds = next(iter(record["models"].values()))["mean P(refuse)"]
    about = paragraph(
        "Models tuned from the same weights on equally many tokens, with a share of the refusal data each. Errors: what was missed",
        "plus what was refused of the borderline prompts, each of its own prompts, at the threshold where that is least.",
        f"Fewest with {record['share with the fewest errors, %']} % of the data; the curves are in `shares.svg`, beside the record.")
    return ["### How much refusal data", "", *about, "",
            *table(["data", *(f"mean P(refuse), {kind}" for kind in kinds), "threshold", "errors there"], rows), "",
            "`python3 -m measure.refusals --shares …`"]


def _dial(label, found):
    columns = [key for key in found["curve"][0] if key != "threshold"]
    rows = [[f"{row['threshold']:g}", *(percent(row[key]["share"], row[key]["95 %"]) for key in columns)]
            for row in found["curve"]]
    mean = ", ".join(f"{name} {value:.3f}" for name, value in found["mean P(refuse)"].items())
    return ["", label, "", *table(["threshold", *columns], rows), "", *paragraph(
        f"Fewest errors at {found['fewest errors at']}; mean P(refuse): {mean}; the two decisions together have a probability",
        f"of at least {found['least probability of the two decisions together']}.")]


def refusals(record):
    prompts = ", ".join(f"{count} {name}" for name, count in record["prompts"].items())
    about = paragraph(
        "P(refuse) is read once for each held-out prompt; at each threshold of the dial, the share of prompts wrongly",
        f"answered (“missed”) and wrongly refused. Prompts: {prompts}.")
    tables = [line for label, found in record["models"].items()
              for line in _dial(label, found)]
    paper = "; ".join(f"{what} " + ", ".join(f"{label} {value}" for label, value in of.items())
                      for what, of in record["paper"].items())
    return ["### Refusals", "", *about, *tables, "",
            *paragraph(f"Paper (Touvron et al. 2023, answers judged by people): {paper}."), "",
            f"`python3 -m measure.refusals --model work/{record['model']}`"]


def _accuracies(title, record, head, part):
    """Returns the table of one head's accuracies by grade on one set of held-out pairs."""
    grades, found = record["grades"], record[head]["accuracy"]
    show = lambda values: ["–" if value is None else f"{value:.1f}" for value in values]
    rows = [[name, margin, *show(figures[part]["by grade"]), *show([figures[part]["all"]])]
            for name, by_margin in found.items() for margin, figures in by_margin.items()]
    pairs = next(iter(next(iter(found.values())).values()))[part]["pairs"]
    return ["", f"{title}; pairs of each grade: {', '.join(map(str, pairs))}.", "",
            *table(["inputs of the head", "margin", *grades, "all, %"], rows)]


def preference(record):
    of_state = sum(name.startswith("state") for name in record["helpful"]["weights"])
    about = paragraph(
        f"Two linear heads on {len(record['helpful']['weights']) - of_state} numbers of an answer's text and probabilities and on {of_state} of",
        "a fixed projection of the last hidden state (`training/preference/features.py`), fitted on graded pairs of answers",
        "that checks made without running them (parsing, names, length, constraints):",
        f"{record['answers']:,} answers at places of training files, {record['held-out answers']:,} of held-out repositories. Accuracy: the share",
        "of held-out pairs ordered rightly. Margins are those of Touvron et al. 2023, table 27. Shipped: " + "; ".join(
            f"{head}, {record[head]['shipped']['inputs']}, margin {record[head]['shipped']['margin']}" for head in ("helpful", "safe")) + ".")
    lines = ["### Preferences", "", *about]
    for head in ("helpful", "safe"):
        parts = [part for part, value in next(iter(next(iter(record[head]["accuracy"].values())).values())).items()
                 if isinstance(value, dict)]
        for part in parts:
            lines += _accuracies(f"{head.capitalize()}: {part}", record, head, part)
    paper = table(["Touvron et al. 2023, table 28 (7 B, people's choices)", *record["grades"], "average, %"],
                  [[f"margin {margin}", *map("{:.1f}".format, values)] for margin, values in record["paper"].items()])
    best = record["best of the model's samples, mean quality"]
    return [*lines, "", *paper, "", "Mean quality of the sample chosen among the model's own: " +
            ", ".join(f"{name} {value}" for name, value in best.items()) + ".", "", "`python3 prefer.py`"]
