"""Continues a pretrained model on conversations while it goes on filling in code.

    python3 tune.py --from work/xs --name xs-tuned --data work/tune-8k --minutes 15

Completion comes first: half of the rows are pretraining's own, or as many as `--code` says. The rest are the conversations that
`dialogues.py` wrote, with the loss on the answers only (and on questions of 256 tokens or more, instruct/rows.py); since
few of their tokens are answers, each weighs as much as `--weight` tokens of code. In the refusal data the first token of an
answer, its decision to comply or to refuse, weighs `--decision-weight` times as much again: it is what the dial reads.
`--refusals P` takes P % of the refusal data, as the dial of Touvron et al. 2023 (section 4.2.3) was measured;
`--turns` chooses Ghost Attention, the same without its masking, or no conversations that keep an instruction.

The paper's settings for 7 B parameters and more are AdamW at 2e-5, a fifteenth of its pretraining's peak, weight decay 0.1,
cosine, 64 sequences an update. Here it is pretraining's optimiser, at about the same fraction of its peak: at a quarter
of it 90 updates made held-out code 5 % more expensive (bits per byte 0.893 before, 0.939 after, xs).
In the last quarter the weights are seen through 4-bit rounding, as pretraining's last part does; `--round-from 0` does so
all the time, to bring weights back to it that `average.py` made.

A run from the weights of another tuning reads on behind its rows.

Writes work/NAME/checkpoint.pt, records/NAME/{settings.json, curve.csv, curve.svg, tune.json}; given again, it goes on.
tune.json has held-out bits per byte before and after.
"""

import argparse
import json
import math
import pathlib

import torch

from instruct.turns import KINDS
from measure.sample import sample_for
from network import checkpoint
from network.record import write_settings
from network.rows import PADDING, Rows
from network.training import HERE, add_arguments, open_run, rows_read, train
from report.plot import draw_record
from text.tokenizer import COMPLY, REFUSE

# Of the rows. --code says another share of infill; the others share the rest in these proportions, and what refusals leave
# (--refusals below 100).
SHARES = {"infill": 0.5, "explain": 0.035, "answers": 0.015, "turns": 0.16, "everyday": 0.11, "refusals": 0.18}


class Mixture:
    """Rows of several kinds in fixed shares, evenly spread; `parts` is {kind: (Rows, share, first row, rows to use)}."""

    def __init__(self, parts, micro_rows, rows, options):
        self.parts, self.micro_rows, self.rows = parts, micro_rows, rows
        self.weight, self.decision_weight, self.round_from = options.weight, options.decision_weight, options.round_from
        self.code_share = parts["infill"][1]
        self.shares = {kind: share for kind, (_, share, _, _) in parts.items() if kind != "infill"}

    def __call__(self, run):
        """Returns (micro-batches, count of learned tokens) of the next update; what was taken is in run.state["rows"].

        A micro-batch is (inputs, targets, weights of the tokens); it holds rows of code or of conversations, not both. The
        weights are 1 on average, so that they change what is learned, not how fast.
        """
        run.model.fake_quantise(run.progress >= self.round_from)
        taken, begun = run.state["rows"], run.state["rows before"]
        code_rows = self._rows_of_code(run.state["update"])
        drawn = {False: [self._draw("infill", taken) for _ in range(code_rows)],
                 True: [self._draw(self._behind(taken, begun), taken) for _ in range(self.rows - code_rows)]}
        rows = drawn[False] + drawn[True]
        whole = sum(int((targets != PADDING).sum()) for _, targets, _ in rows)
        code = whole / max(1, sum(weights[targets != PADDING].sum().item() for _, targets, weights in rows))
        batches = []
        for rows in drawn.values():
            for start in range(0, len(rows), self.micro_rows):
                inputs, targets, weights = (torch.cat(part) for part in zip(*rows[start : start + self.micro_rows]))
                batches.append((inputs, targets, code * weights))
        return batches, max(1, whole)

    def _rows_of_code(self, update):
        """Returns how many rows of an update are code: one of two neighbouring numbers, so that over all updates the share is kept."""
        share = self.rows * self.code_share
        return math.floor((update + 1) * share) - math.floor(update * share)

    def _behind(self, taken, begun):
        """Returns the kind of conversation that is furthest behind its share of what this run took.

        What the runs before it took does not count: a kind they did not have would be all there is for long.
        """
        count = {kind: taken.get(kind, 0) - begun.get(kind, 0) for kind in self.shares}
        number = sum(count.values()) + 1
        whole = sum(self.shares.values())
        return max(self.shares, key=lambda kind: self.shares[kind] / whole * number - count[kind])

    def _draw(self, kind, taken):
        """Returns (inputs, targets, weights beside a token of code) of the next row of a kind."""
        rows, _, first, count = self.parts[kind]
        position = first + taken.get(kind, 0) % count
        taken[kind] = taken.get(kind, 0) + 1
        inputs, targets = rows.batch(position, 1)
        weights = torch.full(targets.shape, 1 if kind == "infill" else self.weight, dtype=torch.float32)
        if kind == "refusals":
            weights[(targets == COMPLY) | (targets == REFUSE)] *= self.decision_weight
        return inputs, targets, weights


