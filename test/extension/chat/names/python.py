"""Names of Python's standard library: `python3 test/extension/chat/names/python.py` writes media/names/python.txt.

What modules written in Python define (functions, classes, their members, parameters), from their sources; what the others have, from the
modules themselves; keywords; names of the language's own types.
"""

import ast
import importlib
import keyword
import sys
import sysconfig
from pathlib import Path

# No part of what programs use, or with side effects when imported.
LEFT_OUT = {"antigravity", "idlelib", "lib2to3", "test", "this", "turtledemo", "ensurepip", "distutils", "pydoc_data"}


def defined(source: str) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, ast.arg):
            names.add(node.arg)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            names.add(node.attr)
    return names


def members(thing: object) -> set[str]:
    names = set(dir(thing))
    for name in dir(thing):
        value = getattr(thing, name, None)
        if isinstance(value, type):
            names |= set(dir(value))
    return names


def main() -> None:
    library = Path(sysconfig.get_path("stdlib"))
    names = set(keyword.kwlist) | set(keyword.softkwlist)
    for module in sorted(sys.stdlib_module_names - LEFT_OUT):
        names.add(module)
        for file in [library / f"{module}.py", *(library / module).rglob("*.py")]:
            if file.exists() and not {"test", "tests", "site-packages"} & set(file.parts):
                names |= set(file.relative_to(library).with_suffix("").parts)
                names |= defined(file.read_text("utf8"))
        try:
            names |= members(importlib.import_module(module))
        except ImportError:
            print(f"{module} is not on this platform", file=sys.stderr)
    public = sorted(name for name in names if name.isidentifier() and (not name.startswith("_") or name.startswith("__")))
    target = Path(__file__).parents[4] / "media" / "names" / "python.txt"
    target.write_text("\n".join(public) + "\n", "utf8")


if __name__ == "__main__":
    main()
