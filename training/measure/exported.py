"""Opens a model by its folder alone: weights from the checkpoint or the safetensors, the tokenizer from what lies there.

An exported folder has tokenizer.json and no SentencePiece model; the one it was made from is put together again, so that
an older model, with an older vocabulary, is measured with its own tokens.
"""

import hashlib
import json

import sentencepiece

from formats.sentencepiece_file import sentencepiece_model
from network import checkpoint
from text.tokenizer import Tokenizer


def open_tokenizer(folder, otherwise=None):
    """Returns the tokenizer of a model's folder, or of the folder `otherwise` where it has none."""
    for place in (folder, folder / "tokenizer", otherwise):
        if place and (place / "bpe.model").exists():
            return Tokenizer.read(place)
        if place and (place / "tokenizer.json").exists():
            content = json.loads((place / "tokenizer.json").read_text(encoding="utf-8"))
            return Tokenizer(sentencepiece.SentencePieceProcessor(model_proto=sentencepiece_model(content)))
    raise FileNotFoundError(f"no bpe.model and no tokenizer.json in {folder}, its folder tokenizer, or {otherwise}")


def home(path):
    """Returns the folder of a model that is given as one, or as a checkpoint in it."""
    return path if path.is_dir() else path.parent


def open_model(path, which="average", tokenizer=None):
    """Returns (model, tokenizer) of a checkpoint, a run's folder or a folder in Hugging Face's layout.

    `tokenizer` is a folder, for models without one of their own.
    """
    model = checkpoint.load(path, which)
    tokenizer = open_tokenizer(home(path), tokenizer)
    if tokenizer.size != model.config.vocab_size:
        raise ValueError(f"{path} has a vocabulary of {model.config.vocab_size}, its tokenizer {tokenizer.size} pieces; "
                         "name the right one with --tokenizer")
    return model, tokenizer


def fingerprint(model):
    """Returns a name for a model's weights."""
    found = hashlib.sha256()
    for name, weight in sorted(model.state_dict().items()):
        found.update(name.encode() + weight.detach().float().cpu().numpy().tobytes())
    return found.hexdigest()[:16]
