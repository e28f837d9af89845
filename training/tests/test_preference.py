"""Preference pairs and heads: checks, grades, features, the ranking loss, the file."""

import pathlib
import random
import tempfile
import unittest

import torch

from network.llama import Config, Llama
from preference.answers import Reader
from preference.chats import NO_HARM, exchanges
from preference.checks import brackets, grade, quality, same_names
from preference.features import NAMES, features
from preference.form import comment_share, language_match, misindented, parses
from preference.places import Place, place_in, worse_answers
from preference.prior import combined, read_prior, write_prior
from preference.ranking import accuracy, fit, pairs_of, spread
from preference.state import SIZE, projected
from preference.unsafe import KINDS, is_held_out, variants

CODE = "".join(f"def add_{name}(left, right):\n    total = left + right\n    return total\n\n" for name in "abcdefgh")
BEFORE, TRUTH, AFTER = "def add(left, right):\n    ", "return left + right", "\n"
PLACE = Place("python", "add.py", BEFORE, TRUTH, AFTER, BEFORE, AFTER, True)


class Checks(unittest.TestCase):
    def test_brackets_outside_of_strings(self):
        self.assertEqual(brackets("f(')') + [a"), ("", "["))
        self.assertEqual(brackets("x)} {"), (")}", "{"))

    def test_names_count_as_often_as_they_stand(self):
        self.assertEqual(same_names("a + a", "a + b"), 0.5)
        self.assertEqual(same_names("1", "2"), 1.0)

    def test_quality_falls_with_every_fault(self):
        self.assertAlmostEqual(quality(PLACE, "return left + right  "), 1.0)
        found = [quality(PLACE, text) for text in ("return left - right", "return left + right)", "import os", "")]
        self.assertEqual(found, sorted(found, reverse=True))
        self.assertLess(found[0], 1.0)

    def test_grades(self):
        self.assertEqual([grade(high, 0.2) for high in (0.9, 0.55, 0.4, 0.28, 0.21)], [0, 1, 2, 3, None])


class Places(unittest.TestCase):
    def test_parts_make_up_the_file(self):
        random_ = random.Random(0)
        places = [place_in({"language": "python", "path": "a.py", "text": CODE}, random_) for _ in range(50)]
        for place in filter(None, places):
            self.assertEqual(place.before + place.truth + place.after, CODE)
            self.assertTrue(place.before.endswith(place.window_before))

    def test_worse_answers_are_other_texts(self):
        for seed in range(20):
            for _, text in worse_answers(PLACE, PLACE, 3, random.Random(seed)):
                self.assertNotEqual(text, TRUTH)

    def test_held_out_kinds_of_harm_are_not_trained_on(self):
        kinds = {kind for seed in range(200) for kind, _, _ in variants(PLACE, 1, random.Random(seed))}
        self.assertFalse(any(is_held_out(kind) for kind in kinds))
        self.assertTrue(any(is_held_out(kind) for kind in range(len(KINDS))))


class Chats(unittest.TestCase):
    def test_the_truth_is_the_best_of_its_exchange(self):
        for exchange in exchanges(40, random.Random(3), True):
            best = max(exchange.graded, key=lambda answer: answer[3])
            self.assertIn(best[0], ("truth", "refusal"))
            self.assertAlmostEqual(best[3], 1.0)
            if exchange.quality:
                found = {kind: quality for kind, _, _, quality, _ in exchange.graded}
                self.assertGreater(found["truth"], found["wrong, constraint broken"])

    def test_only_doing_as_asked_harms(self):
        found = {(kind, harm) for exchange in exchanges(40, random.Random(4), False) for kind, _, _, _, harm in exchange.graded}
        self.assertEqual({kind for kind, harm in found if harm < NO_HARM}, {"complied"})


class Features(unittest.TestCase):
    def test_values(self):
        found = dict(zip(NAMES, features("if (a) {\n", "\n}", "  f(a);\n  f(a);\n  g(", [-1.0, -3.0], [0.5, 1.5], -30.0,
                                          range(SIZE), True)))
        self.assertEqual((found["mean_log_prob"], found["min_log_prob"], found["first_log_prob"]), (-2.0, -3.0, -1.0))
        self.assertEqual((found["mean_entropy"], found["end_log_prob"]), (1.0, -20.0))
        self.assertEqual((found["opened"], found["closed"], found["imbalance"]), (1.0, 0.0, 3.0))
        self.assertAlmostEqual(found["repeated_lines"], 1 / 3)
        self.assertEqual((found["known_names"], found["ends_open"], found["dangerous"]), (0.4, 1.0, 0.0))
        self.assertEqual((found["refusal"], found["state_0"], found[f"state_{SIZE - 1}"]), (1.0, 0, SIZE - 1))
        self.assertEqual(dict(zip(NAMES, features("", "", "eval(x)", [], [], 0.0, [0] * SIZE)))["dangerous"], 1.0)


