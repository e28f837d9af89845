"""How texts become prompts: the path before the code, and the two orders of filling in the middle.

Bavarian et al. 2022 (arXiv 2207.14255). With P before the cursor, M the middle and S after it,
    PSM  <s><|file_path|>path\\n<|fim_prefix|>P<|fim_suffix|>S<|fim_middle|>M</s>
    SPM  <s><|file_path|>path\\n<|fim_prefix|><|fim_suffix|>S<|fim_middle|>P M</s>
each of path, P, S and M tokenised on its own, so the cursor may stand inside a word.
"""

from text.tokenizer import BOS, EOS, FILE_PATH, FIM_MIDDLE, FIM_PREFIX, FIM_SUFFIX


def header(tokenizer, path):
    return [BOS, FILE_PATH, *tokenizer.encode(path + "\n")]


def arrange(head, prefix, suffix, middle, suffix_first):
    """Returns the ids of a form from the ids of its parts; without `middle` (None), a prompt."""
    if suffix_first:
        ids = [*head, FIM_PREFIX, FIM_SUFFIX, *suffix, FIM_MIDDLE, *prefix]
    else:
        ids = [*head, FIM_PREFIX, *prefix, FIM_SUFFIX, *suffix, FIM_MIDDLE]
    return ids if middle is None else [*ids, *middle, EOS]


def _form(tokenizer, path, prefix, suffix, middle, suffix_first):
    return arrange(header(tokenizer, path), tokenizer.encode(prefix), tokenizer.encode(suffix),
                   None if middle is None else tokenizer.encode(middle), suffix_first)


def prefix_suffix_middle(tokenizer, path, prefix, suffix, middle=None):
    """Returns the ids of the PSM form, up to and including the middle; without `middle`, a prompt."""
    return _form(tokenizer, path, prefix, suffix, middle, False)


def suffix_prefix_middle(tokenizer, path, prefix, suffix, middle=None):
    """Returns the ids of the SPM form; the middle follows the prefix, so a prompt ends with the prefix."""
    return _form(tokenizer, path, prefix, suffix, middle, True)
