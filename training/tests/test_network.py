"""Tests of `network/`: the model, its optimisers, its files."""

import json
import pathlib
import struct
import tempfile
import unittest

import torch

from network.llama import Config, Llama, quantise_4_bits
from network.optimiser import orthogonalise
from network.safetensors_file import write_safetensors

TINY = Config(hidden_size=32, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2, head_dim=8,
              intermediate_size=64, vocab_size=50, max_position_embeddings=32, rms_norm_eps=1e-5, rope_theta=1e4)


class Model(unittest.TestCase):
    def setUp(self):
        torch.manual_seed(0)
        self.model = Llama(TINY, torch.float32)
        self.ids = torch.randint(1, 50, (2, 20))

    def test_causal(self):
        changed = self.ids.clone()
        changed[:, 10:] = 3
        self.assertTrue(torch.allclose(self.model.hidden(self.ids)[:, :10], self.model.hidden(changed)[:, :10], atol=1e-5))

    def test_loss_and_gradient_equal_the_plain_ones(self):
        inputs, targets = self.ids[:, :-1], self.ids[:, 1:].clone()
        targets[0, :5] = 0
        loss = self.model.loss(inputs, targets, 0)
        loss.backward()
        found = self.model.embed_tokens.weight.grad.clone()
        self.model.zero_grad()
        plain = torch.nn.functional.cross_entropy(self.model.logits(self.model.hidden(inputs)).flatten(0, 1),
                                                  targets.flatten(), ignore_index=0, reduction="sum")
        plain.backward()
        self.assertAlmostEqual(loss.item(), plain.item(), places=2)
        self.assertTrue(torch.allclose(found, self.model.embed_tokens.weight.grad, atol=1e-3))

    def test_4_bits_keep_the_extreme_of_a_block(self):
        weight = torch.randn(4, 192)  # a block of 128 and a short one
        rounded = quantise_4_bits(weight)
        self.assertLess((weight - rounded).abs().max(), weight.abs().max() / 8 + 1e-3)
        for row, seen in zip(weight, rounded):
            for i in (row[:128].abs().argmax(), 128 + row[128:].abs().argmax()):
                self.assertAlmostEqual(row[i].item(), seen[i].item(), places=5)

    def test_orthogonalise(self):
        singular = torch.linalg.svdvals(orthogonalise(torch.randn(2, 48, 16))[0])
        self.assertTrue(((singular > 0.5) & (singular < 1.5)).all())


class Safetensors(unittest.TestCase):
    def test_layout(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "a.safetensors"
            write_safetensors(path, {"a": torch.ones(2, 3).bfloat16()})
            content = path.read_bytes()
        (length,) = struct.unpack("<Q", content[:8])
        header = json.loads(content[8 : 8 + length])
        self.assertEqual(header["a"], {"dtype": "BF16", "shape": [2, 3], "data_offsets": [0, 12]})
        self.assertEqual(content[8 + length :], b"\x80\x3f" * 6)
