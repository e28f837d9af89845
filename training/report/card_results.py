"""The model card's sections on what was measured, each from one record; figures of papers stand beside ours.

A section is a function of a record that returns lines; `SECTIONS` says which record it is made from. Records that have no
section of their own are shown whole, so that nothing that was measured is left out.
"""

from report import figures
from report.card_tuned import everyday, explain, ghost_attention, preference, refusals, retention, shares
from report.figures import paragraph, table


def bits(record):
    about = paragraph(
        f"Held-out files, {record['files']} of them ({record['bytes']:,} bytes), left to right, lower is better; the path is",
        f"given, not counted; windows of {record['context']} tokens that overlap by half. Rounded as the engine runs the",
        "model: linear layers in blocks of 128 along the input, embedding and head in 8 bits.")
    return ["### Bits per byte", "", *about, "", *figures.show("bits", record), "", f"`{record['command']}`"]


def lines(record):
    about = paragraph(
        "The rest of a line was cut off at places in held-out files: the whole line, from a token's start, or inside a",
        "word. Every model is asked as the extension asks, with token healing by the engine's rule: tokens at the end of the",
        "prompt whose text begins a longer token are taken back, the model has to write that text again, and what it writes",
        "behind it is judged. In PSM the cursor's line stands behind the middle token, as in its prompts. “Exact” is the",
        "line finished exactly (“word”: the word at the cursor, where there is one), greedily; white space at the end does",
        "not count. Edit similarity is 1 − Levenshtein distance / length of the longer. Bits per byte are of the rest in the",
        "tokens it has by itself, behind the whole prompt. Intervals are Wilson's, 95 %.")
    return ["### Lines", "", *about, "", *figures.show("lines", record), "", *figures.kinds_table(record["forms"]), "",
            f"`{record['command']}`"]


def ngram(record):
    about = paragraph(
        f"An interpolated modified Kneser-Ney model of order {record['order']} over {record['tokens']:,} tokens of the rows",
        f"trained on ({record['megabytes']} MB), at the same places, prompts left to right, with token healing, too.")
    return ["### A floor: n-grams", "", *about, "", *figures.show("ngram", record), "", f"`{record['command']}`"]


def words(record):
    found = record["after the first letters of a word"]
    about = paragraph(
        "What VS Code offers first without a language service: words of the same document that begin with what was typed,",
        "in its order (`training/measure/words.py` says how). A suggestion is one word, so a line is finished only where",
        "one word is all it lacks.")
    after = paragraph(
        f"After the first letters of a word, the right one was first in {found['first']} of {found['places']} places and",
        f"among the first five in {found['among the first five']}.")
    return ["### A floor: the editor's word-based suggestions", "", *about, "",
            *table(figures.LINES_HEAD, figures.lines_rows("words", record["lines"])), "", *after, "", f"`{record['command']}`"]


def against(record):
    missing = sorted((side, form, language) for side, forms in record["lines"].items() for form, found in forms.items()
                     for language, figures_ in found.items() if not figures_["clearly"])
    fewer = [f"{form}, {language} against {side}" for side, forms in record["lines"].items() for form, found in forms.items()
             for language, figures_ in found.items() if figures_.get("bits interval", [0, -1])[1] >= 0]
    bits_verdict = ("It needs clearly fewer bits for the rest of the line (interval below 0) in every form and language."
                    if not fewer else "Not clearly fewer bits: " + "; ".join(fewer) + ".")
    verdict = ("The model finishes clearly more lines (interval above 0) than each of them, in every form and language."
               if not missing else "Not clearly more lines (the interval holds 0 or less): " +
               "; ".join(f"{form}, {language} against {side}" for side, form, language in missing) + ".")
    about = paragraph("Differences at the same places, with 95 % intervals of the mean difference; fewer bits are better.")
    return ["### Against the others", "", *about, "", *figures.show("against", record), "", *paragraph(verdict), "",
            *paragraph(bits_verdict), "", f"`{record['command']}`"]


