"""Sentences from lists of words and templates, many from few, with a part of every list held out for measuring.

A template is text with slots: `{name}` stands for a value of the list of that name, `{a|b}` for one of what it says itself.
What stands in for a slot may have slots of its own.
"""

import re

_SLOT = re.compile(r"\{([^{}]*)\}")
HELD_OUT_OF = 6  # every sixth value of a list; a list shorter than that is shared by training and measuring


def held_out_part(values):
    """Returns the values of a list that training never draws."""
    different = list(dict.fromkeys(values))
    return different[HELD_OUT_OF - 1 :: HELD_OUT_OF]


class Grammar:
    """Lists of templates by name; all that it draws is either of training or held out."""

    def __init__(self, lists, held_out=False):
        self.held_out = held_out
        self._lists = {name: self.part(values) for name, values in lists.items()}

    def part(self, values):
        """Returns the values of a list that this grammar draws from."""
        apart = set(held_out_part(values))
        return [value for value in values if (value in apart) == self.held_out] if apart else values

    def expand(self, template, random_):
        """Returns the template with its slots filled, from the innermost; an unknown name is a KeyError."""
        def filled(slot):
            values = slot[1].split("|") if "|" in slot[1] else self._lists[slot[1]]
            return random_.choice(values)

        while _SLOT.search(template):
            template = _SLOT.sub(filled, template)
        template = re.sub(r"(?<=[^\Ws]s)'s\b", "'", template)  # the users', but the boss's
        return re.sub(" +", " ", template).strip()
