"""Pretrains a model on DATA/tokens-*.bin, for a given time or number of tokens; resumes where it stopped.

    python3 pretrain.py --config configs/xs.json --minutes 60

Schedule after Touvron et al. 2023: weight decay 0.1, clip 1.0, warm-up, cosine to 10 %. Their AdamW, β (0.9, 0.95), is
`--optimiser adamw`; the default is Muon on the layers' matrices, which on this budget gets to the same loss in fewer
tokens (README.md). The schedule follows the fraction of the budget used, so a run that shares its machine still ends
well on time: the first 80 % with the short context, then the long one with the base of the positions raised to 5e5 (Xiong
et al. 2023); the last 12 % with linear weights seen through 4-bit rounding, since that is how the engine will run them. An
average of the weights over the last steps is what is exported.

Writes work/NAME/checkpoint.pt (everything needed to resume; run the same command again), short.pt, which is the same before
the long context (extend.py begins there), and, in records/NAME, settings.json, curve.csv, curve.svg, and held_out.csv,
held_out.svg: bits per byte of a small held-out sample by language, now and then.

With a GPU, in the background, for twenty minutes; `kill` ends it saved, a smaller --minutes given later ends it sooner:

    nohup python3 pretrain.py --config configs/m.json --data work/data-16k --minutes 20 --micro-tokens 65536 \\
        --batch-tokens 262144 --rate 2e-3 --warmup 100 > work/m.log 2>&1 &

and with configs/l.json `--rate 1.5e-3`.
"""

import argparse
import dataclasses
import pathlib

from measure.sample import sample_for
from network import checkpoint
from network.llama import Config, Llama
from network.positions import ABF_BASE
from network.record import Curve, write_settings
from network.rows import PADDING, Rows
from network.training import HERE, add_arguments, open_run, rows_read, train
from report.plot import draw_record


class Stages:
    """Feeds short rows first, long ones from a fraction of the budget on; sets the model up for what it reads."""

    def __init__(self, options):
        self.options = options
        self.tables = [Rows(options.data / f"tokens-{context}.bin", context) for context in options.contexts]

    def __call__(self, run):
        """Returns (micro-batches, count of tokens) of the next update."""
        options = self.options
        rows = self.tables[0]
        if len(self.tables) > 1 and run.progress >= options.long_from:
            rows = self.tables[1]
            if run.model.config.max_position_embeddings != rows.context:
                run.save("short.pt")
            run.model.config = dataclasses.replace(run.model.config, rope_theta=options.long_base,
                                                   max_position_embeddings=rows.context)
        run.model.fake_quantise(run.progress >= options.round_from)
        position = run.state["rows"].get(str(rows.context), 0)
        batches, count, taken = rows.update(position, options.batch_tokens, options.micro_tokens)
        run.state["rows"][str(rows.context)] = position + taken
        return batches, count


class Watch:
    """Measures the averaged weights on the held-out sample, `times` in the whole run; appends to held_out.csv."""

    def __init__(self, sample, times):
        self.sample, self.times, self.model = sample, times, None

    def __call__(self, run):
        if not self.sample or int(run.progress * self.times) <= run.state.get("measured", 0):
            return
        run.state["measured"] = int(run.progress * self.times)
        self.model = self.model or Llama(run.model.config).to(run.device)
        self.model.config = run.model.config  # the base of its positions may have been raised
        self.model.load_state_dict(run.average)
        found = self.sample.bits_per_byte(self.model)
        state = run.state
        curve = Curve(run.record / "held_out.csv", state["update"] - 1, ["update", "tokens", *found])
        curve.add([state["update"], state["tokens"], *found.values()])
        print("held-out bits per byte", found, flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    add_arguments(parser, rate=4e-3, warmup=50, batch_tokens=4096, optimiser="muon")
    parser.add_argument("--config", type=pathlib.Path, default=HERE / "configs/xs.json")
    parser.add_argument("--data", type=pathlib.Path, help="folder of tokens-CONTEXT.bin; default: --work")
    parser.add_argument("--tokenizer", type=pathlib.Path, help="default: WORK/tokenizer")
    parser.add_argument("--contexts", type=int, nargs="+", default=[1024, 4096], metavar="TOKENS", help="short and long, or one")
    parser.add_argument("--long-from", type=float, default=0.8, help="fraction of the budget")
    parser.add_argument("--long-base", type=float, default=ABF_BASE, help="of rotary positions in the long context")
    parser.add_argument("--round-from", type=float, default=0.88, help="fraction of the budget; 1: no rounding to 4 bits")
    parser.add_argument("--measurements", type=int, default=10, help="of the held-out sample, 0 for none")
    parser.add_argument("--sample", type=int, default=4, help="held-out files of each language")
    options = parser.parse_args()
    if not (options.minutes or options.tokens):
        parser.error("give --minutes or --tokens")
    options.data = options.data or options.work

    stages = Stages(options)
    run = open_run(options, options.config.stem, Config.read(options.config))
    if run.state["update"] == 0 and options.source:
        run.state["rows"] = rows_read(options.source, map(str, options.contexts))
    tokenizer = options.tokenizer or options.work / "tokenizer"
    sample = options.measurements and sample_for(options.data, options.work, tokenizer, options.contexts[0], options.sample)
    files = [options.data / f"tokens-{context}.bin" for context in options.contexts]
    write_settings(run, files)
    train(run, stages, lambda ids, targets: run.model.loss(ids, targets, PADDING), Watch(sample, options.measurements))
    write_settings(run, files)
    draw_record(run.record)


if __name__ == "__main__":
    main()
