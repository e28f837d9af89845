"""Small statistics: intervals of shares and means, differences on the same places, edit similarity."""

import math


def wilson(hits, count, z=1.96):
    """Returns [low, high], the 95 % interval of a share: Wilson 1927, which stays sound near 0 and 1."""
    if count == 0:
        return [0.0, 1.0]
    share = hits / count
    middle = share + z * z / (2 * count)
    spread = z * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return [round(max(0.0, (middle - spread) / (1 + z * z / count)), 4),
            round(min(1.0, (middle + spread) / (1 + z * z / count)), 4)]


def paired(first, second, z=1.96):
    """Returns (mean difference first − second, [low, high] of it at 95 %) of values measured on the same places."""
    differences = [a - b for a, b in zip(first, second, strict=True)]
    mean = sum(differences) / len(differences)
    variance = sum((value - mean) ** 2 for value in differences) / max(1, len(differences) - 1)
    spread = z * math.sqrt(variance / len(differences))
    return round(mean, 4), [round(mean - spread, 4), round(mean + spread, 4)]


def edit_distance(a, b):
    """Returns the Levenshtein distance of two strings, by bit-parallel columns (Hyyrö 2003)."""
    if not a or not b:
        return len(a) or len(b)
    where = {}
    for i, character in enumerate(a):
        where[character] = where.get(character, 0) | 1 << i
    full, top = (1 << len(a)) - 1, 1 << len(a) - 1
    up, down, distance = full, 0, len(a)  # bits: the column rises or falls by one at that row
    for character in b:
        equal = where.get(character, 0)
        diagonal = (((equal & up) + up) ^ up) | equal | down
        right_up, right_down = down | (full & ~(diagonal | up)), up & diagonal
        distance += bool(right_up & top) - bool(right_down & top)
        right_up = (right_up << 1 | 1) & full
        right_down = right_down << 1 & full
        up, down = right_down | (full & ~(diagonal | right_up)), right_up & diagonal
    return distance


def edit_similarity(a, b):
    """Returns 1 − distance / length of the longer, 1 for two empty strings."""
    longest = max(len(a), len(b))
    return 1 - edit_distance(a, b) / longest if longest else 1.0
