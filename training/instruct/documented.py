"""Finds documented functions, methods and classes in source files.

Python by its own parser; TypeScript and JavaScript by their layout: a declaration after a doc comment ends at the first
later line that starts with a closing brace at the declaration's own indentation. A formatter has been over nearly all
published code, and what was not formatted is left out rather than guessed at.
"""

import ast
import dataclasses
import re
import textwrap
import warnings


@dataclasses.dataclass
class Documented:
    language: str
    repository: str
    path: str
    name: str
    kind: str  # function or class
    code: str  # without its comment, common indentation removed
    comment: str  # the whole comment, its markers removed
    signature: str  # the lines of `code` before the body
    body: str  # the rest of `code`


MOST_LINES, MOST_CHARACTERS = 60, 2400
_WORD = "(?:export|default|declare|abstract|public|private|protected|static|async|override|readonly|get|set)"
_DECLARATION = re.compile(
    rf"(?:{_WORD}\s+)*(?:(?P<function>function)\b\s*\*?\s*(?P<a>[\w$]+)|(?P<class>class)\s+(?P<b>[\w$]+)|"
    r"(?:const|let|var)\s+(?P<c>[\w$]+)\s*(?::[^=]+)?=\s*(?:async\s+)?(?:function\b|\(|<|[\w$]+\s*=>)|"
    r"(?:exports|module\.exports|[\w$]+(?:\.prototype)?)\.(?P<d>[\w$]+)\s*=\s*(?:async\s+)?(?:function\b|\(|[\w$]+\s*=>)|"
    r"(?P<method>[*#]?\s*(?P<e>[\w$]+)\s*(?:<[^>(]*>)?\())")
_NOT_METHODS = {"if", "for", "while", "switch", "return", "catch", "function", "throw", "await", "typeof", "super",
                "import", "require", "describe", "it", "test", "new"}
_COMMENT = re.compile(r"^([ \t]*)/\*\*(?!/)(.*?)\*/[ \t]*\n", re.S | re.M)


def documented(document):
    """Yields Documented for each entry of a document {path, language, text}."""
    if document["language"] == "python":
        yield from _python(document)
    elif document["language"] in ("typescript", "javascript"):
        yield from _script(document)


def fits(code):
    lines = [line for line in code.split("\n") if line.strip()]
    return 2 <= len(lines) <= MOST_LINES and len(code) <= MOST_CHARACTERS


def _python(document):
    if '"""' not in document["text"] and "'''" not in document["text"]:
        return
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of invalid escapes in other people's strings
            tree = ast.parse(document["text"])
    except (SyntaxError, ValueError, RecursionError):
        return
    lines = document["text"].split("\n")
    for node in ast.walk(tree):
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            continue
        comment = ast.get_docstring(node)
        if not comment or len(node.body) < 2:
            continue
        start = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)]) - 1
        first = node.body[0]
        head, rest = lines[start : first.lineno - 1], lines[first.end_lineno : node.end_lineno]
        while rest and not rest[0].strip():
            rest.pop(0)
        code = textwrap.dedent("\n".join(head + rest)).rstrip()
        if not head or not rest or not fits(code):
            continue
        shown = code.split("\n")
        yield Documented("python", document["repository"], document["path"], node.name,
                         "class" if isinstance(node, ast.ClassDef) else "function",
                         code, comment, "\n".join(shown[: len(head)]), "\n".join(shown[len(head) :]))


def _script(document):
    text = document["text"]
    for found in _COMMENT.finditer(text):
        lines = text[found.end() : found.end() + 3 * MOST_CHARACTERS].split("\n")
        indent = found.group(1)
        entry = _declaration(lines, indent)
        if not entry:
            continue
        name, kind, head, length = entry
        code = textwrap.dedent("\n".join(lines[:length])).rstrip()
        if not fits(code) or "/**" in code and kind == "function":
            continue
        comment = "\n".join(re.sub(r"^\s*\*? ?", "", line) for line in found.group(2).split("\n")).strip()
        shown = code.split("\n")
        yield Documented(document["language"], document["repository"], document["path"], name, kind, code, comment,
                         "\n".join(shown[:head]), "\n".join(shown[head:]))


def _declaration(lines, indent):
    """Returns (name, kind, lines of the signature, lines in all) of the declaration these lines begin with, or None."""
    first = next((i for i, line in enumerate(lines) if not line.lstrip().startswith("@")), None)
    if first is None or first > 3 or not lines[first].startswith(indent):
        return None
    match = _DECLARATION.match(lines[first][len(indent) :])
    if not match:
        return None
    name = next(value for value in match.group("a", "b", "c", "d", "e") if value)
    if match.group("method") and (not indent or name in _NOT_METHODS):
        return None
    head = None
    for i, line in enumerate(lines[first:-1], first):  # the last line may be cut
        at_edge = line.startswith(indent) and line[len(indent) : len(indent) + 1].strip()
        if head is None and line.rstrip().endswith("{"):
            head = i + 1
        if i > first and at_edge and line[len(indent)] == "}" and not line.rstrip().endswith(("{", "(")):
            return (name, "class" if match.group("class") else "function", head, i + 1) if head else None
        if i > first and at_edge and line[len(indent)] not in "})]":
            return None  # the next declaration began: this one had no body
        if i > first + MOST_LINES or i > first and line.strip() and not line.startswith(indent):
            return None
    return None
