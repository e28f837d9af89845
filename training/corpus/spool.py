"""The clean files of one repository, in a file of their own, so that a run that was stopped goes on where it was.

A spool `owner+name.jsonl` has one document a line ({repository, path, language, text}) in a random but fixed order;
beside it `owner+name.json` says what it was made of and what was left out. Both are made anew when the commit, the
filters or their limits have changed.
"""

import collections
import hashlib
import json
import pathlib
import random

from corpus.filters import path_reason_to_drop, reason_to_drop
from corpus.languages import LANGUAGES, LIMITS, language_of
from corpus.licences import without_notice
from corpus.repositories import Repository

_HERE = pathlib.Path(__file__).parent
_RULES = ("filters", "languages", "licences", "repositories", "spool")


def rules():
    """Returns a hash of all that decides which files are clean."""
    return hashlib.sha256(b"".join((_HERE / f"{name}.py").read_bytes() for name in _RULES)).hexdigest()


def _clean(repository, limit, dropped):
    """Yields the documents, at most about `limit` bytes of each language."""
    paths = [path for path in repository.files(max(LIMITS[language].size for language in set(LANGUAGES.values())))
             if language_of(path)]
    random.Random(repository.name).shuffle(paths)
    total = collections.Counter()
    for path in paths:
        language = language_of(path)
        reason = path_reason_to_drop(path)
        if repository.foreign_folder(path):
            reason = "in a folder of another licence"
        elif not reason and repository.sizes[path] > LIMITS[language].size:
            reason = "too large"
        elif not reason and total[language] > limit:
            reason = "over the repository's share"
        if not reason:
            text = repository.read(path)
            # One convention for line ends keeps "\r" out of the vocabulary; the editor converts as well.
            text = text and text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")
            reason = reason_to_drop(path, text) if text is not None else "not UTF-8"
        if not reason:
            text = without_notice(text)
            reason = "too short" if len(text) < 200 else None
        if reason:
            dropped[reason] += 1
            continue
        total[language] += len(text.encode())
        yield {"repository": repository.name, "path": path, "language": language, "text": text}


def spool(job):
    """Writes one repository's spool unless it is there; returns its description.

    `job` is (name, git path, folder of the spools, bytes of each language, rules()).
    """
    name, path, folder, limit, version = job
    base = folder / name.replace("/", "+")
    repository = Repository(name, path)
    key = [repository.commit, limit, version]
    record = base.with_name(base.name + ".json")
    if record.exists():
        description = json.loads(record.read_text())
        if description["key"] == key:
            repository.close()
            return description
    dropped, count = collections.Counter(), 0
    with open(base.with_name(base.name + ".jsonl"), "w", encoding="utf-8") as out:
        for document in _clean(repository, limit, dropped) if repository.licence else ():
            out.write(json.dumps(document, ensure_ascii=False) + "\n")
            count += 1
    repository.close()
    description = {"name": name, "commit": repository.commit, "licence": repository.licence, "clean": count,
                   "dropped": dropped, "key": key}
    record.write_text(json.dumps(description))
    return description
