"""A small fixed sample of held-out files as rows of tokens: bits per byte by language, quickly, while training goes on.

The sample is made once, by whoever has the tokenizer, and kept beside the rows to train on (DATA/held_out-CONTEXT.npz),
so that the machine that trains needs neither text nor tokenizer. Training makes it where it is missing; for another machine,

    python3 -m measure.sample --data work/data-16k --tokenizer work/tokenizer-16k --files 32

makes it, and what extend.py measures with (DATA/long-CONTEXT.json).
"""

import argparse
import hashlib
import json
import math
import pathlib
import random

import numpy
import torch

from network.rows import PADDING


class Sample:
    """`rows` uint16 [rows, context + 1]; `given`, `languages` and `sizes` are one value for each row: how many of its tokens
    are the path, its language, and the bytes of the text that is to be guessed.
    """

    def __init__(self, rows, given, languages, sizes):
        self.rows, self.given, self.languages, self.sizes = rows, given, languages, sizes

    @classmethod
    def read(cls, path):
        with numpy.load(path) as content:
            return cls(*(content[name] for name in ("rows", "given", "languages", "sizes")))

    def write(self, path):
        numpy.savez_compressed(path, rows=self.rows, given=self.given, languages=self.languages, sizes=self.sizes)

    @classmethod
    def make(cls, documents, tokenizer, header, context, of_each_language):
        """Takes the first `context` tokens of some files of each language, the same files for every vocabulary.

        `header(tokenizer, path)` returns the ids before a file's text.
        """
        documents = sorted(documents, key=lambda document: (document["repository"], document["path"]))
        random.Random(0).shuffle(documents)
        taken, found = {}, []
        for document in documents:
            language = document["language"]
            if taken.get(language, 0) == of_each_language:
                continue
            taken[language] = taken.get(language, 0) + 1
            head = header(tokenizer, document["path"])
            ids = (head + tokenizer.encode(document["text"]))[: context + 1]
            row = numpy.full(context + 1, PADDING, numpy.uint16)
            row[: len(ids)] = ids
            found.append((row, len(head), language, len(tokenizer.decode(ids[len(head) :]).encode())))
        return cls(*(numpy.array(column) for column in zip(*found)))

    def bits_per_byte(self, model, rows_at_once=4):
        """Returns {language: bits per byte}, and over all under "all"."""
        device = model.embed_tokens.weight.device
        nats = []
        for start in range(0, len(self.rows), rows_at_once):
            ids = torch.from_numpy(self.rows[start : start + rows_at_once].astype(numpy.int64)).to(device)
            each = model.token_nats(ids[:, :-1], ids[:, 1:])
            place = torch.arange(1, ids.shape[1], device=device)
            given = torch.from_numpy(self.given[start : start + rows_at_once].astype(numpy.int64)).to(device)
            counts = (ids[:, 1:] != PADDING) & (place >= given[:, None])
            nats += (each * counts).sum(1).tolist()
        nats = numpy.array(nats)
        result = {}
        for language in [*sorted(set(self.languages.tolist())), "all"]:
            chosen = (self.languages == language) | (language == "all")
            result[language] = round(float(nats[chosen].sum() / math.log(2) / self.sizes[chosen].sum()), 4)
        return result


def tokenizer_of(data, folder):
    """Returns the tokenizer in `folder`, which must be the one the rows in `data` were encoded with; None if it is not there."""
    if not (folder / "bpe.model").exists():
        return None
    if (data / "manifest.json").exists():
        wanted = json.loads((data / "manifest.json").read_text()).get("tokenizer_sha256")
        if wanted not in (None, hashlib.sha256((folder / "bpe.model").read_bytes()).hexdigest()):
            raise SystemExit(f"{data} was encoded with another tokenizer than that in {folder}: give --tokenizer")
    from text.tokenizer import Tokenizer  # only here, so that training works without SentencePiece

    return Tokenizer.read(folder)


def sample_for(data, work, tokenizer, context, of_each_language):
    """Returns the sample beside the rows in `data`, made if it is not there yet; None where it cannot be.

    `work` has held_out.jsonl, `tokenizer` is a folder.
    """
    path = data / f"held_out-{context}.npz"
    if not path.exists():
        words = tokenizer_of(data, tokenizer)
        if words is None or not (work / "held_out.jsonl").exists():
            return None
        from text.forms import header

        with open(work / "held_out.jsonl", encoding="utf-8") as lines:
            documents = [json.loads(line) for line in lines]
        Sample.make(documents, words, header, context, of_each_language).write(path)
    return Sample.read(path)


def main():
    from measure.long_context import held_out

    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("work"))
    parser.add_argument("--data", type=pathlib.Path, default=pathlib.Path("work/data-8k"))
    parser.add_argument("--tokenizer", type=pathlib.Path, default=pathlib.Path("work/tokenizer"))
    parser.add_argument("--contexts", type=int, nargs=2, default=[1024, 4096], metavar=("SHORT", "LONG"))
    parser.add_argument("--files", type=int, default=4, help="of each language")
    options = parser.parse_args()
    short, long = options.contexts
    sample = sample_for(options.data, options.work, options.tokenizer, short, options.files)
    if sample is None:
        parser.error(f"no tokenizer in {options.tokenizer}, or no held_out.jsonl in {options.work}")
    stretches = held_out(options.data, options.work, options.tokenizer, long)
    print(f"{options.data}: {len(sample.rows)} files of {short} tokens; {len(stretches['rows'])} stretches of {long} tokens and "
          f"{len(stretches['questions'])} first lines")


if __name__ == "__main__":
    main()
