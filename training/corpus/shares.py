"""How much of each repository is taken, so that a language keeps to its quota and no repository dominates it."""


def share_of(sizes, quota):
    """Returns the most bytes that each repository may give, such that all together give `quota`, or None for no limit.

    Small repositories give all they have, large ones the same amount each. `sizes` is a list of bytes.
    """
    if sum(sizes) <= quota:
        return None
    left = quota
    for i, size in enumerate(sorted(sizes)):
        each = left / (len(sizes) - i)
        if size > each:
            return each
        left -= size
    return None
