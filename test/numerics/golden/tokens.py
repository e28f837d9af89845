"""Writes tokens.json: what SentencePiece makes of these texts with the default model's vocabulary.

    python3 test/numerics/golden/tokens.py     # needs training/work/tokenizer, which training/tokenizer.py makes
"""

import json
import pathlib
import sys

import sentencepiece

HERE = pathlib.Path(__file__).parent
TRAINING = HERE.parents[2] / "training"
sys.path.insert(0, str(TRAINING))

from tokenizer import Tokenizer  # noqa: E402: the path above is needed first

TEXTS = [
    "",
    " ",
    "   ",
    "a",
    "const answer = 42;",
    "1234567890 0x1F 3.14e-10",
    "export async function read(path: string): Promise<Uint8Array> {\n  const file = await open(path, 'r');\n  try {\n"
    "    return await file.readFile();\n  } finally {\n    await file.close();\n  }\n}\n",
    "def area(radius):\n    return 3.14159 * radius ** 2\n\n\nclass Shape:\n    \"\"\"A shape.\"\"\"\n\n    sides = 4\n",
    "\tif (x) {\n\t\treturn;\n\t}\n\t\t\t\t\t\tdeep",
    "a\r\nb\r\n\r\nc",
    "trailing spaces   \n   \n\n\n\nmany breaks",
    "日本語のコメント // 한국어 Ελληνικά кириллица",
    "emoji 😀 family 👩‍👩‍👧 flag 🇪🇺 café naïve e\u0301",
    "“quotes” … — ≤ ≥ → ∑",
    "zero\u0000 width\u200b nbsp\u00a0 line\u2028 separators",
    "<|fim_middle|> <s> </s> <unk> ▁ <0x41>",
    "x" * 200,
    "_snake_case camelCase PascalCase SCREAMING_CASE kebab-case",
    "/^(?:[a-z0-9]+(?:[-._][a-z0-9]+)*)@([^\\s]+)$/giu",
]


def main():
    tokenizer = Tokenizer(TRAINING / "work" / "tokenizer")
    golden = {
        "tool": f"sentencepiece {sentencepiece.__version__} (Python)",
        "command": "python3 test/numerics/golden/tokens.py",
        "texts": [{"text": text, "tokens": tokenizer.encode(text)} for text in TEXTS],
    }
    (HERE / "tokens.json").write_text(json.dumps(golden, ensure_ascii=True, indent=1) + "\n")


if __name__ == "__main__":
    main()
