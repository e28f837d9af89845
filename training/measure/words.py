"""VS Code's word-based suggestions: what the editor offers by itself, without a language service and without a model.

As microsoft/vscode does it (MIT; read at 415bd3a2ef28):
- Words are those of the document that the language's word pattern finds, without numbers and without the word at the
  cursor, 10 000 at most: `textualSuggest` in src/vs/editor/common/services/editorSimpleWorker.ts (there
  `$textualSuggest` later on). Pattern: `DEFAULT_WORD_REGEXP` of src/vs/editor/common/core/wordHelper.ts; TypeScript's
  own one (extensions/typescript-basics/language-configuration.json) excludes the same characters.
- The list is ordered by how well a word matches what was typed, then by the lower-case word, then by the word:
  src/vs/editor/contrib/suggest/browser/completionModel.ts and `defaultComparator` in suggest.ts beside it;
  `editor.suggest.localityBonus` is off by default. Among words that begin with what was typed, `fuzzyScore` of
  src/vs/base/common/filters.ts depends on nothing but the case of the typed part. Words that match in another way
  cannot be the right one here, and are left out in favour of the editor.
- The first of the list is selected (`editor.suggestSelection` is "first"), and accepting it writes the whole word.

Other open documents of the language would give more words (`editor.wordBasedSuggestions` is "matchingDocuments"); here
one document is open. The list opens by itself after a typed letter; where none is typed yet, the place is answered as
if the list had been asked for, which is again in the editor's favour. The answer ends with the word.
"""

import re

PATTERN = re.compile(r"(-?\d*\.\d\w*)|([^`~!@#$%^&*()\-=+\[{\]}\\|;:'\",.<>/?\s]+)", re.ASCII)
LIMIT = 10000


def _is_number(word):
    try:
        float(word)
    except ValueError:
        return bool(re.fullmatch(r"0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+", word))
    return word.isascii() and "_" not in word  # JavaScript's Number() knows no separators


def candidates(before, after):
    """Returns (what is typed of the word at the cursor, the list of words in the order shown)."""
    line = before.rpartition("\n")[2]
    typed = next((found.group() for found in PATTERN.finditer(line) if found.end() == len(line)), "")
    words = {}
    for line in (before + after).split("\n"):
        for found in PATTERN.finditer(line):
            if found.group() != typed and not _is_number(found.group()) and len(words) <= LIMIT:
                words[found.group()] = None
    fitting = [word for word in words if word.lower().startswith(typed.lower())]
    return typed, sorted(fitting, key=lambda word: (not word.startswith(typed), word.lower(), word))


def suggest(places):
    """Returns (answers, shares): for each place what the first suggestion adds, "" without one.

    `shares` tells for how many places with a typed part of a word the right word is first, or among the first five.
    """
    answers, first, five, typed_places = [], 0, 0, 0
    for place in places:
        typed, words = candidates(place.before, place.after)
        answers.append(words[0][len(typed):] if words else "")
        if typed and place.word:
            typed_places += 1
            wanted = typed + place.word
            first += bool(words) and words[0] == wanted
            five += wanted in words[:5]
    return answers, {"places": typed_places, "first": first, "among the first five": five}
