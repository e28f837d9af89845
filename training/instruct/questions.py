"""Small questions with answers that are right by construction: from tables of plain facts, and from arithmetic.

Each question is asked for one word or for a list. Every fifth row of a table is held out for measuring.
"""

import dataclasses
import functools


@dataclasses.dataclass
class Question:
    text: str
    items: list  # one answer, or several
    sentence: str  # the answer without any instruction on its form


KEYWORDS = {"Python": "def", "JavaScript": "function", "Rust": "fn", "Go": "func", "TypeScript": "function",
            "Kotlin": "fun", "Swift": "func", "Ruby": "def", "PHP": "function", "Perl": "sub", "Scala": "def"}
STATUSES = {"not found": "404", "forbidden": "403", "created": "201", "bad request": "400", "unauthorized": "401",
            "no content": "204", "conflict": "409", "gone": "410", "too many requests": "429", "bad gateway": "502",
            "internal server error": "500", "moved permanently": "301", "not modified": "304", "accepted": "202",
            "service unavailable": "503"}
EXTENSIONS = {"Python": "py", "TypeScript": "ts", "Rust": "rs", "Go": "go", "Ruby": "rb", "Kotlin": "kt", "Java": "java",
              "JavaScript": "js", "Markdown": "md", "Haskell": "hs", "Swift": "swift", "Perl": "pl", "Lua": "lua",
              "Elixir": "ex", "Scala": "scala"}
GIT = {"records changes": "commit", "sends commits to a remote": "push", "lists changed files": "status",
       "shows the history": "log", "copies a repository": "clone", "switches branches": "switch",
       "puts changes aside": "stash", "joins two branches": "merge", "finds who changed a line": "blame",
       "names a commit": "tag", "searches for a bad commit": "bisect", "undoes a commit": "revert"}
OPPOSITES = {"push": "pop", "open": "close", "start": "stop", "read": "write", "encode": "decode", "lock": "unlock",
             "import": "export", "first": "last", "show": "hide", "add": "remove", "connect": "disconnect",
             "compress": "decompress", "enable": "disable", "left": "right", "increment": "decrement",
             "serialize": "deserialize", "min": "max", "before": "after", "true": "false"}
LISTS = {"HTTP methods": ["get", "post", "put", "delete", "patch", "head"],
         "JavaScript array methods": ["map", "filter", "reduce", "push", "slice", "find"],
         "Python built-in types": ["int", "str", "list", "dict", "set", "tuple"],
         "git commands": ["commit", "push", "pull", "merge", "rebase", "log"],
         "programming languages": ["python", "rust", "go", "java", "ruby", "swift"],
         "SQL keywords": ["select", "from", "where", "join", "group", "order"],
         "sorting algorithms": ["quicksort", "mergesort", "heapsort", "bubblesort", "radixsort"],
         "data structures": ["array", "stack", "queue", "tree", "graph", "heap"],
         "TypeScript primitive types": ["string", "number", "boolean", "bigint", "symbol"],
         "CSS properties": ["color", "margin", "padding", "display", "border"],
         "web browsers": ["firefox", "chrome", "safari", "edge", "opera"],
         "file formats for data": ["json", "yaml", "toml", "csv", "xml"]}


def _rows(table, held_out):
    return [row for number, row in enumerate(table.items()) if (number % 5 == 4) == held_out]


def ask(random_, held_out=False, several=None):
    """Returns a random Question; `several` True or False asks for a list or for one word."""
    several = random_.random() < 0.3 if several is None else several
    if several:
        kind, words = random_.choice(_rows(LISTS, held_out))
        count = random_.randint(2, 4)
        items = random_.sample(words, count)
        number = ("two", "three", "four")[count - 2]
        text = random_.choice([f"Name {number} {kind}.", f"Give me {number} {kind}.", f"What are {number} {kind}?"])
        return Question(text, items, f"{number.capitalize()} {kind} are {', '.join(items[:-1])} and {items[-1]}.")
    return random_.choice(_KINDS)(random_, held_out)


def _fact(table, question, sentence, random_, held_out):
    """One row of a table; `{0}` stands for what is asked about, `{1}` for the answer."""
    about, answer = random_.choice(_rows(table, held_out))
    return Question(question.format(about), [answer], sentence.format(about, answer))


def _sum(random_, held_out):
    a, b = random_.randint(1, 9), random_.randint(1, 9)
    while ((a + b) % 5 == 4) != held_out:
        a, b = random_.randint(1, 9), random_.randint(1, 9)
    return Question(f"What is {a} + {b}?", [str(a + b)], f"The sum is {a + b}.")


def _name(random_, _):
    words = random_.sample(sorted({word for words in LISTS.values() for word in words}), 2)
    case, sign = random_.choice([("snake_case", "_"), ("kebab-case", "-"), ("dotted form", ".")])
    return Question(f"Write {words[0]} {words[1]} in {case}.", [sign.join(words)], f"It is written {sign.join(words)}.")


_KINDS = [functools.partial(_fact, *each) for each in (
    (KEYWORDS, "Which keyword defines a function in {0}?", "The keyword is {1}."),
    (STATUSES, "Which HTTP status means {0}?", "The status is {1}."),
    (EXTENSIONS, "Which extension do {0} files have?", "The extension is {1}."),
    (GIT, "Which git command {0}?", "The command is {1}."),
    (OPPOSITES, "What is the opposite of {0}?", "The opposite of {0} is {1}."))] + [_sum, _name]
