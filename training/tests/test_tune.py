"""Tuning and its measurements, on a tiny model with random weights and a tokenizer of characters."""

import contextlib
import io
import json
import os
import pathlib
import sys
import tempfile
import unittest
from unittest import mock

import numpy
import torch

import average
import tune
from instruct.rows import encoded, pack
from measure import refusals, retention
from measure.tuned import replies
from network import checkpoint
from network.llama import Config, Llama
from network.rows import PADDING, Rows
from text.chat import EXPLAIN, explain_request
from text.tokenizer import COMPLY, END, REFUSE

CONTEXT = 64
TINY = Config(hidden_size=16, num_hidden_layers=1, num_attention_heads=2, num_key_value_heads=1, head_dim=8,
              intermediate_size=32,
              vocab_size=300, max_position_embeddings=4096, rms_norm_eps=1e-5, rope_theta=1e4)


class Characters:
    def encode(self, text):
        return [13 + ord(character) % 256 for character in text]

    def decode(self, ids):
        return "".join(chr(token - 13) for token in ids if token >= 13)


def write_data(folder):
    rows = numpy.random.default_rng(0).integers(13, 300, (40, CONTEXT + 1)).astype(numpy.uint16)
    rows.tofile(folder / f"tokens-{CONTEXT}.bin")
    conversations = [[("user", f"q{number}", None), ("assistant", "a" * 9, bool(number % 2))] for number in range(60)]
    table, learned = pack((encoded(Characters(), each) for each in conversations), CONTEXT)
    for kind in ("explain", "answers", "everyday", "refusals", "turns-gatt", "turns-plain", "turns-unmasked"):
        table.tofile(folder / f"{kind}-{CONTEXT}.bin")
        learned.tofile(folder / f"{kind}-{CONTEXT}.learned.bin")
    (folder / "manifest.json").write_text(json.dumps({"context": CONTEXT}))
    model = Llama(TINY)
    weights = model.state_dict()
    checkpoint.save(folder / "base.pt", {"model": weights, "average": weights, "config": vars(TINY)})
    return len(table)


def run_tune(folder, *more):
    arguments = ["tune.py", "--work", folder, "--data", folder, "--records", folder / "records", "--from",
                 folder / "base.pt",
                 "--batch-tokens", 8 * CONTEXT, "--micro-tokens", 4 * CONTEXT, "--sample", 0, "--no-compile", *more]
    one_thread = mock.patch.dict(os.environ, OMP_NUM_THREADS="1")  # else each of these runs would set the number anew
    argv = mock.patch.object(sys, "argv", [str(each) for each in arguments])
    with one_thread, argv, contextlib.redirect_stdout(io.StringIO()):
        tune.main()
    return checkpoint.read(folder / more[more.index("--name") + 1])


