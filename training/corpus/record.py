"""What was used and what was left out: SOURCES.md for people, records/data.json for programs."""

import collections


def by_language(sources):
    """Returns {language: [repositories, files, bytes]} of a list of {"languages": {language: [files, bytes]}}."""
    table = collections.defaultdict(lambda: [0, 0, 0])
    for source in sources:
        for language, (files, size) in source["languages"].items():
            for i, count in enumerate((1, files, size)):
                table[language][i] += count
    return dict(sorted(table.items(), key=lambda item: -item[1][2]))


def _repositories(sources):
    lines = ["| repository | commit | licence | files | bytes |", "|---|---|---|---:|---:|"]
    for source in sources:
        files, size = map(sum, zip(*source["languages"].values()))
        lines.append(f"| [{source['name']}](https://github.com/{source['name']}) | `{source['commit'][:12]}` "
                     f"| {source['licence']} | {files} | {size} |")
    return lines


def _languages(record):
    lines = ["| language | repositories | files | bytes | share | held-out repositories | files | bytes |",
             "|---|---:|---:|---:|---:|---:|---:|---:|"]
    total = sum(size for _, _, size in record["languages"]["train"].values())
    for language, (repositories, files, size) in record["languages"]["train"].items():
        held = record["languages"]["held_out"].get(language, [0, 0, 0])
        lines.append(f"| {language} | {repositories} | {files} | {size} | {100 * size / total:.1f} % "
                     f"| {held[0]} | {held[1]} | {held[2]} |")
    return lines


def write_sources(path, record):
    """Writes SOURCES.md from the content of records/data.json."""
    lines = [
        "# Sources of the default model's training data", "",
        "Written by `data.py`. The code itself is not part of this repository; only this record and the trained",
        "weights are. Each licence was read from the repository's own licence file at the commit shown. This is the corpus as",
        "it was last prepared; the card of a model names the hash of the text that it was trained on.", "",
        f"SHA-256 of the cleaned training text (`train.jsonl`): `{record['sha256']['train']}`",
        f"and of what is held out (`held_out.jsonl`): `{record['sha256']['held_out']}`.", "",
        "## By language", "", *_languages(record), "",
        "## Trained on", "", *_repositories(record["train"]), "",
        "## Held out: measured on, never trained on", "", *_repositories(record["held_out"]), "",
        "## Left out", "",
        "Repositories without an allowed licence: " + (", ".join(record["rejected"]) or "none") + ".", "",
        "| files left out because | files |", "|---|---:|",
        *(f"| {reason} | {count} |" for reason, count in sorted(record["dropped"].items(), key=lambda item: -item[1])),
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
