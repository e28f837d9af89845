"""The table of bytes per token, beside what is published of the tokenizer of LLaMA and LLaMA 2 (32 k pieces)."""

import json

# Touvron et al. 2023 (arXiv 2302.13971), Table 1: size on disk, sampling proportion and epochs of 1.4 T tokens. One epoch
# of a source has 1.4e12 * proportion / epochs tokens, which gives bytes per token.
LLAMA_TABLE_1 = {"GitHub": (328e9, 0.045, 0.64), "StackExchange": (78e9, 0.020, 1.03), "ArXiv": (92e9, 0.025, 1.06),
                 "C4 (English)": (783e9, 0.150, 1.06)}


def llama_bytes_per_token():
    """Returns {source: bytes per token} of LLaMA's tokenizer, computed from LLAMA_TABLE_1."""
    return {name: size / (1.4e12 * proportion / epochs) for name, (size, proportion, epochs) in LLAMA_TABLE_1.items()}


def write_table(records):
    """Writes records/tokenizers.md from all records/tokenizer*.json; returns its text."""
    found = [json.loads(path.read_text()) for path in sorted(records.glob("tokenizer*.json"))]
    languages = list(dict.fromkeys(language for record in found for language in record["languages"]))
    lines = ["# Bytes per token", "", "Of all held-out files, by `tokenizer.py`.", "",
             "| language | " + " | ".join(f"{record['vocabulary']} tokens" for record in found) + " |",
             "|---|" + "---:|" * len(found)]
    for language in languages:
        cells = [record["languages"].get(language) for record in found]
        lines.append(f"| {language} | " + " | ".join(f"{cell['bytes_per_token']:.2f}" if cell else "" for cell in cells) + " |")
    lines += ["", *(f"{record['vocabulary']} tokens: {record['round_trips']} files come back unchanged from their tokens, "
                    f"{len(record['failed_round_trips'])} do not." for record in found), "",
              "## Published of LLaMA's and LLaMA 2's tokenizer, 32 000 pieces", "",
              "No paper gives bytes per token by programming language. What can be had:", "",
              "| text | bytes per token | from |", "|---|---:|---|"]
    lines += [f"| {name} | {value:.2f} | size / tokens of an epoch, LLaMA, Table 1 (arXiv 2302.13971) |"
              for name, value in llama_bytes_per_token().items()]
    lines += ["| a sample of English | 3.17 (characters) | Llama 3, section 3.2 (arXiv 2407.21783) |", "",
              "The sources of these figures differ from our held-out files, and sizes on disk are rounded, so they say",
              "where a code tokenizer of half or a quarter of the pieces stands, not by how much it is better."]
    text = "\n".join(lines) + "\n"
    (records / "tokenizers.md").write_text(text, encoding="utf-8")
    return text
