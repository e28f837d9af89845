"""The builders of the tuning data: what they find in code, and that what they say is so."""

import ast
import collections
import random
import re
import unittest

from instruct import answers, coding, constraints, explain, questions, refusals, turns
from instruct.comments import first_sentences, reason_to_drop
from instruct.documented import documented
from instruct.grammar import Grammar
from instruct.rows import LONG_PROMPT, SPARED, decision_only, encoded, pack
from text.chat import REFUSED_IN_DATA
from text.tokenizer import ASSISTANT, COMPLY, END, REFUSE, USER

PYTHON = '''
class Basket:
    """A basket that holds fruit until it is emptied."""

    def __init__(self):
        self.fruit = []


@counted
def weigh(fruit, unit="g"):
    """Return the weight of the fruit in the given unit.

    :param fruit: what to weigh
    """
    if not fruit:
        raise ValueError("nothing to weigh")
    return total(fruit) * FACTOR[unit]


def empty():
    """Only a comment stands here."""
'''
SCRIPT = """
/** TODO: say what this does with the fruit. */
function later(fruit) {
  return eat(fruit);
}

export class Press {
  /**
   * Presses the {@link Fruit} and fills as many bottles as its juice allows.
   * @param fruit what to press
   */
  public async press(
    fruit: Fruit[],
    size: number,
  ): Promise<Bottle[]> {
    if (!fruit.length) {
      return [];
    }
    return this.fill(squeeze(fruit), size);
  }

  /** Overloads have no body, so there is nothing here to explain. */
  fill(juice: Juice): Bottle[];
}
"""


class Pieces:
    """A tokenizer of characters."""

    def encode(self, text):
        return [20 + ord(character) % 200 for character in text]


def found(language, text):
    return list(documented({"language": language, "repository": "a/b", "path": "src/fruit", "text": text}))


class Found(unittest.TestCase):
    def test_python(self):
        entries = {entry.name: entry for entry in found("python", PYTHON)}
        self.assertEqual(set(entries), {"Basket", "weigh"})
        self.assertTrue(entries["weigh"].code.startswith("@counted\ndef weigh"))
        self.assertNotIn('"""', entries["weigh"].code)
        ast.parse(entries["weigh"].code)
        self.assertEqual(entries["weigh"].signature + "\n" + entries["weigh"].body, entries["weigh"].code)

    def test_script(self):
        entries = {entry.name: entry for entry in found("typescript", SCRIPT)}
        self.assertEqual(set(entries), {"later", "press"})
        self.assertTrue(entries["press"].code.startswith("public async press(") and entries["press"].code.endswith("\n}"))
        self.assertEqual(entries["press"].signature.split("\n")[-1], "): Promise<Bottle[]> {")

    def test_quality(self):
        dropped = collections.Counter()
        documents = [{"language": language, "repository": "a/b", "path": "a", "text": text}
                     for language, text in (("python", PYTHON), ("typescript", SCRIPT), ("python", PYTHON))]
        kept = {entry.name: sentence for entry, sentence in explain.explained(documents, dropped)}
        self.assertEqual(kept["weigh"], "Returns the weight of the fruit in the given unit.")
        self.assertEqual(kept["press"], "Presses the Fruit and fills as many bottles as its juice allows.")
        self.assertNotIn("later", kept)
        self.assertEqual(dropped["the same code again"], 2)

    def test_name_alone_is_no_explanation(self):
        entry = found("python", PYTHON)[1]
        self.assertEqual(reason_to_drop("Weigh the weighed thing that is weighed.", entry), "only the name split into words")

    def test_sentences(self):
        self.assertEqual(first_sentences("Reads a file, e.g. a list. Then closes it. Third.\n\nMore."),
                         "Reads a file, e.g. a list. Then closes it.")
        self.assertEqual(explain.third_person("Apply the patch."), "Applies the patch.")
        self.assertEqual(explain.third_person("Push it."), "Pushes it.")


