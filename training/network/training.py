"""The loop that pretraining, tuning and preferences share: schedule, clipping, averaging, records, resuming.

    parser = argparse.ArgumentParser(…); add_arguments(parser, rate=…, warmup=…, batch_tokens=…)
    run = open_run(parser.parse_args(), name, config)
    finished = train(run, feed, loss)

A run keeps work/NAME/checkpoint.pt and records/NAME/{settings.json, curve.csv}. The same command given again goes on
from the checkpoint. Ctrl+C or SIGTERM ends it after the update in hand, saved; so does the end of its budget, minutes or
tokens, over which the schedule is laid. A checkpoint is written every two minutes, too, for runs that are killed.
"""

import argparse
import math
import os
import pathlib
import signal
import time

import torch

from network import checkpoint
from network.llama import Config, Llama
from network.optimiser import optimisers_for
from network.record import Curve

HERE = pathlib.Path(__file__).parent.parent


def add_arguments(parser, rate, warmup, batch_tokens, optimiser="adamw"):
    """Adds the options that every kind of training has."""
    parser.add_argument("--name", help="of the run")
    parser.add_argument("--work", type=pathlib.Path, default=HERE / "work")
    parser.add_argument("--records", type=pathlib.Path, default=HERE / "records")
    parser.add_argument("--from", dest="source", type=pathlib.Path, help="weights to begin with: a checkpoint or a model folder")
    budget = parser.add_mutually_exclusive_group()
    budget.add_argument("--minutes", type=float)
    budget.add_argument("--tokens", type=float)
    parser.add_argument("--optimiser", choices=["adamw", "muon"], default=optimiser)
    parser.add_argument("--rate", type=float, default=rate, help="peak learning rate")
    parser.add_argument("--warmup", type=int, default=warmup, help="updates")
    parser.add_argument("--batch-tokens", type=int, default=batch_tokens, help="per update")
    parser.add_argument("--micro-tokens", type=int, default=4096, help="at once")
    parser.add_argument("--save-every", type=float, default=120, help="seconds")
    parser.add_argument("--log-every", type=float, default=15, help="seconds")
    parser.add_argument("--average", type=float, default=0.995, help="decay per update of the averaged weights")
    parser.add_argument("--compile", action=argparse.BooleanOptionalAction, default=torch.cuda.is_available())
    parser.add_argument("--seed", type=int, default=0)


def learning_rate(peak, progress, update, warmup):
    """Linear warm-up over `warmup` updates, then cosine to 10 % of the peak at progress 1 (Touvron et al. 2023)."""
    cosine = 0.1 + 0.45 * (1 + math.cos(math.pi * min(progress, 1)))
    return peak * cosine * min(1, (update + 1) / max(1, warmup))


class Run:
    """Model, optimisers, averaged weights and position in the data: what a checkpoint holds.

    `state` is {update, tokens, seconds, rows} and whatever plain values a kind of training adds; `tokens` counts those
    learned from, or pairs where the budget is in pairs.
    """

    def __init__(self, model, optimisers, options):
        self.model, self.optimisers, self.options = model, optimisers, options
        self.folder, self.record = options.work / options.name, options.records / options.name
        self.average = {name: parameter.detach().clone() for name, parameter in model.named_parameters()}
        self.state = {"update": 0, "tokens": 0, "seconds": 0.0, "rows": {}}
        self.device = next(model.parameters()).device

    @property
    def progress(self):
        """The fraction of the budget that is used."""
        minutes, state = self.options.minutes, self.state
        return state["seconds"] / (60 * minutes) if minutes else state["tokens"] / self.options.tokens

    def save(self, file="checkpoint.pt"):
        checkpoint.save(self.folder / file, {
            "model": self.model.state_dict(), "optimisers": [each.state_dict() for each in self.optimisers],
            "average": self.average, "state": self.state, "config": vars(self.model.config)})

    def load(self, saved):
        self.model.load_state_dict(saved["model"])
        for optimiser, state in zip(self.optimisers, saved["optimisers"]):
            optimiser.load_state_dict(state)
        self.average = {name: weight.to(self.device) for name, weight in saved["average"].items()}
        self.state = saved["state"]

    def step(self, batches, count, loss, rate):
        """One update from a list of micro-batches (tuples of tensors); returns the loss divided by `count`.

        loss(*micro-batch) is a sum, so that the update does not depend on how the batch was split.
        """
        total = torch.zeros((), device=self.device)
        for batch in batches:
            part = loss(*(tensor.to(self.device, non_blocking=True) for tensor in batch)) / count
            part.backward()
            total += part.detach()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        for optimiser in self.optimisers:
            for group in optimiser.param_groups:
                group["lr"] = rate
            optimiser.step()
            optimiser.zero_grad(set_to_none=True)
        self.state["update"] += 1
        self.state["tokens"] += count
        return total.item()

    @torch.no_grad()
    def follow(self):
        """Moves the averaged weights towards the current ones; at first faster, for they begin at the run's beginning."""
        update = self.state["update"]
        decay = min(self.options.average, update / (update + 9))
        named = dict(self.model.named_parameters())
        torch._foreach_mul_(list(self.average.values()), decay)
        torch._foreach_add_(list(self.average.values()), [named[name] for name in self.average], alpha=1 - decay)


