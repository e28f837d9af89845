"""Writes golden.json: logits that Hugging Face's transformers computes for the tiny models.

    node test/numerics/families/writeFolders.ts FOLDER     # with the Node that the packages bring: npx node
    python3 test/numerics/families/golden.py FOLDER        # needs torch, transformers and safetensors

For each model `prompt.json` holds its tokens (and `source`, for encoder-decoders); kept are the logits after the
lengths of `LENGTHS`, every `STRIDE`th of them.
"""

import json
import pathlib
import sys

import torch
import transformers

LENGTHS = [1, 17, 60, 130]
STRIDE = 8


def main() -> None:
    torch.set_num_threads(1)
    models = {}
    for folder in sorted(pathlib.Path(sys.argv[1]).iterdir()):
        config = transformers.AutoConfig.from_pretrained(folder)
        kind = transformers.AutoModelForSeq2SeqLM if config.is_encoder_decoder else transformers.AutoModelForCausalLM
        model, report = kind.from_pretrained(
            folder, dtype=torch.float64, attn_implementation="eager", experts_implementation="eager", output_loading_info=True
        )
        # Of models that also see, only what reads text is there.
        seeing = ("model.vision_tower.", "model.multi_modal_projector.")
        wrong = {kind: sorted(name for name in names if not name.startswith(seeing)) for kind, names in report.items()}
        problems = {kind: names for kind, names in wrong.items() if names}
        if problems:
            raise SystemExit(f"{folder.name}: {problems}")
        models[folder.name] = logits(model.eval(), json.loads((folder / "prompt.json").read_text()))
        print(folder.name)
    golden = {
        "tool": f"transformers {transformers.__version__}, torch {torch.__version__}, float64",
        "command": "python3 test/numerics/families/golden.py FOLDER",
        "stride": STRIDE,
        "models": models,
    }
    lines = json.dumps(golden, indent=1)
    (pathlib.Path(__file__).parent / "golden.json").write_text(lines + "\n")


@torch.no_grad()
def logits(model: torch.nn.Module, prompt: dict) -> dict:
    rows = {}
    for length in LENGTHS:
        tokens = torch.tensor([prompt["tokens"][:length]])
        if "source" in prompt:
            output = model(input_ids=torch.tensor([prompt["source"]]), decoder_input_ids=tokens, use_cache=False)
        else:
            # Each length from the start: frequencies may depend on it.
            output = model(input_ids=tokens, use_cache=False)
        rows[str(length)] = [float(f"{value:.7g}") for value in output.logits[0, -1, ::STRIDE]]
    return rows


main()