def memorised(record):
    both = [record[label] for label in ("from the training data", "from held-out files")]
    copied = sum(found["of these"]["copied"] for found in both)
    above = sorted((one for found in both for one in found["each above"]), key=lambda one: -one["longest"])
    each = table(["overlap, tokens", "places in the training data", "kind"],
                 [[one["longest"], one["places"], one["kind"]] for one in above[:40]])
    verdict = (f"**{copied} continuations repeat more than {record['threshold']} tokens of training text that is neither "
               "licence nor boilerplate nor repetition, and that was not said before.**" if copied else
               f"No continuation repeats more than {record['threshold']} tokens of training text other than licences, "
               "boilerplate, repetition or what was said before.")
    about = paragraph(
        f"Greedy continuations of up to {record['continued by']} tokens after the first {record['prompt tokens']} tokens of",
        "texts trained on and of held-out files; the longest verbatim overlap with the training rows",
        f"({record['tokens compared']:,} tokens compared). Boilerplate is imports alone, or text that is in the training data",
        "at ten places or more; repetition has few different tokens; said before is what the prompt, or the continuation itself,",
        f"says earlier, all of it but fewer than {record['shortest']} tokens.")
    return ["### Memorisation", "", *about, "", *figures.memorised_table(record), "", *paragraph(verdict),
            *(["", *each] if above else []), "", f"`{record['command']}`"]


def long_context(record):
    results = {name: found for name, found in record.items() if isinstance(found, dict) and "power_law" in found}
    lengths = list(next(iter(results.values()))["rouge_l"])
    rows = []
    for name, found in results.items():
        law = [f"{found['power_law'][part][0]:.2f}" for part in ("alpha", "beta", "gamma")]
        apart = "{:+.3f} ({:+.3f} … {:+.3f})".format(*found["against_rope"]) if "against_rope" in found else "–"
        scores = [f"{found['rouge_l'][length]:.2f}" for length in lengths]
        rows.append([name, f"{sum(found['loss'][-2:]) / 2:.3f}", apart, *law, *scores])
    about = paragraph(
        f"The same checkpoint continued with {record['tokens']:,.0f} tokens at a context of {record['context']}, positions",
        "stretched in several ways: loss in the last octave of the context on held-out files, its power law",
        "L(c) = (α/c)^β + γ, and ROUGE-L of the first line, asked for after so many tokens.")
    paper = paragraph(
        "Paper (Xiong et al. 2023, arXiv 2309.16039; 7 B weights, 80 B tokens): perplexity on books at 32 k: RoPE 6.548,",
        "PI 6.341, ABF 6.323, xPos with ABF 6.331; α 25.4, β 0.45, γ 1.56.")
    head = ["positions", "last octave, nats", "against rope (95 %)", "α", "β", "γ", *(f"at {length}" for length in lengths)]
    return ["### Long context", "", *about, "", *table(head, rows), "", *paper, "", "`python3 extend.py`"]


def quantisation(record):
    formats = {label: found for label, found in record.items() if isinstance(found, dict)}
    before = formats.pop("bfloat16")
    apart = {f"{label}, more": {language: found[language] - before[language] for language in before}
             for label, found in formats.items()}
    about = paragraph(
        f"Bits per byte of {record['files']} held-out files before and after rounding; the engine makes 8 and 4 bits of this folder",
        "itself, the formats of GGUF files are those `python3 export.py --gguf` writes.")
    return ["### What rounding costs", "", *about, "", *figures.bits_table({"bfloat16": before, **formats, **apart}), "",
            "`python3 quantisation.py`"]


def _leaves(content, name=""):
    """Yields (path of keys, value) of everything in a record that is not a mapping."""
    if isinstance(content, dict):
        for key, value in content.items():
            yield from _leaves(value, f"{name} / {key}" if name else str(key))
    else:
        yield name, content


def whole(name, record):
    """Returns a record as one table, whatever is in it; long lists are cut, with a note."""
    rows = []
    for key, value in _leaves(record):
        if isinstance(value, list):
            value = ", ".join(map(str, value[:12])) + (f", … ({len(value)} values)" if len(value) > 12 else "")
        rows.append([key, str(value).replace("|", "\\|").replace("\n", " ")])
    return [f"### {name.replace('_', ' ').replace('-', ' ').capitalize()}", "", *table(["", "value"], rows)]


SECTIONS = {"bits": bits, "lines": lines, "against": against, "ngram": ngram, "words": words, "explain": explain,
            "everyday": everyday, "retention": retention, "ghost_attention": ghost_attention, "refusals": refusals, "shares": shares,
            "preference": preference, "quantisation": quantisation, "long_context": long_context, "memorised": memorised}


def section(name, record):
    """Returns the lines of a record's section."""
    write = SECTIONS.get(name)
    return write(record) if write else whole(name, record)
