"""What an engine can do: one flag a capability, each with a question. A contract test holds every flag to it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Features:
    facets: bool = False
    """Can it count the values of a column over all matches?"""
    counts: bool = False
    """Can it count several conditions over all matches in one search?"""
    stats: bool = False
    """Can it add up the numbers of a column over all matches, and for each value of another?"""
    spelling: bool = False
    """Can it list the words near a word, and count several conditions?"""
    geo: bool = False
    """Can it match locations around a point, and order by the distance?"""
    field_order: bool = False
    """Can it sort on several columns in mixed directions, missing values last?"""
    keyset: bool = False
    """Can a page start behind given sort values, forwards and backwards?"""
    phrases: bool = False
    """Can it match terms in a row?"""
    fuzzy: bool = False
    """Can it match terms within an edit distance?"""
    parts_of_words: bool = False
    """Can it match endings and parts of words?"""
    keyword_ranges: bool = False
    """Can it compare whole strings by code point?"""
    scores: bool = False
    """Does it rank by relevance?"""
    document_boosts: bool = False
    """Can it multiply the scores of a document by the document's own boost?"""
    transactions: bool = False
    """Does a write that returned survive the death of the process?"""
