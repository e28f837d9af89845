"""Tests of `report/`: the model card shows what is in the records, and says what is not."""

import json
import pathlib
import tempfile
import unittest

from measure.places import score
from report import figures
from report.card_model import parameters
from report.card_results import SECTIONS, whole
from report.model_card import model_card
from tests.test_measure import Places, places_in

CONFIG = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 8,
          "intermediate_size": 64, "vocab_size": 50, "max_position_embeddings": 64, "rms_norm_eps": 1e-5, "rope_theta": 1e4}
BITS = {"files": 3, "bytes": 4000, "context": 64, "command": "python3 evaluate.py bits --name tiny",
        **{label: {"python": 1.25, "all": 1.25} for label in ("bfloat16", "8 bits", "4 bits")}}


class Card(unittest.TestCase):
    def card(self, **records):
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            (folder / "tiny").mkdir()
            for name, record in {"settings": {**CONFIG, "tokens_seen": 1000}, **records}.items():
                (folder / "tiny" / f"{name}.json").write_text(json.dumps(record))
            return model_card(folder, ["tiny"])

    def test_says_what_was_not_measured(self):
        card = self.card(bits=BITS)
        self.assertIn("| bfloat16 | 1.250 | 1.250 |", card)
        self.assertNotIn("### Explanations", card)
        self.assertIn("Not measured for this model: lines, against", card)

    def test_records_without_a_section_are_shown_whole(self):
        card = self.card(**{"another-thing": {"a": {"b": 0.125}, "c": list(range(20))}})
        self.assertIn("| a / b | 0.125 |", card)
        self.assertIn("(20 values)", card)

    def test_lines_and_their_limits(self):
        places = places_in(Places.files, 20)
        found = score(places, [place.rest for place in places], [1.0] * 20)
        card = self.card(lines={"forms": {"spm": found}, "command": "x"})
        self.assertIn("| spm | python | 20 | 100.0 % (83.9–100.0) |", card)
        self.assertIn("100.0 % (spm, python)", card)

    def test_parameters_are_those_of_the_model(self):
        from network.llama import Config, Llama
        self.assertEqual(parameters(CONFIG), sum(weight.numel() for weight in Llama(Config(**CONFIG)).parameters()))

    def test_a_share_without_places(self):
        self.assertEqual(figures.percent(None), "–")
        self.assertEqual(whole("a", {"b": "c|d\n"})[-1], "| b | c\\|d  |")
        self.assertIn("memorised", SECTIONS)


class Sections(unittest.TestCase):
    def test_preferences(self):
        of_pairs = {"pairs": [5, 4, 3, 2], "by grade": [90.0, None, 60.0, 50.0], "all": 75.0}
        head = {"shipped": {"inputs": "text", "margin": "small"}, "accuracy": {"text": {"small": {"validation": 1.0, "all": of_pairs}}},
                "weights": {"log_length": 0.5, "state_0": 1.0, "state_1": 2.0}}
        lines = SECTIONS["preference"]({"answers": 10, "held-out answers": 5, "grades": ["much", "some", "little", "hardly"],
                                        "helpful": head, "safe": head, "paper": {"small": (80.4, 67.3, 60.4, 55.0, 63.0)},
                                        "best of the model's samples, mean quality": {"the prior": 0.5}})
        self.assertIn("on 1 numbers of an answer's text and probabilities and on 2 of", " ".join(lines))
        self.assertIn("| text | small | 90.0 | – | 60.0 | 50.0 | 75.0 |", lines)
        self.assertIn("| margin small | 80.4 | 67.3 | 60.4 | 55.0 | 63.0 |", lines)

    def test_everyday_questions(self):
        share = {"share": 0.5, "95 %": [0.2, 0.8], "of": 8}
        lines = SECTIONS["everyday"]({"model": "xs", "code does what is asked": {"python": share}, "facts as taught": share,
                                      "samples": [{"question": "How?", "answer": "Run:\nx"}]})
        self.assertIn("| code in python | 50.0 % (20.0–80.0) | 8 |", lines)
        self.assertIn("      Run:\n      x", lines)

    def test_ghost_attention_beside_its_absence(self):
        paper = {"with": {"2": 100}, "without": {"2": 90}}
        with_, without = ({"tuned as": name, "conversations": 8, "paper, % (7 B and more)": paper,
                           "kept at turn": {"1": {"kept": kept, "95 %": [0.1, 0.9], "of": 8}, "2": {"kept": kept, "95 %": [0.1, 0.9], "of": 8}}}
                          for name, kept in (("a", 0.5), ("b", 0.25)))
        lines = SECTIONS["ghost_attention"]({"model": "xs", "with": with_, "without": without})
        self.assertIn("| 1 | 50.0 % (10.0–90.0) | 25.0 % (10.0–90.0) | – | – |", lines)
        self.assertIn("| 2 | 50.0 % (10.0–90.0) | 25.0 % (10.0–90.0) | 100 % | 90 % |", lines)

    def test_shares_of_refusal_data(self):
        found = {"mean P(refuse)": {"to refuse": 0.75, "borderline": 0.125}, "fewest errors at": 0.2, "errors there": 0.375}
        lines = SECTIONS["shares"]({"model": "xs", "models": {"0": found, "50": found}, "share with the fewest errors, %": "0"})
        self.assertIn("| 50 % | 0.750 | 0.125 | 0.2 | 37.5 % |", lines)

    def test_lists_of_numbers_stand_on_one_line(self):
        from evaluate import written
        content = {"a": [1, 2.5, -3], "b": ["x", [1, 2]], "c": "[1,\n2]"}
        self.assertIn('"a": [ 1, 2.5, -3 ]', written(content))
        self.assertEqual(json.loads(written(content)), content)

    def test_rounding(self):
        lines = SECTIONS["quantisation"]({**BITS, "4 bits": {"python": 1.5, "all": 1.5}})
        self.assertIn("| 4 bits, more | 0.250 | 0.250 |", lines)
