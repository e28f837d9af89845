"""Tests of `corpus/`: licences, filters, duplicates."""

import unittest

from corpus.filters import NearDuplicates, reason_to_drop
from corpus.licences import has_foreign_header, licence_of

CODE = "".join(f"def add_{name}(left, right):\n    total = left + right\n    return total\n\n" for name in "abcdefgh")


class Licences(unittest.TestCase):
    def test_known_texts(self):
        mit = "MIT License\n\nPermission is hereby granted, free of charge, to any person ... without restriction"
        self.assertEqual(licence_of(mit), "MIT")
        self.assertEqual(licence_of("                GNU GENERAL PUBLIC LICENSE\n Version 2"), "forbidden")
        self.assertIsNone(licence_of("All rights reserved."))

    def test_foreign_header(self):
        self.assertTrue(has_foreign_header("# SPDX-License-Identifier: GPL-3.0\nimport os\n"))
        self.assertFalse(has_foreign_header("// SPDX-License-Identifier: MIT\n"))


class Filters(unittest.TestCase):
    def test_reasons(self):
        self.assertIsNone(reason_to_drop("src/add.py", CODE))
        self.assertEqual(reason_to_drop("src/a.js", "// @generated\n" + CODE), "says it is generated")
        self.assertEqual(reason_to_drop("src/a.js", CODE + "x" * 500), "long lines")
        self.assertIsNotNone(reason_to_drop("node_modules/a/a.js", CODE))
        key = "AKIA" + "ABCDEFGHIJKLMNOP"
        self.assertEqual(reason_to_drop("src/a.py", CODE + f'key = "{key}"\n'), "looks like it holds a secret")

    def test_near_duplicates(self):
        duplicates = NearDuplicates()
        self.assertIsNone(duplicates.reason_to_drop(CODE))
        self.assertEqual(duplicates.reason_to_drop(CODE), "exact duplicate")
        self.assertEqual(duplicates.reason_to_drop(CODE + "print(add_a(1, 2))\n"), "near-duplicate")
