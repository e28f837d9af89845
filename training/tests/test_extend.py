"""The comparison of positions from end to end, on noise, and its measures on cases with known answers."""

import contextlib
import io
import json
import pathlib
import tempfile
import unittest
from unittest import mock

import numpy

import extend
from measure.long_context import held_out, long_rows, loss_by_position, prompt, questions, rouge_l
from measure.power_law import compared, fit, power_law
from network import checkpoint
from network.llama import Config, Llama

TINY = Config(hidden_size=32, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2, head_dim=8,
              intermediate_size=64, vocab_size=130, max_position_embeddings=64, rms_norm_eps=1e-5, rope_theta=1e4)


class Letters:
    def encode(self, text):
        return [ord(character) for character in text]

    def decode(self, ids):
        return "".join(map(chr, ids))


def header(tokenizer, path):
    return [1, *tokenizer.encode(path + "\n")]


DOCUMENTS = [{"repository": "a/b", "path": f"{language}{i}", "language": language,
              "text": "".join(f"the line of number {n} of file {i}\n" for n in range(20))}
             for language in ("python", "typescript") for i in range(3)]


class Measures(unittest.TestCase):
    def test_the_power_law_is_found_again(self):
        contexts = numpy.array([8.0 * 2**i for i in range(10)])
        alpha, beta, gamma = power_law(contexts, (25.4 / contexts) ** 0.45 + 1.56, numpy.ones(10))
        self.assertAlmostEqual(alpha, 25.4, places=2)
        self.assertAlmostEqual(beta, 0.45, places=2)
        self.assertAlmostEqual(gamma, 1.56, places=2)
        noise = numpy.random.default_rng(0).normal(0, 0.05, (30, 10))
        found = fit(contexts, (25.4 / contexts) ** 0.45 + 1.56 + noise)
        for name, value in (("alpha", 25.4), ("beta", 0.45), ("gamma", 1.56)):
            self.assertLess(found[name][1], value)
            self.assertGreater(found[name][2], value)

    def test_gamma_is_not_negative(self):
        contexts = numpy.array([8.0, 16, 32, 64])
        self.assertEqual(power_law(contexts, numpy.array([3, 2, 1, 0.01]), numpy.ones(4))[2], 0)

    def test_rouge_l(self):
        self.assertEqual(rouge_l([1, 2, 3], [1, 2, 3]), 1)
        self.assertEqual(rouge_l([1, 9, 3, 8], [1, 2, 3, 4]), 0.5)
        self.assertEqual(rouge_l([], [1]), 0)

    def test_differences(self):
        mean, low, high = compared(numpy.ones((5, 3)), numpy.zeros((5, 3)), 2)
        self.assertEqual((mean, low, high), (1, 1, 1))

    def test_what_is_missing_is_said(self):
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            with self.assertRaisesRegex(SystemExit, "no .*long-64.json, and no tokenizer in .*nowhere"):
                held_out(folder, folder, folder / "nowhere", 64)

    def test_a_question_holds_the_line_once_and_asks_as_it_began(self):
        asked = questions(DOCUMENTS, Letters(), header, 250)
        self.assertEqual(len(asked), 6)
        for question, document in zip(asked, DOCUMENTS):
            line, marker = (Letters().decode(question[part]) for part in ("line", "marker"))
            text = Letters().decode(prompt(question, 250))
            self.assertEqual(len(text), 250)
            self.assertEqual(text.count(marker), 2)
            self.assertTrue(text.endswith("\n" + marker))
            self.assertEqual(text.split(marker)[1].split("\n")[0], line)
            self.assertEqual(text.count(line + "\n"), 1)
            self.assertIn(line + "\n", document["text"])
            self.assertNotIn(line + "\n", Letters().decode(prompt(question, 250, shown=False)))
            self.assertEqual(marker[0], "#" if document["language"] == "python" else "/")

    def test_losses_lie_at_their_positions(self):
        rows = long_rows([([1], list(range(2, 100)) * 6)], 128)
        self.assertEqual(rows.shape, (4, 129))
        contexts, losses = loss_by_position(Llama(TINY), rows)
        self.assertEqual(losses.shape, (4, len(contexts)))
        self.assertTrue((numpy.diff(contexts) > 0).all() and contexts[-1] < 128)


class Comparison(unittest.TestCase):
    def test_every_variant_is_continued_and_measured(self):
        holder = tempfile.TemporaryDirectory()
        self.addCleanup(holder.cleanup)
        folder = pathlib.Path(holder.name)
        self.enterContext(contextlib.redirect_stdout(io.StringIO()))
        self.enterContext(mock.patch.dict("os.environ", OMP_NUM_THREADS="1"))
        self.enterContext(mock.patch("network.checkpoint.default_device", lambda: "cpu"))
        model = Llama(TINY)
        checkpoint.save(folder / "short.pt", {"average": model.state_dict(), "config": vars(TINY)})
        numpy.random.default_rng(0).integers(1, 130, (6, 257)).astype(numpy.uint16).tofile(folder / "tokens-256.bin")
        encoded = [(header(Letters(), document["path"]), Letters().encode(document["text"])) for document in DOCUMENTS]
        (folder / "long-256.json").write_text(json.dumps({
            "rows": long_rows(encoded, 256).tolist(), "stops": [10],
            "questions": questions(DOCUMENTS, Letters(), header, 256)}))
        arguments = ["extend.py", "--from", f"{folder}/short.pt", "--work", f"{folder}", "--records", f"{folder}/records",
                     "--context", "256", "--tokens", "512", "--batch-tokens", "256", "--micro-tokens", "256", "--no-compile",
                     "--questions", "2", "--variants", "rope", "pi", "abf"]
        with mock.patch("sys.argv", arguments):
            extend.main()
        record = folder / "records/long"
        results = json.loads((record / "long_context.json").read_text())
        self.assertEqual(list(results), ["tokens", "context", "as it was", "rope", "pi", "abf"])
        self.assertEqual(set(results["abf"]["rouge_l"]), {"256", "not there"})
        self.assertEqual(results["rope"]["against_rope"], [0, 0, 0])
        for variant, theta, scaling in (("rope", 1e4, None), ("pi", 1e4, 4), ("abf", 5e5, None)):
            saved = checkpoint.read(folder / "long" / variant)
            self.assertEqual(saved["config"]["rope_theta"], theta)
            self.assertEqual((saved["config"]["rope_scaling"] or {}).get("factor"), scaling)
            self.assertEqual((saved["config"]["max_position_embeddings"], saved["state"]["tokens"]), (256, 512))
        self.assertIn("| pi |", (record / "long_context.md").read_text())
        with mock.patch("sys.argv", [*arguments, "--name", "again", "--from", f"{folder}/long/abf"]):
            self.assertRaisesRegex(SystemExit, "already", extend.main)


if __name__ == "__main__":
    unittest.main()
