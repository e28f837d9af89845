"""Pretrains a model on work/tokens-*.bin, for a given time or number of tokens; resumes where it stopped.

    python3 pretrain.py --config configs/xs.json --minutes 60

Schedule after Touvron et al. 2023: weight decay 0.1, clip 1.0, warm-up, cosine to 10 %. Their AdamW, β (0.9, 0.95), is
`--optimiser adamw`; the default is Muon on the layers' matrices, which on this budget gets to the same loss in fewer
tokens (README.md). The schedule follows the fraction of the budget used, so a run that shares its machine still ends well on time: the first
75 % with the short context, then the long one, the last 12 % with linear weights seen through 4-bit rounding, since
that is how the engine will run them. An average of the weights over the last steps is what is exported.

Writes work/NAME/checkpoint.pt (everything needed to resume; run the same command again) and records/NAME/curve.csv.
"""

import argparse
import csv
import json
import math
import os
import pathlib
import time

import numpy
import torch

from encode import PADDING
from network.llama import Config, Llama
from network.optimiser import optimisers_for

HERE = pathlib.Path(__file__).parent
LONG_CONTEXT_FROM = 0.75  # fraction of the budget
FAKE_QUANTISE_FROM = 0.88
SETTINGS = ("optimiser", "rate", "warmup", "batch_tokens", "contexts", "minutes", "tokens")
AVERAGE_DECAY = 0.995  # per update, once the run is past its first tenth


class Rows:
    """Packed rows of tokens, read in file order and again from the start when they run out."""

    def __init__(self, path, context):
        self._table = numpy.memmap(path, dtype=numpy.uint16, mode="r").reshape(-1, context + 1)
        self.context = context

    def batch(self, position, rows, device):
        """Returns (inputs, targets), int64 [rows, context], of the rows from `position` on."""
        index = numpy.arange(position, position + rows) % len(self._table)
        ids = torch.from_numpy(self._table[index].astype(numpy.int64)).to(device)
        return ids[:, :-1], ids[:, 1:]


def learning_rate(peak, progress, update, warmup):
    """Linear warm-up over `warmup` updates, then cosine to 10 % of the peak at progress 1."""
    cosine = 0.1 + 0.45 * (1 + math.cos(math.pi * min(progress, 1)))
    return peak * cosine * min(1, (update + 1) / warmup)


