"""Builds the data of tuning: conversations about the corpus's own code, about plain facts, and what to refuse.

    python3 dialogues.py --to work/tune-8k --context 1024

Reads work/train.jsonl, work/held_out.jsonl and work/tokenizer/. For each kind of conversation (instruct/) it writes
KIND-CONTEXT.bin, rows of tokens, and KIND-CONTEXT.learned.bin, which of them are learned from; explain-held-out.jsonl,
code with its comment from repositories never trained on; ordinary.json, what the corpus's functions do and its
documentation is about, for ordinary requests; held_out-CONTEXT.npz, for bits per byte; and manifest.json, counts and hashes
of all that. The same seed gives the same files. `--only everyday refusals` writes these kinds anew into a folder that has
the others, without reading the corpus.
"""

import argparse
import collections
import functools
import itertools
import json
import pathlib
import random

import numpy

from instruct import answers, everyday, explain, refusals, turns
from instruct.rows import decision_only, encoded, pack
from measure.sample import sample_for
from network.record import digest
from text.tokenizer import Tokenizer

HERE = pathlib.Path(__file__).parent


def documents(path, languages=tuple(explain.NAMES)):
    """Yields the documents in some languages; those that explanations are made of unless told otherwise."""
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            # Decoding all of a large corpus takes longer than all the rest; the language stands before the text.
            if any(f'"{language}"' in line[:1000] for language in languages):
                document = json.loads(line)
                if document["language"] in languages:
                    yield document


def kinds(entries, ordinary, options):
    """Yields (kind, conversations); a conversation is (turns, whether only its last answer is learned from)."""
    def random_of(kind):
        return random.Random(f"{options.seed} {kind}")

    if entries is not None:
        yield "explain", ((each, False) for each in explain.build(entries, random_of("explain")))
        yield "answers", ((each, False) for each in answers.build(entries, random_of("answers")))
    if "turns" in options.only or not options.only:
        for kind in turns.KINDS:  # the same random numbers: the three differ in nothing else
            yield f"turns-{kind}", turns.build(options.turns, random_of("turns"), kind)
    if "everyday" in options.only or not options.only:
        yield "everyday", ((each, False) for each in everyday.build(options.rounds, random_of("everyday")))
    if "refusals" in options.only or not options.only:
        yield "refusals", ((each, False) for each in refusals.build(options.refusals, random_of("refusals"), ordinary))


def _refusal(tokenizer, number, conversation):
    """Returns (ids, learned) of a request of the refusal data.

    A row has room for twice as many where five answers in six are only their decision; one without words is no more.
    """
    turns, _ = conversation
    found = encoded(tokenizer, *conversation)
    return found if turns[-1][1] and number // 3 % 6 == 0 else decision_only(*found)


def write(folder, kind, conversations, tokenizer, options):
    """Writes the rows of one kind; returns what the manifest says of them."""
    if kind == "refusals":
        conversations = map(functools.partial(_refusal, tokenizer), itertools.count(), conversations)
    else:
        conversations = (encoded(tokenizer, *each) for each in conversations)
    conversations = list(conversations)
    # Conversations of twenty turns are long and meant to be.
    longest = options.longest if options.longest and not kind.startswith("turns") else options.context + 1
    fitting = [each for each in conversations if len(each[0]) <= longest]
    left_out = len(conversations) - len(fitting)
    random.Random(f"{options.seed} order").shuffle(fitting)
    table, learned = pack(fitting, options.context)
    order = numpy.random.default_rng(options.seed).permutation(len(table))
    path = folder / f"{kind}-{options.context}.bin"
    table[order].tofile(path)
    learned[order].tofile(path.with_suffix(".learned.bin"))
    found = {"conversations": len(fitting), "too long, left out": left_out, "rows": len(table),
             "tokens": int((table != 0).sum()), "learned tokens": int(learned.sum()),
             "sha256": digest(path, path.with_suffix(".learned.bin"))}
    print(f"{kind:16}", *(f"{key} {value}" for key, value in found.items() if key != "sha256"), flush=True)
    return found


