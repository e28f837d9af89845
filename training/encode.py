"""Encodes work/train.jsonl into rows of tokens for pretraining, most documents rearranged for infilling.

    python3 encode.py --tokenizer work/tokenizer --to work/data-8k
    python3 encode.py --tokenizer work/tokenizer-16k --to work/data-16k --contexts 1024 4096 8192 --shares 0.8 0.1 0.1

Writes tokens-CONTEXT.bin, uint16 [rows, context + 1], the end of a row padded with `<unk>`, which the loss leaves out,
and manifest.json. The shortest context is trained first, the longest last; no document is in two of them. Rows of the
shortest hold unrelated sequences, rows of the others the files of one folder after another, each with its path.

Stopped and called again it goes on with the parts that are missing. The result does not depend on --processes.
"""

import argparse
import collections
import hashlib
import json
import multiprocessing
import os
import pathlib
import random
import shutil

import numpy

from text.packing import PADDING, FirstFit, Neighbours, RowFile
from text.split import assign, index
from text.tokenizer import Tokenizer
from text.windows import FIM_SHARE, SUFFIX_FIRST_SHARE, Windows

HERE = pathlib.Path(__file__).parent
PARTS = 16  # pieces of work of a context


def parts_of(places, together):
    """Returns PARTS lists of places: every 16th, or `together` whole repositories with neighbours side by side."""
    if not together:
        return [places[i::PARTS] for i in range(PARTS)]
    repositories = collections.defaultdict(list)
    for place in sorted(places, key=lambda place: (place.repository, place.path.split("/"))):
        repositories[place.repository].append(place)
    parts = [[] for _ in range(PARTS)]
    for files in sorted(repositories.values(), key=lambda files: -sum(place.size for place in files)):
        min(parts, key=lambda part: sum(place.size for place in part)).extend(files)
    return parts


def sequences(documents, tokenizer, random_, rows, together, tokens):
    """Puts every document's windows into rows; counts the `tokens` of each language."""
    context, last = rows.context, None
    packer = Neighbours(rows) if together else FirstFit(rows)
    for place, document in documents:
        if together and last not in (None, place.repository):
            packer.close()
        last = place.repository
        windows = Windows(tokenizer, document, random_)
        while windows.left():
            if together and packer.room() < windows.least():
                packer.close()
            ids = windows.take(packer.room() if together else context + 1)
            tokens[place.language] += len(ids)
            packer.add(ids)
    packer.close()


def encode_part(job):
    """Writes one part's rows; returns {language: tokens}. Finished parts are left as they are."""
    train, folder, context, number, places, together, seed, target = job
    base = target / f"{context}-{number:02}"
    record = base.with_suffix(".json")
    if record.exists():
        return json.loads(record.read_text())
    tokenizer, tokens = Tokenizer.read(folder), collections.Counter()
    rows = RowFile(base.with_suffix(".bin"), context)
    with open(train, "rb") as lines:
        def documents():
            for place in places:
                lines.seek(place.offset)
                yield place, json.loads(lines.readline())
        sequences(documents(), tokenizer, random.Random(f"{seed}:{context}:{number}"), rows, together, tokens)
    rows.close()
    record.write_text(json.dumps(tokens))
    return tokens


def join(parts, path, context, seed):
    """Writes the rows of all parts in random order; returns what the manifest says of them."""
    table = numpy.empty((sum(part.stat().st_size for part in parts) // (2 * context + 2), context + 1), dtype=numpy.uint16)
    filled = 0
    for part in parts:
        rows = numpy.fromfile(part, dtype=numpy.uint16).reshape(-1, context + 1)
        table[filled : filled + len(rows)] = rows
        filled += len(rows)
    order = numpy.random.default_rng(seed).permutation(len(table))
    digest, real = hashlib.sha256(), 0
    with open(path.with_suffix(".part"), "wb") as out:
        for begin in range(0, len(order), 4096):
            block = table[order[begin : begin + 4096]]
            real += int((block != PADDING).sum())
            digest.update(block.tobytes())
            out.write(block.tobytes())
    os.replace(path.with_suffix(".part"), path)
    return {"context": context, "rows": len(table), "tokens": real, "full": round(real / table.size, 4),
            "sha256": digest.hexdigest()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--train", type=pathlib.Path, default=HERE / "work/train.jsonl")
    parser.add_argument("--tokenizer", type=pathlib.Path, default=HERE / "work/tokenizer")
    parser.add_argument("--to", type=pathlib.Path, default=HERE / "work/data-8k")
    parser.add_argument("--contexts", type=int, nargs="+", default=[1024, 4096])
    parser.add_argument("--shares", type=float, nargs="+", default=[0.8, 0.2], help="of the text, for each context")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    if len(options.contexts) != len(options.shares):
        parser.error("as many --shares as --contexts")

    places, digest = index(options.train)
    model = (options.tokenizer / "bpe.model").read_bytes()
    manifest = {"train_sha256": digest, "tokenizer_sha256": hashlib.sha256(model).hexdigest(), "seed": options.seed,
                "contexts": options.contexts, "shares": options.shares, "fim_share": FIM_SHARE,
                "suffix_first_share": SUFFIX_FIRST_SHARE}
    target = options.to / "parts" / hashlib.sha256(json.dumps(manifest).encode()).hexdigest()[:16]
    target.mkdir(parents=True, exist_ok=True)
    assigned = assign(places, options.shares, options.seed)
    manifest["files"] = []
    for i, (context, chosen) in enumerate(zip(options.contexts, assigned)):
        jobs = [(options.train, options.tokenizer, context, number, part, i > 0, options.seed, target)
                for number, part in enumerate(parts_of(chosen, i > 0))]
        with multiprocessing.Pool(options.processes) as pool:
            counts = pool.map(encode_part, jobs, chunksize=1)
        tokens, sizes = collections.Counter(), collections.Counter()
        for count in counts:
            tokens.update(count)
        for place in chosen:
            sizes[place.language] += place.size
        entry = join([target / f"{context}-{number:02}.bin" for number in range(PARTS)],
                     options.to / f"tokens-{context}.bin", context, options.seed)
        entry["languages"] = {language: {"files": sum(place.language == language for place in chosen),
                                         "bytes": sizes[language], "tokens": tokens[language]} for language in sorted(tokens)}
        manifest["files"].append(entry)
        print(f"context {context}: {entry['rows']} rows, {entry['tokens']} tokens, {100 * entry['full']:.1f} % full", flush=True)
    (options.to / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n")
    shutil.rmtree(options.to / "parts")


if __name__ == "__main__":
    main()