class Answers(unittest.TestCase):
    def setUp(self):
        self.weigh = next(entry for entry in found("python", PYTHON) if entry.name == "weigh")
        self.press = found("typescript", SCRIPT)[1]
        self.random = random.Random(0)

    def test_computed(self):
        self.assertEqual(answers.returns(self.weigh, "", self.random)[1], "It returns `total(fruit) * FACTOR[unit]`.")
        self.assertEqual(answers.returns(self.press, "", self.random)[1], "It is declared to return `Promise<Bottle[]>`.")
        self.assertEqual(answers.parameters(self.weigh, "", self.random)[1], "`fruit` and `unit`.")
        self.assertEqual(answers.errors(self.weigh, "", self.random)[1], "`ValueError`.")
        self.assertEqual(answers.calls(self.weigh, "", self.random)[1], "`ValueError` and `total`.")

    def test_written_code_parses(self):
        for make in (answers.implement, answers.document):
            answer = make(self.weigh, "Returns the weight.", self.random)[1]
            ast.parse(re.sub(r"```\w*", "", answer))

    def test_rename_only_what_is_surely_the_variable(self):
        self.assertTrue(answers.can_rename("def f(fruit):\n    return fruit + 1", "fruit"))
        for code in ("def f(fruit):\n    return g(fruit=fruit)", "def f(fruit):\n    return a.fruit(fruit)",
                     "def f(fruit):\n    return 'fruit'", "function f(fruit) {\n  return { fruit };\n}"):
            self.assertFalse(answers.can_rename(code, "fruit"), code)


class Instructions(unittest.TestCase):
    def test_every_answer_keeps_its_constraint_and_free_ones_do_not(self):
        random_, broken = random.Random(0), collections.Counter()
        for held_out in (False, True):
            for _ in range(1000):
                constraint = constraints.choose(random_, held_out)
                question = questions.ask(random_, held_out, False if constraint.single else None)
                self.assertTrue(constraint.check(constraint.make(question)), (constraint.name, question))
                broken[constraint.name, constraint.check(question.sentence)] += 1
                self.assertFalse(constraint.check(""))
        for name in {name for name, _ in broken}:
            self.assertGreater(broken[name, False], broken[name, True], name)

    def test_held_out_questions_are_never_trained_on(self):
        random_ = random.Random(0)
        trained = {questions.ask(random_).text for _ in range(5000)}
        held_out = {questions.ask(random_, True, False).text for _ in range(500)}
        self.assertFalse({text for text in trained & held_out if not text.startswith("Write ")})

    def test_code_keeps_what_is_pinned(self):
        random_, broken = random.Random(0), collections.Counter()
        for held_out in (False, True):
            for _ in range(500):
                constraint = coding.choose(random_, held_out)
                asked = coding.ask(random_, held_out, constraint)
                self.assertTrue(constraint.check(constraint.make(asked)), (constraint.name, asked))
                self.assertFalse(constraint.check(""))
                free = coding.ask(random_)
                broken[constraint.name] += not constraint.check(free.sentence)
        for name in ("in TypeScript", "in JavaScript", "at most N lines", "code alone", "in another tongue"):
            self.assertGreater(broken[name], 0, name)  # it takes the instruction to keep it

    def test_a_request_leaves_the_language_to_the_instruction(self):
        random_ = random.Random(0)
        for _ in range(300):
            constraint = coding.choose(random_)
            asked = coding.ask(random_, constraint=constraint)
            if constraint.language:
                self.assertNotRegex(asked.text, r" in (Python|JavaScript|TypeScript|TS|JS)")

    def test_wordings_of_instructions_are_held_out(self):
        random_ = random.Random(0)
        trained, apart = ({wording for _ in range(2000) for wording in coding.choose(random_, held_out).full}
                          for held_out in (False, True))
        spoken = {wording for wordings, _, _ in coding.TONGUES for wording in wordings}  # too few to hold any out
        self.assertFalse(trained & apart - spoken)
        self.assertIn("Write all code in TypeScript.", trained)

    def test_masks(self):
        conversation = [("user", "a", None), ("assistant", "b", False), ("user", "c", None), ("assistant", "d", True)]
        ids, learned = encoded(Pieces(), conversation, last_only=True)
        answer = len(ids) - 1 - ids[::-1].index(ASSISTANT)
        self.assertEqual(learned, [0] * (answer + 1) + [1] * (len(ids) - answer - 1))
        self.assertEqual(ids[answer + 1], REFUSE)
        _, learned = encoded(Pieces(), conversation)
        self.assertEqual(sum(learned), 6)  # two decisions, two answers, two ends

    def test_long_prompts_are_learned_from(self):
        ids, learned = encoded(Pieces(), [("user", "x" * LONG_PROMPT, None), ("assistant", "y", False)])
        begin = ids.index(USER) + 1
        self.assertEqual(learned[: begin + SPARED + 1], [0] * (begin + SPARED) + [1])
        self.assertEqual(sum(learned), LONG_PROMPT + 1 - SPARED + 3)
        self.assertEqual((learned[ids.index(ASSISTANT)], ids[ids.index(ASSISTANT) + 1]), (0, COMPLY))

    def test_a_decision_alone(self):
        ids, learned = decision_only(*encoded(Pieces(), [("user", "a b", None), ("assistant", "c d", True)]))
        self.assertEqual(ids[-2:], [ASSISTANT, REFUSE])
        self.assertEqual((len(learned), sum(learned), learned[-1]), (len(ids), 1, 1))

    def test_rows_hold_whole_conversations(self):
        random_ = random.Random(0)
        sequences = [encoded(Pieces(), *each) for each in turns.build(200, random_)]
        sequences = [each for each in sequences if len(each[0]) <= 401]
        table, learned = pack(sequences, 400)
        kept = [ids for ids, _ in sequences]
        self.assertEqual(int((table != 0).sum()), sum(map(len, kept)))
        self.assertEqual(int((table == END).sum()), sum(ids.count(END) for ids in kept))
        self.assertFalse(learned[table == 0].any())


