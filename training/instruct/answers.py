"""Short coding answers, each computed from the code itself, so that it is true by construction."""

import ast
import re
import textwrap

from instruct.explain import NAMES
from text.chat import fence

SHORT_LINES, SHORT_CHARACTERS = 14, 600
NEW_NAMES = ["entry", "item", "source", "target", "handler", "payload", "record", "chosen", "limit", "label", "content",
             "current"]
_KEYWORDS = set("if for while switch return catch function throw await typeof super new import require async constructor and "
                "or not in with assert del print lambda def class elif except yield raise".split())


def build(entries, random_):
    """Yields conversations: one task of writing about each (Documented, sentence) short enough, one question on others."""
    for entry, sentence in entries:
        makers = WRITING if is_short(entry) and random_.random() < 0.6 else READING
        found = (make(entry, sentence, random_) for make in random_.sample(makers, len(makers)))
        pair = next((pair for pair in found if pair), None)
        if pair:
            question, answer = pair
            yield [("user", question, None), ("assistant", answer, False)]


def is_short(entry):
    return entry.code.count("\n") < SHORT_LINES and len(entry.code) <= SHORT_CHARACTERS


def _ask(entry, random_, *wordings):
    wording = random_.choice(wordings).format(name=entry.name, kind=entry.kind, language=NAMES[entry.language])
    return f"{wording}\n\n{fence(entry.code, entry.language)}"


def _listed(names):
    quoted = [f"`{name}`" for name in names]
    return quoted[0] if len(quoted) == 1 else ", ".join(quoted[:-1]) + " and " + quoted[-1]


def tree_of(entry):
    """Returns the function's node, or None where the code is not one Python function."""
    if entry.language != "python" or entry.kind != "function":
        return None
    try:
        node = ast.parse(entry.code).body[0]
    except (SyntaxError, ValueError, IndexError):
        return None
    return node if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) else None


def own_nodes(function):
    """Yields the nodes of a function, without those of functions inside it."""
    queue = list(function.body)
    while queue:
        node = queue.pop()
        yield node
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)):
            queue += ast.iter_child_nodes(node)


def implement(entry, sentence, random_):
    if entry.kind != "function":
        return None
    wording = random_.choice(["Write this {language} function: {what}", "Implement `{name}` in {language}. {what}",
                              "Complete this function. {what}", "{what} Write the body."])
    wording = wording.format(language=NAMES[entry.language], name=entry.name, what=sentence)
    return f"{wording}\n\n{fence(entry.signature, entry.language)}", fence(entry.code, entry.language)


def document(entry, sentence, random_):
    if entry.language == "python":
        indent = re.match(r"[ \t]*", entry.body.lstrip("\n"))[0] or "    "
        code = f'{entry.signature}\n{indent}"""{sentence}"""\n{entry.body}'
    else:
        code = f"/** {sentence} */\n{entry.code}"
    return _ask(entry, random_, "Add a doc comment to this {kind}.", "Document `{name}`.",
                "Write a doc comment for this code."), fence(code, entry.language)


def returns(entry, _, random_):
    question = "What does `{name}` return?", "What does this function return?"
    function = tree_of(entry)
    if function:
        own = list(own_nodes(function))
        found = [node.value for node in own if isinstance(node, ast.Return) and node.value is not None]
        if any(isinstance(node, (ast.Yield, ast.YieldFrom)) for node in own):
            return _ask(entry, random_, *question), "It is a generator: it yields values one by one."
        if not found:
            return _ask(entry, random_, *question), "Nothing: a call of it gives `None`."
        value = ast.get_source_segment(entry.code, found[0])
        if len(found) == 1 and value and len(value) <= 70 and "\n" not in value:
            return _ask(entry, random_, *question), f"It returns `{value}`."
        return None
    declared = re.search(r"\)\s*:\s*([^(){}]{1,60}?)\s*\{$", entry.signature)
    if entry.language == "typescript" and entry.kind == "function" and declared:
        return _ask(entry, random_, *question), f"It is declared to return `{declared[1]}`."
    return None


