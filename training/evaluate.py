"""Measures a checkpoint on the held-out repositories: bits per byte by language, and lines filled in exactly.

    python3 evaluate.py --config configs/xs.json

Prints and writes records/NAME/held_out.json, for the averaged weights as trained and seen through 4-bit rounding.
"""

import argparse
import collections
import json
import math
import pathlib
import random

import torch

from text.forms import header, prefix_suffix_middle, suffix_prefix_middle
from network.llama import Config, Llama
from text.tokenizer import EOS, LINE_BREAKS, Tokenizer

HERE = pathlib.Path(__file__).parent


def load(path, weights="average", compute_dtype=torch.bfloat16):
    """Returns the model of a checkpoint: `average` weights, or those of the last update (`model`)."""
    device = "cuda" if torch.cuda.is_available() else "cpu"
    saved = torch.load(path, map_location=device)
    model = Llama(Config(**saved["config"]), compute_dtype).to(device)
    model.load_state_dict(saved[weights])
    return model.eval()


def held_out_files(path, per_language):
    """Returns {language: documents}, the same ones for every model."""
    files = collections.defaultdict(list)
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            document = json.loads(line)
            files[document["language"]].append(document)
    for documents in files.values():
        random.Random(0).shuffle(documents)
    return {language: documents[:per_language] for language, documents in sorted(files.items())}


@torch.no_grad()
def nats(model, tokenizer, document, context):
    """Returns the negative log-likelihood of a file's text in nats, left to right.

    Long files are read in windows of `context` that overlap by half; each token counts once, with at least half a
    window before it. The header with the path is given, not counted.
    """
    head = header(tokenizer, document["path"])
    ids = head + tokenizer.encode(document["text"])
    total, counted = 0.0, len(head)
    device = model.embed_tokens.weight.device
    for start in range(0, max(1, len(ids) - context // 2), context // 2):
        window = torch.tensor([ids[start : start + context + 1]], device=device)
        targets = window[:, 1:].clone()
        targets[:, : counted - start - 1] = -1
        total += model.loss(window[:, :-1], targets, -1).item()
        counted = start + window.shape[1]
    return total


def bits_per_byte(model, tokenizer, files, context):
    """Returns {language: bits per UTF-8 byte}, and over all under "all"."""
    result, all_nats, all_bytes = {}, 0.0, 0
    for language, documents in files.items():
        found = sum(nats(model, tokenizer, document, context) for document in documents)
        size = sum(len(document["text"].encode()) for document in documents)
        result[language] = round(found / math.log(2) / size, 4)
        all_nats, all_bytes = all_nats + found, all_bytes + size
    return {**result, "all": round(all_nats / math.log(2) / all_bytes, 4)}


@torch.no_grad()
def rest_of_line(model, tokenizer, prompt, limit=32):
    """Returns the greedy continuation of `prompt` as text, up to a line break or `</s>`.

    Every step reads the whole prompt again: a KV cache would be code of its own for a measurement that runs once.
    """
    ids = list(prompt)
    stops = {EOS, *range(tokenizer.size - len(LINE_BREAKS) + 1, tokenizer.size)}  # the first piece is "\t"
    for _ in range(limit):
        hidden = model.hidden(torch.tensor([ids], device=model.embed_tokens.weight.device))
        token = int(model.logits(hidden[0, -1]).argmax())
        if token in stops:
            break
        ids.append(token)
    return tokenizer.decode(ids[len(prompt) :])


def infill_lines(model, tokenizer, files, count, before=1200, after=400):
    """Returns {form: {language: share}} of lines whose end, cut off in the middle, is filled in exactly.

    Half of the lines are cut at a random place, half at their first character; what counts is the text up to the
    line's end. Whole lines of up to `before` and `after` characters around the cursor's line are shown.
    """
    found = {}
    for form, arrange in (("psm", prefix_suffix_middle), ("spm", suffix_prefix_middle)):
        found[form] = {}
        for language, documents in files.items():
            random_ = random.Random(0)
            right = 0
            for number in range(count):
                document = random_.choice(documents)
                lines = document["text"].split("\n")
                line = random_.choice([i for i, text in enumerate(lines) if len(text.strip()) >= 8])
                indent = len(lines[line]) - len(lines[line].lstrip())
                column = indent if number % 2 else random_.randint(indent + 1, len(lines[line]) - 2)
                above = "".join(text + "\n" for text in lines[:line])[-before:].partition("\n")[2]
                below = "".join("\n" + text for text in lines[line + 1 :])[:after].rpartition("\n")[0]
                prompt = arrange(tokenizer, document["path"], above + lines[line][:column], below)
                answer = rest_of_line(model, tokenizer, prompt)
                right += answer.rstrip() == lines[line][column:].rstrip()
            found[form][language] = round(right / count, 3)
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--config", type=pathlib.Path, default=HERE / "configs/xs.json")
    parser.add_argument("--work", type=pathlib.Path, default=HERE / "work")
    parser.add_argument("--name")
    parser.add_argument("--files", type=int, default=20, help="of each language")
    parser.add_argument("--lines", type=int, default=40, help="of each language to fill in, 0 for none")
    parser.add_argument("--weights", choices=["average", "model"], default="average")
    options = parser.parse_args()
    name = options.name or options.config.stem
    model = load(options.work / name / "checkpoint.pt", options.weights)
    context = model.config.max_position_embeddings
    tokenizer = Tokenizer(options.work / "tokenizer")
    files = held_out_files(options.work / "held_out.jsonl", options.files)
    result = {"weights": options.weights, "files per language": options.files}
    for label, rounded in (("bits per byte", False), ("bits per byte, weights rounded to 4 bits", True)):
        model.fake_quantise(rounded)
        result[label] = bits_per_byte(model, tokenizer, files, context)
        print(label, result[label], flush=True)
    if options.lines:
        result["lines filled in exactly, weights rounded to 4 bits"] = infill_lines(
            model, tokenizer, files, options.lines)
    print(json.dumps(result, indent=1))
    (HERE / "records" / name / "held_out.json").write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