def held_out(path, to, tokenizer, options):
    """Writes the explanations to be measured against; returns how many."""
    found = [{"language": entry.language, "repository": entry.repository, "path": entry.path, "name": entry.name,
              "code": entry.code, "comment": sentence}
             for entry, sentence in explain.explained(documents(path))
             if len(tokenizer.encode(entry.code)) < options.context - 128]
    random.Random(options.seed).shuffle(found)
    to.write_text("".join(json.dumps(each, ensure_ascii=False) + "\n" for each in found), encoding="utf-8")
    return len(found)


def rewrite(options, tokenizer):
    """Writes the kinds asked for into a folder that has all of them."""
    path = options.to / "manifest.json"
    if not path.exists():
        raise SystemExit(f"{path} is not there: write all kinds into that folder first, without --only")
    manifest = json.loads(path.read_text())
    if (manifest["context"], manifest["tokenizer_sha256"]) != (options.context, digest(options.tokenizer / "bpe.model")):
        raise SystemExit(f"{path} is of another context or tokenizer: write all kinds, without --only")
    ordinary = json.loads((options.to / "ordinary.json").read_text(encoding="utf-8"))
    for kind, conversations in kinds(None, ordinary, options):
        manifest["kinds"][kind] = write(options.to, kind, conversations, tokenizer, options)
    manifest["held out of the refusals"] = refusals.HELD_OUT
    path.write_text(json.dumps(manifest, indent=1) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--work", type=pathlib.Path, default=HERE / "work")
    parser.add_argument("--to", type=pathlib.Path, default=HERE / "work/tune")
    parser.add_argument("--tokenizer", type=pathlib.Path, help="default: WORK/tokenizer")
    parser.add_argument("--context", type=int, default=1024)
    parser.add_argument("--longest", type=int, help="tokens of a conversation of one turn; default: the context")
    parser.add_argument("--most", type=int, help="explanations, the first ones of the corpus; default: all")
    parser.add_argument("--turns", type=int, default=6000, help="conversations of several turns")
    parser.add_argument("--rounds", type=int, default=24, help="of everyday questions: how often each of them comes")
    parser.add_argument("--refusals", type=int, default=36000, help="requests, a third of them to refuse: 100 %%")
    parser.add_argument("--only", nargs="*", default=[], choices=["turns", "everyday", "refusals"], help="kinds to write anew")
    parser.add_argument("--sample", type=int, default=8, help="held-out files of each language for bits per byte")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    options.to.mkdir(parents=True, exist_ok=True)
    options.tokenizer = options.tokenizer or options.work / "tokenizer"
    tokenizer = Tokenizer.read(options.tokenizer)

    if options.only:
        rewrite(options, tokenizer)
        return
    dropped = collections.Counter()
    entries = list(explain.explained(documents(options.work / "train.jsonl"), dropped))
    random.Random(options.seed).shuffle(entries)
    entries = entries[: options.most]
    ordinary = refusals.of_corpus(filter(None, (explain.task(sentence) for _, sentence in entries)),
                                  (each["text"] for each in documents(options.work / "train.jsonl", ("markdown",))))
    (options.to / "ordinary.json").write_text(json.dumps(ordinary, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")
    manifest = {"context": options.context, "vocabulary": tokenizer.size, "seed": options.seed,
                "tokenizer_sha256": digest(options.tokenizer / "bpe.model"),
                "training text sha256": digest(options.work / "train.jsonl"),
                "documented functions by language": dict(collections.Counter(entry.language for entry, _ in entries)),
                "comments left out": dict(dropped.most_common()), **{key: len(texts) for key, texts in ordinary.items()}, "kinds": {}}
    for kind, conversations in kinds(entries, ordinary, options):
        manifest["kinds"][kind] = write(options.to, kind, conversations, tokenizer, options)
    manifest["held-out explanations"] = held_out(options.work / "held_out.jsonl", options.to / "explain-held-out.jsonl",
                                                 tokenizer, options)
    manifest["held out of the refusals"] = refusals.HELD_OUT
    (options.to / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")
    (options.to / f"held_out-{options.context}.npz").unlink(missing_ok=True)
    sample_for(options.to, options.work, options.tokenizer, options.context, options.sample)
    print("wrote", options.to, "with", len(entries), "explanations;", manifest["held-out explanations"], "held out")


if __name__ == "__main__":
    main()
