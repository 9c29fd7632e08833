"""How far two words are apart, once for all engines."""

from rapidfuzz.distance import OSA


def edits_within(word: str, other: str, most: int) -> bool:
    """Tell whether at most `most` edits lie between two words; a swap of neighbours is one edit.

    The optimal string alignment distance, as Lucene and Tantivy count.
    """
    return OSA.distance(word, other, score_cutoff=most) <= most