def parameters_of(entry):
    """Returns the names of a function's parameters, or None where they are not plain names."""
    function = tree_of(entry)
    if function:
        arguments = function.args
        names = [a.arg for a in [*arguments.posonlyargs, *arguments.args, arguments.vararg, *arguments.kwonlyargs,
                                 arguments.kwarg] if a]
        return [name for name in names if name not in ("self", "cls")]
    found = re.search(r"^[^(]*\(([^(){}\[\]<>=]*)\)[^()]*\{$", " ".join(entry.signature.split("\n")))
    if entry.language == "python" or entry.kind != "function" or not found:
        return None
    parts = [part.strip() for part in found[1].split(",") if part.strip()]
    names = [re.match(r"(?:\.\.\.)?(?:(?:public|private|protected|readonly) )*([\w$]+)\??\s*(?::.*)?$",
                      part) for part in parts]
    return [name[1] for name in names] if all(names) else None


def parameters(entry, _, random_):
    names = parameters_of(entry)
    if names is None or len(names) > 8:
        return None
    return _ask(entry, random_, "Which parameters does `{name}` take?", "List the parameters of this function."), (
        _listed(names) + "." if names else "None.")


def rename(entry, _, random_):
    names = [name for name in parameters_of(entry) or [] if len(name) > 1 and can_rename(entry.code, name)]
    free = [name for name in NEW_NAMES if not re.search(rf"\b{name}\b", entry.code)]
    if not names or not free:
        return None
    old, new = random_.choice(names), random_.choice(free)
    wording = random_.choice([f"Rename `{old}` to `{new}`.", f"Please rename the parameter `{old}` to `{new}`."])
    return _ask(entry, random_, wording), fence(re.sub(rf"\b{old}\b", new, entry.code), entry.language)


def can_rename(code, name):
    """Whether every occurrence is surely the variable: not a property, a keyword argument, a string or a shorthand."""
    everywhere = len(re.findall(rf"\b{re.escape(name)}\b", code))
    plain = len(re.findall(rf"(?<![.\w'\"`$#]){re.escape(name)}(?![\w'\"`$=]|\??:(?!\s*[A-Za-z\[{{]))", code))
    return (everywhere == plain and not re.search(rf"\{{[^(){{}}]*\b{re.escape(name)}\b[^(){{}}]*\}}", code)
            and not re.search(rf"['\"`#/*][^\n]*\b{re.escape(name)}\b", code))


def language(entry, _, random_):
    if not is_short(entry):
        return None
    marks = {"python": r"^\s*(def|class|async def) ", "typescript": r"[)\w]\??: [A-Za-z]|private |readonly |<[A-Z]\w*>"}
    if entry.language in marks and not re.search(marks[entry.language], entry.code, re.M):
        return None
    wording = random_.choice(["What language is this?", "Which programming language is this written in?"])
    return f"{wording}\n\n{fence(entry.code, '')}", f"{NAMES[entry.language]}."


def name(entry, _, random_):
    if not is_short(entry):
        return None
    return _ask(entry, random_, "What is this {kind} called?", "Name the {kind} in this code."), f"`{entry.name}`."


def asynchronous(entry, _, random_):
    if entry.kind != "function" or random_.random() < 0.6:
        return None
    answer = "Yes." if re.search(r"\basync\b", entry.signature) else "No." if "Promise" not in entry.signature else None
    return answer and (_ask(entry, random_, "Is `{name}` declared async?", "Is this an async function?"), answer)


def errors(entry, _, random_):
    pattern = r"\braise (\w+)\(" if entry.language == "python" else r"\bthrow new (\w+)\("
    if entry.kind != "function" or len(re.findall(r"\b(?:raise|throw)\b", entry.code)) != len(re.findall(pattern,
                                                                                                         entry.code)):
        return None
    names = list(dict.fromkeys(re.findall(pattern, entry.code)))
    if len(names) > 4 or not names and random_.random() < 0.8:
        return None
    return _ask(entry, random_, "Which errors does this function raise itself?", "What can `{name}` throw by itself?"), (
        _listed(names) + "." if names else "None.")


def calls(entry, _, random_):
    code = re.sub(r"(['\"`]).*?\1|#.*|//.*", "", entry.body)
    names = list(dict.fromkeys(re.findall(r"(?<![.\w$])(?<!new )([A-Za-z_$][\w$]*)\(", textwrap.dedent(code))))
    names = [found for found in names if found not in _KEYWORDS]
    if entry.kind != "function" or not 1 <= len(names) <= 6:
        return None
    return _ask(entry, random_, "Which functions does `{name}` call by their plain name?",
                "List the functions called here by name."), _listed(names) + "."


# Writing code from words counts double: it is what a coding assistant is asked for.
WRITING = [implement, implement, document, rename]
READING = [returns, parameters, language, name, asynchronous, errors, calls]
