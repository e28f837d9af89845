"""Everyday questions: the Python of their answers runs and does what is asked; what is held out is never trained on.

The answers in JavaScript and TypeScript are run by test/training/everyday.test.ts.
"""

import contextlib
import io
import os
import random
import tempfile
import unittest
import unittest.mock

from instruct import everyday
from measure.everyday import FILES, code_of, holds

@contextlib.contextmanager
def in_folder_of_files():
    """The checks read and write files of the folder they run in."""
    before = os.getcwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            for name, text in FILES.items():
                with open(name, "w", encoding="utf-8") as file:
                    file.write(text)
            yield
        finally:
            os.chdir(before)


class Everyday(unittest.TestCase):
    def test_the_code_of_answers_does_what_is_asked(self):
        checked = 0
        with in_folder_of_files(), unittest.mock.patch("sys.argv", ["answer"]):
            for task in everyday.TASKS:
                part = task.code.get("python")
                if part and "check" in part:
                    with self.subTest(task.do[0]), contextlib.redirect_stdout(io.StringIO()):
                        names = {"__name__": "answer"}
                        exec("import asyncio\n" + part["code"], names)  # the tables are the repository's own
                        self.assertTrue(eval(part["check"], names))
                    checked += 1
        self.assertGreater(checked, 200)

    def test_code_of_an_answer_is_run_with_its_check(self):
        self.assertEqual(code_of("Like this:\n\n```python\nx = 1\n```\n\nDone."), "x = 1")
        self.assertIsNone(code_of("Use `x`."))
        self.assertTrue(holds("python", "def double(x):\n    return 2 * x", "double(2) == 4", None))
        self.assertFalse(holds("python", "def double(x):\n    return 3 * x", "double(2) == 4", None))
        self.assertFalse(holds("python", "def double(x:", "double(2) == 4", None))

    def test_every_code_and_fact_comes_once_a_round(self):
        conversations = list(everyday.build(2, random.Random(0)))
        self.assertEqual(len(conversations), 2 * (sum(len(task.code) for task in everyday.TASKS) + len(everyday.FACTS)))
        for turns in conversations:
            self.assertEqual([role for role, _, _ in turns], ["user", "assistant"] * (len(turns) // 2))
            self.assertTrue(all(refuses is False for role, _, refuses in turns if role == "assistant"))

    def test_what_is_held_out_is_never_trained_on(self):
        apart = set(everyday.part(everyday.PHRASINGS, True))
        self.assertTrue(apart)
        self.assertFalse(apart & set(everyday.part(everyday.PHRASINGS, False)))
        for fact in everyday.FACTS:
            self.assertFalse(set(everyday.ways_to_ask(fact)) & set(everyday.ways_to_ask(fact, True)))

    def test_no_two_facts_are_asked_for_alike(self):
        asked = [question.lower().rstrip("?.!") for fact in everyday.FACTS for question in fact["ask"]]
        self.assertEqual(sorted({each for each in asked if asked.count(each) > 1}), [])

    def test_a_task_stands_once(self):
        names = [task.do[0] for task in everyday.TASKS]
        self.assertEqual(sorted({each for each in names if names.count(each) > 1}), [])


if __name__ == "__main__":
    unittest.main()
