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
    for name, phrases in _PHRASES:
        if all(phrase in head for phrase in phrases):
            return name
    return None


def has_foreign_header(code):
    """Whether the first lines of a source file name a licence that is not on the list."""
    return bool(_FOREIGN_HEADER.search(code[:1500]))
