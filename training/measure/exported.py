"""Opens a model by its folder alone: weights from the checkpoint or the safetensors, the tokenizer from what lies there.

An exported folder has tokenizer.json and no SentencePiece model; the one it was made from is put together again, so that
an older model, with an older vocabulary, is measured with its own tokens.
"""

import hashlib
import json
import struct

import sentencepiece

from network import checkpoint
from text.tokenizer import CONTROL, LINE_BREAKS, Tokenizer

_NORMAL, _UNKNOWN, _CONTROL, _BYTE = 1, 2, 3, 6


def _field(number, content):
    """Returns one field of a protocol buffer message: bytes, a float or a small integer."""
    if isinstance(content, float):
        return bytes([number << 3 | 5]) + struct.pack("<f", content)
    if isinstance(content, int):
        return _varint(number << 3) + _varint(content)
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _varint(value):
    out = b""
    while value > 127:
        out += bytes([value & 127 | 128])
        value >>= 7
    return out + bytes([value])


def sentencepiece_model(tokenizer_json):
    """Returns the bytes of a SentencePiece BPE model (sentencepiece_model.proto) with the vocabulary of tokenizer.json."""
    vocabulary = tokenizer_json["model"]["vocab"]
    pieces = sorted(vocabulary, key=vocabulary.get)[: len(vocabulary) - len(LINE_BREAKS)]
    message = b""
    for i, piece in enumerate(pieces):
        kind = (_UNKNOWN if i == 0 else _CONTROL if i < len(CONTROL) else
                _BYTE if len(piece) == 6 and piece.startswith("<0x") else _NORMAL)
        # Of two pieces that can be joined, the one of higher score goes first; the order of the vocabulary is the score's.
        message += _field(1, _field(1, piece.encode()) + _field(2, float(-i) if kind == _NORMAL else 0.0) + _field(3, kind))
    trainer = _field(3, 2) + _field(35, 1)  # model_type BPE, byte_fallback
    normalizer = _field(1, b"identity") + _field(3, 0) + _field(4, 0) + _field(5, 1)  # only spaces become "▁"
    return message + _field(2, trainer) + _field(3, normalizer)


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
