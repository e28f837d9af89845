"""The tokenizer: SentencePiece BPE within a line, fixed pieces for line breaks, control tokens outside of text.

Text is first split at line breaks: a line break with the indentation after it is one piece (longest match of
LINE_BREAKS), and only what lies between is handed to BPE. So no other piece contains a newline, and typing on a later
line never changes the tokens of an earlier one, which keeps the engine's KV cache valid.

Vocabulary: 0 … 12 control tokens, then 256 bytes, then BPE pieces in SentencePiece's order, LINE_BREAKS last.
Control tokens are never produced from text by `encode`.
"""

import json
import re

import sentencepiece

CONTROL = ["<unk>", "<s>", "</s>", "<|fim_prefix|>", "<|fim_suffix|>", "<|fim_middle|>", "<|file_path|>",
           "<|system|>", "<|user|>", "<|assistant|>", "<|end|>", "<|comply|>", "<|refuse|>"]
BOS, EOS, FIM_PREFIX, FIM_SUFFIX, FIM_MIDDLE, FILE_PATH, SYSTEM, USER, ASSISTANT, END, COMPLY, REFUSE = range(1, 13)

_INDENTS = ["", *(" " * width for width in range(2, 17, 2)), *("\t" * depth for depth in range(1, 5))]
LINE_BREAKS = ["\t"] + ["\n" + indent for indent in _INDENTS] + ["\n\n" + indent for indent in _INDENTS]
SPLIT = re.compile("(" + "|".join(re.escape(piece) for piece in sorted(LINE_BREAKS, key=len, reverse=True)) + ")")


class Tokenizer:
    """Encodes exactly as the exported tokenizer.json does in Hugging Face's libraries."""

    def __init__(self, pieces):
        """`pieces` is a SentencePieceProcessor."""
        self.pieces = pieces
        self._line_break = {piece: self.pieces.get_piece_size() + i for i, piece in enumerate(LINE_BREAKS)}
        self.size = self.pieces.get_piece_size() + len(LINE_BREAKS)

    @classmethod
    def read(cls, folder):
        """Returns the tokenizer that `tokenizer.py` wrote into a folder."""
        return cls(sentencepiece.SentencePieceProcessor(model_file=str(folder / "bpe.model")))

    def encode_parts(self, parts):
        """Returns [ids]: one list for each line break and each stretch of text between two, as SPLIT gives them."""
        within = iter(self.pieces.encode([part for part in parts if part not in self._line_break], num_threads=1))
        return [[self._line_break[part]] if part in self._line_break else next(within) for part in parts]

    def encode(self, text):
        """Returns the token ids of `text`, without <s> or </s>."""
        return [token for part in self.encode_parts([part for part in SPLIT.split(text) if part]) for token in part]

    def decode(self, ids):
        """Returns the text of `ids`; control tokens have none. Bytes that are not UTF-8 become U+FFFD."""
        content = b""
        for token in ids:
            if token >= self.pieces.get_piece_size():
                content += LINE_BREAKS[token - self.pieces.get_piece_size()].encode()
            elif self.pieces.is_byte(token):
                content += bytes([int(self.pieces.id_to_piece(token)[3:5], 16)])
            elif not self.pieces.is_control(token) and not self.pieces.is_unknown(token):
                content += self.pieces.id_to_piece(token).replace("▁", " ").encode()
        return content.decode("utf-8", "replace")


def merges_of(pieces):
    """Returns [[left, right]] in the order BPE applies them.

    SentencePiece stores no merges, only a score a piece; every split of a piece into two others is a merge of that
    piece's rank, as in Hugging Face's converter for Llama.
    """
    ordinary = {pieces.id_to_piece(i): pieces.get_score(i) for i in range(pieces.get_piece_size())
                if not (pieces.is_control(i) or pieces.is_unknown(i) or pieces.is_byte(i))}
    ids = {piece: pieces.piece_to_id(piece) for piece in ordinary}
    merges = []
    for piece, score in ordinary.items():
        splits = [(piece[:cut], piece[cut:]) for cut in range(1, len(piece))]
        splits = [pair for pair in splits if pair[0] in ordinary and pair[1] in ordinary]
        merges += [(-score, *sorted((ids[left], ids[right])), left, right) for left, right in splits]
    return [[left, right] for *_, left, right in sorted(merges)]


def hugging_face(tokenizer):
    """Returns the content of tokenizer.json."""
    pieces = tokenizer.pieces
    count = pieces.get_piece_size()

    def added(token, content, special):
        return {"id": token, "content": content, "single_word": False, "lstrip": False, "rstrip": False,
                "normalized": False, "special": special}

    vocabulary = {pieces.id_to_piece(i): i for i in range(count)}
    vocabulary.update({piece: count + i for i, piece in enumerate(LINE_BREAKS)})
    return {
        "version": "1.0", "truncation": None, "padding": None,
        "added_tokens": [added(i, content, True) for i, content in enumerate(CONTROL)]
        + [added(count + i, content, False) for i, content in enumerate(LINE_BREAKS)],
        "normalizer": {"type": "Replace", "pattern": {"String": " "}, "content": "▁"},
        "pre_tokenizer": None, "post_processor": None,
        "decoder": {"type": "Sequence", "decoders": [
            {"type": "Replace", "pattern": {"String": "▁"}, "content": " "},
            {"type": "ByteFallback"}, {"type": "Fuse"}]},
        "model": {"type": "BPE", "dropout": None, "unk_token": "<unk>", "continuing_subword_prefix": None,
                  "end_of_word_suffix": None, "fuse_unk": True, "byte_fallback": True, "ignore_merges": False,
                  "vocab": vocabulary, "merges": merges_of(pieces)},
    }


def write_hugging_face(tokenizer, folder, context):
    """Writes tokenizer.json, tokenizer_config.json and special_tokens_map.json; `context` in tokens."""
    special = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>", "pad_token": "</s>"}
    config = {**special, "tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": context,
              "add_bos_token": True, "add_eos_token": False, "clean_up_tokenization_spaces": False,
              "additional_special_tokens": CONTROL[3:]}
    for name, content in (("tokenizer.json", hugging_face(tokenizer)), ("tokenizer_config.json", config),
                          ("special_tokens_map.json", {**special, "additional_special_tokens": CONTROL[3:]})):
        (folder / name).write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
