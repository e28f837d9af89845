"""Continues one checkpoint in each of the ways to stretch its positions, and compares what they make of a long context.

    python3 extend.py --from work/xs/short.pt --name xs-long --minutes 3

After Xiong et al. 2023 (arXiv 2309.16039, section 4.1): plain RoPE, position interpolation, a base raised to 5e5 and xPos
with it, for the same number of tokens on the same rows; `--minutes` are those of the first, the others take its tokens.
The checkpoint is one of the short context, as pretraining leaves it in short.pt. Then, on held-out files, loss over the
position with its power law, and retrieval of the first line (measure/long_context.py); "as it was" is the checkpoint itself.

Writes work/NAME/VARIANT/checkpoint.pt, records/NAME/VARIANT/{settings.json, curve.csv, curve.svg} and, in records/NAME,
long_context.json, long_context.md, loss.svg, retrieval.svg. The same command goes on where it was stopped.
"""

import argparse
import copy
import json
import pathlib

import numpy

from measure.long_context import held_out, measured
from measure.power_law import compared
from network import checkpoint
from network.positions import VARIANTS, extended
from network.record import write_settings
from network.rows import PADDING, Rows
from network.training import add_arguments, open_run, train
from report.long_context import write_report
from report.plot import draw_record

BEFORE = "as it was"


def continued(options, variant, tokens):
    """Trains one variant; returns its run, and whether it came to its end."""
    options = copy.copy(options)
    options.name = f"{options.name}/{variant}"
    if tokens:
        options.minutes, options.tokens = None, tokens
    run = open_run(options, variant)
    if run.state["update"] == 0:
        if run.model.config.max_position_embeddings >= options.context:
            raise SystemExit(f"{options.source} has seen {options.context} tokens already; give one of before, as short.pt")
        run.model.config = extended(run.model.config, variant, options.context)
    path = options.data / f"tokens-{options.context}.bin"
    rows = Rows(path, options.context)

    def feed(run):
        position = run.state["rows"].get("long", 0)
        # The end of the file: pretraining's own long stage begins at its start.
        batches, count, taken = rows.update(len(rows) // 2 + position, options.batch_tokens, options.micro_tokens)
        run.state["rows"]["long"] = position + taken
        return batches, count

    finished = train(run, feed, lambda ids, targets: run.model.loss(ids, targets, PADDING))
    write_settings(run, [path], variant=variant)
    draw_record(run.record)
    return run, finished


def remembered(options, name, path, tokens, data):
    """Returns what `measured` does, from work/NAME/measured-VARIANT.json if the same was measured before a stop."""
    file = options.work / options.name / f"measured-{name.replace(' ', '-')}.json"
    asked = [tokens, options.context, options.rows, options.questions]
    if not file.exists() or json.loads(file.read_text())["asked"] != asked:
        losses, result = measured(checkpoint.load(path), data, options.context, options.rows, options.questions)
        file.write_text(json.dumps({"asked": asked, "losses": losses.tolist(), "result": result}))
    found = json.loads(file.read_text())
    return numpy.array(found["losses"]), found["result"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    add_arguments(parser, rate=1e-3, warmup=10, batch_tokens=4096, optimiser="muon")
    parser.set_defaults(average=0.95)
    parser.add_argument("--data", type=pathlib.Path, help="folder of tokens-CONTEXT.bin; default: --work")
    parser.add_argument("--tokenizer", type=pathlib.Path, help="default: WORK/tokenizer")
    parser.add_argument("--context", type=int, default=4096)
    parser.add_argument("--variants", nargs="+", choices=VARIANTS, default=["rope", "pi", "abf", "xpos"])
    parser.add_argument("--rows", type=int, default=24, help="of held-out files, for the loss over the position")
    parser.add_argument("--questions", type=int, default=12, help="for the first line, at each length")
    options = parser.parse_args()
    if not (options.minutes or options.tokens) or not options.source:
        parser.error("give --from, and --minutes or --tokens")
    options.name, options.data = options.name or "long", options.data or options.work
    record = options.records / options.name
    data = held_out(options.data, options.work, options.tokenizer or options.work / "tokenizer", options.context)

    tokens, models = None, {BEFORE: options.source}
    for variant in options.variants:
        run, finished = continued(options, variant, tokens)
        if not finished:
            return
        tokens, models[variant] = tokens or run.state["tokens"], run.folder
    losses, results = {}, {}
    for name, path in models.items():
        losses[name], results[name] = remembered(options, name, path, tokens, data)
        if name != BEFORE and "rope" in losses:
            results[name]["against_rope"] = compared(losses[name], losses["rope"], last=2)
        print(name, json.dumps(results[name]["rouge_l"]), flush=True)
    (record / "long_context.json").write_text(json.dumps({"tokens": tokens, "context": options.context, **results}, indent=1) + "\n")
    write_report(record, results)


if __name__ == "__main__":
    main()
