"""Tests of `measure/` on tiny random models and made-up text."""

import argparse
import json
import pathlib
import random
import tempfile
import unittest

import numpy
import torch

from evaluate import Measurements
from measure.bits import bits_per_byte, quantise_8_bits, rounded, windows
from measure.decoding import greedy
from measure.memorised import Texts, hashes, in_order, kind_of
from measure.ngram import NGrams
from measure.places import difference, digest, places_in, score
from measure.statistics import edit_distance, paired, wilson
from measure.words import candidates, suggest
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
            self.assertAlmostEqual(sum(value), plain, places=3)


class Statistics(unittest.TestCase):
    def test_wilson(self):
        self.assertEqual(wilson(0, 200), [0.0, 0.0188])
        self.assertEqual(wilson(50, 100), [0.4038, 0.5962])

    def test_paired(self):
        mean, (low, high) = paired([1, 1, 1, 0], [1, 0, 1, 0])
        self.assertEqual(mean, 0.25)
        self.assertTrue(low < 0 < high)

    def test_edit_distance_equals_the_plain_table(self):
        random_ = random.Random(0)
        for _ in range(300):
            a, b = ("".join(random_.choice("abc") for _ in range(random_.randrange(9))) for _ in range(2))
            row = list(range(len(b) + 1))
            for i, left in enumerate(a):
                new = [i + 1]
                for j, right in enumerate(b):
                    new.append(min(new[-1] + 1, row[j + 1] + 1, row[j] + (left != right)))
                row = new
            self.assertEqual(edit_distance(a, b), row[-1], (a, b))


class Places(unittest.TestCase):
    files = {"python": [{"language": "python", "repository": f"a/{n}", "path": f"{n}.py", "text":
                         "".join(f"def add_{name}(left, right):\n    return left + right\n\n" for name in "abcdefgh")}
                        for n in range(20)]}

    def test_parts_make_up_the_file_and_seeds_repeat(self):
        places = places_in(self.files, 40)
        self.assertEqual(len(places), 40)
        self.assertEqual(digest(places), digest(places_in(self.files, 40)))
        self.assertEqual({place.kind for place in places}, {"line", "token", "word"})
        for place in places:
            self.assertEqual(place.before + place.rest + place.after, place.text)

    def test_score_and_difference(self):
        places = places_in(self.files, 40)
        right = score(places, [place.rest + "  \nmore" for place in places], [1.0] * 40)["python"]
        self.assertEqual((right["exact"], right["word"], right["edit similarity"]), (1, 1, 1))
        wrong = score(places, [""] * 40)
        self.assertEqual(wrong["python"]["exact"], 0)
        self.assertTrue(difference({"python": right}, wrong)["python"]["clearly"])


class Records(unittest.TestCase):
    def test_what_was_measured_otherwise_is_not_compared_with(self):
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            (folder / "held_out.jsonl").write_text("\n".join(map(json.dumps, Places.files["python"])))
            measurements = Measurements(argparse.Namespace(
                held_out=folder / "held_out.jsonl", languages=None, places=9, others=9, record=folder, name="tiny"))
            key, _ = measurements.words()
            (folder / "words.json").write_text(json.dumps({"key": key, "lines": {}}))
            self.assertEqual(measurements.recorded("words")["lines"], {})
            (folder / "words.json").write_text(json.dumps({"key": {**key, "version": 0}, "lines": {}}))
            with self.assertRaisesRegex(ValueError, "evaluate.py words --name tiny"):
                measurements.recorded("words")


class Words(unittest.TestCase):
    def test_order_and_exclusions(self):
        before, after = "zebra Zone 12 0x1f zone.a\nzo", "\nzoo ZOO"
        self.assertEqual(candidates(before, after), ("zo", ["zone", "zoo", "Zone", "ZOO"]))
        self.assertEqual(candidates("b a\n", "")[1], ["a", "b"])

    def test_answers_end_with_the_word(self):
        answers, shares = suggest(places_in(Places.files, 40))
        self.assertEqual(len(answers), 40)
        self.assertLessEqual(shares["first"], shares["among the first five"])


