"""Turns a folder of git repositories into clean, de-duplicated, licence-checked training text.

    python3 data.py --repositories FOLDER

FOLDER holds one entry per repository, named `owner+name`: a checkout, a bare repository, or a folder with either in
`repo/`. Only committed files are read (from HEAD), so a dirty work tree does not matter.

Writes work/train.jsonl and work/held_out.jsonl (one document a line: repository, path, language, text), never
committed, and SOURCES.md and records/data.json, the committed record of what was used. A repository is either trained
on or held out, never both: files of one project resemble each other too much for a split by file to be honest.

Three passes, none of which holds the corpus in memory: the clean files of each repository into work/corpus/ (kept, so a
second run is quick), which of them are duplicates, and what is left of each language's quota in random order.
"""

import argparse
import collections
import hashlib
import json
import multiprocessing
import os
import pathlib
import random

from corpus.duplicates import NearDuplicates
from corpus.record import by_language, write_sources
from corpus.repositories import repositories_in
from corpus.shares import share_of
from corpus.spool import rules, spool

HERE = pathlib.Path(__file__).parent
Entry = collections.namedtuple("Entry", "spool offset language size")  # bytes: where the line begins; of its text


def spools(options, config):
    """Returns the descriptions of all repositories, in order of their names."""
    folder = options.work / "corpus"
    folder.mkdir(parents=True, exist_ok=True)
    version = rules()
    jobs = [(name, path, folder, config["bytes_per_held_out_repository" if name in config["held_out"] else
                                        "bytes_per_repository"], version)
            for name, path in repositories_in(options.repositories)]
    found = []
    with multiprocessing.Pool(options.processes) as pool:
        for description in pool.imap(spool, jobs):
            print(f"{description['name']:44} {description['licence'] or 'no':12} {description['clean']:6} files", flush=True)
            found.append(description)
    return found


def unique(path, duplicates, dropped):
    """Returns [Entry] of the documents of a spool that no earlier one resembles."""
    entries = []
    with open(path, "rb") as lines:
        offset = 0
        for line in lines:
            document = json.loads(line)
            reason = duplicates.reason_to_drop(document["text"])
            if reason:
                dropped[reason] += 1
            else:
                entries.append(Entry(path, offset, document["language"], len(document["text"].encode())))
            offset += len(line)
    return entries


def within_quotas(entries_of, quotas, dropped):
    """Returns {repository: [Entry]} with at most quotas[language] bytes of a language, taken evenly."""
    share = {}
    for language, quota in quotas.items():
        sizes = [sum(entry.size for entry in entries if entry.language == language) for entries in entries_of.values()]
        share[language] = share_of([size for size in sizes if size], quota)
    kept = {}
    for name, entries in entries_of.items():
        taken, kept[name] = collections.Counter(), []
        for entry in entries:
            if share[entry.language] is not None and taken[entry.language] + entry.size > share[entry.language]:
                dropped["over the language's quota"] += 1
                continue
            taken[entry.language] += entry.size
            kept[name].append(entry)
    return kept


def write_documents(path, entries):
    """Copies the documents to one file; returns its SHA-256. What was there stays until the new file is whole."""
    digest = hashlib.sha256()
    files = {spool_: open(spool_, "rb") for spool_ in {entry.spool for entry in entries}}
    with open(path.with_suffix(".part"), "wb") as out:
        for entry in entries:
            files[entry.spool].seek(entry.offset)
            line = files[entry.spool].readline()
            digest.update(line)
            out.write(line)
    for file in files.values():
        file.close()
    os.replace(path.with_suffix(".part"), path)
    return digest.hexdigest()


def source_of(description, entries):
    languages = collections.defaultdict(lambda: [0, 0])
    for entry in entries:
        languages[entry.language][0] += 1
        languages[entry.language][1] += entry.size
    return {**{key: description[key] for key in ("name", "commit", "licence")}, "languages": languages}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--repositories", type=pathlib.Path, required=True)
    parser.add_argument("--config", type=pathlib.Path, default=HERE / "configs/corpus.json")
    parser.add_argument("--work", type=pathlib.Path, default=HERE / "work")
    parser.add_argument("--records", type=pathlib.Path, default=HERE / "records")
    parser.add_argument("--sources", type=pathlib.Path, default=HERE / "SOURCES.md")
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    config = json.loads(options.config.read_text())

    found = spools(options, config)
    dropped = collections.Counter()
    for description in found:
        dropped.update(description["dropped"])
    usable = {description["name"]: description for description in found if description["clean"]}
    held_out = [name for name in usable if name in config["held_out"]]
    # Training comes first, so that what is dropped as a near-duplicate of it is the held-out file.
    duplicates = NearDuplicates()
    entries = {name: unique(options.work / "corpus" / (name.replace("/", "+") + ".jsonl"), duplicates, dropped)
               for name in [*(name for name in usable if name not in held_out), *held_out]}
    held_entries = {name: entries.pop(name) for name in held_out}
    entries = within_quotas(entries, config["bytes_per_language"], dropped)

    documents = [entry for name in entries for entry in entries[name]]
    random.Random(0).shuffle(documents)
    record = {"config": config, "rejected": [description["name"] for description in found if not description["licence"]]}
    record["sha256"] = {
        "train": write_documents(options.work / "train.jsonl", documents),
        "held_out": write_documents(options.work / "held_out.jsonl", [entry for name in held_out for entry in held_entries[name]]),
    }
    for part, table in (("train", entries), ("held_out", held_entries)):
        record[part] = [source_of(usable[name], table[name]) for name in table if table[name]]
    record["languages"] = {part: by_language(record[part]) for part in ("train", "held_out")}
    record["dropped"] = dropped
    options.records.mkdir(exist_ok=True)
    (options.records / "data.json").write_text(json.dumps(record, indent=1) + "\n")
    write_sources(options.sources, record)
    print(json.dumps({key: record[key] for key in ("languages", "dropped", "rejected")}, indent=1))


if __name__ == "__main__":
    main()
