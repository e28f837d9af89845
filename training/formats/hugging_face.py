"""A model folder in Hugging Face's layout: safetensors in bfloat16, configuration, tokenizer, chat template, defaults."""

import json

import torch

from network.safetensors_file import write_safetensors
from text.chat import REFUSAL_OFFSET, TEMPLATE
from text.tokenizer import BOS, END, EOS, write_hugging_face


def config_json(config):
    """Returns config.json of a LlamaForCausalLM from the fields of a checkpoint's configuration."""
    return {
        "architectures": ["LlamaForCausalLM"], "model_type": "llama", "rope_scaling": None, **config,
        "hidden_act": "silu", "attention_bias": False, "mlp_bias": False, "attention_dropout": 0.0,
        "tie_word_embeddings": True, "bos_token_id": BOS, "eos_token_id": EOS, "initializer_range": 0.02,
        "use_cache": True, "torch_dtype": "bfloat16",
    }


def generation_json():
    """Returns generation_config.json: a file or a filled middle ends with </s>, an answer of the chat with <|end|>."""
    return {"bos_token_id": BOS, "eos_token_id": [EOS, END], "pad_token_id": EOS, "do_sample": False}


def write_model(folder, weights, config, tokenizer):
    """Writes everything but the model card.

    `weights` is {name: float32} under the names of `network.llama`; training multiplies with them rounded to bfloat16
    already, so nothing is lost. The head is tied to the embedding and not stored. `config` is a dict.
    """
    folder.mkdir(parents=True, exist_ok=True)
    write_safetensors(folder / "model.safetensors",
                      {f"model.{name}": weight.to(torch.bfloat16) for name, weight in weights.items()})
    write_hugging_face(tokenizer, folder, config["max_position_embeddings"])
    path = folder / "tokenizer_config.json"
    tokens = {**json.loads(path.read_text(encoding="utf-8")), "chat_template": TEMPLATE,
              "refusal_log_odds_offset": REFUSAL_OFFSET}
    for file, content in ((path, tokens), (folder / "config.json", config_json(config)),
                          (folder / "generation_config.json", generation_json())):
        file.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
