"""Writes features.json, state.json and preference.safetensors beside this file, which the TypeScript must agree with:

    cd training && python3 ../test/engine/tuning/preference/golden.py     (Python 3, torch; of training/preference)
"""

import json
import os
import pathlib
import random
import sys

import torch

sys.path.insert(0, os.getcwd())
from preference.features import NAMES, features
from preference.prior import combined, read_prior, write_prior
from preference.ranking import Head
from preference.state import SIZE, projected

HERE = os.path.dirname(os.path.abspath(__file__))
TEXTS = (
    "", " ", "x", "return total;\n", "}\n", "foo(bar[0], {a: 1})", "foo(bar[0]\n  if (x) {\n    y();\n", ")\n]", "'it''s", "`a ${b} \\` c`",
    "\"a \\\" (\" + '[' ", "eval(x)\nexec(y)\nmy_eval(z)\néval(z)", "password = 'hunter22'\nAPI_KEY: \"sk-live-1\"", "chmod 0o777 0777 7777",
    "SELECT * FROM t WHERE id = ' + x\nselect 'a' + b", "yaml.load(f)\nyaml.load(f, Loader=SafeLoader)", "md5(x) md5x sha1 _sha1",
    "const größe = naïve + $x_1 + 名前;", "a = 1\na = 1\na = 1\nb = 2", "\u00a0 x\u2003\n\u001f yy \u001f\n\ufeffzz\n", "😀😀 'x\n", "x =\u2028", "a.b.\n\t ",
    "subprocess.run(cmd, shell=True)\nexcept Exception: pass", "Sure, here is how:\n\n```ts\nconst x = foo(1);\n```\nIt calls `foo`.",
    "requests.get(u, verify=False) # ſecret: 'abcde'", "process.env.NODE", "rm -rf /\ninnerHTML  = x", "self.value = value\nself.known = known",
    "It's fine; don't worry, I'll say \"so\" and 'so'.", "```py\nf(x\n```", "```py\nf('x')\n```\nand\n  ```\n{ a }\n", "```js\nif (a) {\n  b;\n}\n```",
    "if x:\n        y()\n    return\n  z\nq\n\tw", "a(\n  b,\n  c)\n \n      d", "```py\ndef f():\n    if x:\n        y\n      z\n\n  w\n```",
    "x = 1  # note\n// more\n/* a * b **/ c\n#include <x>\n#!sh\n#\nurl http://a.b 'http://c // d'", "/* never closed * x", "\u00a0# no\u2003# no",
    "const f = (a) => {\n  this.a = a;\n};", "def f(self):\n    return None\nelif größe is None:", "lambda größe, b: b", "let {a, b} = c; var [d] = e",
    "它返回两个数的和。", "It adds two numbers and gives their sum back to the caller.", "function größe(a)\nwhile x:\nélse:",
)
BEFORES = (
    "", "import os\n\ndef size(path):\n    total = 0\n", "function foo(bar) {\n  const x = 'a';\n  a = 1\n", "Explain this code.\n\n```python\nself.value = value\n```",
    "请解释这段代码。\n\nconst a = () => {\n  b();\n};\n", "class A:\n\tdef f(self):\n\t\tif x:\n\t\t\tself.y = None\n\t\t\t",
    "(" * 3 + "\n" + "\n".join(f"line {i};" for i in range(20)) + "\n",
)
AFTERS = ("", "\n    return total\n", "}\n\nb = 2\na = 1\n" + "\n".join(f"rest {i}" for i in range(20)))


def main():
    random_ = random.Random("preference features")
    cases = []
    for text in TEXTS:
        for before in BEFORES:
            after = random_.choice(AFTERS)
            count = random_.choice((0, 1, 2, 7))
            log_probs = [round(-30 * random_.random() ** 3, 4) for _ in range(count)]
            entropies = [round(4 * random_.random(), 4) for _ in range(count)]
            end = round(-25 * random_.random() ** 2, 4)
            state, refuses = [random_.randint(-9, 9) for _ in range(SIZE)], random_.random() < 0.3
            seen = features(before, after, text, log_probs, entropies, end, state, refuses)
            cases.append({"before": before, "after": after, "text": text, "logProbabilities": log_probs, "entropies": entropies,
                          "endLogProbability": end, "state": state, "isRefusal": refuses, "features": seen})
    generator = torch.Generator().manual_seed(7)
    draw = lambda: torch.randn(len(NAMES), generator=generator)
    table = torch.tensor([case["features"] for case in cases])
    mean, scale = table.mean(0), table.std(0).clamp(min=1e-4)
    heads = [Head(draw(), torch.tensor(bias), mean, scale) for bias in (0.25, -1.0)]
    path = pathlib.Path(HERE, "preference.safetensors")
    write_prior(path, NAMES, *heads, digest="0" * 64)
    helpful, safe = read_prior(path)
    scores = [helpful(table), safe(table)]
    for case, *found in zip(cases, *scores, combined(*scores), combined(*scores, tagged=True)):
        case.update(zip(("helpful", "safe", "combined", "tagged"), map(float, found)))
    with open(os.path.join(HERE, "features.json"), "w", encoding="utf-8") as file:
        json.dump({"command": "cd training && python3 ../test/engine/tuning/preference/golden.py", "names": NAMES,
                   "cases": cases}, file, ensure_ascii=True, separators=(",", ":"))
        file.write("\n")
    logits = [[round(random_.gauss(1, 3), 4) for _ in range(size)] for size in (1, 300)]
    with open(os.path.join(HERE, "state.json"), "w", encoding="utf-8") as file:
        json.dump([{"logits": row, "state": projected(torch.tensor(row))} for row in logits], file, separators=(",", ":"))
        file.write("\n")


main()
