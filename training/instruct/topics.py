"""What the corpus's own documentation talks about: headings and sentences, as words that no list of requests would have."""

import re

from instruct.comments import first_sentences
from instruct.explain import VERBS

_MARKUP = re.compile(r"\{\s*#[^}]*\}|<[^>]*>|[*_]{1,3}(?=\w)|(?<=\w)[*_]{1,3}(?!\w)|`|~~")
_LINK = re.compile(r"!?\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])?")
_NUMBER = re.compile(r"^[\W\d]*[.):]\s+|^\W+(?=\w)")
_RELEASE = re.compile(r"^\W*v?\d|\d+\.\d+\.\d+|^(un)?released?\b", re.I)
_WORD = re.compile(r"[^\W\d_]{2,}")
_HEADING = re.compile(r"^#{1,5} +(.+?) *#*$", re.M)
_FENCED = re.compile(r"^(`{3,}|~{3,}).*?^\1", re.M | re.S)
_INFINITIVES = {verb: verb for verb in VERBS} | {
    gerund: verb for verb in VERBS for gerund in (f"{verb}ing", f"{verb.removesuffix('e')}ing", f"{verb}{verb[-1]}ing")}


def headings(text, most=9):
    """Yields the headings of a Markdown document that name something in at most so many words."""
    for found in _HEADING.finditer(_FENCED.sub("", text)):
        heading = _plain(found[1]).rstrip(" :.!")
        if not _RELEASE.search(heading) and _WORD.search(heading) and len(heading.split()) <= most and len(heading) <= 80:
            yield heading


def infinitive(heading):
    """Returns what a heading says how to do ("Handling errors", "How to handle errors", "Handle errors"), or None."""
    first, _, rest = re.sub(r"^how (?:to|do (?:i|you|we)) ", "", heading, flags=re.I).rstrip("?").partition(" ")
    verb = _INFINITIVES.get(first.lower())
    return f"{verb} {rest}" if verb and rest else None


def sentences(text, least=5, most=24):
    """Yields the first sentences of a Markdown document's paragraphs that have so many words."""
    for paragraph in re.split(r"\n\s*\n", _FENCED.sub("", text)):
        if paragraph[:1].isalpha():
            sentence = first_sentences(_plain(" ".join(paragraph.split())), most=0)
            if least <= len(sentence.split()) <= most and sentence[-1] == "." and "|" not in sentence:
                yield sentence


def _plain(text):
    return _NUMBER.sub("", _MARKUP.sub("", _LINK.sub(r"\1", text))).strip()
