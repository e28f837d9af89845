"""Explanations of held-out code against the comments its authors wrote.

    python3 -m measure.explain --model work/xs-tuned --data work/tune-8k

The request is the one the command "Explain Selection" sends. chrF (Popović 2015; characters to 6-grams, β 2) and BLEU-4
(Papineni et al. 2002; lower-case words and signs, smoothed by method 1 of NLTK) over all examples, and over those of each
language, beside two answers that read nothing: the name taken apart into words, and the same sentence for everything.
Both scores compare wording; a good explanation in other words scores low. Needs NLTK (python3-nltk).

Writes records/NAME/explain.json with the first samples as they came. Comments of others are not in it; they stand beside
the samples in DATA/explain-samples-NAME.md.
"""

import json
import re

from nltk.translate.bleu_score import SmoothingFunction, corpus_bleu
from nltk.translate.chrf_score import sentence_chrf

from instruct.comments import words_of
from measure.exported import home
from measure.statistics import paired
from measure.tuned import arguments, opened, replies, write
from text.chat import explain_request, fence

STEPS = 48
CONSTANT = "Returns the value of the given object."


def words(text):
    return re.findall(r"\w+|[^\w\s]", text.lower())


def chrf(references, answers):
    """Returns the score of each answer, 0 … 100."""
    return [100 * sentence_chrf(reference, answer, max_len=6, beta=2.0) if answer.strip() else 0.0
            for reference, answer in zip(references, answers)]


def bleu(references, answers):
    return 100 * corpus_bleu([[words(reference)] for reference in references], [words(answer) for answer in answers],
                             smoothing_function=SmoothingFunction().method1)


def scores(references, answers):
    each = chrf(references, answers)
    return {"chrF": round(sum(each) / len(each), 2), "BLEU": round(bleu(references, answers), 2),
            "same first word": round(sum(words(a)[:1] == words(r)[:1] for a, r in zip(answers, references)) / len(each), 3),
            "different answers": round(len(set(answers)) / len(each), 3)}


def measure(model, tokenizer, examples, samples=20):
    """Returns the table of scores, the first answers, and all answers."""
    answers = replies(model, tokenizer, [[("user", explain_request(each["code"], each["language"]),
                                           None)] for each in examples], STEPS)
    references = [each["comment"] for each in examples]
    names = [" ".join(words_of(each["name"])).capitalize() + "." for each in examples]
    table = {"model": scores(references, answers), "name split into words": scores(references, names),
             "one sentence for all": scores(references, [CONSTANT] * len(examples))}
    for language in sorted({each["language"] for each in examples}):
        of = [i for i, each in enumerate(examples) if each["language"] == language]
        table[f"model, {language} ({len(of)})"] = scores([references[i] for i in of], [answers[i] for i in of])
    difference, interval = paired(chrf(references, answers), chrf(references, names))
    return {"examples": len(examples), "scores": table, "chrF above the split name": difference,
            "its 95 % interval": interval,
            "paper": "no figure: the recipe's papers do not measure explanations of code",
            "samples": [{key: each[key] for key in ("repository", "path", "name")} | {"answer": answer}
                        for each, answer in list(zip(examples, answers))[:samples]]}, answers


def main():
    parser = arguments(__doc__)
    parser.add_argument("--count", type=int, default=200)
    options = parser.parse_args()
    lines = (options.data / "explain-held-out.jsonl").read_text(encoding="utf-8").splitlines()
    examples = [json.loads(line) for line in lines][: options.count]
    result, answers = measure(*opened(options), examples)
    for label, row in result["scores"].items():
        print(f"{label:28}", *(f"{key} {value:6.2f}  " for key, value in row.items()))
    print("chrF above the split name:", result["chrF above the split name"], result["its 95 % interval"])
    write(options, "explain.json", result)
    shown = "".join(f"## {each['name']} ({each['repository']}, {each['path']})\n\n{fence(each['code'], each['language'])}\n\n"
                    f"author: {each['comment']}\n\nmodel: {answer}\n\n" for each, answer in zip(examples, answers))
    (options.data / f"explain-samples-{options.name or home(options.model).name}.md").write_text(shown, encoding="utf-8")
    for each in result["samples"]:
        print(f"{each['name']}: {each['answer']}")


if __name__ == "__main__":
    main()
