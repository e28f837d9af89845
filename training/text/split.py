"""Which documents are read at which length: whole folders, so that neighbouring files meet in one long row."""

import collections
import hashlib
import json
import posixpath

Place = collections.namedtuple("Place", "offset repository path language size")  # of a line of train.jsonl; bytes


def index(path):
    """Returns ([Place], SHA-256 of the file)."""
    places, offset, digest = [], 0, hashlib.sha256()
    with open(path, "rb") as lines:
        for line in lines:
            digest.update(line)
            document = json.loads(line)
            places.append(Place(offset, document["repository"], document["path"], document["language"],
                                len(document["text"].encode())))
            offset += len(line)
    return places, digest.hexdigest()


def assign(places, shares, seed):
    """Returns one list of places for each share of the bytes, in the order of `places`.

    A folder goes as a whole to one of them, drawn by hash.
    """
    sizes = collections.Counter()
    folder_of = [(place.repository, posixpath.dirname(place.path)) for place in places]
    for place, folder in zip(places, folder_of):
        sizes[folder] += place.size
    order = sorted(sizes, key=lambda folder: hashlib.sha256(f"{seed}:{folder}".encode()).digest())
    total, part_of, taken, part = sum(sizes.values()), {}, 0, 0
    for folder in order:
        while part < len(shares) - 1 and taken >= total * sum(shares[: part + 1]) / sum(shares):
            part += 1
        part_of[folder] = part
        taken += sizes[folder]
    return [[place for place, folder in zip(places, folder_of) if part_of[folder] == part] for part in range(len(shares))]
