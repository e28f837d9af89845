"""The text of the model card, from the records of data, training and evaluation."""

from text.tokenizer import CONTROL, LINE_BREAKS

_FORMATS = """## Fill in the middle

With `P` the text before the cursor, `S` the text after it, `M` the middle the model writes and `path` the file's path
within its project (`/` between folders):

| form | prompt | the model continues with |
|---|---|---|
| PSM | `<s><|file_path|>path\\n<|fim_prefix|>P<|fim_suffix|>S<|fim_middle|>` | `M</s>` |
| SPM | `<s><|file_path|>path\\n<|fim_prefix|><|fim_suffix|>S<|fim_middle|>P` | `M</s>` |
| left to right | `<s><|file_path|>path\\nP` | the rest of the file, then `</s>` |

`path\\n`, `P`, `S` and `M` are each tokenised on their own and joined as token ids, so the cursor may stand inside a
word. There is no separator between `P` and `M` in SPM. `S` may be empty; a middle ends where the text after the cursor
would continue. Training texts were whole lines of at most 1 024 tokens together with path and control tokens.
A tokenizer library that recognises control tokens inside text would turn a literal `<s>` in a user's file into one;
encode the file's text with that recognition off, as training did.
"""


def _table(sources, heading):
    rows = [f"| [{s['name']}](https://github.com/{s['name']}) | `{s['commit']}` | {s['licence']} | {s['files']} |"
            for s in sources if s["files"]]
    return "\n".join([f"### {heading}", "", "| repository | commit | licence | files |", "|---|---|---|---:|", *rows, ""])


def _results(measured):
    if measured is None:
        return "Not measured yet: this is a preliminary export.\n"
    languages = [key for key in measured["bits per byte"] if key != "all"]
    lines = ["Bits per byte of held-out files, left to right, lower is better (the path is given, not counted; windows of",
             f"1 024 tokens that overlap by half; {measured['files per language']} files of each language):", "",
             "| weights | " + " | ".join([*languages, "all"]) + " |", "|---|" + "---:|" * (len(languages) + 1)]
    for label, key in (("bfloat16", "bits per byte"), ("rounded to 4 bits", "bits per byte, weights rounded to 4 bits")):
        lines.append(f"| {label} | " + " | ".join(f"{measured[key][name]:.3f}" for name in [*languages, "all"]) + " |")
    infill = measured.get("lines filled in exactly, weights rounded to 4 bits")
    if infill:
        lines += ["", "Lines filled in exactly (greedy, 4-bit weights; half of them cut at a random place, half whole lines):",
                  "", "| form | " + " | ".join(languages) + " |", "|---|" + "---:|" * len(languages)]
        lines += [f"| {form.upper()} | " + " | ".join(f"{100 * found[name]:.0f} %" for name in languages) + " |"
                  for form, found in infill.items()]
    lines += ["", "“Rounded to 4 bits” means the linear layers in blocks of 128 along the input, as the engine runs them; the",
              "embedding, which is also the head, is not rounded in this measurement.", ""]
    return "\n".join(lines)


def _recipe(settings):
    adamw = "AdamW (β 0.9, 0.95)"
    optimiser = f"Muon on the layers' matrices and {adamw} on the rest" if settings["optimiser"] == "muon" else adamw
    short, long = settings["contexts"]
    return f"""Tokens seen: {settings["tokens_seen"]:,} in {settings["updates"]:,} updates and {settings["seconds"] / 60:.0f} minutes of wall time on two CPU cores,
starting from random weights, over a random part of the data below, nothing twice. {optimiser};
weight decay 0.1, clip 1.0, peak learning rate {settings["rate"]:g}, cosine to 10 %, about {settings["batch_tokens"]:,} tokens an update; context
{short} for the first 75 % of the time and {long} after; bfloat16 products, float32 master weights. In the last 12 %
the linear weights were seen through 4-bit rounding (straight-through gradient). The exported weights are an
exponential average over the last few hundred updates. 70 % of the texts were rearranged for filling in, half PSM and
half SPM. SHA-256 of the cleaned training text: `{settings["training_text_sha256"]}`.
"""


def model_card(config, parameters, settings, sources, measured):
    """Returns the README.md of the model folder."""
    special = "\n".join(f"| {i} | `{token}` |" for i, token in enumerate(CONTROL))
    return f"""---
license: mit
library_name: transformers
pipeline_tag: text-generation
tags: [code, fill-in-the-middle]
---

# Paddock default model

A very small code model ({parameters / 1e6:.1f} M parameters) for TypeScript, JavaScript and Python, trained from scratch by this
repository's `training/`. It completes and fills in code so that Paddock works out of the box on any machine, offline.
It is meant to be replaced by a larger model where the machine allows one.

## Architecture

`LlamaForCausalLM`: pre-norm RMSNorm (ε {config.rms_norm_eps:g}), SwiGLU, rotary position embedding (base {config.rope_theta:g}, rotate
halves), grouped-query attention, no biases, tied embeddings. Hidden size {config.hidden_size}, {config.num_hidden_layers} layers, {config.num_attention_heads} query heads and
{config.num_key_value_heads} KV heads of size {config.head_dim}, feed-forward size {config.intermediate_size}, vocabulary {config.vocab_size}, context {config.max_position_embeddings} tokens. Weights in bfloat16.

## Tokenizer

SentencePiece BPE with byte fallback, digits one by one, no dummy prefix, no normalisation, runs of spaces kept. Line
breaks are fixed pieces: `\\t`, and one or two `\\n` followed by nothing, by 2 to 16 spaces (even), or by 1 to 4 tabs
({len(LINE_BREAKS)} pieces, longest match first, the last ids of the vocabulary). No other piece contains a newline, so text on one line never
changes the tokens of the lines before it.

| id | control token |
|---:|---|
{special}

Ids 7 to 12 are reserved for later training and untrained. `</s>` is the only end token.

{_FORMATS}
## Results

{_results(measured)}
## Training

{_recipe(settings)}
## Limits

Too small to know libraries, to reason, or to follow instructions: it repeats patterns of the file it sees and common
idioms. Its completions can be wrong, insecure or outdated; read them. It knows three languages, mostly open-source
library code and its tests, with English names and comments. It was not trained to refuse anything, nor to chat. It
may reproduce short common fragments of its training data; repositories under other licences than those below
were not used. Context beyond {config.max_position_embeddings} tokens is outside its training.

## Training data

Every source was read at the commit shown; its licence was read from its own licence file. Generated, vendored,
minified and duplicated files were left out, as were files that seemed to hold secrets.

{_table(sources['train'], 'Trained on')}
{_table(sources['held_out'], 'Held out: only measured on')}
## Licence

The weights, the tokenizer and this card are under the MIT licence.
"""
