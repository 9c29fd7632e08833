"""Terms near a word: the servers' term suggester, made to leave none out."""

from typing import Any

MOST_TERMS = 1_000  # near one word; five letters have some dozens among Tate's 27,000
ANY_NUMBER = 2**31 - 1


def near_terms(column: str, word: str, edits: int) -> dict[str, Any]:
    """A suggester of all terms within so many edits that begin with the same letter, however common the word is."""
    return {
        "text": word,
        "term": {
            "field": column,
            "size": MOST_TERMS,
            "shard_size": MOST_TERMS,
            "max_edits": edits,
            "prefix_length": 1,
            "min_word_length": 1,
            "suggest_mode": "always",
            "max_term_freq": ANY_NUMBER,
            "accuracy": 0.0,
            "string_distance": "damerau_levenshtein",
            "sort": "score",
        },
    }
