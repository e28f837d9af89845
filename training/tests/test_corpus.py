"""Tests of `corpus/`: licences, filters, duplicates, shares."""

import unittest

from corpus.duplicates import NearDuplicates
from corpus.filters import path_reason_to_drop, reason_to_drop
from corpus.languages import language_of
from corpus.licences import has_foreign_header, licence_of, without_notice
from corpus.shares import share_of

CODE = "".join(f"def add_{name}(left, right):\n    total = left + right\n    return total\n\n" for name in "abcdefgh")
PROSE = "\n\n".join(f"The {number}th paragraph says what the function does and why. " * 6 for number in "abcdefgh")
GRANT = "Permission to use, copy, modify, and distribute this software ... permission notice appear in all copies. "


class Licences(unittest.TestCase):
    def test_known_texts(self):
        mit = "MIT License\n\nPermission is hereby granted, free of charge, to any person ... without restriction"
        self.assertEqual(licence_of(mit), "MIT")
        self.assertEqual(licence_of("                GNU GENERAL PUBLIC LICENSE\n Version 2"), "forbidden")
        self.assertIsNone(licence_of("All rights reserved."))

    def test_a_relative_of_isc_is_not_isc(self):
        self.assertEqual(licence_of(GRANT), "ISC")
        self.assertIsNone(licence_of(GRANT + "The name of a copyright holder shall not be used in advertising"))

    def test_foreign_header(self):
        self.assertTrue(has_foreign_header("# SPDX-License-Identifier: GPL-3.0\nimport os\n"))
        self.assertFalse(has_foreign_header("// SPDX-License-Identifier: MIT\n"))

    def test_notices_are_cut_off(self):
        for notice in ("/**\n * Copyright 2020 A\n */\n", "// Copyright A\n// Licensed under B\n\n", "# SPDX-License-Identifier: MIT\n",
                       "<!--\n Copyright A -->\n", "/* Copyright A */\n\n/* licence: MIT */\n"):
            self.assertEqual(without_notice(notice + CODE), CODE)
        for code in ("#include <licence.h>\nint a;\n", "// adds\n" + CODE, "/* what it does */\n" + CODE, "#!/bin/sh\n" + CODE):
            self.assertEqual(without_notice(code), code)
        self.assertEqual(without_notice("#!/usr/bin/env python\n# Copyright A\nimport os\n"), "#!/usr/bin/env python\nimport os\n")


class Filters(unittest.TestCase):
    def test_reasons(self):
        self.assertIsNone(reason_to_drop("src/add.py", CODE))
        self.assertEqual(reason_to_drop("src/a.js", "// @generated\n" + CODE), "says it is generated")
        self.assertEqual(reason_to_drop("src/a.js", CODE + "x" * 500), "long lines")
        self.assertEqual(reason_to_drop("src/a.py", CODE + "é" * 60), "mostly not ASCII")
        self.assertEqual(reason_to_drop("src/a.py", CODE + "1234 + 5678 + 9012\n" * 30), "data table")
        self.assertIsNotNone(reason_to_drop("node_modules/a/a.js", CODE))

    def test_secrets(self):
        for secret in ("AKIA" + "ABCDEFGHIJKLMNOP", "-----BEGIN " + "CERTIFICATE-----", "sk_" + "live_" + "a1B2c3D4e5F6g7H8"):
            self.assertEqual(reason_to_drop("src/a.py", CODE + f'key = "{secret}"\n'), "looks like it holds a secret")
        password = "aB3" + "xY7" * 8
        self.assertEqual(reason_to_drop("src/a.py", CODE + f'API_KEY = "{password}"\n'), "looks like it holds a secret")
        self.assertIsNone(reason_to_drop("src/a.py", CODE + f'title = "{password}"\n'))
        self.assertEqual(path_reason_to_drop("config/credentials.json"), "looks like it holds a secret")
        self.assertIsNone(path_reason_to_drop("src/credentials.ts"))

    def test_prose_has_longer_lines_than_code(self):
        self.assertIsNone(reason_to_drop("docs/a.md", PROSE))
        self.assertEqual(reason_to_drop("src/a.py", PROSE), "long lines")
        self.assertEqual(reason_to_drop("CHANGELOG.md", PROSE), "list of changes, people or versions")
        self.assertEqual(reason_to_drop("a/package-lock.json", CODE), "list of changes, people or versions")

    def test_languages(self):
        self.assertEqual([language_of(path) for path in ("a.tsx", "b/c.MD", "d.h", "e.scss", "f.png", "Makefile")],
                         ["typescript", "markdown", "c", "css", None, None])


class Duplicates(unittest.TestCase):
    def test_near_duplicates(self):
        duplicates = NearDuplicates()
        self.assertIsNone(duplicates.reason_to_drop(CODE))
        self.assertEqual(duplicates.reason_to_drop(CODE), "exact duplicate")
        self.assertEqual(duplicates.reason_to_drop(CODE + "print(add_a(1, 2))\n"), "near-duplicate")
        self.assertIsNone(duplicates.reason_to_drop(PROSE))


class Shares(unittest.TestCase):
    def test_small_ones_give_all_and_large_ones_the_same(self):
        self.assertIsNone(share_of([10, 20], 30))
        self.assertEqual(share_of([10, 50, 100], 90), 40)
        self.assertEqual(share_of([100, 100], 60), 30)


if __name__ == "__main__":
    unittest.main()
