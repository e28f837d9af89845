"""What an exported model's files hold, and that they are enough to measure it."""

import contextlib
import io
import math
import pathlib
import tempfile
import unittest
from unittest import mock

import torch

from formats.gguf_file import gguf_name, neighbouring_pairs
from formats.hugging_face import config_json, generation_json, write_model
from measure.tuned import arguments, opened, write
from network import checkpoint
from network.llama import Config, Llama
from text.chat import REFUSAL_OFFSET, REFUSED_IN_DATA, REFUSED_AT_MIDDLE
from text.tokenizer import SPLIT, Tokenizer
from tokenizer import main as make_tokenizer
from tokenizer import train_pieces

CONFIG = {"hidden_size": 24, "num_attention_heads": 3, "rope_theta": 5e5, "max_position_embeddings": 4096}


class HuggingFace(unittest.TestCase):
    def test_positions_are_the_runs(self):
        self.assertEqual(config_json(CONFIG)["rope_theta"], 5e5)
        self.assertIsNone(config_json(CONFIG)["rope_scaling"])
        scaling = {"rope_type": "linear", "factor": 4.0}
        self.assertEqual(config_json({**CONFIG, "rope_scaling": scaling})["rope_scaling"], scaling)

    def test_refusals_are_adjusted_from_the_data_to_the_middle_of_the_dial(self):
        odds = math.exp(REFUSAL_OFFSET)
        self.assertAlmostEqual(REFUSED_AT_MIDDLE / (1 - REFUSED_AT_MIDDLE) * odds, REFUSED_IN_DATA / (1 - REFUSED_IN_DATA), 4)

    def test_files_and_answers_end(self):
        self.assertEqual(generation_json()["eos_token_id"], [2, 10])


class Opened(unittest.TestCase):
    """A model's own tokenizer is used, also beside another of the same program."""

    code = "".join(f"def add_{i}(left, right):\n\n    total = left + right  # é\n\treturn total\n" for i in range(40))

    def setUp(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        self.folder = pathlib.Path(holder.name)
        self.enterContext(mock.patch("network.checkpoint.default_device", lambda: "cpu"))
        self.tokenizers = []
        for vocabulary in (340, 350):
            folder = self.folder / f"tokenizer-{vocabulary}"
            folder.mkdir()
            train_pieces([part for part in SPLIT.split(self.code) if part.strip()], vocabulary, folder)
            self.tokenizers.append(Tokenizer.read(folder))
        self.model = Llama(Config(16, 1, 2, 1, 8, 32, 340, 64, 1e-5, 1e4))

    def options(self, model):
        return arguments("").parse_args(["--model", f"{self.folder / model}", "--tokenizer", f"{self.folder}/tokenizer-350",
                                         "--records", f"{self.folder}/records"])

    def test_a_model_folder_has_its_own(self):
        write_model(self.folder / "exported", self.model.state_dict(), vars(self.model.config), self.tokenizers[0])
        model, tokenizer = opened(self.options("exported"))
        self.assertEqual(model.config, self.model.config)
        for text in (self.code, "ΑΒΓ \u2028 \t \n \n\n\n 😀\n", " " * 9, "left_right"):
            self.assertEqual(tokenizer.encode(text), self.tokenizers[0].encode(text))
            self.assertEqual(tokenizer.decode(tokenizer.encode(text)), text)

    def test_an_exported_tokenizer_can_be_had_back_without_corpus_or_records(self):
        write_model(self.folder / "exported", self.model.state_dict(), vars(self.model.config), self.tokenizers[0])
        folder = self.folder / "again"
        with mock.patch("sys.argv", ["tokenizer.py", "--from", f"{self.folder}/exported", "--to", f"{folder}",
                                     "--work", f"{self.folder}/none", "--records", f"{self.folder}/records"]):
            make_tokenizer()
        self.assertEqual(Tokenizer.read(folder).encode(self.code), self.tokenizers[0].encode(self.code))
        self.assertFalse((self.folder / "records").exists())

    def test_a_run_is_not_measured_with_anothers(self):
        (self.folder / "run").mkdir()
        weights = self.model.state_dict()
        checkpoint.save(self.folder / "run/checkpoint.pt", {"average": weights, "config": vars(self.model.config)})
        with self.assertRaisesRegex(ValueError, "340.*350"):
            opened(self.options("run"))

    def test_records_bear_the_name_of_the_run(self):
        for model in ("run", "run/checkpoint.pt"):
            (self.folder / "run").mkdir(exist_ok=True)
            with contextlib.redirect_stdout(io.StringIO()):
                self.assertEqual(write(self.options(model), "x.json", {}), self.folder / "records/run")


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
