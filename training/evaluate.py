"""Measures a model on the held-out repositories and against what it must beat; writes records/NAME/*.json.

    python3 evaluate.py --name xs                            everything
    python3 evaluate.py lines bits --name xs                 only these
    python3 evaluate.py --name first-light --model work/first-light

    bits        bits per byte by language, as trained and rounded to 8 and 4 bits
    lines       the rest of a line, in three forms of prompt, with token healing: finished exactly, edit similarity,
                bits per byte
    words       the same places answered by VS Code's word-based suggestions
    ngram       the same places, asked in the same way, and the same bits per byte by an n-gram model of the rows trained on
    memorised   the longest overlap of greedy continuations with the rows trained on
    against     the model beside --against (measured at the same places if it was not yet), n-grams and words

A record holds what it was made from ("key"); where a record with the same key exists, it is kept, so a command that was
stopped goes on where it was. --again measures anew.
"""

import argparse
import functools
import json
import os
import pathlib
import random
import re
import time

import numpy
import torch

from measure import bits, memorised, places, words
from measure.exported import fingerprint, open_model
from measure.healing import Beginning, TokenTexts
from measure.lines import STEPS, complete_lines, line_ends
from measure.ngram import NGrams, nats as ngram_nats
from report.figures import show

HERE = pathlib.Path(__file__).parent
MAIN = ("javascript", "python", "typescript")
NAMES = ("bits", "lines", "words", "ngram", "memorised", "against")


