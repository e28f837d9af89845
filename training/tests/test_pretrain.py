"""Pretraining from end to end, on noise."""

import contextlib
import csv
import io
import json
import math
import pathlib
import tempfile
import unittest
from unittest import mock

import numpy
import torch

import pretrain
from measure.sample import Sample
from network import checkpoint
from network.llama import Config, Llama
from network.rows import PADDING
from report.plot import draw_record, line_chart

TINY = Config(hidden_size=32, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2, head_dim=8,
              intermediate_size=64, vocab_size=50, max_position_embeddings=16, rms_norm_eps=1e-5, rope_theta=1e4)


class Words:
    """A tokenizer for tests: one token for each character."""

    def encode(self, text):
        return [ord(character) % 49 + 1 for character in text]

    def decode(self, ids):
        return "x" * len(ids)


def sample():
    documents = [{"repository": "a/b", "path": f"{i}", "language": language, "text": "word " * (i + 3)}
                 for i in range(3) for language in ("python", "typescript")]
    return Sample.make(documents, Words(), lambda tokenizer, path: [1, 2], 16, 2)


class Pretraining(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = pathlib.Path(holder.name)
        self.enterContext(contextlib.redirect_stdout(io.StringIO()))
        self.enterContext(mock.patch.dict("os.environ", OMP_NUM_THREADS="1"))
        self.enterContext(mock.patch("network.checkpoint.default_device", lambda: "cpu"))
        for context in (16, 32):
            rows = numpy.random.default_rng(0).integers(1, 50, (10, context + 1)).astype(numpy.uint16)
            rows.tofile(self.folder / f"tokens-{context}.bin")
        (self.folder / "tiny.json").write_text(json.dumps(vars(TINY)))
        sample().write(self.folder / "held_out-16.npz")

    def pretrain(self, *more):
        arguments = ["pretrain.py", "--work", f"{self.folder}", "--records", f"{self.folder}/records", "--log-every", "0",
                     "--no-compile", "--config", f"{self.folder}/tiny.json", "--batch-tokens", "64", "--micro-tokens", "32",
                     "--contexts", "16", "32", *more]
        with mock.patch("sys.argv", arguments):
            pretrain.main()

    def test_short_then_long_measured_and_drawn(self):
        self.pretrain("--tokens", "640", "--measurements", "5")
        saved = checkpoint.read(self.folder / "tiny")
        self.assertEqual((saved["config"]["rope_theta"], saved["config"]["max_position_embeddings"]), (5e5, 32))
        self.assertEqual(saved["state"]["rows"], {"16": 32, "32": 4})
        record = self.folder / "records/tiny"
        with open(record / "held_out.csv", newline="") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual([row["update"] for row in rows], ["2", "4", "6", "8", "10"])
        self.assertEqual(list(rows[0]), ["update", "tokens", "python", "typescript", "all"])
        settings = json.loads((record / "settings.json").read_text())
        self.assertEqual((settings["tokens_seen"], settings["rope_theta"]), (640, 5e5))
        self.assertEqual(set(settings["data_sha256"]), {"tokens-16.bin", "tokens-32.bin"})

        self.pretrain("--name", "next", "--from", f"{self.folder}/tiny", "--tokens", "64", "--measurements", "0")
        following = checkpoint.read(self.folder / "next")
        self.assertEqual(following["config"]["rope_theta"], 5e5)
        self.assertEqual(following["state"]["rows"], {"16": 36, "32": 4})  # behind what the first run read

    def test_plots_are_the_same_every_time(self):
        try:
            import matplotlib  # noqa: F401
        except ImportError:
            return  # then nothing is drawn, which the other test has seen not to hurt
        self.pretrain("--tokens", "128")
        record = self.folder / "records/tiny"
        first = (record / "curve.svg").read_bytes()
        draw_record(record)
        self.assertEqual(first, (record / "curve.svg").read_bytes())
        line_chart(record / "x.svg", {"a": [(256, 1), (1024, 2)]}, "x", "y", log_x=True)
        self.assertIn(b"<svg", (record / "x.svg").read_bytes())


class Measuring(unittest.TestCase):
    def test_bits_per_byte_count_the_text_only(self):
        torch.manual_seed(0)
        model, held = Llama(TINY, torch.float32), sample()
        self.assertEqual(held.languages.tolist().count("python"), 2)
        nats = size = 0
        for row, given, length in zip(held.rows.astype(numpy.int64), held.given, held.sizes):
            ids = torch.from_numpy(row)[None]
            targets = ids[:, 1:].clone()
            targets[:, : given - 1] = PADDING
            with torch.no_grad():
                nats += model.loss(ids[:, :-1], targets, PADDING).item()
            size += length
        self.assertAlmostEqual(held.bits_per_byte(model)["all"], nats / math.log(2) / size, places=3)


if __name__ == "__main__":
    unittest.main()
