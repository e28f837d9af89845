"""Tests of token healing: what is taken back of a prompt, and that answers begin with it."""

import math
import pathlib
import random
import unittest

import numpy
import torch

from measure.decoding import greedy
from measure.exported import open_tokenizer
from measure.healing import Beginning, Healed, TokenTexts
from measure.lines import complete_lines, line_ends
from measure.ngram import NGrams
from measure.places import Place, prompts
from network.llama import Config, Llama
from text.forms import prefix_suffix_middle, suffix_prefix_middle
from text.tokenizer import FIM_MIDDLE

DEFAULT = pathlib.Path(__file__).parents[2] / "models/default"
PIECES = [""] * 13 + ["a", "b", "c", "\ufffd", "ab", "abc", "bc", "bca", "abcab", "ca", "\n"]


class Pieces:
    """A tokenizer of PIECES."""

    size = len(PIECES)

    def decode(self, ids):
        return "".join(PIECES[token] for token in ids)


def tiny(vocabulary):
    torch.manual_seed(0)
    return Llama(Config(hidden_size=32, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2, head_dim=8,
                        intermediate_size=64, vocab_size=vocabulary, max_position_embeddings=256, rms_norm_eps=1e-5,
                        rope_theta=1e4), torch.float32).eval()


def agree(text, left):
    return text and (text.startswith(left) or left.startswith(text))


def one_by_one(model, texts, ids, left, steps, stops):
    """Returns the greedy continuation of `ids` that begins with `left`, everything read anew at every step."""
    written = []
    while len(written) < steps:
        scores = model.logits(model.hidden(torch.tensor([ids + written])))[0, -1]
        if left:
            scores[[token for token, text in enumerate(texts) if not agree(text, left)]] = -math.inf
        token = int(scores.argmax())
        if token in stops:
            break
        written.append(token)
        left = left[len(texts[token]) :]
    return written


