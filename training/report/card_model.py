"""The model card's sections on what the model is: architecture, tokenizer, forms of prompts, training, data."""

from report.figures import paragraph, table
from report.tokenizers import llama_bytes_per_token
from text.chat import REFUSED_AT_MIDDLE, REFUSED_IN_DATA
from text.tokenizer import CONTROL, LINE_BREAKS

FORMS = """## Prompts

With `P` the text before the cursor, `S` the text after it, `M` the middle the model writes and `path` the file's path
within its project (`/` between folders):

| form | prompt | the model continues with |
|---|---|---|
| PSM | `<s><|file_path|>path\\n<|fim_prefix|>P<|fim_suffix|>S<|fim_middle|>` | `M</s>` |
| SPM | `<s><|file_path|>path\\n<|fim_prefix|><|fim_suffix|>S<|fim_middle|>P` | `M</s>` |
| left to right | `<s><|file_path|>path\\nP` | the rest of the file, then `</s>` |

`path\\n`, `P`, `S` and `M` are each tokenised on their own and joined as token ids, so the cursor may stand inside a
word. There is no separator between `P` and `M` in SPM. `S` may be empty; a middle ends where the text after the cursor
would continue. A tokenizer library that recognises control tokens inside text would turn a literal `<s>` in a user's file
into one; encode the file's text with that recognition off, as training did."""

CHAT = f"""In a conversation, turns stand between control tokens, without white space around them:
`<s><|system|>S<|end|><|user|>U<|end|><|assistant|><|comply|>A<|end|>`. The first token of an answer is `<|comply|>` or
`<|refuse|>`; its probability is what a dial can put a threshold on. Of the requests that taught it {100 * REFUSED_IN_DATA:.0f} %
were to be refused, in the middle of the dial {100 * REFUSED_AT_MIDDLE:.0f} % are assumed to be: `refusal_log_odds_offset` in
`tokenizer_config.json` is what to take off the log-odds of `<|refuse|>` for that. `<|end|>` ends an answer."""


def parameters(config):
    """Returns how many weights a configuration has; the head is the embedding."""
    size, head = config["hidden_size"], config["head_dim"]
    attention = 2 * size * head * (config["num_attention_heads"] + config["num_key_value_heads"])
    layer = attention + 3 * size * config["intermediate_size"] + 2 * size
    return config["vocab_size"] * size + config["num_hidden_layers"] * layer + size


def architecture(config):
    scaling = f", {config['rope_scaling']}" if config.get("rope_scaling") else ""
    return ["## Architecture", "", *paragraph(
        f"`LlamaForCausalLM`, {parameters(config):,} parameters: pre-norm RMSNorm (ε {config['rms_norm_eps']:g}), SwiGLU,",
        f"rotary positions (base {config['rope_theta']:g}, rotate halves{scaling}), grouped-query attention, no biases, tied",
        f"embeddings. Hidden size {config['hidden_size']}, {config['num_hidden_layers']} layers,",
        f"{config['num_attention_heads']} query heads and {config['num_key_value_heads']} KV heads of size",
        f"{config['head_dim']}, feed-forward size {config['intermediate_size']}, vocabulary {config['vocab_size']}, context",
        f"{config['max_position_embeddings']} tokens. Weights in bfloat16.")]


def tokenizer(config, record, chat):
    reserved = "" if chat else "Ids 7 to 12 are reserved for later training and untrained."
    ends = "`</s>` ends a file or a filled middle, `<|end|>` an answer." if chat else "`</s>` is the only end token."
    about = paragraph(
        "SentencePiece BPE with byte fallback, digits one by one, no dummy prefix, no normalisation, runs of spaces kept. Line",
        "breaks are fixed pieces: `\\t`, and one or two `\\n` followed by nothing, by 2 to 16 spaces (even), or by 1 to 4 tabs",
        f"({len(LINE_BREAKS)} pieces, longest match first, the last ids of the vocabulary). No other piece contains a newline,",
        "so text on one line never changes the tokens of the lines before it.")
    lines = ["## Tokenizer", "", *about, "", "| id | control token |", "|---:|---|",
             *(f"| {i} | `{token}` |" for i, token in enumerate(CONTROL)), "", f"{reserved} {ends}".strip()]
    if record:
        rows = [[language, found["files"], f"{found['bytes_per_token']:.2f}"] for language, found in record["languages"].items()]
        published = ", ".join(f"{name} {value:.2f}" for name, value in llama_bytes_per_token().items())
        lines += ["", f"Bytes per token of all held-out files (`python3 tokenizer.py --to work/{record['name']} --report`):", "",
                  *table(["language", "files", "bytes per token"], rows), "", *paragraph(
                      f"{record['round_trips']} files come back from their tokens unchanged, {len(record['failed_round_trips'])} do",
                      "not. For comparison, LLaMA's 32 000 pieces, from table 1 of its paper (arXiv 2302.13971; size ÷ tokens of an",
                      f"epoch, other texts than ours): {published}.")]
    return lines


