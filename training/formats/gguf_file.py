"""The model as one GGUF file, architecture `llama`, tokenizer `llama` (SentencePiece BPE).

Written with the `gguf` package of llama.cpp (PyPI, MIT; optional: only this needs it). Names and the order of rows as
in llama.cpp's convert_hf_to_gguf.py.
"""

import numpy
import torch

from text.chat import TEMPLATE
from text.tokenizer import BOS, CONTROL, END, EOS, FIM_MIDDLE, FIM_PREFIX, FIM_SUFFIX, LINE_BREAKS

TYPES = ["F32", "F16", "BF16", "Q8_0", "Q4_0"]
_NORMAL, _UNKNOWN, _CONTROL, _USER_DEFINED, _BYTE = 1, 2, 3, 4, 6
_LAYER = {"input_layernorm": "attn_norm", "self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k",
          "self_attn.v_proj": "attn_v", "self_attn.o_proj": "attn_output", "post_attention_layernorm": "ffn_norm",
          "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up", "mlp.down_proj": "ffn_down"}


def gguf_name(name):
    """Returns GGUF's name of one of `network.llama`'s weights."""
    if name in ("embed_tokens.weight", "norm.weight"):
        return {"embed_tokens.weight": "token_embd.weight", "norm.weight": "output_norm.weight"}[name]
    _, layer, *rest, _ = name.split(".")
    return f"blk.{layer}.{_LAYER['.'.join(rest)]}.weight"


def neighbouring_pairs(weight, heads):
    """Reorders the rows of W_q or W_k [heads · size, in] from rotating (i, i + size / 2) to rotating (2i, 2i + 1)."""
    rows, columns = weight.shape
    return weight.view(heads, 2, rows // heads // 2, columns).transpose(1, 2).reshape(rows, columns)


def stored_as(name, weight, kind):
    """Returns the type of one weight in a file of that kind: norms are F32, and the table that is also the head keeps 8 bits."""
    if weight.dim() == 1:
        return "F32"
    return "Q8_0" if kind == "Q4_0" and name.startswith("embed_tokens") else kind


def vocabulary(tokenizer):
    """Returns (pieces, scores, types) by id.

    Line breaks are user-defined: llama.cpp cuts such pieces out of the text before it merges, the longest first
    wherever it stands, while this tokenizer takes the longest at the leftmost place. The two differ only where an odd
    number of line breaks, three or more, comes before an indentation.
    """
    pieces = tokenizer.pieces
    words, scores, types = [], [], []
    for i in range(pieces.get_piece_size()):
        kind = (_UNKNOWN if pieces.is_unknown(i) else _CONTROL if pieces.is_control(i) else
                _BYTE if pieces.is_byte(i) else _NORMAL)
        words.append(CONTROL[i] if i < len(CONTROL) else pieces.id_to_piece(i))
        scores.append(pieces.get_score(i))
        types.append(kind)
    for piece in LINE_BREAKS:
        words.append(piece)
        scores.append(0.0)
        types.append(_USER_DEFINED)
    return words, scores, types


def write_gguf(path, weights, config, tokenizer, kind="F16", name="Paddock"):
    """Writes the model; `kind` is the type of the matrices, one of TYPES. `config` is a dict.

    A matrix's values are first rounded to bfloat16, as the safetensors file has them.
    """
    import gguf

    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name(name)
    writer.add_license("mit")
    writer.add_file_type(gguf.LlamaFileType["ALL_F32" if kind == "F32" else f"MOSTLY_{kind}"])
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_head_count_kv(config["num_key_value_heads"])
    writer.add_key_length(config["head_dim"])
    writer.add_value_length(config["head_dim"])
    writer.add_rope_dimension_count(config["head_dim"])
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_rope_freq_base(config["rope_theta"])
    _add_rope_scaling(writer, config.get("rope_scaling"))
    writer.add_vocab_size(config["vocab_size"])
    _add_tokenizer(writer, tokenizer)
    for weight_name, weight in sorted(weights.items()):
        heads = {"q_proj": config["num_attention_heads"], "k_proj": config["num_key_value_heads"]}.get(
            weight_name.split(".")[-2])
        weight = weight.to(torch.bfloat16).float()
        data = (neighbouring_pairs(weight, heads) if heads else weight).cpu().numpy()
        stored = gguf.GGMLQuantizationType[stored_as(weight_name, weight, kind)]
        writer.add_tensor(gguf_name(weight_name), gguf.quantize(numpy.ascontiguousarray(data), stored), raw_dtype=stored)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _add_rope_scaling(writer, scaling):
    """Position interpolation is the one way of stretching positions that is both trained here and known to llama.cpp."""
    if not scaling:
        return
    if scaling["rope_type"] != "linear":
        raise ValueError(f"no GGUF for rope_scaling {scaling['rope_type']}")
    writer.add_string("llama.rope.scaling.type", "linear")
    writer.add_rope_scaling_factor(scaling["factor"])


def _add_tokenizer(writer, tokenizer):
    words, scores, types = vocabulary(tokenizer)
    writer.add_tokenizer_model("llama")
    writer.add_tokenizer_pre("default")
    writer.add_token_list(words)
    writer.add_token_scores(scores)
    writer.add_token_types(types)
    writer.add_bos_token_id(BOS)
    writer.add_eos_token_id(EOS)
    writer.add_eot_token_id(END)
    writer.add_unk_token_id(0)
    writer.add_pad_token_id(EOS)
    for part, token in (("pre", FIM_PREFIX), ("suf", FIM_SUFFIX), ("mid", FIM_MIDDLE)):
        writer.add_uint32(f"tokenizer.ggml.fim_{part}_token_id", token)
    writer.add_add_bos_token(True)
    writer.add_add_eos_token(False)
    writer.add_add_space_prefix(False)
    writer.add_chat_template(TEMPLATE)
