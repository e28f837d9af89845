"""Writes a checkpoint as a Hugging Face model folder, and as a GGUF file if one is asked for.

    python3 export.py --from work/xs/checkpoint.pt --to ../models/default
    python3 export.py --from ../models/default --gguf work/xs.gguf --type F16

The second form makes GGUF of a folder that was exported before. The model card is a step of its own.
"""

import argparse
import pathlib

from formats.gguf_file import TYPES, write_gguf
from formats.hugging_face import write_model
from measure.exported import home, open_tokenizer
from network.checkpoint import read

HERE = pathlib.Path(__file__).parent


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--work", type=pathlib.Path, default=HERE / "work")
    parser.add_argument("--tokenizer", type=pathlib.Path, help="folder; default: the model's own, or tokenizer/ in --work")
    parser.add_argument("--from", dest="source", type=pathlib.Path, help="default: the checkpoint of --name")
    parser.add_argument("--name", default="xs", help="of the run, in --work")
    parser.add_argument("--weights", choices=["average", "model"], default="average", help="model: of the last update")
    parser.add_argument("--to", type=pathlib.Path, help="folder to write")
    parser.add_argument("--gguf", type=pathlib.Path, help="file to write; needs the package gguf from PyPI")
    parser.add_argument("--type", choices=TYPES, default="F16", help="of the matrices in the GGUF file")
    options = parser.parse_args()
    if not (options.to or options.gguf):
        parser.error("nothing to write: --to FOLDER or --gguf FILE")
    source = options.source or options.work / options.name
    saved = read(source)
    weights, config = saved[options.weights], saved["config"]
    tokenizer = open_tokenizer(options.tokenizer or home(source), options.work / "tokenizer")
    if tokenizer.size != config["vocab_size"]:
        parser.error(f"the tokenizer has {tokenizer.size} tokens, the model {config['vocab_size']}; name it with --tokenizer")
    if options.to:
        write_model(options.to, weights, config, tokenizer)
        print("wrote", options.to)
    if options.gguf:
        write_gguf(options.gguf, weights, config, tokenizer, options.type, f"Paddock {options.name}")
        print("wrote", options.gguf)


if __name__ == "__main__":
    main()
