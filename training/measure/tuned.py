"""What the measurements of a tuned model share: their options, answers, where they write."""

import argparse
import json
import pathlib

from measure.decoding import greedy
from measure.exported import home, open_model
from text.chat import prompt
from text.tokenizer import COMPLY, END, EOS

HERE = pathlib.Path(__file__).parent.parent


def arguments(description):
    """Returns a parser with the options every measurement has."""
    parser = argparse.ArgumentParser(description=description.split("\n")[0])
    parser.add_argument("--model", type=pathlib.Path, required=True, help="a checkpoint, a run's folder or a model folder")
    parser.add_argument("--name", help="of the record; default: the model's folder")
    parser.add_argument("--data", type=pathlib.Path, default=HERE / "work/tune")
    parser.add_argument("--tokenizer", type=pathlib.Path, default=HERE / "work/tokenizer", help="for models without one")
    parser.add_argument("--records", type=pathlib.Path, default=HERE / "records")
    parser.add_argument("--rounded", action="store_true", help="weights rounded to 4 bits, as the engine runs them")
    parser.add_argument("--seed", type=int, default=0)
    return parser


def opened(options, path=None):
    """Returns (model, tokenizer)."""
    model, tokenizer = open_model(path or options.model, tokenizer=options.tokenizer)
    model.fake_quantise(options.rounded)
    return model, tokenizer


def replies(model, tokenizer, conversations, steps):
    """Returns the greedy answers, each after `<|comply|>`, to conversations of `text.chat` that end with a question."""
    room = model.config.max_position_embeddings - steps
    prompts = [[*prompt(tokenizer, turns), COMPLY][-room:] for turns in conversations]
    found, _ = greedy(model, prompts, steps, stops=(END, EOS))
    return [tokenizer.decode(ids).strip() for ids in found]


def write(options, file, content):
    """Writes records/NAME/`file`; returns the folder."""
    model = home(options.model).name
    folder = options.records / (options.name or model)
    folder.mkdir(parents=True, exist_ok=True)
    content = {"model": model, "weights rounded to 4 bits": options.rounded, "seed": options.seed, **content}
    (folder / file).write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print("wrote", folder / file)
    return folder