class NGramModel(unittest.TestCase):
    def setUp(self):
        random_ = random.Random(0)
        rows = [[1] + [random_.choice([20, 21, 22, 23, 23]) for _ in range(14)] + [2, 0] for _ in range(50)]
        self.model = NGrams([numpy.array(rows[:20], numpy.uint16), numpy.array(rows[20:], numpy.uint16)], 30, order=4)

    def test_probabilities_add_up_to_one(self):
        for context in ([1], [1, 20], [20, 23, 22, 21], [23, 29, 23], [22, 1, 21]):
            self.assertAlmostEqual(float(self.model.next(context).sum()), 1, places=4)

    def test_both_ways_to_ask_agree(self):
        ids = [1, 20, 23, 23, 21, 29, 22, 20, 2]
        for i, p in enumerate(self.model.probabilities(ids), 1):
            self.assertAlmostEqual(float(p), float(self.model.next(ids[:i])[ids[i]]), places=5)

    def test_learns_what_always_follows(self):
        rows = [[1, 15, 16, 17, 18, 2]] * 9 + [[1, 15, 16, 19, 18, 2]]
        model = NGrams([numpy.array(rows, numpy.uint16)], 20, order=3)
        self.assertEqual(model.greedy([1, 15], 9, {2}), [16, 17, 18])


class Bits(unittest.TestCase):
    def test_each_token_counts_once(self):
        for length in (5, 64, 65, 130, 200):
            counted = [start for window, first in windows(list(range(length)), 3, 64) for start in window[first:]]
            self.assertEqual(counted, list(range(3, length)))

    def test_rounding_is_undone(self):
        model = Llama(TINY, torch.float32)
        before = {name: weight.clone() for name, weight in model.state_dict().items()}
        with rounded(model, 4):
            self.assertFalse(torch.equal(model.layers[0].mlp.up_proj.weight, before["layers.0.mlp.up_proj.weight"]))
        for name, weight in model.state_dict().items():
            self.assertTrue(torch.equal(weight, before[name]))

    def test_8_bits_are_near(self):
        weight = torch.randn(4, 192)
        self.assertLess((quantise_8_bits(weight, 128) - weight).abs().max(), weight.abs().max() / 127)

    def test_bits_per_byte_of_equal_guesses(self):
        model = Llama(TINY, torch.float32)
        torch.nn.init.zeros_(model.embed_tokens.weight)

        class Letters:  # one token, of 50, for each character
            def encode(self, text):
                return [13 + ord(letter) % 37 for letter in text]

        found = bits_per_byte(model, Letters(), [{"language": "python", "path": "a.py", "text": "x" * 200}])
        self.assertAlmostEqual(found["bfloat16"]["python"], 5.6439, places=3)


class Memorised(unittest.TestCase):
    def test_rearranged_texts_are_put_back(self):
        whole = [1, 6, 20, 31, 32, 33, 34, 35]
        psm = [1, 6, 20, 3, 31, 32, 4, 35, 5, 33, 34, 2]
        spm = [1, 6, 20, 3, 4, 35, 5, 31, 32, 33, 34, 2]
        self.assertEqual(in_order(numpy.array([*psm, *spm, *whole, 2, 0])).tolist(), [*whole, *whole, *whole, 2])

    def test_equal_windows_have_equal_hashes(self):
        tokens = numpy.array([random.Random(0).randrange(5) for _ in range(4000)], numpy.uint16)
        for length in (1, 2, 3, 7):
            found = hashes(tokens, length)
            windows_ = [tuple(tokens[i : i + length]) for i in range(len(tokens) - length + 1)]
            self.assertEqual(len(found), len(windows_))
            self.assertEqual(len(set(found.tolist())), len(set(windows_)))

    def test_finds_the_longest(self):
        random_ = random.Random(0)
        stream = numpy.array([random_.randrange(100) for _ in range(3000)], numpy.uint16)
        texts = Texts([[200] * 9 + stream[700:790].tolist() + [200] * 5 + stream[10:25].tolist(), [201] * 80,
                       stream[2980:3000].tolist() + [7, 7]])
        texts.compare(stream)
        self.assertEqual(texts.longest, [(90, 9), (0, 0), (20, 0)])
        self.assertEqual(texts.places, [1, 0, 0])

    def test_kinds(self):
        ids = list(range(60))
        self.assertEqual(kind_of("# Licensed under the Apache License", ids, 1, []), "licence")
        self.assertEqual(kind_of("import a\nfrom b import (\n    c,\n)\n", ids, 1, []), "boilerplate")
        self.assertEqual(kind_of("x = f(y)\n", [1, 2] * 30, 1, []), "repetition")
        self.assertEqual(kind_of("x = f(y)\n", ids, 1, []), "copied")

    def test_what_was_said_before_is_no_memory(self):
        ids = list(range(60))
        self.assertEqual(kind_of("x = f(y)\n", ids, 1, [99, *range(48), 98, *range(45, 58)]), "said before")
        self.assertEqual(kind_of("x = f(y)\n", ids, 1, [99, *range(48)]), "copied")  # 12 tokens are new
        self.assertEqual(kind_of("x = f(y)\n", ids, 1, [99, *range(11), 98, *range(11, 22), 98, *range(22, 33)]), "copied")