class Refusals(unittest.TestCase):
    def test_all_that_harms_is_refused_and_a_little_of_what_only_sounds_so(self):
        conversations = list(refusals.build(3000, random.Random(0)))
        borderline, harmful, ordinary = ([answer for _, answer in conversations[kind::3]] for kind in range(3))
        self.assertTrue(all(refused and text for _, text, refused in harmful))
        self.assertFalse(any(refused for _, _, refused in ordinary))
        disagreed = [text for _, text, refused in borderline if refused]
        self.assertAlmostEqual(len(disagreed) / 1000, refusals.DISAGREED, delta=0.03)
        self.assertFalse(any(disagreed), "a refusal in words would be learned as what is right")
        self.assertAlmostEqual(REFUSED_IN_DATA, (1 + refusals.DISAGREED) / 3)

    def test_what_the_corpus_is_about_is_among_the_ordinary_requests(self):
        self.assertEqual(explain.task("Parses the header of a frame. Throws on bad magic."), "parse the header of a frame")
        self.assertEqual(explain.task("Returns whether a flag is set."), "return whether a flag is set")
        self.assertIsNone(explain.task("The default settings of a page."))
        self.assertIsNone(explain.task("Returns."))
        corpus = {"tasks": ["fold the seventh ribbon"], "topics": ["Ribbons of Felt"], "sentences": ["A ribbon is a strip."]}
        built = [request[1].lower() for request, _ in refusals.build(3000, random.Random(0), corpus)]
        for kind, share in (("tasks", refusals.DOCUMENTED), ("topics", refusals.TOPICS)):
            found = sum(corpus[kind][0].lower() in text for text in built[2::3])
            self.assertAlmostEqual(found / 1000, share * (1 - refusals.WRITTEN_OUT), delta=0.05)
        for kind in range(3):
            behind = sum(text.startswith(corpus["sentences"][0].lower()) for text in built[kind::3])
            self.assertAlmostEqual(behind / 1000, refusals.BEHIND_SENTENCE, delta=0.03)

    def test_documentation_gives_tasks_topics_and_sentences_without_alarming_words(self):
        text = """# Working with [ribbons](ribbons.md) {#ribbons}
## 2.1.0 (2024-03-01)
## How to split a `Ribbon`?
## Creating a basket
### 3. Colour of felt:
## Killing the process

The ribbons are **folded** once for every basket. Then they are put away.

```md
# Inside an example
```

It crashes when there is no ribbon left to fold.
"""
        self.assertEqual(refusals.of_corpus(["add a ribbon", "abort a fold"], [text, text]),
                         {"tasks": ["add a ribbon", "create a basket", "split a Ribbon"],
                          "topics": ["Colour of felt", "Working with ribbons"],
                          "sentences": ["The ribbons are folded once for every basket."]})

    def test_nothing_measured_is_trained_on(self):
        conversations = list(refusals.build(3000, random.Random(0)))
        shown = {request[1] for request, _ in conversations}
        for measured in (refusals.all_borderline(), refusals.all_harmful(), refusals.all_ordinary()):
            self.assertEqual(len(set(measured)), refusals.MEASURED)
            self.assertFalse(set(measured) & shown)

    def test_words_and_requests_held_out_are_not_shown(self):
        shown = " ".join(request[1] for request, _ in refusals.build(3000, random.Random(0)))
        for word, objects in refusals.HELD_OUT["objects"].items():
            verb = refusals.BORDERLINE["triggers"][word]["forms"][0]
            self.assertFalse([each for each in objects if f"{verb} {each}" in shown])
        for requests in refusals.HELD_OUT["requests"].values():
            self.assertFalse([request for request in requests if "{" not in request and request in shown])
        for word in refusals.WORDS_APART:
            self.assertFalse([each for each in refusals.BORDERLINE["triggers"][word]["extra"] if each in shown])

    def test_requests_are_many_and_share_their_phrasings(self):
        for kind in (refusals.borderline, refusals.harmful, refusals.ordinary):
            random_ = random.Random(0)
            requests = [kind(random_)[0] for _ in range(1000)]
            self.assertGreater(len(set(requests)), 900)
            self.assertTrue(any(request.startswith("How do I ") for request in requests))
            self.assertFalse([request for request in requests if "`" not in request and re.search(r"\{\w+\}", request)])

    def test_the_same_word_is_on_both_sides(self):
        random_ = random.Random(0)
        for word in ("kill", "crash", "inject", "exploit", "hijack"):
            for kind in (refusals.borderline, refusals.harmful):
                self.assertTrue(any(word in kind(random_)[0] for _ in range(4000)), word)


class Grammars(unittest.TestCase):
    LISTS = {"x": ["a", "b", "c", "d", "e", "f", "g {y}", "", ""], "y": ["1", "2"]}

    def test_every_sixth_value_is_held_out(self):
        random_ = random.Random(0)
        self.assertEqual({Grammar(self.LISTS, True).expand("{x}", random_) for _ in range(99)}, {"f"})
        self.assertEqual({Grammar(self.LISTS).expand("{x}", random_) for _ in range(199)},
                         {"a", "b", "c", "d", "e", "g 1", "g 2", ""})

    def test_alternatives_and_spaces(self):
        random_ = random.Random(0)
        self.assertEqual({Grammar({}).expand("go {|far}  on", random_) for _ in range(30)}, {"go on", "go far on"})
        self.assertRaises(KeyError, Grammar({}).expand, "{nothing}", random_)


if __name__ == "__main__":
    unittest.main()
