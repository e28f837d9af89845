"""Turns a folder of git repositories into clean, de-duplicated, licence-checked training text.

    python3 data.py --repositories FOLDER

FOLDER holds one entry per repository, named `owner+name`: a checkout, a bare repository, or a folder with either in
`repo/`. Only committed files are read (from HEAD), so a dirty work tree does not matter.

Writes work/train.jsonl and work/held_out.jsonl (one document a line: repository, path, language, text), never
committed, and SOURCES.md, the committed record of what was used. A repository is either trained on or held out,
never both: files of one project resemble each other too much for a split by file to be honest.
"""

import argparse
import collections
import hashlib
import json
import pathlib
import random

from corpus.filters import LANGUAGES, NearDuplicates, reason_to_drop
from corpus.repositories import Repository, repositories_in

HERE = pathlib.Path(__file__).parent


def clean_files(repository, limit, file_limit, dropped):
    """Yields (path, language, text) of the usable files, in a random but fixed order, up to `limit` bytes."""
    paths = [path for path in repository.files(max_bytes=file_limit) if pathlib.PurePath(path).suffix in LANGUAGES]
    random.Random(repository.name).shuffle(paths)
    total = 0
    for path in paths:
        if repository.foreign_folder(path):
            dropped["in a folder of another licence"] += 1
            continue
        text = repository.read(path)
        reason = "not UTF-8" if text is None else reason_to_drop(path, text)
        if reason:
            dropped[reason] += 1
            continue
        # One convention for line ends keeps "\r" out of the vocabulary; the editor converts as well.
        text = text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")
        yield path, LANGUAGES[pathlib.PurePath(path).suffix], text
        total += len(text.encode())
        if total > limit:
            dropped["over the repository's share"] += 1
            return


def collect(repositories, limit, file_limit, duplicates, dropped):
    """Returns (documents, sources): what is kept of these repositories, and the record of each."""
    documents, sources = [], []
    for repository in repositories:
        source = {"name": repository.name, "commit": repository.commit, "licence": repository.licence,
                  "files": 0, "bytes": 0}
        for path, language, text in clean_files(repository, limit, file_limit, dropped):
            reason = duplicates.reason_to_drop(text)
            if reason:
                dropped[reason] += 1
                continue
            documents.append({"repository": repository.name, "path": path, "language": language, "text": text})
            source["files"] += 1
            source["bytes"] += len(text.encode())
        sources.append(source)
        print(f"{source['name']:44} {source['licence']:10} {source['files']:6} files {source['bytes']:9} bytes", flush=True)
    return documents, sources


def write_documents(path, documents):
    with open(path, "w", encoding="utf-8") as out:
        for document in documents:
            out.write(json.dumps(document, ensure_ascii=False) + "\n")
    return hashlib.sha256(path.read_bytes()).hexdigest()


def by_language(documents):
    """Returns {language: [files, bytes]}."""
    table = collections.defaultdict(lambda: [0, 0])
    for document in documents:
        table[document["language"]][0] += 1
        table[document["language"]][1] += len(document["text"].encode())
    return dict(sorted(table.items()))


def write_record(path, train, held_out, rejected, dropped, languages, digest):
    lines = ["# Sources of the default model's training data", "",
             "Written by `data.py`. The code itself is not part of this repository; only this record and the trained",
             "weights are. Each licence was read from the repository's own licence file at the commit shown.", "",
             f"SHA-256 of the cleaned training text (`train.jsonl`): `{digest}`", ""]
    for title, sources in (("Trained on", train), ("Held out: measured on, never trained on", held_out)):
        lines += [f"## {title}", "", "| repository | commit | licence | files | bytes |", "|---|---|---|---:|---:|"]
        lines += [f"| [{s['name']}](https://github.com/{s['name']}) | `{s['commit'][:12]}` | {s['licence']} "
                  f"| {s['files']} | {s['bytes']} |" for s in sources if s["files"]]
        lines += [""]
    lines += ["## By language", "", "| part | language | files | bytes |", "|---|---|---:|---:|"]
    lines += [f"| {part} | {language} | {files} | {size} |"
              for part, table in languages.items() for language, (files, size) in table.items()]
    lines += ["", "## Left out", "", "Repositories without an allowed licence: " + (", ".join(rejected) or "none") + ".", "",
              "| files left out because | files |", "|---|---:|"]
    lines += [f"| {reason} | {count} |" for reason, count in sorted(dropped.items(), key=lambda item: -item[1])]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--repositories", type=pathlib.Path, required=True)
    parser.add_argument("--config", type=pathlib.Path, default=HERE / "configs/corpus.json")
    parser.add_argument("--work", type=pathlib.Path, default=HERE / "work")
    options = parser.parse_args()
    config = json.loads(options.config.read_text())
    options.work.mkdir(exist_ok=True)

    repositories = [Repository(name, path) for name, path in repositories_in(options.repositories)]
    rejected = [repository.name for repository in repositories if repository.licence is None]
    usable = [repository for repository in repositories if repository.licence]
    training = [repository for repository in usable if repository.name not in config["held_out"]]
    held_out = [repository for repository in usable if repository.name in config["held_out"]]

    # Training comes first, so that what is dropped as a near-duplicate of it is the held-out file.
    duplicates, dropped = NearDuplicates(), collections.Counter()
    limit = config["bytes_per_file"]
    train_documents, train_sources = collect(training, config["bytes_per_repository"], limit, duplicates, dropped)
    held_documents, held_sources = collect(held_out, config["bytes_per_held_out_repository"], limit, duplicates, dropped)
    random.Random(0).shuffle(train_documents)

    digest = write_documents(options.work / "train.jsonl", train_documents)
    write_documents(options.work / "held_out.jsonl", held_documents)
    languages = {"train": by_language(train_documents), "held out": by_language(held_documents)}
    write_record(HERE / "SOURCES.md", train_sources, held_sources, rejected, dropped, languages, digest)
    (options.work / "sources.json").write_text(json.dumps({"train": train_sources, "held_out": held_sources, "sha256": digest}))
    print(json.dumps({"languages": languages, "dropped": dropped, "rejected": rejected}, indent=1))


if __name__ == "__main__":
    main()
