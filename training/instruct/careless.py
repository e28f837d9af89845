"""Requests as people type them in a hurry."""

import re


def careless(request, random_):
    """Returns the request, now and then in lower case, without its last sign, or with two letters exchanged."""
    drawn = random_.random()
    if drawn < 0.2:
        request = request.lower()
    if drawn < 0.1 or drawn > 0.9:
        request = request.rstrip(".?!")
    return _mistyped(request, random_) if random_.random() < 0.08 else request


def _mistyped(request, random_):
    """Returns the request with two letters of a word exchanged."""
    places = [found.start() for found in re.finditer(r"(?<=[a-z])[a-z]{2}(?=[a-z])", request)]
    if not places:
        return request
    at = random_.choice(places)
    return request[:at] + request[at + 1] + request[at] + request[at + 2 :]