class TakingBack(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.tokenizer = open_tokenizer(DEFAULT)
        cls.texts = TokenTexts(cls.tokenizer)

    def test_the_same_as_the_engine(self):
        # What `heal` of engine/prompt/healing.ts says of these.
        for text, taken_back in (("export func", " func"), ("  const x = aw", " aw"), ("return ", " "), ("self.", "."),
                                 ("a = 1;\n", ""), ("if (a) {\n    ", ""), ("x = '😀", ""), ("a\tb\t", "")):
            ids = [1, *self.tokenizer.encode(text)]
            healed = self.texts.heal(ids)
            self.assertEqual(healed.text, taken_back, text)
            self.assertEqual(healed.ids + healed.taken, ids)
            self.assertEqual(self.tokenizer.decode(healed.taken), taken_back)

    def test_the_longest_text_that_begins_a_token(self):
        word = max((text for text in self.texts.texts if text.isascii() and text.isalpha()), key=len)
        letters = [token for letter in word[:-1] for token in self.tokenizer.encode(letter)]
        healed = self.texts.heal([1, *self.tokenizer.encode("const "), *letters])
        self.assertTrue(healed.text.endswith(word[:-1]))
        self.assertGreater(len(healed.taken), 10)

    def test_control_tokens_and_the_first_token_stay(self):
        for ids in ([1, FIM_MIDDLE], [1], self.tokenizer.encode("func")[:1]):
            self.assertEqual(self.texts.heal(ids), Healed(ids, [], ""))

    def test_tokens_that_agree(self):
        texts = TokenTexts(Pieces())
        self.assertEqual(sorted(texts.agreeing_with("abc")), [13, 17, 18, 21])
        self.assertEqual(sorted(texts.agreeing_with("b")), [14, 19, 20])
        self.assertFalse(texts.has_longer("bca"))
        self.assertTrue(texts.has_longer("abca"))

    def test_what_stands_behind(self):
        self.assertEqual(Healed([1], [5], "ab").behind("abc"), "c")
        self.assertEqual(Healed([1], [5], "ab").behind("ba"), "")
        self.assertEqual(Healed([1], [], "").behind("ba"), "ba")


class Answers(unittest.TestCase):
    def test_begin_with_what_is_forced_and_others_do_not_change(self):
        random_, texts, model = random.Random(0), TokenTexts(Pieces()), tiny(len(PIECES))
        asked = [[random_.randrange(13, 23) for _ in range(random_.randrange(2, 9))] for _ in range(24)]
        wanted = [["", "abcb", "cab", ""][i % 4] for i in range(24)]
        stops = {2, 23}
        free, _ = greedy(model, asked, 8, stops, batch_tokens=60)
        found, _ = greedy(model, asked, 8, stops, batch_tokens=60, forced=[Beginning(texts, left) for left in wanted])
        for ids, left, written, other in zip(asked, wanted, found, free):
            self.assertEqual(written, one_by_one(model, texts.texts, ids, left, 8, stops))
            self.assertTrue(Pieces().decode(written).startswith(left))
            if not left:
                self.assertEqual(written, other)
        self.assertTrue(any(not Pieces().decode(other).startswith(left) for left, other in zip(wanted, free)))

    def test_a_beginning_that_no_token_agrees_with_gives_no_answer(self):
        texts, model = TokenTexts(Pieces()), tiny(len(PIECES))
        [found], _ = greedy(model, [[13, 14]], 8, {2}, forced=[Beginning(texts, "ax")])
        self.assertEqual(Healed([], [], "ax").behind(Pieces().decode(found)), "")

    def test_of_the_n_grams(self):
        texts = TokenTexts(Pieces())
        rows = numpy.array([[1, 13, 14, 15, 22, 14, 2]] * 9 + [[1, 13, 17, 19, 15, 14, 2]], numpy.uint16)
        model = NGrams([rows], len(PIECES), order=3)
        self.assertEqual(model.greedy([1, 13], 3, {2}), [14, 15, 22])
        for left in ("abc", "cab"):
            written = model.greedy([1, 13], 6, {2}, Beginning(texts, left))
            self.assertTrue(Pieces().decode(written).startswith(left), written)
        self.assertEqual(model.greedy([1, 13], 3, {2}, Beginning(texts, "")), [14, 15, 22])


class Lines(unittest.TestCase):
    def test_in_psm_the_line_of_the_cursor_stands_behind_the_middle_token(self):
        tokenizer = open_tokenizer(DEFAULT)
        place = Place("python", "a/b", "c.py", 1, 6, "word", "", "import os\nx = se", "lf.y", "\nreturn\n")
        psm, = prompts(tokenizer, [place], "psm")
        self.assertEqual(psm, prefix_suffix_middle(tokenizer, "c.py", "import os\n", "\nreturn\n") + tokenizer.encode("x = se"))
        spm, = prompts(tokenizer, [place], "spm")
        self.assertEqual(spm, suffix_prefix_middle(tokenizer, "c.py", "import os\nx = se", "\nreturn\n"))

    def test_answers_are_behind_the_cursor_and_bits_behind_the_whole_prompt(self):
        tokenizer = open_tokenizer(DEFAULT)
        texts, model, stops = TokenTexts(tokenizer), tiny(tokenizer.size), line_ends(tokenizer)
        places = [Place("python", "a/b", "c.py", 1, 0, "word", "", "import os\n" + typed, rest, "\n")
                  for typed, rest in (("", "def main():"), ("retu", "rn total"), ("x = se", "lf.y"), ("y = ", "1"))]
        figures, answers = complete_lines(model, tokenizer, places, ("spm", "psm"))
        self.assertTrue(all(texts.heal(ids).text for ids in prompts(tokenizer, places[1:], "spm")))
        for form in answers:
            for place, ids, answer, bits in zip(places, prompts(tokenizer, places, form), answers[form],
                                                figures[form]["python"]["bits"]):
                healed = texts.heal(ids)
                plain = tokenizer.decode(one_by_one(model, texts.texts, healed.ids, healed.text, 64, stops))
                self.assertTrue(plain.startswith(healed.text))
                self.assertEqual(answer, plain[len(healed.text) :])
                rest = tokenizer.encode(place.rest)
                scores = model.logits(model.hidden(torch.tensor([ids + rest])))[0].log_softmax(-1)
                nats = -sum(scores[len(ids) - 1 + i, token].item() for i, token in enumerate(rest))
                self.assertAlmostEqual(bits, nats / math.log(2), places=1)
