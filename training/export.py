"""Writes a checkpoint as a Hugging Face model folder, with its model card and the curve of its training.

    python3 export.py --config configs/xs.json --to ../models/default

The matrices are exported in bfloat16: training already multiplies with them rounded to it, so nothing is lost.
"""

import argparse
import csv
import json
import pathlib

import torch

from network.llama import Config
from report.model_card import model_card
from report.plot import line_chart
from network.safetensors_file import write_safetensors
from text.tokenizer import BOS, EOS, Tokenizer, write_hugging_face

HERE = pathlib.Path(__file__).parent


def hugging_face_config(config):
    """Returns config.json of a LlamaForCausalLM."""
    return {
        "architectures": ["LlamaForCausalLM"], "model_type": "llama", **vars(config), "hidden_act": "silu",
        "attention_bias": False, "mlp_bias": False, "attention_dropout": 0.0, "rope_scaling": None,
        "tie_word_embeddings": True, "bos_token_id": BOS, "eos_token_id": EOS, "initializer_range": 0.02,
        "use_cache": True, "torch_dtype": "bfloat16",
    }


def hugging_face_names(weights):
    """Returns the weights under LlamaForCausalLM's names; the head is tied, so it is not stored."""
    return {f"model.{name}": weight.to(torch.bfloat16) for name, weight in weights.items()}


def read_curve(path):
    """Returns [(million tokens, nats per token)]."""
    with open(path, newline="") as file:
        return [(int(row["tokens"]) / 1e6, float(row["loss_nats_per_token"])) for row in csv.DictReader(file)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--config", type=pathlib.Path, default=HERE / "configs/xs.json")
    parser.add_argument("--work", type=pathlib.Path, default=HERE / "work")
    parser.add_argument("--name")
    parser.add_argument("--to", type=pathlib.Path, default=HERE / "../models/default")
    parser.add_argument("--weights", choices=["average", "model"], default="average")
    options = parser.parse_args()
    name = options.name or options.config.stem
    record = HERE / "records" / name
    saved = torch.load(options.work / name / "checkpoint.pt", map_location="cpu")
    config, state = Config(**saved["config"]), saved["state"]
    options.to.mkdir(parents=True, exist_ok=True)

    write_safetensors(options.to / "model.safetensors", hugging_face_names(saved[options.weights]))
    generation = {"bos_token_id": BOS, "eos_token_id": EOS, "pad_token_id": EOS, "do_sample": False}
    for file, content in (("config.json", hugging_face_config(config)), ("generation_config.json", generation)):
        (options.to / file).write_text(json.dumps(content, indent=1) + "\n")
    write_hugging_face(Tokenizer(options.work / "tokenizer"), options.to, config.max_position_embeddings)

    settings = json.loads((record / "settings.json").read_text())
    sources = json.loads((options.work / "sources.json").read_text())
    settings.update(tokens_seen=state["tokens"], updates=state["update"], seconds=round(state["seconds"]),
                    training_text_sha256=sources["sha256"])
    (record / "settings.json").write_text(json.dumps(settings, indent=1) + "\n")
    curve = read_curve(record / "curve.csv")
    (record / "curve.svg").write_text(line_chart(curve, "million tokens", "training loss, nats per token"))
    held_out = record / "held_out.json"
    measured = json.loads(held_out.read_text()) if held_out.exists() else None
    parameters = sum(weight.numel() for weight in saved["average"].values())
    (options.to / "README.md").write_text(model_card(config, parameters, settings, sources, measured), encoding="utf-8")
    print("wrote", options.to, "after", state["tokens"], "tokens")


if __name__ == "__main__":
    main()