class Run:
    """Model, optimisers, averaged weights and position in the data: what a checkpoint holds."""

    def __init__(self, config, optimiser, device):
        self.model = Llama(config).to(device)
        self.optimisers = optimisers_for(self.model, optimiser)
        self.average = {name: parameter.detach().clone() for name, parameter in self.model.named_parameters()}
        self.state = {"update": 0, "tokens": 0, "seconds": 0.0, "rows": {}}

    def save(self, path):
        temporary = path.with_suffix(".new")  # a run stopped while saving leaves the old one whole
        torch.save({"model": self.model.state_dict(), "optimisers": [optimiser.state_dict() for optimiser in self.optimisers],
                    "average": self.average, "state": self.state, "config": vars(self.model.config)}, temporary)
        temporary.rename(path)

    def load(self, path):
        saved = torch.load(path, map_location=self.model.embed_tokens.weight.device)
        self.model.load_state_dict(saved["model"])
        for optimiser, state in zip(self.optimisers, saved["optimisers"]):
            optimiser.load_state_dict(state)
        self.average, self.state = saved["average"], saved["state"]

    def step(self, rows, micro_rows, batch_tokens, rate):
        """One update over about `batch_tokens` tokens; returns the mean loss in nats per real token."""
        micro_batches = max(1, batch_tokens // (micro_rows * rows.context))
        context = str(rows.context)
        device = self.model.embed_tokens.weight.device
        batches = []
        for _ in range(micro_batches):
            position = self.state["rows"].get(context, 0)
            batches.append(rows.batch(position, micro_rows, device))
            self.state["rows"][context] = position + micro_rows
        real = sum(int((targets != PADDING).sum()) for _, targets in batches)
        total = 0.0
        for inputs, targets in batches:
            loss = self.model.loss(inputs, targets, PADDING) / real
            loss.backward()
            total += loss.item()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        for optimiser in self.optimisers:
            for group in optimiser.param_groups:
                group["lr"] = rate
            optimiser.step()
            optimiser.zero_grad(set_to_none=True)
        self.state["update"] += 1
        self.state["tokens"] += real
        return total

    @torch.no_grad()
    def follow(self, decay):
        """Moves the averaged weights towards the current ones."""
        for name, parameter in self.model.named_parameters():
            self.average[name].lerp_(parameter.detach(), 1 - decay)


def train(run, tables, options, out):
    """Trains until the budget is used up; `tables` are the short and the long rows."""
    budget = options.minutes * 60 if options.minutes else options.tokens
    started, seconds_before = time.time(), run.state["seconds"]
    saved = logged = started
    losses = []
    while True:
        progress = (run.state["seconds"] if options.minutes else run.state["tokens"]) / budget
        if progress >= 1:
            return
        rows = tables[progress >= LONG_CONTEXT_FROM]
        micro_rows = max(1, options.micro_tokens // rows.context)
        run.model.fake_quantise(progress >= FAKE_QUANTISE_FROM)
        rate = learning_rate(options.rate, progress, run.state["update"], options.warmup)
        losses.append(run.step(rows, micro_rows, options.batch_tokens, rate))
        run.follow(AVERAGE_DECAY if progress > 0.1 else 0.9)
        now = time.time()
        run.state["seconds"] = seconds_before + now - started
        if now - logged > 15:
            logged, mean = now, sum(losses) / len(losses)
            losses = []
            state = run.state
            row = [state["update"], state["tokens"], round(state["seconds"]), f"{rate:.3e}", f"{mean:.4f}"]
            print(*row, f"{state['tokens'] / state['seconds']:.0f} tokens/s", flush=True)
            with open(out, "a", newline="") as file:
                csv.writer(file).writerow(row)
        if now - saved > options.save_every:
            saved = now
            run.save(options.folder / "checkpoint.pt")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--config", type=pathlib.Path, default=HERE / "configs/xs.json")
    parser.add_argument("--work", type=pathlib.Path, default=HERE / "work")
    parser.add_argument("--name", help="of the run; default: the configuration's")
    budget = parser.add_mutually_exclusive_group(required=True)
    budget.add_argument("--minutes", type=float)
    budget.add_argument("--tokens", type=float)
    parser.add_argument("--contexts", type=int, nargs=2, default=[512, 1024], metavar=("SHORT", "LONG"))
    parser.add_argument("--optimiser", choices=["adamw", "muon"], default="muon")
    parser.add_argument("--rate", type=float, default=4e-3, help="peak learning rate")
    parser.add_argument("--warmup", type=int, default=50, help="updates")
    parser.add_argument("--batch-tokens", type=int, default=4096, help="per update")
    parser.add_argument("--micro-tokens", type=int, default=4096, help="at once")
    parser.add_argument("--save-every", type=float, default=120, help="seconds")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()

    name = options.name or options.config.stem
    options.folder = options.work / name
    options.folder.mkdir(parents=True, exist_ok=True)
    record = HERE / "records" / name
    record.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(options.seed)
    # Left alone, PyTorch takes one thread for two hyper-threads; training gains from the second one.
    torch.set_num_threads(os.cpu_count())
    device = "cuda" if torch.cuda.is_available() else "cpu"
    run = Run(Config.read(options.config), options.optimiser, device)
    if (options.folder / "checkpoint.pt").exists():
        run.load(options.folder / "checkpoint.pt")
        print("resuming at", run.state)
    else:
        (record / "curve.csv").write_text("update,tokens,seconds,learning_rate,loss_nats_per_token\n")
        settings = {key: getattr(options, key) for key in SETTINGS}
        (record / "settings.json").write_text(json.dumps({**vars(run.model.config), **settings}, indent=1) + "\n")
    tables = [Rows(options.work / f"tokens-{context}.bin", context) for context in options.contexts]
    train(run, tables, options, record / "curve.csv")
    run.save(options.folder / "checkpoint.pt")
    print("done", run.state)


if __name__ == "__main__":
    main()
