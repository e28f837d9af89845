"""Which licences the training data may be under, and how their texts are recognised.

The rule is deliberately strict: a repository without a licence text that we recognise is not trained on.
"""

import re

# Each phrase is quoted from the licence's own text; white space is collapsed before comparing.
_PHRASES = [
    ("Apache-2.0", ["apache license", "version 2.0"]),
    ("MIT", ["permission is hereby granted, free of charge", "without restriction"]),
    ("BSD", ["redistribution and use in source and binary forms", "with or without modification"]),
    ("ISC", ["permission to use, copy, modify, and", "permission notice appear in all copies"]),
    ("0BSD", ["permission to use, copy, modify, and", "for any purpose with or without fee is hereby granted"]),
    ("PSF", ["python software foundation license"]),
    ("Unlicense", ["this is free and unencumbered software released into the public domain"]),
]

_FORBIDDEN = re.compile(
    r"gnu (affero |lesser |library )?general public|mozilla public license|commons clause|business source|"
    r"blue oak|eclipse public|elastic license|server side public|creative commons|all rights reserved\.? proprietary",
    re.I,
)

# The curl licence reads like ISC with a clause on advertising. It is not on the list.
_OTHER = re.compile(r"name of a copyright holder shall not be used in advertising")

# Licence files for something other than the code: a logo, the documentation. The folders are left out then.
DOCUMENTS_FILE = re.compile(r"docs?\b|documentation|logo|media|assets", re.I)
DOCUMENTS = ("doc/", "docs/", "documentation/", "logo/", "website/")

LICENCE_FILE = re.compile(r"^(licen[cs]e|copying|unlicense)([.-][\w.-]+)?$", re.I)

# Headers inside a file that name a licence other than the allowed ones.
_FOREIGN_HEADER = re.compile(
    r"\b(A?GPL|LGPL|MPL|EPL|CDDL|SSPL|BUSL|CC-BY)(-|\b)|" + _FORBIDDEN.pattern, re.I
)


def licence_of(text):
    """Returns the licence's short name, None for a text we do not know, and "forbidden" for one we may not use.

    Only the first 3 000 characters count: bundles append the licences of everything they contain.
    """
    head = re.sub(r"[\s*#>]+", " ", text[:3000]).lower()
    if _FORBIDDEN.search(head):
        return "forbidden"
    if _OTHER.search(head) and "without restriction" not in head:
        return None
    for name, phrases in _PHRASES:
        if all(phrase in head for phrase in phrases):
            return name
    return None


def has_foreign_header(code):
    """Whether the first lines of a source file name a licence that is not on the list."""
    return bool(_FOREIGN_HEADER.search(code[:1500]))


# A comment at the top in any of the languages: /* … */, <!-- … -->, a run of // or of #.
_TOP_COMMENT = re.compile(r"\s*(/\*.*?\*/|<!--.*?-->|(?://[^\n]*\n)+|(?:#(?!!|include|define|if|pragma)[^\n]*\n)+)\s*", re.S)
_NOTICE = re.compile(r"copyright|\(c\)|licen[cs]e|SPDX", re.I)


def without_notice(code):
    """Returns the code without the comments at its top that state a copyright or licence.

    They are checked before and say the same in every file of a repository; a model that has learnt them writes them.
    """
    start = code.index("\n") + 1 if code.startswith("#!") and "\n" in code else 0
    while True:
        comment = _TOP_COMMENT.match(code, start)
        if not comment or comment.end() - start > 4000 or not _NOTICE.search(comment.group(1)):
            return code
        code = code[:start] + code[comment.end():]
