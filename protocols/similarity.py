"""How alike texts are: a port for whoever has embeddings, and two measures that need none.

A view that prunes replies compares them through this port. The built-in measures look at words and letters, never at
meaning, and give the same numbers on every machine; an embedding model of one's own is a function of the texts.
"""

import inspect
import math
import re
import unicodedata
import zlib
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Literal

from moot.errors import SpecError

Matrix = Sequence[Sequence[float]]
"""Row i, column j: how alike text i and text j are; the larger, the more."""
Similarity = Callable[[Sequence[str]], Matrix | Awaitable[Matrix]]
"""Texts to their square matrix; asynchronous where it takes long, as embeddings from a service do."""
SimilarityName = Literal["words", "ngrams"]

GRAM = 3
"""Letters of one n-gram."""
BUCKETS = 4096
"""Cells that n-grams are hashed to; long replies fill a few hundred."""

_WORD = re.compile(r"\w+")


def words(texts: Sequence[str]) -> Matrix:
    """Shared words over all words of each pair (Jaccard), case aside; 1 for two texts without words.

    >>> words(["Tea is hot.", "Is tea cold?"])[0][1]
    0.5
    """
    bags = [frozenset(_WORD.findall(_folded(text))) for text in texts]
    return [[len(bag & other) / len(bag | other) if bag | other else 1.0 for other in bags] for bag in bags]


def ngrams(texts: Sequence[str]) -> Matrix:
    """Cosine of the counts of hashed runs of three letters, words joined by single spaces, case aside.

    Robust to endings and misspellings. From 0 to 1, and 1 for two texts without words.

    >>> [round(alike, 2) for alike in ngrams(["the boats", "the boat", "a train"])[0]]
    [1.0, 0.82, 0.0]
    """
    vectors = [_hashed(text) for text in texts]
    lengths = [math.sqrt(math.fsum(count * count for count in vector.values())) for vector in vectors]
    return [
        [_cosine(vector, other, length * far) for other, far in zip(vectors, lengths, strict=True)]
        for vector, length in zip(vectors, lengths, strict=True)
    ]


async def alike(texts: Sequence[str], similarity: SimilarityName | Similarity) -> Matrix:
    """How alike each two of the texts are.

    Args:
        texts: What to compare.
        similarity: A built-in measure by name, or a function.

    Raises:
        SpecError: The function gives no square matrix of finite numbers, one row for each text.
    """
    given = similarity(texts) if callable(similarity) else MEASURES[similarity](texts)
    matrix = await given if inspect.isawaitable(given) else given
    if not (
        len(matrix) == len(texts) and all(len(row) == len(texts) and all(map(math.isfinite, row)) for row in matrix)
    ):
        raise SpecError(f"similarity= must give {len(texts)} texts {len(texts)} rows of as many finite numbers")
    return matrix


MEASURES: Mapping[SimilarityName, Callable[[Sequence[str]], Matrix]] = {"words": words, "ngrams": ngrams}


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _hashed(text: str) -> Counter[int]:
    """Counts by cell; `hash` would differ from one process to the next."""
    letters = f" {' '.join(_WORD.findall(_folded(text)))} "
    grams = (letters[place : place + GRAM] for place in range(len(letters) - GRAM + 1))
    return Counter(zlib.crc32(gram.encode(errors="replace")) % BUCKETS for gram in grams)


def _cosine(vector: Counter[int], other: Counter[int], lengths: float) -> float:
    if not lengths:
        return 1.0 if not vector and not other else 0.0
    small, large = sorted((vector, other), key=len)
    return math.fsum(count * large[cell] for cell, count in small.items()) / lengths
