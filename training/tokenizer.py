"""Learns the tokenizer's pieces from work/train.jsonl and writes work/tokenizer/.

    python3 tokenizer.py
"""

import argparse
import json
import pathlib
import random

import sentencepiece

from text.tokenizer import CONTROL, LINE_BREAKS, SPLIT, Tokenizer, write_hugging_face

HERE = pathlib.Path(__file__).parent


def sample_of(path, size):
    """Returns stretches of text between line breaks, `size` bytes of each language."""
    taken, sample = {}, []
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            document = json.loads(line)
            if taken.get(document["language"], 0) < size:
                taken[document["language"]] = taken.get(document["language"], 0) + len(document["text"])
                sample += [part for part in SPLIT.split(document["text"]) if part.strip() and part not in LINE_BREAKS]
    return sample


def train(path, vocab_size, folder, size):
    sample = sample_of(path, size)
    random.Random(0).shuffle(sample)
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(sample), model_prefix=str(folder / "bpe"), model_type="bpe",
        vocab_size=vocab_size - len(LINE_BREAKS), control_symbols=CONTROL[3:],
        split_digits=True, byte_fallback=True, character_coverage=0.9999, allow_whitespace_only_pieces=True,
        add_dummy_prefix=False, remove_extra_whitespaces=False, normalization_rule_name="identity",
        max_sentence_length=100000, num_threads=2, minloglevel=1,
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--config", type=pathlib.Path, default=HERE / "configs/xs.json")
    parser.add_argument("--work", type=pathlib.Path, default=HERE / "work")
    parser.add_argument("--sample", type=int, default=6_000_000, help="bytes of each language to learn pieces from")
    options = parser.parse_args()
    config = json.loads(options.config.read_text())
    folder = options.work / "tokenizer"
    folder.mkdir(exist_ok=True)
    train(options.work / "train.jsonl", config["vocab_size"], folder, options.sample)
    tokenizer = Tokenizer(folder)
    assert tokenizer.size == config["vocab_size"], tokenizer.size
    write_hugging_face(tokenizer, folder, config["max_position_embeddings"])
    print("wrote", folder, "with", tokenizer.size, "tokens")


if __name__ == "__main__":
    main()
