"""Chooses where to cut a text into what is before the cursor, the middle to be written, and what comes after.

The mix imitates ghost text: the cursor mostly stands inside or at the end of a line and the middle is the rest of that
line or of the block, while the text after the cursor is anything from nothing to the rest of the window.
"""


def cut(text, random_):
    """Returns (prefix, suffix, middle), or None if the text is too short to cut."""
    lines = text.splitlines(keepends=True)
    full = [i for i, line in enumerate(lines) if len(line.strip()) > 2]
    if len(full) < 3:
        return None
    line = random_.choice(full)
    start, end = _middle(lines, line, random_)
    return text[:start], _suffix(text[end:], random_), text[start:end]


def _middle(lines, line, random_):
    """Returns the middle's (start, end) as offsets into the text; `line` is the index of the cursor's line."""
    begin = sum(map(len, lines[:line]))
    content = lines[line].rstrip("\n")
    indent = len(content) - len(content.lstrip())
    start = begin + random_.randint(indent, len(content) - 1)
    end = begin + len(content)
    kind = random_.random()
    if kind < 0.45:  # the rest of the line
        return start, end
    if kind < 0.60:  # the whole line or a few, from the indentation on
        last = min(line + random_.choice((0, 0, 1, 2, 4)), len(lines) - 1)
        return begin + indent, _end_of(lines, last)
    if kind < 0.72:  # from inside a line to the end of one of the next lines
        last = min(line + random_.randint(1, 5), len(lines) - 1)
        return start, _end_of(lines, last)
    if kind < 0.84:  # the block that the line opens
        return end, _end_of(lines, _last_of_block(lines, line, indent))
    if kind < 0.94:  # within the line
        return start, random_.randint(start + 1, end)
    stop = random_.randint(start + 1, start + 400)  # anything
    return start, min(stop, sum(map(len, lines)))


def _end_of(lines, last):
    """Offset of the end of a line, before its line break."""
    return sum(map(len, lines[:last])) + len(lines[last].rstrip("\n"))


def _last_of_block(lines, line, indent, longest=12):
    """Index of the last following line that is indented deeper than the given one."""
    last = line
    for i in range(line + 1, min(line + longest, len(lines))):
        stripped = lines[i].strip()
        if stripped and len(lines[i]) - len(lines[i].lstrip()) <= indent:
            break
        if stripped:
            last = i
    # Without a block below, the next line stands in for it.
    return last if last > line else min(line + 1, len(lines) - 1)


def _suffix(rest, random_):
    """Shortens the text after the middle: often a few lines, sometimes none, sometimes all."""
    kind = random_.random()
    if kind < 0.15:
        return ""
    if kind < 0.60:
        return "".join(rest.splitlines(keepends=True)[: random_.randint(1, 11)])
    return rest
