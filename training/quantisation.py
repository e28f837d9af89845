"""Measures what rounding the weights costs: bits per byte of held-out files before and after, by format.

    python3 quantisation.py --from ../models/default --name xs

The formats are those the engine makes of a folder (8 and 4 bits) and those of GGUF files (`export.py --gguf`; they need
the package gguf from PyPI and are left out without it). Writes records/NAME/quantisation.json.
"""

import argparse
import json
import pathlib

import torch

from formats.gguf_file import TYPES, stored_as
from measure import bits
from measure.exported import fingerprint, open_model
from measure.places import held_out

HERE = pathlib.Path(__file__).parent


def as_gguf(model, kind):
    """The model with its matrices as a GGUF file of that kind has them, meanwhile."""
    import gguf

    def values(name, weight):
        stored = gguf.GGMLQuantizationType[stored_as(name, weight, kind)]
        found = gguf.dequantize(gguf.quantize(weight.detach().cpu().numpy(), stored), stored)
        return torch.from_numpy(found.reshape(weight.shape))

    return bits.replaced((weight, values(name, weight)) for name, weight in model.named_parameters())


def gguf_bits_per_byte(model, tokenizer, documents, context, at_once):
    """Returns {type: {language: bits per byte}}, {} without the package."""
    try:
        import gguf  # noqa: F401
    except ImportError:
        print("no package gguf: formats of GGUF files are left out")
        return {}
    encoded, found = bits.encode(tokenizer, documents), {}
    for kind in TYPES:
        if kind in ("Q8_0", "Q4_0"):  # the others hold bfloat16 without loss, or nearly
            with as_gguf(model, kind):
                found[f"GGUF {kind}"] = bits.by_language(documents, bits.nats(model, encoded, context, at_once))
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--work", type=pathlib.Path, default=HERE / "work")
    parser.add_argument("--records", type=pathlib.Path, default=HERE / "records")
    parser.add_argument("--from", dest="source", type=pathlib.Path, default=HERE / "../models/default")
    parser.add_argument("--tokenizer", type=pathlib.Path, help="folder, where the model has none of its own")
    parser.add_argument("--name", default="xs", help="of the record")
    parser.add_argument("--bytes", type=int, default=60_000, help="of each language to measure")
    options = parser.parse_args()
    model, tokenizer = open_model(options.source, "average", options.tokenizer or options.work / "tokenizer")
    documents = bits.sample(held_out(options.work / "held_out.jsonl"), options.bytes)
    at_once = 64 if torch.cuda.is_available() else 4
    result = bits.bits_per_byte(model, tokenizer, documents, at_once=at_once)
    result.update(gguf_bits_per_byte(model, tokenizer, documents, result["context"], at_once))
    formats = [name for name, value in result.items() if isinstance(value, dict)]
    languages = list(result["bfloat16"])
    print(" " * 12, *(f"{language:>10}" for language in languages))
    for name in formats:
        print(f"{name:12}", *(f"{result[name][language]:10.4f}" for language in languages))
    path = options.records / options.name / "quantisation.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"weights": fingerprint(model), **result}, indent=1) + "\n")


if __name__ == "__main__":
    main()
