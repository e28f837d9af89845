"""Writes the model card, from records alone: every figure in it is one that a command wrote.

    python3 -m report.model_card --stages xs xs-tuned --to ../models/default/README.md

`--stages` are the records of the runs that made the model, in their order; each measurement is taken from the last of them
that has it. A section is left out where its record is missing, and the card says which are.
"""

import argparse
import json
import pathlib

from report import card_model
from report.card_results import SECTIONS, section
from report.figures import paragraph

HERE = pathlib.Path(__file__).parent.parent
NOT_MEASURED = {"settings", "data"}  # records with sections of their own


def read(folder, stages):
    """Returns {name: (stage, record)}: of each kind of record the last stage's."""
    found = {}
    for stage in stages:
        for path in sorted((folder / stage).glob("*.json")):
            record = json.loads(path.read_text(encoding="utf-8"))
            if isinstance(record, dict):
                found[path.stem.replace("-", "_")] = stage, record
    return found


def limits(config, found):
    """Returns the section on limits: what holds for a model of this size, and what the records say."""
    points = ["Small: it repeats patterns of the file it sees and common idioms; it does not know most libraries and does not "
              "reason. What it writes can be wrong, insecure or outdated. Read it.",
              "Mostly open-source library code and its tests, with English names and comments.",
              "It may reproduce short common fragments of its training data; the section on memorisation says how long they were.",
              f"More than {config['max_position_embeddings']} tokens of context are outside its training."]
    if "lines" in found:
        exact = [(figures["exact"], f"{form}, {language}") for form, of_form in found["lines"][1]["forms"].items()
                 for language, figures in of_form.items()]
        (least, where), (most, there) = min(exact), max(exact)
        points.append(f"It finishes {100 * least:.1f} % ({where}) to {100 * most:.1f} % ({there}) of held-out lines exactly: most "
                      "suggestions are not what the author wrote.")
    if "explain" in found:
        scores = found["explain"][1]["scores"]
        points.append(f"Explanations: chrF {scores['model']['chrF']} against {scores['name split into words']['chrF']} of the "
                      "function's name split into words. Judge by the samples.")
    else:
        points.append("It was not trained to explain, to chat or to follow instructions, or that was not measured.")
    if "retention" in found:
        kept = found["retention"][1]["kept at turn"]
        points.append("An instruction of the first turn is kept in " +
                      ", ".join(f"{100 * of['kept']:.0f} % (turn {turn})" for turn, of in kept.items()) + ".")
    if "refusals" not in found:
        points.append("It was not trained to refuse anything, or that was not measured.")
    absent = [name.replace("_", " ") for name in SECTIONS if name not in found]
    if absent:
        points.append("Not measured for this model: " + ", ".join(absent) + ".")
    return ["## Limits", "", *(line for point in points for line in paragraph(f"- {point}"))]


def model_card(folder, stages):
    """Returns the text of the card."""
    found = read(folder, stages)
    settings = [(stage, json.loads((folder / stage / "settings.json").read_text())) for stage in stages
                if (folder / stage / "settings.json").exists()]
    config = settings[-1][1]
    data = json.loads((folder / "data.json").read_text()) if (folder / "data.json").exists() else None
    tokenizers = [json.loads(path.read_text()) for path in sorted(folder.glob("tokenizer*.json"))]
    tokenizer = next((record for record in tokenizers if record["vocabulary"] == config["vocab_size"]), None)
    chat = any(name in found for name in ("explain", "retention", "refusals"))
    million = card_model.parameters(config) / 1e6
    languages = ", ".join(list(data["languages"]["train"])[:3]) + " and others" if data else "TypeScript, JavaScript and Python"
    parts = [
        ["---", "license: mit", "library_name: transformers", "pipeline_tag: text-generation",
         "tags: [code, fill-in-the-middle]", "---"],
        ["# Paddock default model", "", *paragraph(
            f"A {'very small' if million < 30 else 'small'} code model ({million:.1f} M parameters) for {languages}, trained from",
            "scratch by this repository's `training/`. It completes and fills in code so that Paddock works out of the box on any",
            "machine, offline. It is meant to be replaced by a larger model where the machine allows one."), "", *paragraph(
            f"This card is written by `python3 -m report.model_card --stages {' '.join(stages)}` from the records of the commands",
            "it names, which are in `training/records/`.")],
        card_model.architecture(config), card_model.tokenizer(config, tokenizer, chat),
        [card_model.FORMS] + (["", card_model.CHAT] if chat else []),
        card_model.training(settings),
        card_model.data(data) if data else
        ["## Data", "", "Public repositories under permissive licences; `training/SOURCES.md` lists them all."],
        ["## Results", "", "Commands are run in `training/`."],
    ]
    order = [*SECTIONS, *sorted(set(found) - set(SECTIONS) - NOT_MEASURED)]
    for name in order:
        if name in found:
            stage, record = found[name]
            parts.append([*section(name, record), *([f"(measured on `{stage}`)"] if stage != stages[-1] else [])])
    parts += [limits(config, found)] + ([card_model.sources(data)] if data else [])
    parts.append(["## Licence", "", "The weights, the tokenizer and this card are under the MIT licence."])
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--stages", nargs="+", required=True, help="names of records, the shipped run's last")
    parser.add_argument("--records", type=pathlib.Path, default=HERE / "records")
    parser.add_argument("--to", type=pathlib.Path, required=True)
    options = parser.parse_args()
    options.to.write_text(model_card(options.records, options.stages), encoding="utf-8")
    print("wrote", options.to)


if __name__ == "__main__":
    main()
