"""Tests that need neither the corpus nor a trained tokenizer: `python3 -m unittest` in this folder."""

import random
import struct
import tempfile
import json
import pathlib
import unittest

import torch

from corpus.filters import NearDuplicates, reason_to_drop
from text.infill import cut
from corpus.licences import has_foreign_header, licence_of
from network.llama import Config, Llama, quantise_4_bits
from network.optimiser import orthogonalise
from network.safetensors_file import write_safetensors

TINY = Config(hidden_size=32, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2, head_dim=8,
              intermediate_size=64, vocab_size=50, max_position_embeddings=32, rms_norm_eps=1e-5, rope_theta=1e4)
CODE = "".join(f"def add_{name}(left, right):\n    total = left + right\n    return total\n\n" for name in "abcdefgh")


class Licences(unittest.TestCase):
    def test_known_texts(self):
        mit = "MIT License\n\nPermission is hereby granted, free of charge, to any person ... without restriction"
        self.assertEqual(licence_of(mit), "MIT")
        self.assertEqual(licence_of("                GNU GENERAL PUBLIC LICENSE\n Version 2"), "forbidden")
        self.assertIsNone(licence_of("All rights reserved."))

    def test_foreign_header(self):
        self.assertTrue(has_foreign_header("# SPDX-License-Identifier: GPL-3.0\nimport os\n"))
        self.assertFalse(has_foreign_header("// SPDX-License-Identifier: MIT\n"))


class Filters(unittest.TestCase):
    def test_reasons(self):
        self.assertIsNone(reason_to_drop("src/add.py", CODE))
        self.assertEqual(reason_to_drop("src/a.js", "// @generated\n" + CODE), "says it is generated")
        self.assertEqual(reason_to_drop("src/a.js", CODE + "x" * 500), "long lines")
        self.assertIsNotNone(reason_to_drop("node_modules/a/a.js", CODE))
        key = "AKIA" + "ABCDEFGHIJKLMNOP"
        self.assertEqual(reason_to_drop("src/a.py", CODE + f'key = "{key}"\n'), "looks like it holds a secret")

    def test_near_duplicates(self):
        duplicates = NearDuplicates()
        self.assertIsNone(duplicates.reason_to_drop(CODE))
        self.assertEqual(duplicates.reason_to_drop(CODE), "exact duplicate")
        self.assertEqual(duplicates.reason_to_drop(CODE + "print(add_a(1, 2))\n"), "near-duplicate")


class Infill(unittest.TestCase):
    def test_parts_make_up_the_text(self):
        random_ = random.Random(0)
        for _ in range(500):
            prefix, suffix, middle = cut(CODE, random_)
            self.assertTrue(CODE.startswith(prefix + middle + suffix))


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


if __name__ == "__main__":
    unittest.main()
