"""What makes a source file unfit for training: generated, vendored, minified, data, secrets.

`languages.py` has the numbers that differ by language.
"""

import re

from corpus.languages import LIMITS, language_of
from corpus.licences import has_foreign_header

_VENDORED = re.compile(
    r"(^|/)(node_modules|vendor(ed)?|_vendor|third[_-]?party|dist|build|out|lib-es5|bower_components|fixtures?|__fixtures__|"
    r"__snapshots__|snapshots?|testdata|test-data|baselines?|migrations|generated|__generated__|locales?|i18n|examples-data|"
    r"\.yarn|\.vitepress|coverage|public|cassettes|versioned_docs|unittest-files|jquery[\w.-]*)/|"
    r"\.min\.|\.bundle\.|\.generated\.|_pb2|\.pb\.go$|[._-]gen\.\w+$|(^|/)zz_generated|\.d\.ts$|\.snap$",
    re.I,
)
# Lists that a reader of code learns nothing from: what changed when, who wrote what, which package has which hash.
_LIST = re.compile(
    r"(^|/)(change-?logs?|changes|history|release(s|-?notes)?|news|authors|contributors|code[_-]of[_-]conduct|security)"
    r"([._-][\w.-]*)?\.mdx?$|"
    r"(^|/)(change-?logs?|\.changesets?|\.changes|releases?)/|(^|/)[\w.-]*lock[\w.-]*\.json$|(^|/)(npm-shrinkwrap|composer|renovate|"
    r"\.all-contributorsrc|contributors|stats|data|paginators-\d|service-\d|waiters-\d)[\w.-]*\.json$|\.(tfstate|map)\.json$",
    re.I,
)
# Files of nothing but secrets mostly have a suffix of no language; of those that do, these. Code of that name is code.
_SECRET_FILE = re.compile(
    r"(^|/)(\.env[\w.-]*|credentials?|secrets?|service[_-]?accounts?|key-?store|\w*[._-](key|cert))[\w.-]*\.json$", re.I)
_GENERATED = re.compile(
    r"@generated|do not (edit|modify|change)|auto-?generated|automatically generated|generated (by|from|with)|"
    r"this file is generated|sourceMappingURL|http-equiv=.?refresh",
    re.I,
)
_SECRET = re.compile(
    r"-----BEGIN [A-Z ]*(PRIVATE KEY|CERTIFICATE|PGP)|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[A-Za-z0-9]{30,}|\bxox[abprs]-[\w-]{10,}|"
    r"\bgithub_pat_\w{30,}|\bglpat-[\w-]{20}|\bnpm_[A-Za-z0-9]{36}|\b[sr]k_live_[A-Za-z0-9]{16,}|\bpypi-[\w-]{40,}|"
    r"\bsk-[A-Za-z0-9_-]{32,}|\bSG\.[\w-]{20,}\.[\w-]{20,}|\bAIza[\w-]{35}\b|eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}|"
    r"\bhf_[A-Za-z]{30,}\b|https://hooks\.slack\.com/services/\w"
)
# A long quoted word with letters and digits, given to something whose name says what it is.
_PASSWORD = re.compile(
    r"(?i:api_?key|secret|token|passw(or)?d|private_?key)\w*['\"]?\s*[:=]\s*['\"](?=[A-Za-z+/=_-]*\d)(?=[\w+/=-]*[A-Z])"
    r"(?=[\w+/=-]*[a-z])[\w+/=-]{24,}['\"]"
)
_BLOB = re.compile(r"[A-Za-z0-9+/=]{200,}|(\\x[0-9a-fA-F]{2}){32,}|(0x[0-9a-fA-F]+,\s*){64,}|(-?\d+(\.\d+)?,\s*){100,}")
_LINK = re.compile(r"https?://|\]\(")
_ALPHANUMERIC = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_FOREIGN = bytes(range(128, 256))


def path_reason_to_drop(path):
    """Returns why the file's path alone speaks against it, or None: so that nothing is read in vain."""
    if _VENDORED.search(path):
        return "vendored, built, fixture or declaration file"
    if _SECRET_FILE.search(path):
        return "looks like it holds a secret"
    if language_of(path) in ("markdown", "json") and _LIST.search(path):
        return "list of changes, people or versions"
    return None


def _count(content, kind):
    return len(content) - len(content.translate(None, kind))


def reason_to_drop(path, text):
    """Returns why this file is not trained on, or None if it is fit."""
    language = language_of(path)
    limits = LIMITS[language]
    lines = text.split("\n")
    reason = path_reason_to_drop(path)
    if reason:
        return reason
    if len(text) < 200 or len(lines) < 8:
        return "too short"
    if _GENERATED.search(text[:1000]):
        return "says it is generated"
    if has_foreign_header(text):
        return "header of another licence"
    if max(map(len, lines)) > limits.line or len(text) / len(lines) > limits.mean:
        return "long lines"
    content = text.encode()
    foreign = _count(content, _FOREIGN)
    if foreign > limits.foreign * len(content) or "\0" in text:
        return "mostly not ASCII"
    if _count(content, _ALPHANUMERIC) + foreign < limits.alphanumeric * len(content):
        return "few letters and digits"
    if _count(content, b"0123456789") > limits.digits * len(content) or _BLOB.search(text):
        return "data table"
    if language == "markdown" and sum(1 for line in lines if _LINK.search(line)) > 0.4 * len(lines):
        return "list of links"
    if _SECRET.search(text) or _PASSWORD.search(text):
        return "looks like it holds a secret"
    return None
