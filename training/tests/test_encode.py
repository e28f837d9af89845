"""Tests of how text becomes rows; the tokenizer is learnt on the spot."""

import pathlib
import random
import tempfile
import unittest

import numpy

from text.encoded import EncodedText
from text.packing import FirstFit, Neighbours, RowFile
from text.split import Place, assign
from text.tokenizer import BOS, CONTROL, EOS, FIM_MIDDLE, FIM_PREFIX, FIM_SUFFIX, SPLIT, Tokenizer
from text.windows import Windows
from tokenizer import train_pieces

CODE = "".join(f"def add_{i}(left, right):\n\n    total = left + right  # é\n\tif total:\n\t\treturn total\n\n\n" for i in range(40))


class Encoding(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        folder = pathlib.Path(cls.folder.name)
        train_pieces([part for part in SPLIT.split(CODE) if part.strip()], 340, folder)
        cls.tokenizer = Tokenizer.read(folder)

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def test_round_trip(self):
        for text in (CODE, "ΑΒΓ \u2028 \t \n \n\n\n 😀\n", " " * 9, "\n" * 7, "<s><|end|>"):
            ids = self.tokenizer.encode(text)
            self.assertEqual(self.tokenizer.decode(ids), text)
            self.assertTrue(all(token >= len(CONTROL) for token in ids))

    def test_a_stretch_has_the_tokens_of_its_text(self):
        random_ = random.Random(0)
        for number in range(400):
            text = "".join(random_.choices(["\n", "\n\n", "  ", " ", "\t", "left", "é", "add_1("], k=30)) if number % 2 else CODE
            begin, end = sorted(random_.choices(range(len(text) + 1), k=2))
            self.assertEqual(EncodedText(self.tokenizer, text).ids(begin, end), self.tokenizer.encode(text[begin:end]))

    def test_windows_hold_the_whole_text_once(self):
        for room in (150, 400, 5000):
            windows = Windows(self.tokenizer, {"path": "a.py", "text": CODE}, random.Random(1))
            found, ends = "", 0
            while windows.left():
                ids = windows.take(room)
                self.assertLessEqual(len(ids), room)
                self.assertEqual(ids[0], BOS)
                ends += ids[-1] == EOS
                found += self._text(ids)
            # Of a line that a middle ends in, the rest may be missing.
            kept = sum(line in found for line in set(CODE.split("\n")))
            self.assertGreater(kept / len(set(CODE.split("\n"))), 0.7)
            self.assertLessEqual(len(found), len(CODE))
            self.assertGreater(len(found), 0.95 * len(CODE))
            self.assertGreater(ends, 0)

    def _text(self, ids):
        """Returns the code of a sequence in its own order."""
        body = ids[len(self.tokenizer.encode("a.py\n")) + 2 :]
        if FIM_PREFIX not in body:
            return self.tokenizer.decode(body)
        prefix, suffix, middle = (body.index(token) for token in (FIM_PREFIX, FIM_SUFFIX, FIM_MIDDLE))
        decode = self.tokenizer.decode
        if suffix == prefix + 1:
            return decode(body[middle:]) + decode(body[suffix:middle])
        return decode(body[prefix:suffix]) + decode(body[middle:]) + decode(body[suffix:middle])


class Packing(unittest.TestCase):
    def rows(self, packer, sequences, context):
        with tempfile.TemporaryDirectory() as folder:
            file = RowFile(pathlib.Path(folder) / "a", context)
            packing = packer(file)
            for ids in sequences:
                packing.add(ids)
            packing.close()
            file.close()
            return numpy.fromfile(pathlib.Path(folder) / "a", dtype=numpy.uint16).reshape(-1, context + 1).tolist()

    def test_first_fit(self):
        self.assertEqual(self.rows(FirstFit, [[1, 7, 7], [1, 8], [1, 9, 9, 9]], 4), [[1, 7, 7, 1, 8], [1, 9, 9, 9, 0]])

    def test_neighbours_share_one_beginning(self):
        self.assertEqual(self.rows(Neighbours, [[1, 7, 7], [1, 8]], 4), [[1, 7, 7, 8, 0]])


class Split(unittest.TestCase):
    def test_folders_stay_together_and_shares_are_kept(self):
        places = [Place(0, "a/b", f"{folder}/{i}.py", "python", 10) for folder in range(200) for i in range(5)]
        parts = assign(places, [0.8, 0.1, 0.1], 0)
        self.assertEqual(sum(map(len, parts)), len(places))
        for part, share in zip(parts, (0.8, 0.1, 0.1)):
            self.assertAlmostEqual(len(part) / len(places), share, delta=0.02)
        folders = [{place.path.split("/")[0] for place in part} for part in parts]
        self.assertFalse(folders[0] & folders[1] or folders[1] & folders[2] or folders[0] & folders[2])


if __name__ == "__main__":
    unittest.main()
