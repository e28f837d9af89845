"""Learns the tokenizer's pieces from work/train.jsonl and reports how many bytes a token holds.

    python3 tokenizer.py --vocab 8192 --to work/tokenizer
    python3 tokenizer.py --vocab 16384 --to work/tokenizer-16k
    python3 tokenizer.py --to work/tokenizer-16k --report      # of one that is there already
    python3 tokenizer.py --from ../models/default --to work/tokenizer      # an exported model's, to train it further

Writes the folder and records/NAME.json (NAME is the folder's): bytes per token of each language of work/held_out.jsonl,
and whether every one of those files comes back from its tokens unchanged. `records/tokenizers.md` shows all of them
beside what is published of LLaMA's.
"""

import argparse
import collections
import hashlib
import json
import pathlib
import random

import sentencepiece

from measure.exported import open_tokenizer
from report.tokenizers import write_table
from text.tokenizer import CONTROL, LINE_BREAKS, SPLIT, Tokenizer, write_hugging_face

HERE = pathlib.Path(__file__).parent


def sample_of(path, size):
    """Returns stretches of text between line breaks, of the first `size` characters: documents are in random order."""
    taken, sample = 0, []
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            if taken > size:
                break
            text = json.loads(line)["text"]
            taken += len(text)
            sample += [part for part in SPLIT.split(text) if part.strip() and part not in LINE_BREAKS]
    random.Random(0).shuffle(sample)
    return sample


def train_pieces(sample, vocab_size, folder):
    """Writes bpe.model with vocab_size tokens, the line breaks' included."""
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(sample), model_prefix=str(folder / "bpe"), model_type="bpe",
        vocab_size=vocab_size - len(LINE_BREAKS), control_symbols=CONTROL[3:],
        split_digits=True, byte_fallback=True, character_coverage=0.9999, allow_whitespace_only_pieces=True,
        add_dummy_prefix=False, remove_extra_whitespaces=False, normalization_rule_name="identity",
        max_sentence_length=100000, num_threads=2, minloglevel=1,
    )


def report_of(tokenizer, folder, held_out):
    """Returns the record of a tokenizer: for each language [files, bytes, tokens, bytes per token], and round trips."""
    counts, failed = collections.defaultdict(lambda: [0, 0, 0]), []
    with open(held_out, encoding="utf-8") as lines:
        for line in lines:
            document = json.loads(line)
            ids = tokenizer.encode(document["text"])
            for i, count in enumerate((1, len(document["text"].encode()), len(ids))):
                counts[document["language"]][i] += count
            if tokenizer.decode(ids) != document["text"]:
                failed.append(f"{document['repository']}/{document['path']}")
    order = sorted(counts, key=lambda language: -counts[language][1])
    return {"name": folder.name, "vocabulary": tokenizer.size,
            "sha256": hashlib.sha256((folder / "bpe.model").read_bytes()).hexdigest(),
            "languages": {language: dict(zip(("files", "bytes", "tokens", "bytes_per_token"),
                                             (*counts[language], round(counts[language][1] / counts[language][2], 3))))
                          for language in order},
            "round_trips": sum(files for files, _, _ in counts.values()) - len(failed), "failed_round_trips": failed}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--vocab", type=int, default=16384, help="tokens in all, control tokens and line breaks included")
    parser.add_argument("--to", type=pathlib.Path, default=HERE / "work/tokenizer-16k")
    parser.add_argument("--work", type=pathlib.Path, default=HERE / "work")
    parser.add_argument("--records", type=pathlib.Path, default=HERE / "records")
    parser.add_argument("--sample", type=int, default=40_000_000, help="characters to learn pieces from")
    parser.add_argument("--context", type=int, default=1024, help="tokens, for tokenizer_config.json")
    parser.add_argument("--from", dest="source", type=pathlib.Path, help="model folder whose pieces to take; measures nothing")
    parser.add_argument("--report", action="store_true", help="only measure")
    options = parser.parse_args()
    options.to.mkdir(parents=True, exist_ok=True)
    if options.source:
        (options.to / "bpe.model").write_bytes(open_tokenizer(options.source).pieces.serialized_model_proto())
        return
    if not options.report:
        train_pieces(sample_of(options.work / "train.jsonl", options.sample), options.vocab, options.to)
    tokenizer = Tokenizer.read(options.to)
    if not options.report:
        assert tokenizer.size == options.vocab, tokenizer.size
        write_hugging_face(tokenizer, options.to, options.context)
    record = report_of(tokenizer, options.to, options.work / "held_out.jsonl")
    options.records.mkdir(exist_ok=True)
    (options.records / f"{options.to.name}.json").write_text(json.dumps(record, indent=1) + "\n")
    print(write_table(options.records))


if __name__ == "__main__":
    main()
