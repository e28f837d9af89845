"""Exact duplicates by hash; near-duplicates by the share of a file's lines that earlier files had.

A containment test over lines, not MinHash over files (Lee et al. 2021, arXiv 2107.06499): it also catches a file put
together from parts of several others, which no pair of files reveals, needs one share instead of a number of
permutations, bands and a threshold, and costs one look-up a line. The price is that common lines count as seen, too, so
files that are mostly boilerplate go as well.
"""

import hashlib
import zlib

import numpy


class NearDuplicates:
    """Lines seen are bits of a table under the CRC of the line, so memory does not grow with the corpus.

    The table has 2^32 bits, 512 MiB once they are touched. n different lines make a new line look seen with probability
    n/2^32, 1 % at 43 million lines (about 2 GB of code), far from what moves a share of 70 %.
    """

    def __init__(self, share=0.7, shortest_line=12):
        self._share = share
        self._shortest_line = shortest_line
        self._files = set()
        self._seen = numpy.zeros(1 << 29, dtype=numpy.uint8)

    def reason_to_drop(self, text):
        """Returns why the file is dropped, or None; a file that is kept counts as seen from now on."""
        stripped = (line.strip() for line in text.split("\n"))
        lines = [line.encode() for line in stripped if len(line) >= self._shortest_line]
        if not lines:
            return "too short"
        digest = hashlib.blake2b(b"\n".join(lines), digest_size=16).digest()
        if digest in self._files:
            return "exact duplicate"
        codes = numpy.fromiter(map(zlib.crc32, lines), dtype=numpy.uint32, count=len(lines))
        places, bits = codes >> 3, numpy.left_shift(1, codes & 7).astype(numpy.uint8)
        if numpy.count_nonzero(self._seen[places] & bits) > self._share * len(codes):
            return "near-duplicate"
        self._files.add(digest)
        numpy.bitwise_or.at(self._seen, places, bits)
        return None