class Tuning(unittest.TestCase):
    def setUp(self):
        torch.manual_seed(0)
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)
        self.rows = write_data(self.folder)

    def test_half_of_the_rows_fill_in_code(self):
        taken = run_tune(self.folder, "--name", "a", "--tokens", 5000)["state"]["rows"]
        self.assertGreaterEqual(2 * taken["infill"], sum(taken.values()) - 1)
        self.assertEqual(set(taken), set(tune.SHARES))

    def test_a_share_of_code_that_rows_do_not_divide_into_is_kept_all_the_same(self):
        taken = run_tune(self.folder, "--name", "a", "--tokens", 9000, "--code", 0.55, "--batch-tokens", 4 * CONTEXT)["state"]["rows"]
        self.assertAlmostEqual(taken["infill"], 0.55 * sum(taken.values()), delta=1)

    def test_the_share_of_refusals(self):
        none = run_tune(self.folder, "--name", "none", "--tokens", 5000, "--refusals", 0)["state"]["rows"]
        tenth = run_tune(self.folder, "--name", "tenth", "--tokens", 5000, "--refusals", 10)["state"]["rows"]
        self.assertNotIn("refusals", none)
        whole = run_tune(self.folder, "--name", "whole", "--tokens", 5000)["state"]["rows"]
        self.assertLess(4 * tenth["refusals"], whole["refusals"])
        self.assertGreaterEqual(2 * tenth["infill"], sum(tenth.values()) - 1)

    def test_a_run_from_the_weights_of_another_reads_on(self):
        first = run_tune(self.folder, "--name", "first", "--tokens", 1500)["state"]["rows"]
        more = run_tune(self.folder, "--from", self.folder / "first/checkpoint.pt", "--name", "more", "--tokens", 1500)
        for kind, rows in more["state"]["rows"].items():
            self.assertGreater(rows, first[kind])

    def test_kinds_that_earlier_runs_did_not_have_take_no_more_than_their_share(self):
        first = run_tune(self.folder, "--name", "first", "--tokens", 5000, "--refusals", 0)["state"]["rows"]
        more = run_tune(self.folder, "--from", self.folder / "first/checkpoint.pt", "--name", "more", "--tokens", 5000)
        taken = {kind: rows - first.get(kind, 0) for kind, rows in more["state"]["rows"].items()}
        talks = sum(taken.values()) - taken["infill"]
        share = tune.SHARES["refusals"] / (1 - tune.SHARES["infill"])
        self.assertAlmostEqual(taken["refusals"], share * talks, delta=1.5)

    def test_decisions_weigh_more(self):
        rows = {kind: Rows(self.folder / f"{file}-{CONTEXT}.bin", CONTEXT,
                           None if kind == "infill" else self.folder / f"{file}-{CONTEXT}.learned.bin")
                for kind, file in (("infill", "tokens"), ("refusals", "refusals"))}
        parts = {kind: (each, 0.5, 0, len(each)) for kind, each in rows.items()}
        run = mock.Mock(state={"update": 0, "rows": {}, "rows before": {}}, progress=0)
        options = mock.Mock(weight=2, decision_weight=10.0, round_from=0.75)  # as given, an option is a float
        batches, count = tune.Mixture(parts, 4, 8, options)(run)
        run.model.fake_quantise.assert_called_with(False)
        options.round_from = 0
        tune.Mixture(parts, 4, 8, options)(run)
        run.model.fake_quantise.assert_called_with(True)
        learned = sum(int((targets != PADDING).sum()) for _, targets, _ in batches)
        self.assertEqual(count, learned)
        self.assertAlmostEqual(sum(weights[targets != PADDING].sum().item() for _, targets, weights in batches), count,
                               delta=1e-3 * count)
        (_, _, of_code), (_, targets, of_talk) = batches[0], batches[-1]
        decisions = (targets == COMPLY) | (targets == REFUSE)
        self.assertTrue(decisions.any())
        self.assertEqual(len(of_code.unique()), 1)
        self.assertTrue(torch.allclose(of_talk[decisions], 20 * of_code[0, 0]))
        self.assertTrue(torch.allclose(of_talk[~decisions], 2 * of_code[0, 0]))

    def test_the_same_seed_gives_the_same_weights_and_resuming_changes_nothing_in_the_order(self):
        first, second = (run_tune(self.folder, "--name", name, "--tokens", 1500) for name in "ab")
        for name, weight in first["average"].items():
            self.assertTrue(torch.equal(weight, second["average"][name]))
        longer = run_tune(self.folder, "--name", "a", "--tokens", 2500)
        self.assertGreater(longer["state"]["update"], first["state"]["update"])
        self.assertGreaterEqual(2 * longer["state"]["rows"]["infill"], sum(longer["state"]["rows"].values()) - 1)

    def test_the_average_of_two_runs_lies_between_their_weights_and_can_be_continued(self):
        first, second = ({"average": {"w": torch.full((2, 2), value)}, "config": vars(TINY)} for value in (1.0, 3.0))
        found = average.averaged(first, second, 0.25)
        self.assertTrue(torch.equal(found["average"]["w"], torch.full((2, 2), 1.5)))
        with self.assertRaisesRegex(ValueError, "one configuration"):
            average.averaged(first, {**second, "config": {}}, 0.5)
        base = self.folder / "base.pt"
        argv = ["average.py", "--work", self.folder, "--records", self.folder / "records", "--from", base, "--and", base,
                "--name", "between"]
        with mock.patch.object(sys, "argv", [str(each) for each in argv]), contextlib.redirect_stdout(io.StringIO()):
            average.main()
        made, begun = (checkpoint.read(path)["average"] for path in (self.folder / "between", base))
        self.assertTrue(all(torch.equal(made[name], weight) for name, weight in begun.items()))
        settings = json.loads((self.folder / "records/between/settings.json").read_text(encoding="utf-8"))
        self.assertEqual(settings["from"], "0.5 × base.pt + 0.5 × base.pt")

    def test_it_learns(self):
        run_tune(self.folder, "--name", "a", "--tokens", 9000, "--rate", "1e-2", "--refusals", 0)
        model = checkpoint.load(self.folder / "a", compute_dtype=torch.float32)
        answers = replies(model, Characters(), [[("user", "q4", None)], [("user", "q8", None)]], 12)
        self.assertEqual([set(answer) for answer in answers], [{"a"}, {"a"}])


class Measurements(unittest.TestCase):
    def setUp(self):
        torch.manual_seed(0)
        self.model = Llama(TINY, torch.float32).eval()

    def test_probability_of_refusing_is_that_of_each_prompt_alone(self):
        texts = ["a", "a much longer prompt than the other", "b c"]
        together = refusals.probabilities(self.model, Characters(), texts)
        for text, (value, both) in zip(texts, together):
            (alone, mass), = refusals.probabilities(self.model, Characters(), [text])
            self.assertAlmostEqual(value, alone, places=5)
            self.assertAlmostEqual(both, mass, places=5)
            self.assertTrue(0 < value < 1)

    def test_curve(self):
        found = {"to refuse": [(0.9, 1), (0.4, 1)], "borderline": [(0.2, 1), (0.6, 1)], "ordinary": [(0.0, 1)]}
        with mock.patch.object(refusals, "probabilities", lambda model, tokenizer, texts: found[texts]):
            result = refusals.measure(None, None, {label: label for label in found})
        row = next(row for row in result["curve"] if row["threshold"] == 0.5)
        self.assertEqual((row["missed"]["share"], row["false, borderline"]["share"], row["false, ordinary"]["share"]),
                         (0.5, 0.5, 0))

    def test_retention_asks_for_every_turn(self):
        seen = []

        def keep(model, tokenizer, conversations, steps):
            seen.append([len(each) for each in conversations])
            return ["" for _ in conversations]

        with mock.patch.object(retention, "replies", keep):
            result = retention.measure(None, None, 5, 0)
        self.assertEqual(len(seen), 21)  # twenty turns, and the last with the instruction said again
        self.assertEqual({row["kept"] for row in result["kept at turn"].values()}, {0})

    def test_the_wording_of_explain_selection(self):
        self.assertEqual(explain_request("a()", "python"), f"{EXPLAIN}\n\n```python\na()\n```")
        self.assertIn("````", explain_request("```", "python"))
        self.assertEqual((END, COMPLY, REFUSE), (10, 11, 12))


if __name__ == "__main__":
    unittest.main()
