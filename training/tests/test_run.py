"""Rows, checkpoints and the training loop, on a tiny model."""

import argparse
import contextlib
import io
import json
import pathlib
import signal
import tempfile
import unittest
from unittest import mock

import numpy
import torch

from network import checkpoint
from network.llama import Config, Llama
from network.record import write_settings
from network.rows import PADDING, Rows
from network.safetensors_file import read_safetensors, write_safetensors
from network.training import add_arguments, learning_rate, open_run, train

TINY = Config(hidden_size=32, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2, head_dim=8,
              intermediate_size=64, vocab_size=50, max_position_embeddings=32, rms_norm_eps=1e-5, rope_theta=1e4)


def options_for(folder, *more):
    parser = argparse.ArgumentParser()
    add_arguments(parser, rate=3e-3, warmup=2, batch_tokens=64)
    return parser.parse_args(["--work", f"{folder}/work", "--records", f"{folder}/records", "--log-every", "0", *more])


class Folder(unittest.TestCase):
    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = pathlib.Path(holder.name)
        self.enterContext(contextlib.redirect_stdout(io.StringIO()))
        self.enterContext(mock.patch.dict("os.environ", OMP_NUM_THREADS="1"))  # the quickest, for so little
        # On a GPU the same update twice need not be equal to the last bit.
        self.enterContext(mock.patch("network.checkpoint.default_device", lambda: "cpu"))
        numpy.random.default_rng(0).integers(1, 50, (10, 17)).astype(numpy.uint16).tofile(self.folder / "tokens-16.bin")
        self.rows = Rows(self.folder / "tokens-16.bin", 16)

    def feed(self, run):
        position = run.state["rows"].get("16", 0)
        run.state["rows"]["16"] = position + 4
        batches = [self.rows.batch(position, 2), self.rows.batch(position + 2, 2)]
        return batches, sum(int((targets != PADDING).sum()) for _, targets in batches)

    def run_to(self, *more, feed=None):
        run = open_run(options_for(self.folder, "--no-compile", *more), "tiny", TINY)
        return run, train(run, feed or self.feed, lambda ids, targets: run.model.loss(ids, targets, PADDING))


class Tables(Folder):
    def test_rows_come_in_order_and_again(self):
        inputs, targets = self.rows.batch(9, 2)
        self.assertEqual(inputs[1].tolist(), self.rows.batch(0, 1)[0][0].tolist())
        self.assertEqual(inputs[0, 1:].tolist(), targets[0, :-1].tolist())

    def test_only_what_is_to_be_learned_is_a_target(self):
        learned = numpy.zeros((10, 17), numpy.uint8)
        learned[:, 5] = 1
        learned.tofile(self.folder / "learned-16.bin")
        rows = Rows(self.folder / "tokens-16.bin", 16, self.folder / "learned-16.bin")
        _, targets = rows.batch(0, 1)
        self.assertEqual((targets[0] != PADDING).nonzero().flatten().tolist(), [4])
        self.assertEqual(targets[0, 4], self.rows.batch(0, 1)[1][0, 4])


class Files(Folder):
    def test_a_folder_of_hugging_face_is_read(self):
        model = Llama(TINY)
        write_safetensors(self.folder / "model.safetensors",
                          {f"model.{name}": weight.to(torch.bfloat16) for name, weight in model.named_parameters()})
        (self.folder / "config.json").write_text(json.dumps({**vars(TINY), "model_type": "llama"}))
        loaded = checkpoint.load(self.folder, device="cpu")
        self.assertEqual(loaded.config, TINY)
        for ours, theirs in zip(model.parameters(), loaded.parameters()):
            self.assertTrue(torch.equal(ours.to(torch.bfloat16), theirs.to(torch.bfloat16)))

    def test_safetensors_of_each_type(self):
        tensors = {"b": torch.randn(3), "a": torch.randn(2, 5).half(), "c": torch.randn(1, 2, 2).bfloat16()}
        write_safetensors(self.folder / "x.safetensors", tensors)
        for name, tensor in read_safetensors(self.folder / "x.safetensors").items():
            self.assertTrue(torch.equal(tensor, tensors[name]))


class Training(Folder):
    def test_stopped_and_resumed_is_the_same_as_in_one_go(self):
        whole, finished = self.run_to("--name", "whole", "--tokens", "640", "--optimiser", "muon")
        self.assertTrue(finished)

        def interrupted(run):
            if run.state["update"] == 4:
                signal.raise_signal(signal.SIGTERM)
            return self.feed(run)

        arguments = ("--name", "parts", "--tokens", "640", "--optimiser", "muon")
        stopped, finished = self.run_to(*arguments, feed=interrupted)
        self.assertFalse(finished)
        self.assertEqual(stopped.state["update"], 5)
        resumed, finished = self.run_to(*arguments)
        self.assertTrue(finished)
        for one, other in zip(whole.model.parameters(), resumed.model.parameters()):
            self.assertTrue(torch.equal(one, other))
        for name, weight in whole.average.items():
            self.assertTrue(torch.equal(weight, resumed.average[name]))
        lines = [(self.folder / "records" / name / "curve.csv").read_text().split("\n") for name in ("whole", "parts")]
        self.assertEqual([line.split(",")[0] for line in lines[0]], [line.split(",")[0] for line in lines[1]])

    def test_a_run_begins_with_the_weights_of_another(self):
        first, _ = self.run_to("--name", "first", "--tokens", "128")
        second = open_run(options_for(self.folder, "--no-compile", "--name", "second", "--tokens", "1", "--from",
                                      str(self.folder / "work/first")), "second")
        self.assertEqual(second.state["update"], 0)
        for name, weight in second.model.named_parameters():
            self.assertTrue(torch.equal(weight, first.average[name]))
        write_settings(second, [self.folder / "tokens-16.bin"])
        settings = json.loads((self.folder / "records/second/settings.json").read_text())
        self.assertEqual(settings["from"], "first")

    def test_schedule(self):
        self.assertAlmostEqual(learning_rate(1, 0, 0, 10), 0.1)
        self.assertAlmostEqual(learning_rate(1, 0.5, 100, 10), 0.55)
        self.assertAlmostEqual(learning_rate(1, 1, 100, 10), 0.1)


if __name__ == "__main__":
    unittest.main()
