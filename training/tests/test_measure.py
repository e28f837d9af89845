"""Tests of `measure/` on tiny random models and made-up text."""

import random
import unittest

import torch

from measure.decoding import greedy
from network.llama import Config, Llama

TINY = Config(hidden_size=32, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2, head_dim=8,
              intermediate_size=64, vocab_size=50, max_position_embeddings=64, rms_norm_eps=1e-5, rope_theta=1e4)


class Decoding(unittest.TestCase):
    def test_equals_reading_the_whole_prompt_at_every_step(self):
        torch.manual_seed(0)
        random_ = random.Random(0)
        model = Llama(TINY, torch.float32).eval()
        prompts = [[random_.randrange(3, 50) for _ in range(length)] for length in (3, 11, 7, 20, 5)]
        texts = [[random_.randrange(3, 50) for _ in range(length)] for length in (4, 2, 0, 1, 9)]
        stops = {2, 17, 30}
        found, nats = greedy(model, prompts, 12, stops, texts, batch_tokens=40)
        for prompt, text, continuation, value in zip(prompts, texts, found, nats):
            ids = list(prompt)
            while len(ids) < len(prompt) + 12:
                token = int(model.logits(model.hidden(torch.tensor([ids])))[0, -1].argmax())
                if token in stops:
                    break
                ids.append(token)
            self.assertEqual(continuation, ids[len(prompt):])
            scores = model.logits(model.hidden(torch.tensor([prompt + text])))[0].log_softmax(-1)
            plain = -sum(scores[len(prompt) - 1 + i, token].item() for i, token in enumerate(text))
            self.assertAlmostEqual(value, plain, places=3)
