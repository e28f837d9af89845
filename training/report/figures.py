"""The records of `evaluate.py` as tables in Markdown, for the terminal and for the model card."""

import textwrap


def paragraph(*sentences):
    """Returns the lines of a paragraph."""
    return textwrap.wrap(" ".join(sentences), 118, break_long_words=False, break_on_hyphens=False)


def table(head, rows):
    """Returns the lines of a table; every column but the first is aligned to the right."""
    return ["| " + " | ".join(map(str, head)) + " |", "|---" + "|---:" * (len(head) - 1) + "|",
            *("| " + " | ".join(map(str, row)) + " |" for row in rows)]


def percent(share, interval=None):
    if share is None:
        return "–"
    return f"{100 * share:.1f} %" + (f" ({100 * interval[0]:.1f}–{100 * interval[1]:.1f})" if interval else "")


def points(mean, interval):
    """Returns a difference of shares in percentage points, with its interval."""
    return f"{100 * mean:+.1f} ({100 * interval[0]:+.1f} … {100 * interval[1]:+.1f})"


def lines_rows(name, by_language):
    """Returns the rows of one way to complete lines, one for each language."""
    return [[name, language, figures["places"], percent(figures["exact"], figures["exact interval"]),
             percent(figures["word"], figures["word interval"]), f"{figures['edit similarity']:.3f}",
             f"{figures['bits per byte']:.3f}" if "bits per byte" in figures else "–"]
            for language, figures in by_language.items()]


LINES_HEAD = ["", "language", "places", "line exact (95 %)", "word exact (95 %)", "edit similarity", "bits per byte"]


def bits_table(named):
    """Returns the table of {name: {language: bits per byte}}."""
    languages = list(next(iter(named.values())))
    return table(["bits per byte", *languages],
                 [[name, *(f"{found[language]:.3f}" for language in languages)] for name, found in named.items()])


def kinds_table(forms):
    """Returns the table of lines finished exactly by kind of place, all languages together."""
    rows = []
    for form, found in forms.items():
        kinds = next(iter(found.values()))["exact by kind"]
        mean = {kind: [figures["exact by kind"][kind] for figures in found.values() if figures["exact by kind"][kind] is not None]
                for kind in kinds}
        rows.append([form, *(percent(sum(shares) / len(shares)) if shares else "–" for shares in mean.values())])
    return table(["mean over languages", "whole line", "from a token's start", "inside a word"], rows)


def against_table(record):
    """Returns the table of differences in lines finished exactly and in bits per byte of a line's rest."""
    rows = []
    for side, forms in record["lines"].items():
        for form, by_language in forms.items():
            rows += [[f"{form} − {side}", language, points(figures["exact"], figures["interval"]),
                      "yes" if figures["clearly"] else "no", points(figures["word"], figures["word interval"]),
                      "{:+.3f} ({:+.3f} … {:+.3f})".format(figures["bits per byte"], *figures["bits interval"])
                      if "bits per byte" in figures else "–"]
                     for language, figures in by_language.items()]
    return table(["difference", "language", "line exact, points (95 %)", "clearly more", "word exact, points (95 %)",
                  "bits per byte of the rest (95 %)"], rows)


def memorised_table(record):
    rows = []
    for label in ("from the training data", "from held-out files"):
        found = record[label]
        lengths = [found[key] or f"< {record['shortest']}" for key in ("longest", "median")]
        rows.append([label, found["prompts"], *lengths, found["above threshold"],
                     *found["of these"].values()])
    return table(["prompts", "number", "longest overlap", "median", f"above {record['threshold']} tokens",
                  *record["from held-out files"]["of these"]], rows)


def show(name, record):
    """Returns the lines of one record's table."""
    if name == "bits":
        return bits_table({label: record[label] for label in ("bfloat16", "8 bits", "4 bits")})
    if name == "lines":
        return table(LINES_HEAD, [row for form, found in record["forms"].items() for row in lines_rows(form, found)])
    if name == "words":
        found = record["after the first letters of a word"]
        return table(LINES_HEAD, lines_rows("words", record["lines"])) + [
            f"After the first letters of a word ({found['places']} places): right one first {found['first']}, "
            f"among the first five {found['among the first five']}"]
    if name == "ngram":
        return table(LINES_HEAD, lines_rows("n-grams", record["lines"])) + bits_table({"n-grams": record["bits per byte"]})
    if name == "memorised":
        return memorised_table(record)
    return against_table(record) + ["", *bits_table(
        {f"difference to {side}": found for side, found in record["bits per byte"].items()})]