class Form(unittest.TestCase):
    def test_what_parses_leaves_brackets_quotes_and_fences_as_they_should_be(self):
        whole = ("It's fine, don't you (and I'll) say", "```py\nf('x')\n```", "x = ')'")
        broken = ("'a", "```py\nf(\n```", "```py\nf()", "```py\n'a\n```\n```\nb\n```")
        self.assertEqual([parses(text, 0) for text in whole + broken], [True] * 3 + [False] * 4)
        self.assertEqual([parses("x)", imbalance) for imbalance in (-1, 1)], [True, False])

    def test_lines_go_deeper_with_a_reason_and_back_to_where_a_line_stands(self):
        before = "def f(x):\n    if x:\n        "
        self.assertEqual(misindented(before, "a()\n        b()\n    c()\nd()\n"), 0.0)
        self.assertEqual(misindented(before, "a()\n            b()\n    c()\n"), 0.5)
        self.assertEqual(misindented(before, "a()\n      b()"), 1.0)
        self.assertEqual(misindented(before, "a(\n            b)\n\tc()"), 0.5)
        self.assertEqual(misindented("far away:\n  ", "```py\nif x:\n    y\n  z\n```"), 0.5)

    def test_comments_by_their_characters(self):
        self.assertEqual(comment_share("ab# c\n# d"), 3 / 9)
        self.assertEqual(comment_share("a // b"), 4 / 6)
        self.assertEqual(comment_share("'// b' /* c */"), 7 / 8)
        self.assertEqual(comment_share("Look at http://a.b\n\n```js\n//x\n```"), 1.0)
        self.assertEqual(comment_share(""), 0.0)

    def test_languages_that_evidently_differ(self):
        python, script = "def f(self):\n    return None\n", "const f = () => {\n  g();\n};\n"
        chinese, prose = "请解释这段代码。", "It adds two numbers and gives their sum to whoever called."
        matching = ((python, "if x:\n  y"), (script, "let a = b;"), (python, "x + 1"), (chinese, "它返回和。"), (python, prose))
        others = ((python, "let a = b;"), (script, "while x:"), (chinese, prose), (prose, chinese))
        self.assertEqual([language_match(*pair) for pair in matching + others], [1.0] * 5 + [0.0] * 4)


class State(unittest.TestCase):
    def test_a_projection_keeps_distances_and_no_constant(self):
        logits = 3 * torch.randn(200, 500, generator=torch.Generator().manual_seed(5))
        found = torch.tensor([projected(row) for row in logits])
        self.assertAlmostEqual((found.square().mean() / logits.var()).item(), 1.0, delta=0.1)
        self.assertTrue(torch.allclose(torch.tensor(projected(logits[0] + 100)), found[0], atol=1e-3))
        self.assertLess(found.T.corrcoef().fill_diagonal_(0).abs().max(), 0.3)


class Ranking(unittest.TestCase):
    def test_pairs_of_ranked_answers_without_ties(self):
        pairs = pairs_of([[(4, 0.2), (7, 0.9), (9, 0.9)]], grade)
        self.assertEqual(pairs.tolist(), [[7, 4, 0], [9, 4, 0]])

    def test_a_head_learns_what_tells_the_answers_apart(self):
        generator = torch.Generator().manual_seed(0)
        inputs = torch.randn(200, 4, generator=generator)
        groups = [[(i, inputs[i, 2].item() / 4), (i + 1, inputs[i + 1, 2].item() / 4)] for i in range(0, 200, 2)]
        pairs = pairs_of(groups, grade)
        heads = {margin: fit(inputs, pairs, margin, spread(inputs)) for margin in ("none", "large")}
        self.assertGreater(accuracy(heads["none"](inputs), pairs)["all"], 95)
        # A margin asks for more distance.
        self.assertGreater(heads["large"].weight.norm(), heads["none"].weight.norm())

    def test_file(self):
        inputs = torch.randn(20, 3, generator=torch.Generator().manual_seed(1))
        head = fit(inputs, torch.tensor([[0, 1, 0], [2, 3, 2]]), "small", spread(inputs))
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "preference.safetensors"
            write_prior(path, ["a", "b", "c"], head, head)
            helpful, _ = read_prior(path)
        self.assertTrue(torch.equal(helpful(inputs), head(inputs)))

    def test_an_unsafe_answer_is_ranked_by_its_harm(self):
        found = combined(torch.tensor([2.0, -1.0]), torch.tensor([-4.0, 0.0]))
        self.assertTrue(torch.allclose(found, torch.sigmoid(torch.tensor([-4.0, -1.0]))))


class Reading(unittest.TestCase):
    def test_cached_answers_have_the_probabilities_of_whole_texts(self):
        torch.manual_seed(0)
        model = Llama(Config(hidden_size=32, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2, head_dim=8,
                             intermediate_size=64, vocab_size=50, max_position_embeddings=64, rms_norm_eps=1e-5,
                             rope_theta=1e4), torch.float32).eval()
        prompts, answers, rows = [[1, 5, 9], [1, 7, 3, 8, 4]], [[6, 2], [11, 12, 13], [20]], [0, 1, 0]
        with torch.no_grad():
            seen = Reader(model, prompts, 8).look_at(answers, rows)
            for answer, row, found in zip(answers, rows, seen):
                hidden = model.hidden(torch.tensor([prompts[row] + answer]))[0]
                logs = model.logits(hidden).log_softmax(-1)
                start = len(prompts[row]) - 1
                expected = [logs[start + i, token].item() for i, token in enumerate([*answer, 2])]
                self.assertTrue(torch.allclose(torch.tensor([*found["log_probs"], found["end"]]), torch.tensor(expected), atol=1e-4))
                self.assertTrue(torch.allclose(found["last"], hidden[-1], atol=1e-4))

    def test_samples_at_no_temperature_are_greedy(self):
        torch.manual_seed(0)
        model = Llama(Config(hidden_size=16, num_hidden_layers=1, num_attention_heads=2, num_key_value_heads=1, head_dim=8,
                             intermediate_size=16, vocab_size=30, max_position_embeddings=64, rms_norm_eps=1e-5,
                             rope_theta=1e4), torch.float32).eval()
        with torch.no_grad():
            reader = Reader(model, [[1, 4], [1, 5, 6]], 8)
            first, second = reader.sample((0.0, 0.0, 1.0), 6, torch.Generator().manual_seed(0), stops=())
        self.assertEqual(first[0], first[1])
        self.assertEqual([len(ids) for ids in first + second], [6] * 6)


if __name__ == "__main__":
    unittest.main()
