"""Which files belong to which language, and what their lines look like.

Code keeps to short lines and is mostly letters and digits. Prose wraps nowhere, so Markdown's lines are as long as a
paragraph; JSON and mark-up are punctuation for a good part. The thresholds for code follow the practice of The Stack
(arXiv 2211.15533) and Codex (arXiv 2107.03374); those for the others were set by looking at what they drop.
"""

import collections
import pathlib

_SUFFIXES = {
    "typescript": "ts tsx mts cts", "javascript": "js jsx mjs cjs", "python": "py", "markdown": "md mdx", "json": "json",
    "html": "html htm", "css": "css scss less", "rust": "rs", "go": "go", "java": "java", "c": "c h",
}
LANGUAGES = {"." + suffix: language for language, suffixes in _SUFFIXES.items() for suffix in suffixes.split()}

# longest line, mean line (characters); letters and digits at least, digits at most, not ASCII at most (shares of bytes);
# largest file (bytes).
Limits = collections.namedtuple("Limits", "line mean alphanumeric digits foreign size")
_CODE = Limits(line=400, mean=80, alphanumeric=0.35, digits=0.15, foreign=0.05, size=100_000)
LIMITS = collections.defaultdict(lambda: _CODE, {
    "markdown": Limits(line=3000, mean=250, alphanumeric=0.55, digits=0.10, foreign=0.05, size=60_000),
    "json": Limits(line=300, mean=80, alphanumeric=0.25, digits=0.15, foreign=0.05, size=16_000),
    "html": Limits(line=400, mean=90, alphanumeric=0.35, digits=0.15, foreign=0.05, size=40_000),
    "css": Limits(line=400, mean=60, alphanumeric=0.35, digits=0.20, foreign=0.05, size=60_000),
})


def language_of(path):
    """Returns the language's name, or None for a file of no language that is trained on."""
    return LANGUAGES.get(pathlib.PurePosixPath(path).suffix.lower())
