"""What an exported model's files hold."""

import unittest

import torch

from formats.gguf_file import gguf_name, neighbouring_pairs
from formats.hugging_face import config_json, generation_json

CONFIG = {"hidden_size": 24, "num_attention_heads": 3, "rope_theta": 5e5, "max_position_embeddings": 4096}


class HuggingFace(unittest.TestCase):
    def test_positions_are_the_runs(self):
        self.assertEqual(config_json(CONFIG)["rope_theta"], 5e5)
        self.assertIsNone(config_json(CONFIG)["rope_scaling"])
        scaling = {"rope_type": "linear", "factor": 4.0}
        self.assertEqual(config_json({**CONFIG, "rope_scaling": scaling})["rope_scaling"], scaling)

    def test_files_and_answers_end(self):
        self.assertEqual(generation_json()["eos_token_id"], [2, 10])


class Gguf(unittest.TestCase):
    def test_names(self):
        self.assertEqual(gguf_name("embed_tokens.weight"), "token_embd.weight")
        self.assertEqual(gguf_name("layers.11.self_attn.q_proj.weight"), "blk.11.attn_q.weight")
        self.assertEqual(gguf_name("layers.0.post_attention_layernorm.weight"), "blk.0.ffn_norm.weight")

    def test_pairs_that_rotate_together_become_neighbours(self):
        rows = torch.arange(16.0)[:, None]  # two heads of 8: 0 and 4 rotate together, 1 and 5, …
        found = neighbouring_pairs(rows, 2).flatten().tolist()
        self.assertEqual(found, [0, 4, 1, 5, 2, 6, 3, 7, 8, 12, 9, 13, 10, 14, 11, 15])


if __name__ == "__main__":
    unittest.main()
