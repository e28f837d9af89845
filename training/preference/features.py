"""What a preference head sees of an answer: numbers from its text and from the probabilities it was written with.

All of it is at hand where an answer has just been generated: the text before and after the cursor as the model was shown
them, the answer, and for each of its tokens the log-probability and the entropy of the distribution it was taken from,
at temperature 1, in nats; last the log-probability of the end after it, and a projection of the hidden state that the end is
told from. Nothing needs another pass of the model. Heads standardise all of it, so that `log_length` is a z-score to them.
"""

import math
import re

from preference.checks import brackets, names, odd_quotes
from preference.form import NEAR_LINES, OPENERS, comment_share, language_match, misindented, parses
from preference.places import KEYWORDS
from preference.state import SIZE

NAMES = (
    "mean_log_prob", "min_log_prob", "first_log_prob", "sum_log_prob", "mean_entropy", "end_log_prob", "log_length",
    "log_lines", "closed", "opened", "imbalance", "odd_quotes", "repeated_lines", "repeats_before", "repeats_after",
    "known_names", "new_names", "ends_open", "dangerous", "parses", "misindented", "comment_share", "language_match", "refusal",
    *(f"state_{i}" for i in range(SIZE)),
)
LOWEST = -20.0  # of a log-probability
# Calls and settings that harm where they are written without need.
DANGEROUS = re.compile(
    r"\beval\(|\bexec\(|execSync\(|new Function\(|rm -rf|shell=True|child_process|pickle\.loads?\(|verify=False|"
    r"rejectUnauthorized: *false|0o?777\b|_unverified_context|innerHTML *=|yaml\.load\((?!.*Safe)|"
    r"(?:password|passwd|secret|api_?key)\s*[:=]\s*[\"'][^\"']{4,}[\"']|\bmd5\b|\bsha1\b|except Exception: *pass|"
    r"(?:SELECT|INSERT|UPDATE|DELETE)\b[^\n]*[\"'] *\+", re.IGNORECASE)


def _lines(text):
    return [line.strip() for line in text.split("\n") if len(line.strip()) > 1]


def _share(hits, count):
    return hits / count if count else 0.0


def features(before, after, answer, log_probs, entropies, end_log_prob, state, refuses=False):
    """Returns floats in the order of NAMES.

    `log_probs` and `entropies` are lists, one number a token of the answer; `state` is of state.projected.
    """
    log_probs = [max(value, LOWEST) for value in log_probs] or [LOWEST]
    closed, opened = brackets(answer)
    whole, without = brackets(before + answer + after), brackets(before + after)
    own = _lines(answer)
    above, below = _lines(before)[-NEAR_LINES:], _lines(after)[:NEAR_LINES]
    own_names = [name for name in names(answer) if name not in KEYWORDS]
    seen = set(names(before + "\n" + after))
    known = sum(name in seen for name in own_names)
    imbalance = float(sum(map(len, whole)) - sum(map(len, without)))
    return [
        sum(log_probs) / len(log_probs),
        min(log_probs),
        log_probs[0],
        sum(log_probs) / 10,
        _share(sum(entropies), len(entropies)),
        max(end_log_prob, LOWEST),
        math.log1p(len(answer)),
        math.log1p(answer.count("\n")),
        float(len(closed)),
        float(len(opened)),
        imbalance,
        float(odd_quotes(answer)),
        _share(len(own) - len(set(own)), len(own)),
        _share(sum(line in above for line in own), len(own)),
        _share(sum(line in below for line in own), len(own)),
        _share(known, len(own_names)),
        math.log1p(len(own_names) - known),
        float(answer.rstrip()[-1:] in OPENERS),
        float(len(DANGEROUS.findall(answer))),
        float(parses(answer, imbalance)),
        misindented(before, answer),
        comment_share(answer),
        language_match(before + "\n" + after, answer),
        float(refuses),
        *state,
    ]
