"""From query strings to params and back."""

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from indexes.registry import registered
from searchsvc.search.links import query_string
from searchsvc.search.params import BadParams, SearchParams, read_params

TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
VALUES = st.lists(TEXT, min_size=1, max_size=3, unique=True).map(tuple)
YEARS = st.tuples(st.integers(-3000, 0) | st.none(), st.integers(1, 2100) | st.none()).filter(any)


@pytest.fixture(scope="session")
def engine() -> str:
    """No engine is asked here."""
    return ""


def read(query: str, *, strict: bool = False) -> SearchParams:
    return read_params(QueryDict(query), registered()["items"], strict=strict)


def wrong(query: str, *, strict: bool = False) -> dict[str, str]:
    with pytest.raises(BadParams) as caught:
        read(query, strict=strict)
    return {error.parameter: error.code for error in caught.value.errors}


@given(
    q=TEXT.map(str.strip),
    filters=st.dictionaries(st.sampled_from(["kind", "creator", "subject"]), VALUES),
    excluded=st.dictionaries(st.just("language"), VALUES),
    ranges=st.dictionaries(st.just("year"), YEARS),
    sort=st.sampled_from(["relevance", "title", "-year"]),
    size=st.integers(1, 100),
)
def test_params_survive_their_own_address(q, filters, excluded, ranges, sort, size) -> None:
    params = SearchParams(
        "items", q, tuple(sorted(filters.items())), tuple(sorted(excluded.items())), tuple(ranges.items()), sort, size
    )
    assert read(query_string(params)) == params


def test_every_error_is_named_at_once() -> None:
    assert wrong("q=" + "x" * 10_001 + "&size=0&sort=age&f.colour=red&nf.x=1&r.year=b..c&r.price=1..2") == {
        "q": "too-long",
        "size": "bad-size",
        "sort": "unknown-sort",
        "f.colour": "unknown-filter",
        "nf.x": "unknown-filter",
        "r.year": "bad-range",
        "r.price": "unknown-range",
    }


@pytest.mark.parametrize("size", ["0", "-1", "101", "ten", "1.5", "9" * 400, "٣"])
def test_a_wrong_size_is_refused(size: str) -> None:
    assert wrong(f"size={size}") == {"size": "bad-size"}


@pytest.mark.parametrize(
    ("span", "ends"),
    [("1900..1950", (1900, 1950)), ("-500..-1", (-500, -1)), ("1900..", (1900, None)), ("..1950", (None, 1950)),
     ("1900", (1900, 1900))],
)  # fmt: skip
def test_a_range_has_two_ends_either_of_them_open(span: str, ends: tuple[int | None, int | None]) -> None:
    assert read(f"r.year={span}").ranges == (("year", ends),)


def test_a_range_that_runs_backwards_is_refused_with_the_other_way_round() -> None:
    with pytest.raises(BadParams, match=r"did you mean 1900\.\.1950"):
        read("r.year=1950..1900")


def test_a_form_may_send_the_ends_of_a_range_apart() -> None:
    assert read("r.year.from=1900&r.year.to=1950") == read("r.year=1900..1950")
    assert read("r.year.from=&r.year.to=") == read("")
    assert read("r.year.to=5").ranges == (("year", (None, 5)),)


def test_unknown_parameters_are_for_pages_nothing_and_for_programs_an_error() -> None:
    assert read("utm_source=x") == read("")
    assert wrong("utm_source=x&facets=colour&fields=secret&highlight=maybe", strict=True) == {
        "utm_source": "unknown-parameter",
        "facets": "unknown-name",
        "fields": "unknown-name",
        "highlight": "bad-flag",
    }


def test_who_may_see_a_work_is_not_given_out() -> None:
    assert wrong("fields=visible_to", strict=True) == {"fields": "unknown-name"}


def test_programs_may_ask_for_larger_pages_than_people() -> None:
    assert read("size=1000", strict=True).size == 1000
    assert wrong("size=1001", strict=True) == {"size": "bad-size"}


def test_a_filter_said_twice_counts_once_and_an_empty_one_not_at_all() -> None:
    assert read("f.kind=book&f.kind=book&f.kind=&f.creator=") == read("f.kind=book")


def test_a_value_is_added_and_taken_off() -> None:
    book = read("f.kind=book&cursor=abc")
    both = book.with_value("kind", "film")
    assert both == read("f.kind=book&f.kind=film")
    assert both.without_value("kind", "book") == read("f.kind=film")
    assert both.without_value("kind", "book").without_value("kind", "film") == read("")
