"""Tests of `text/`: where a middle is cut out."""

import random
import unittest

from text.infill import cut

CODE = "".join(f"def add_{name}(left, right):\n    total = left + right\n    return total\n\n" for name in "abcdefgh")


class Infill(unittest.TestCase):
    def test_parts_make_up_the_text(self):
        random_ = random.Random(0)
        for _ in range(500):
            prefix, suffix, middle = cut(CODE, random_)
            self.assertTrue(CODE.startswith(prefix + middle + suffix))