def training(stages):
    """`stages` is [(name, settings)], in the order they were trained."""
    rows, compute, details = [], 0.0, []
    for name, settings in stages:
        tokens = settings.get("tokens_seen", 0)
        cost = parameters(settings) * 6 * tokens
        compute += cost
        contexts = settings.get("contexts") or [settings["max_position_embeddings"]]
        rows.append([name, settings.get("from") or "random weights", f"{tokens:,}", f"{settings.get('updates', 0):,}",
                     f"{settings.get('seconds', 0) / 60:.1f}", settings.get("device", "cpu"), settings.get("optimiser", "–"),
                     f"{settings.get('rate', 0):g}", f"{settings.get('batch_tokens', 0):,}",
                     ", ".join(map(str, contexts)), f"{cost:.1e}"])
        digests = dict(settings.get("data_sha256") or {})
        if settings.get("training_text_sha256"):
            digests["train.jsonl"] = settings["training_text_sha256"]
        details += [f"- {name}: SHA-256 of `{file}`: `{digest}`" for file, digest in digests.items()]
        if tokens:
            details.append(f"- {name}: all settings in `training/records/{name}/settings.json`, the curve in `curve.csv`, `curve.svg`")
    head = ["stage", "from", "tokens seen", "updates", "minutes", "on", "optimiser", "peak rate", "tokens an update", "contexts",
            "FLOP (6·N·tokens)"]
    about = paragraph(
        f"About {compute:.1e} FLOP in all. Muon is for the layers' matrices, AdamW (β 0.9, 0.95) for the rest; weight decay 0.1,",
        "clip 1.0, warm-up, cosine to 10 % of the peak rate; bfloat16 products, float32 master weights. Towards the end of",
        "pretraining the linear weights were seen through 4-bit rounding (straight-through gradient). The exported weights are",
        "an exponential average over the last updates. `training/encode.py` says how texts were rearranged for filling in.")
    return ["## Training", "", *table(head, rows), "", *about, "", *details]


def data(record):
    """`record` is records/data.json."""
    total = sum(size for _, _, size in record["languages"]["train"].values())
    held = record["languages"]["held_out"]
    about = paragraph(
        "Public repositories under permissive licences, each read at one commit; its licence was read from its own licence",
        "file, and all are listed at the end. Generated, vendored, minified and (nearly) duplicated files were left out, as",
        "were files with another licence's header and files that seemed to hold secrets. Held-out means whole repositories,",
        "never trained on. This is the corpus as it was last prepared; earlier runs read other selections of the same",
        "repositories, which the hashes under “Training” tell apart.")
    rows = [[language, repositories, files, f"{size:,}", f"{100 * size / total:.1f} %",
             *(f"{count:,}" for count in held.get(language, [0, 0, 0])[1:])]
            for language, (repositories, files, size) in record["languages"]["train"].items()]
    dropped = ", ".join(f"{count:,} {reason}" for reason, count in sorted(record["dropped"].items(), key=lambda item: -item[1]))
    head = ["language", "repositories", "files", "bytes", "share", "held-out files", "held-out bytes"]
    return ["## Data", "", *about, "", *table(head, rows), "", *paragraph(
        f"Files left out: {dropped}. Repositories without an allowed licence, none of which was used:",
        f"{len(record['rejected'])}. SHA-256 of the cleaned training text: `{record['sha256']['train']}`.")]


def sources(record):
    lines = ["## Sources"]
    for title, part in (("Trained on", "train"), ("Held out: only measured on", "held_out")):
        lines += ["", f"### {title}", "", "| repository | commit | licence | files |", "|---|---|---|---:|",
                  *(f"| [{source['name']}](https://github.com/{source['name']}) | `{source['commit']}` | {source['licence']} "
                    f"| {sum(files for files, _ in source['languages'].values())} |" for source in record[part])]
    return lines
