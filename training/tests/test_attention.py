"""Attention, positions and the head against what they stand for."""

import dataclasses
import unittest
from unittest import mock

import torch
from torch.nn import functional

from network import attention, head
from network.llama import Config, Llama
from network.positions import VARIANTS, extended, rotary_tables, rotate

TINY = Config(hidden_size=32, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2, head_dim=8,
              intermediate_size=64, vocab_size=50, max_position_embeddings=32, rms_norm_eps=1e-5, rope_theta=1e4)


def plain(q, k, v):
    group, tokens = q.shape[1] // k.shape[1], q.shape[2]
    k, v = k.repeat_interleave(group, 1), v.repeat_interleave(group, 1)
    scores = q @ k.transpose(2, 3) / q.shape[-1] ** 0.5
    seen = torch.ones(tokens, tokens, dtype=torch.bool).tril()
    return scores.masked_fill(~seen, float("-inf")).softmax(-1) @ v


class Attention(unittest.TestCase):
    def compare(self, tokens):
        torch.manual_seed(0)
        q, k, v = (torch.randn(2, heads, tokens, 8, requires_grad=True) for heads in (4, 2, 2))
        wanted = torch.randn(2, 4, tokens, 8)
        results = []
        for function in (attention.attend, plain):
            mixed = function(q, k, v)
            results.append([mixed, *torch.autograd.grad((mixed * wanted).sum(), (q, k, v))])
        for found, expected in zip(*results):
            self.assertTrue(torch.allclose(found, expected, atol=1e-5), (found - expected).abs().max())

    def test_output_and_gradients_are_those_of_plain_attention(self):
        for block, recompute_from in ((512, 2048), (4, 2048), (4, 0), (5, 0)):
            with mock.patch.multiple(attention, BLOCK=block, RECOMPUTE_FROM=recompute_from):
                for tokens in (13, 3, 1):
                    with self.subTest(block=block, recompute_from=recompute_from, tokens=tokens):
                        self.compare(tokens)


class Positions(unittest.TestCase):
    def scores(self, config, length=64):
        """Returns the scores [length, length] of one query and one key at all positions."""
        torch.manual_seed(0)
        q, k = (torch.randn(1, 1, 1, config.head_dim).expand(-1, -1, length, -1) for _ in range(2))
        of_queries, of_keys = rotary_tables(config, length, "cpu")
        return (rotate(q, *of_queries) @ rotate(k, *of_keys).transpose(2, 3))[0, 0]

    def test_only_the_distance_counts(self):
        for variant in VARIANTS:
            scores = self.scores(extended(TINY, variant, 128))
            for distance in (0, 5, 31):
                line = scores.diagonal(-distance)
                self.assertTrue(torch.allclose(line, line[:1].expand_as(line), atol=1e-3), variant)

    def test_interpolation_is_a_slower_walk(self):
        near, far = self.scores(TINY), self.scores(extended(TINY, "pi", 128))
        self.assertTrue(torch.allclose(far[40, 0], near[10, 0], atol=1e-4))

    def test_xpos_dims_what_is_far(self):
        config = extended(TINY, "xpos", 128)
        (cos, _), (other, _) = rotary_tables(config, 1024, "cpu")
        plain_cos = rotary_tables(dataclasses.replace(config, rope_scaling=None), 1024, "cpu")[0][0]
        self.assertAlmostEqual((cos / plain_cos)[512, 0].item(), 0.4 / 1.4, places=3)
        self.assertTrue(torch.allclose(cos * other, plain_cos**2, atol=1e-5))

    def test_unknown_scaling_is_refused(self):
        with self.assertRaisesRegex(ValueError, "yarn"):
            rotary_tables(dataclasses.replace(TINY, rope_scaling={"rope_type": "yarn"}), 4, "cpu")

    def test_a_model_whose_base_is_changed_uses_the_new_one(self):
        torch.manual_seed(0)
        model, ids = Llama(TINY, torch.float32), torch.randint(1, 50, (1, 20))
        with torch.no_grad():
            before = model.hidden(ids)
            model.config = dataclasses.replace(TINY, rope_theta=5e5)
            self.assertFalse(torch.allclose(before, model.hidden(ids), atol=1e-5))


class Head(unittest.TestCase):
    def test_chunks_add_up(self):
        torch.manual_seed(0)
        hidden, embedding = torch.randn(11, 8, requires_grad=True), torch.randn(20, 8, requires_grad=True)
        targets = torch.randint(0, 20, (11,))
        expected = functional.cross_entropy(hidden @ embedding.t(), targets, reduction="sum")
        with mock.patch.dict(head.CHUNK, cpu=4):
            found = head.TiedCrossEntropy.apply(hidden, embedding, targets)
            each = head.token_nats(hidden.detach(), embedding.detach(), targets)
        self.assertTrue(torch.allclose(found, expected, atol=1e-4))
        self.assertTrue(torch.allclose(each.sum(), expected, atol=1e-4))
        for ours, theirs in zip(torch.autograd.grad(3 * found, (hidden, embedding)),
                                torch.autograd.grad(3 * expected, (hidden, embedding))):
            self.assertTrue(torch.allclose(ours, theirs, atol=1e-4))

    def test_tokens_count_by_their_weights(self):
        torch.manual_seed(0)
        hidden, embedding = torch.randn(11, 8, requires_grad=True), torch.randn(20, 8, requires_grad=True)
        targets, weights = torch.randint(0, 20, (11,)), torch.rand(11)
        expected = (functional.cross_entropy(hidden @ embedding.t(), targets, reduction="none") * weights).sum()
        with mock.patch.dict(head.CHUNK, cpu=4):
            found = head.TiedCrossEntropy.apply(hidden, embedding, targets, weights)
        self.assertTrue(torch.allclose(found, expected, atol=1e-4))
        for ours, theirs in zip(torch.autograd.grad(found, (hidden, embedding)),
                                torch.autograd.grad(expected, (hidden, embedding))):
            self.assertTrue(torch.allclose(ours, theirs, atol=1e-4))


if __name__ == "__main__":
    unittest.main()