def new_model(options, config=None):
    """Returns the model a run begins with: that of the run's checkpoint, of --from, or a new one; and the checkpoint."""
    torch.manual_seed(options.seed)
    if "OMP_NUM_THREADS" not in os.environ:
        # Left alone, PyTorch takes one thread for two hyper-threads; training gains from the second one.
        torch.set_num_threads(os.cpu_count())
    torch.set_float32_matmul_precision("high")
    path = options.work / options.name / "checkpoint.pt"
    saved = checkpoint.read(path) if path.exists() else None
    begin = saved or (checkpoint.read(options.source) if options.source else None)
    model = Llama(Config(**begin["config"]) if begin else config)
    if begin:
        # A run that begins with the weights of another takes the averaged ones, as measurements and export do.
        model.load_state_dict(begin["model"] if saved else begin["average"])
    return model.to(checkpoint.default_device()), saved


def rows_read(source, names):
    """Returns {name: rows} of the data that weights begun with have seen already, so that a run from them reads what is new."""
    rows = checkpoint.read(source).get("state", {}).get("rows", {})
    return {name: rows[name] for name in names if name in rows}


def can_compile(device):
    """Tries it: PyTorch 2 needs a C compiler at run time, and not every machine with a GPU has one."""
    if not hasattr(torch.nn.Module, "compile"):
        print("running without torch.compile, which PyTorch", torch.__version__, "does not have", flush=True)
        return False
    try:
        x = torch.ones(8, device=device, requires_grad=True)
        torch.compile(lambda x: (x.sin() * 2).sum())(x).backward()
    except Exception as error:  # of many kinds, depending on what is missing
        print("running without torch.compile, more slowly:", str(error).split("\n")[0], flush=True)
        return False
    return True


def open_run(options, name, config=None, optimisers=optimisers_for):
    """Returns the run, resumed if its folder has a checkpoint, else begun from --from or from new weights of `config`."""
    options.name = options.name or name
    model, saved = new_model(options, config)
    run = Run(model, optimisers(model, options.optimiser), options)
    run.folder.mkdir(parents=True, exist_ok=True)
    run.record.mkdir(parents=True, exist_ok=True)
    if saved:
        run.load(saved)
        print("resuming at", run.state, flush=True)
    if options.compile and can_compile(run.device):
        model.compile_layers()
    return run


def train(run, feed, loss, watch=None):
    """Updates until the budget is used up: returns True; False where the run was asked to stop before.

    feed(run) returns (micro-batches, count) for the next update, and moves run.state["rows"] on; loss as in `Run.step`;
    watch(run) is called after every update, for measurements.
    """
    options, state = run.options, run.state
    asked = []
    handlers = {number: signal.signal(number, lambda *_: asked.append(True)) for number in (signal.SIGINT, signal.SIGTERM)}
    curve = Curve(run.record / "curve.csv", state["update"])
    begun, seconds_before = time.time(), state["seconds"]
    saved = logged = begun
    losses, tokens = [], state["tokens"]
    try:
        while run.progress < 1 and not asked:
            batches, count = feed(run)
            rate = learning_rate(options.rate, run.progress, state["update"], options.warmup)
            losses.append(run.step(batches, count, loss, rate))
            if not math.isfinite(losses[-1]):
                raise FloatingPointError(f"the loss of update {state['update']} is {losses[-1]}; the last checkpoint is from before")
            run.follow()
            state["seconds"] = seconds_before + time.time() - begun
            if time.time() - logged > options.log_every or run.progress >= 1:
                mean, speed = sum(losses) / len(losses), (state["tokens"] - tokens) / (time.time() - logged)
                row = [state["update"], state["tokens"], round(state["seconds"]), f"{rate:.3e}", f"{mean:.4f}"]
                curve.add(row)
                print(*row, f"{speed:.0f} tokens/s", f"{100 * run.progress:.1f} %", flush=True)
                logged, losses, tokens = time.time(), [], state["tokens"]
            if watch:
                watch(run)
                state["seconds"] = seconds_before + time.time() - begun
            if time.time() - saved > options.save_every:
                run.save()
                saved = time.time()
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
    run.save()
    print("stopped at" if asked else "done", state, flush=True)
    return not asked
