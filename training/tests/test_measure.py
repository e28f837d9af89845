"""Tests of `measure/` on tiny random models and made-up text."""

import random
import unittest

import numpy
import torch

from measure.decoding import greedy
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
            self.assertAlmostEqual(value, plain, places=3)


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
        self.model = NGrams(numpy.array(rows, numpy.uint16), 30, order=4)

    def test_probabilities_add_up_to_one(self):
        for context in ([1], [1, 20], [20, 23, 22, 21], [23, 29, 23], [22, 1, 21]):
            self.assertAlmostEqual(float(self.model.next(context).sum()), 1, places=4)

    def test_both_ways_to_ask_agree(self):
        ids = [1, 20, 23, 23, 21, 29, 22, 20, 2]
        for i, p in enumerate(self.model.probabilities(ids), 1):
            self.assertAlmostEqual(float(p), float(self.model.next(ids[:i])[ids[i]]), places=5)

    def test_learns_what_always_follows(self):
        model = NGrams(numpy.array([[1, 5 + 10, 16, 17, 18, 2]] * 9 + [[1, 15, 16, 19, 18, 2]], numpy.uint16), 20, order=3)
        self.assertEqual(model.greedy([1, 15], 9, {2}), [16, 17, 18])
