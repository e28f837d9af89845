"""Everyday questions in words that were never trained on: does the code of an answer do what is asked?

    python3 -m measure.everyday --model work/xs-tuned --rounded

Every task of the tables (instruct/everyday.py) is asked for in each of its languages, in a phrasing that is held out, and
the code of the greedy answer is run with the task's own check, in a process of its own and a folder of its own. Facts with
a held-out way to ask count where the answer is word for word the one that was taught. The tasks and facts themselves are
trained on: this measures whether they are found again, not whether the model can program.

Runs code that the model wrote. JavaScript and TypeScript need Node 24, --node.

Writes records/NAME/everyday.json.
"""

import pathlib
import random
import re
import subprocess
import sys
import tempfile

from instruct import everyday
from measure.statistics import wilson
from measure.tuned import HERE, arguments, opened, replies, write

STEPS = 256
SECONDS = 10
SHOWN = 12  # answers in the record, the first ones
FILES = {"a.txt": "".join(f"line {number}\n" for number in range(1, 41)), "c.csv": "a,b\n1,2\n", "j.json": '{"a": 1}'}
_CODE = re.compile(r"```\w*\n(.*?)\n?```", re.S)
# Of files in a language: what they are called, and a program with a check, which fails where that is not true.
_PYTHON = "answer.py", "import asyncio\n{code}\nassert {check}\n"
_SCRIPT = ("import {{ isDeepStrictEqual as deepEqual }} from 'node:util';\n{code}\n"
           "if (!({check})) throw new Error('no');\nprocess.exit(0);\n")
_PROGRAMS = {"python": _PYTHON, "javascript": ("answer.mjs", _SCRIPT), "typescript": ("answer.mts", _SCRIPT)}


def code_of(answer):
    """Returns the first block of code of an answer, or None."""
    found = _CODE.search(answer)
    return found[1] if found else None


def holds(language, code, check, node):
    """Whether code runs and its check is true after it; `node` is the program that runs JavaScript and TypeScript."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for name, text in FILES.items():
            (folder / name).write_text(text, encoding="utf-8")
        name, program = _PROGRAMS[language]
        (folder / name).write_text(program.format(code=code, check=check), encoding="utf-8")
        command = [sys.executable] if language == "python" else [node, "--no-warnings"]
        try:
            return subprocess.run([*command, name], cwd=folder, capture_output=True, timeout=SECONDS).returncode == 0
        except subprocess.TimeoutExpired:
            return False


def _share(good):
    return {"share": round(sum(good) / len(good), 4), "95 %": wilson(sum(good), len(good)), "of": len(good)}


def measure(model, tokenizer, random_, node):
    """Returns the record."""
    tasks = [(task, language, everyday.request(task, language, random_, held_out=True)) for task in everyday.TASKS
             for language in task.code if "check" in task.code[language]]
    facts = [(fact, text) for fact in everyday.FACTS for text in everyday.ways_to_ask(fact, held_out=True)]
    answers = replies(model, tokenizer, [[("user", text, None)] for *_, text in [*tasks, *facts]], STEPS)
    done = {}
    for (task, language, _), answer in zip(tasks, answers):
        code = code_of(answer)
        right = code is not None and holds(language, code, task.code[language]["check"], node)
        done.setdefault(language, []).append(right)
    told = [answer == fact["answer"].strip() for (fact, _), answer in zip(facts, answers[len(tasks) :])]
    shown = random_.sample(list(zip([text for *_, text in [*tasks, *facts]], answers)), SHOWN)
    return {"code does what is asked": {language: _share(good) for language, good in done.items()},
            "facts as taught": _share(told), "different answers": round(len(set(answers)) / len(answers), 4),
            "samples": [{"question": question, "answer": answer} for question, answer in shown]}


def main():
    parser = arguments(__doc__)
    parser.add_argument("--node", default=str(HERE.parent / "node_modules/.bin/node"), help="Node 24")
    options = parser.parse_args()
    found = measure(*opened(options), random.Random(options.seed), options.node)
    for label, row in {**found["code does what is asked"], "facts": found["facts as taught"]}.items():
        print(f"{label:12} {100 * row['share']:5.1f} % of {row['of']}, 95 % {row['95 %']}")
    write(options, "everyday.json", found)


if __name__ == "__main__":
    main()