def parts_of(options, context):
    """Returns (parts of the mixture, files read)."""
    files = {"infill": options.infill or options.work / f"tokens-{context}.bin"}
    for kind in ("explain", "answers", "everyday", "refusals"):
        files[kind] = options.data / f"{kind}-{context}.bin"
    files["turns"] = options.data / f"turns-{options.turns}-{context}.bin"
    parts = {}
    for kind, path in files.items():
        learned = None if kind == "infill" else path.with_suffix(".learned.bin")
        rows, share, first, count = Rows(path, context, learned), SHARES[kind], 0, None
        if kind == "infill":
            first = len(rows) // 2  # pretraining began at the start, and rarely came this far in its last part
        if kind == "refusals":
            share *= options.refusals / 100
            count = math.ceil(len(rows) * options.refusals / 100)
        if share:
            parts[kind] = rows, share, first, count or len(rows)
    rest = sum(share for kind, (_, share, _, _) in parts.items() if kind != "infill")
    parts = {kind: (rows, options.code if kind == "infill" else share / rest * (1 - options.code), first, count)
             for kind, (rows, share, first, count) in parts.items()}
    return parts, list(files.values())


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    add_arguments(parser, rate=3e-4, warmup=20, batch_tokens=8192, optimiser="muon")
    parser.set_defaults(average=0.98)  # tuning has few updates, and its average must not remember the model before
    parser.add_argument("--data", type=pathlib.Path, default=HERE / "work/tune")
    parser.add_argument("--infill", type=pathlib.Path, help="pretraining's rows; default: WORK/tokens-CONTEXT.bin")
    parser.add_argument("--tokenizer", type=pathlib.Path, default=HERE / "work/tokenizer")
    parser.add_argument("--code", type=float, default=SHARES["infill"], help="pretraining's share of the rows")
    parser.add_argument("--refusals", type=float, default=100, help="%% of the refusal data")
    parser.add_argument("--weight", type=float, default=2, help="of a token of conversations, beside one of code")
    parser.add_argument("--decision-weight", type=float, default=20,
                        help="of a decision in the refusal data, beside a token behind it")
    parser.add_argument("--turns", choices=KINDS, default="gatt")
    parser.add_argument("--round-from", type=float, default=0.75, help="share of the run from which on weights are seen rounded")
    parser.add_argument("--sample", type=int, default=8, help="held-out files of each language, 0 for none")
    options = parser.parse_args()
    if not (options.minutes or options.tokens):
        parser.error("give --minutes or --tokens")
    context = json.loads((options.data / "manifest.json").read_text())["context"]
    run = open_run(options, "tuned")
    if run.state["update"] == 0 and options.source is None:
        parser.error("give --from: tuning needs a pretrained model")
    parts, files = parts_of(options, context)
    if run.state["update"] == 0:
        run.state["rows"] = rows_read(options.source, parts)
        run.state["rows before"] = dict(run.state["rows"])
    micro_rows = max(1, options.micro_tokens // context)
    mixture = Mixture(parts, micro_rows, max(2, options.batch_tokens // context), options)
    print("rows:", {kind: f"{100 * share:.1f} % of {count}" for kind, (_, share, _, count) in parts.items()}, flush=True)
    finished = train(run, mixture, lambda inputs, targets, weights: run.model.loss(inputs, targets, PADDING, weights))
    write_settings(run, files, shares={kind: share for kind, (_, share, _, _) in parts.items()})
    draw_record(run.record)
    sample = sample_for(options.data, options.work, options.tokenizer, context, options.sample) if options.sample else None
    if finished and sample and options.source:
        measure(run, sample, options.source)


def measure(run, sample, source):
    """Writes tune.json: held-out bits per byte of the model tuning began with and of the one it ended with."""
    found = {"files": len(sample.rows), "tokens of each at most": sample.rows.shape[1] - 1, "rows taken": run.state["rows"]}
    for label, path in (("before", source), ("after", run.folder)):
        model = checkpoint.load(path)
        for rounded in (False, True):
            model.fake_quantise(rounded)
            key = f"bits per byte {label}" + (", weights rounded to 4 bits" if rounded else "")
            found[key] = sample.bits_per_byte(model)
    (run.record / "tune.json").write_text(json.dumps(found, indent=1) + "\n")
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