class Measurements:
    """One method for each name; each returns (key, function that measures), so that what is there need not be loaded."""

    def __init__(self, options):
        self.options = options
        self.wide = torch.cuda.is_available()

    @functools.cached_property
    def model(self):
        options = self.options
        model, tokenizer = open_model(options.model, options.weights, options.tokenizer)
        return model, tokenizer, fingerprint(model)

    @functools.cached_property
    def files(self):
        files = places.held_out(self.options.held_out)
        return {language: documents for language, documents in files.items()
                if not self.options.languages or language in self.options.languages}

    @property
    def few(self):
        return min(self.options.others, self.options.places)

    @functools.cached_property
    def places(self):
        return [place for language, documents in self.files.items()
                for place in places.places_in({language: documents}, self.options.places if language in MAIN else self.few)]

    @functools.cached_property
    def sample(self):
        few = self.options.bytes * self.few // self.options.places
        return [document for language, documents in self.files.items()
                for document in bits.sample({language: documents}, self.options.bytes if language in MAIN else few)]

    @property
    def sample_key(self):
        return places.hashed([[document["repository"], document["path"], len(document["text"])] for document in self.sample])

    @functools.cached_property
    def tables(self):
        """Returns the rows trained on, one uint16 [rows, context + 1] for each context, and a name for them."""
        found = sorted(self.options.data.glob("tokens-*.bin"))
        if not found:
            raise FileNotFoundError(f"no tokens-CONTEXT.bin in {self.options.data}; say where they are with --data")
        tables = [numpy.memmap(path, numpy.uint16, "r").reshape(-1, int(path.stem.split("-")[1]) + 1) for path in found]
        name = places.hashed([[*table.shape, table[:: max(1, len(table) // 64)].sum().item()] for table in tables])
        return tables, name

    def bits(self):
        model, tokenizer, weights = self.model
        return ({"weights": weights, "sample": self.sample_key},
                lambda: bits.bits_per_byte(model, tokenizer, self.sample, at_once=64 if self.wide else 4))

    def lines(self):
        model, tokenizer, weights = self.model
        return ({"weights": weights, "places": places.digest(self.places), "steps": STEPS, "version": 3},
                lambda: {"forms": complete_lines(model, tokenizer, self.places, batch_tokens=2**18 if self.wide else 2**13)[0]})

    def words(self):
        def measure():
            answers, shares = words.suggest(self.places)
            return {"lines": places.score(self.places, answers), "after the first letters of a word": shares}
        return {"places": places.digest(self.places)}, measure

    def ngram(self):
        options, (_, tokenizer, _) = self.options, self.model

        def measure():
            tables, _ = self.tables
            # As many rows of each context as their share of the whole, up to the limit of tokens.
            share = min(1, options.ngram_tokens / sum(table.size for table in tables))
            model = NGrams([table[: max(1, int(len(table) * share))] for table in tables], tokenizer.size, options.order)
            stops, texts = line_ends(tokenizer), TokenTexts(tokenizer)
            asked = [texts.heal(ids) for ids in places.prompts(tokenizer, self.places, "prefix")]
            rests = [tokenizer.encode(place.rest) for place in self.places]
            answers = [healed.behind(tokenizer.decode(model.greedy(healed.ids, STEPS, stops, Beginning(texts, healed.text))))
                       for healed in asked]
            nats = [ngram_nats(model, healed.ids + healed.taken + rest, len(rest)) for healed, rest in zip(asked, rests)]
            return {"order": options.order, "tokens": model.tokens, "megabytes": model.bytes >> 20,
                    "bits per byte": bits.ngram_bits_per_byte(model, tokenizer, self.sample),
                    "lines": places.score(self.places, answers, nats)}
        return ({"version": 3, "rows": self.tables[1], "places": places.digest(self.places), "sample": self.sample_key,
                 "order": options.order, "limit": options.ngram_tokens}, measure)

    def memorised(self):
        (model, tokenizer, weights), count = self.model, self.options.prompts

        def measure():
            tables = [table[: max(1, int(len(table) * self.options.memory_share))] for table in self.tables[0]]
            asked = [*memorised.training_prompts(tables, count, random.Random(0)),
                     *memorised.held_out_prompts(tokenizer, self.files, count, random.Random(0))]
            found = memorised.overlaps(model, tokenizer, asked, tables)
            trained = len(found) - min(count, sum(map(len, self.files.values())))
            return {"threshold": memorised.THRESHOLD, "shortest": memorised.SHORTEST,
                    "prompt tokens": memorised.PROMPT, "continued by": memorised.STEPS,
                    "rows": sum(map(len, tables)), "tokens compared": int(sum((table != 0).sum() for table in tables)),
                    "from the training data": memorised.summary(found[:trained]),
                    "from held-out files": memorised.summary(found[trained:])}
        return ({"weights": weights, "rows": self.tables[1], "prompts": count, "version": 3,
                 "share": self.options.memory_share}, measure)

    def recorded(self, name):
        """Returns this model's record of a measurement; raises ValueError where it would be measured otherwise now."""
        path = self.options.record / f"{name}.json"
        record = json.loads(path.read_text())
        if record["key"] != getattr(self, name)()[0]:
            raise ValueError(f"{path} was measured otherwise; first: evaluate.py {name} --name {self.options.name}")
        return record

    def against(self):
        records = {name: self.recorded(name) for name in ("bits", "lines", "words", "ngram")}
        other = {}
        if self.options.against and self.options.against.resolve() != self.options.model.resolve():
            name = self.options.against.name
            options = argparse.Namespace(**{**vars(self.options), "model": self.options.against, "weights": "average",
                                            "tokenizer": None, "record": folder_of(name, self.options.quick), "name": name})
            other = {part: run(part, Measurements(options)) for part in ("bits", "lines")}

        def measure():
            forms = records["lines"]["forms"]
            sides = {"n-grams": dict.fromkeys(forms, records["ngram"]["lines"]),
                     "words": dict.fromkeys(forms, records["words"]["lines"])}
            bytes_ = {"n-grams": records["ngram"]["bits per byte"]}
            if other:
                name = self.options.against.name
                sides[name], bytes_[name] = other["lines"]["forms"], other["bits"]["bfloat16"]
            return {"lines": {side: {form: places.difference(forms[form], than[form]) for form in forms}
                              for side, than in sides.items()},
                    "bits per byte": {side: {language: round(records["bits"]["bfloat16"][language] - than[language], 4)
                                             for language in than} for side, than in bytes_.items()}}
        return {"of": [record["key"] for record in [*records.values(), *other.values()]]}, measure


def folder_of(name, quick):
    """Returns the folder of a run's records; quick ones have one of their own, to be thrown away."""
    return HERE / "records" / (f"{name}-quick" if quick else name)


def written(record):
    """Returns a record as text, its lists of numbers on one line each."""
    text = json.dumps(record, indent=1, ensure_ascii=False)
    return re.sub(r"\[[-\d.,\s]+\]", lambda found: " ".join(found.group().split()), text) + "\n"


def run(name, measurements):
    """Returns the record of one measurement, read if it is there, and prints its table."""
    options = measurements.options
    key, measure = getattr(measurements, name)()
    for path in [options.record / f"{name}.json", *sorted((HERE / "records").glob(f"*/{name}.json"))]:
        record = json.loads(path.read_text()) if path.exists() and not options.again else {}
        if record.get("key") == key:
            break
    else:
        started, computed = time.time(), time.process_time()
        command = f"python3 evaluate.py {name} --name {options.name}" + (" --quick" if options.quick else "")
        record = {"key": key, "command": command, "quick": options.quick, **measure()}
        # A machine that others use makes the first of these longer, not the second, which counts every thread.
        record.update(seconds=round(time.time() - started, 1), cpu_seconds=round(time.process_time() - computed, 1))
    options.record.mkdir(parents=True, exist_ok=True)
    (options.record / f"{name}.json").write_text(written(record), encoding="utf-8")
    print(f"\n{options.name}: {name} ({record['seconds']:.0f} s)")
    print("\n".join(show(name, record)), flush=True)
    return record


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"{', '.join(NAMES)}; default: all")
    parser.add_argument("--name", default="xs", help="of the run and its record")
    parser.add_argument("--model", type=pathlib.Path, help="checkpoint or model folder; default: WORK/NAME")
    parser.add_argument("--weights", choices=["average", "model"], default="average", help="model: of the last update")
    parser.add_argument("--against", type=pathlib.Path, default=HERE / "work/first-light", help="model folder to compare with")
    parser.add_argument("--work", type=pathlib.Path, default=HERE / "work")
    parser.add_argument("--held-out", type=pathlib.Path, help="default: WORK/held_out.jsonl")
    parser.add_argument("--data", type=pathlib.Path, help="folder of the tokens-CONTEXT.bin trained on; default: WORK")
    parser.add_argument("--tokenizer", type=pathlib.Path, help="for models without one; default: WORK/tokenizer")
    parser.add_argument("--languages", nargs="+", help="only these")
    parser.add_argument("--places", type=int, default=750, help="of each of " + ", ".join(MAIN))
    parser.add_argument("--others", type=int, default=500, help="places of each other language, or as many as there are")
    parser.add_argument("--bytes", type=int, default=80_000, help="of held-out text of each of these; of others in proportion")
    parser.add_argument("--prompts", type=int, default=100, help="of each kind, to continue for the memorisation check")
    parser.add_argument("--memory-share", type=float, default=1.0, help="of the rows to look for overlaps in")
    parser.add_argument("--order", type=int, default=5, help="of the n-gram model")
    parser.add_argument("--ngram-tokens", type=int, default=40_000_000, help="at most, 75 bytes of memory each")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--quick", action="store_true", help="a small part of everything, into records/NAME-quick")
    parser.add_argument("--again", action="store_true", help="measure what has a record, too")
    options = parser.parse_args()
    if set(options.names) - set(NAMES):
        parser.error(f"unknown: {', '.join(set(options.names) - set(NAMES))}")
    if options.quick:
        options.places, options.others, options.bytes, options.prompts = 20, 10, 10_000, 8
        options.memory_share, options.ngram_tokens = 0.1, 2_000_000
    options.model = options.model or options.work / options.name
    options.held_out = options.held_out or options.work / "held_out.jsonl"
    options.data = options.data or options.work
    options.tokenizer = options.tokenizer or options.work / "tokenizer"
    options.record = folder_of(options.name, options.quick)
    torch.set_num_threads(options.threads)
    measurements = Measurements(options)
    for name in NAMES:
        if not options.names or name in options.names:
            run(name, measurements)


if __name__ == "__main__":
    main()
