"""From a doc comment to the sentence or two that explain the code, and whether they are worth learning from."""

import re

_DROP = re.compile(r"\b(todo|fixme|xxx|hack|deprecated|noqa|eslint|istanbul|copyright|licen[sc]e|internal use|"
                   r"inheritdoc|same as|legacy)\b|https?:|www\.|@|^see\b|^note\b|[{}]|>>>|::|^\W|pylint|\bwip\b", re.I)
_STOP = set("a an and are as at be by for from if in into is it its of on or that the then this to used using was when "
            "where which will with not no all any each every given one only than these those does do can may must should "
            "returns return returned gets get sets set function method class object value".split())
_ENGLISH = set("a an and are as at be by for from if in into is it its of on or that the then this to when where which will "
               "with not no all any each".split())


def words_of(text):
    """Returns the lower-case words of prose or code; camelCase and snake_case are taken apart."""
    text = re.sub(r"([a-z0-9])([A-Z])|([A-Z])([A-Z][a-z])", lambda m: f"{m[1] or m[3]} {m[2] or m[4]}", text)
    return re.findall(r"[a-z]+", text.lower())


def stem(word):
    """The first five letters: enough to see `parses` in `parser`."""
    return word[:5].rstrip("s") if len(word) > 3 else word


def first_sentences(comment, most=220):
    """Returns the first sentence of a comment's first paragraph, the second as well if both fit in `most` characters."""
    paragraph = []
    for line in comment.strip().split("\n"):
        line = line.strip()
        if not line or line.startswith(("@", ":param", ":return", "Args:", "Parameters", "Returns:", "-", "* ", "```",
                                        ">>>", "..")):
            break
        paragraph.append(line)
    text = " ".join(paragraph)
    text = re.sub(r"\{@(?:link|code|linkcode|linkplain)\s+([^}|]+)(?:\|[^}]*)?\}", r"\1", text)
    text = re.sub(r":\w+:`~?([^`]+)`", r"`\1`", text).replace("``", "`")
    text = re.sub(r"\[([^\]]+)\]\([^)]*\)", r"\1", text)
    text = re.sub(r"</?(p|code|b|i|em|strong|br)\s*/?>", "", text, flags=re.I)
    text = re.sub(r"\s+", " ", text).strip()
    # A full stop ends a sentence unless it follows an abbreviation or stands inside a name.
    ends = [m.end(1) for m in re.finditer(r"(?<!\be\.g)(?<!\bi\.e)(?<!\betc)(?<!\bvs)([.!?])(?=\s+[A-Z`]|$)", text)]
    if not ends:
        result = text
    else:
        result = text[: ends[1]] if len(ends) > 1 and ends[1] <= most else text[: ends[0]]
    result = result.strip()
    if result and result[-1] not in ".!?:":
        result += "."
    return result[:1].upper() + result[1:]


def reason_to_drop(sentence, entry):
    """Returns why `sentence` is no good explanation of the Documented `entry`, or None."""
    if _DROP.search(sentence):
        return "link, tag, note to developers or markup"
    if not sentence.isascii():
        return "not plain ASCII"
    words = words_of(sentence)
    if not 5 <= len(sentence.split()) <= 45 or not 25 <= len(sentence) <= 260:
        return "too short or too long"
    if sentence.endswith(":") or sentence.endswith("?"):
        return "introduces something else"
    if sum(c.isalpha() or c == " " for c in sentence) < 0.85 * len(sentence):
        return "more signs than words"
    if not _ENGLISH & set(words):
        return "not a sentence in English"
    content = {stem(word) for word in words if word not in _STOP and len(word) > 2}
    name = {stem(word) for word in words_of(entry.name)}
    if len(content - name) < 2:
        return "only the name split into words"
    if not content & {stem(word) for word in words_of(entry.code)}:
        return "mentions nothing of the code"
    return None
