"""SentencePiece's own file, put together from a tokenizer.json: of a model that was exported, nothing else may be left."""

import struct

from text.tokenizer import CONTROL, LINE_BREAKS

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
