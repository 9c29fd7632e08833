"""Twenty questions to Tate's catalogue whose answers must be the same on every engine."""

from searchsvc.search.params import SearchParams


def ask(
    q: str = "", *, r: tuple[int | None, int | None] | None = None, sort: str = "year", **filters: str
) -> SearchParams:
    """One question; `r` is a range of years, `not_<field>` excludes."""
    chosen = {name: (value,) for name, value in filters.items() if not name.startswith("not_")}
    excluded = {name.removeprefix("not_"): (value,) for name, value in filters.items() if name.startswith("not_")}
    return SearchParams(
        "items",
        q,
        tuple(sorted(chosen.items())),
        tuple(sorted(excluded.items())),
        () if r is None else (("year", r),),
        sort,
        size=100_000,
    )


QUESTIONS = {
    "everything": ask(),
    "a word": ask("harbour"),
    "a word in a subject": ask("harbour", subject="nature/seascapes and coasts"),
    "two words": ask("fishing boat"),
    "a phrase": ask('"fishing boat"'),
    "a phrase of short words": ask('"view of the"'),
    "either of two": ask("castle OR abbey"),
    "one word and not another": ask("london -bridge"),
    "only a negation": ask("-turner"),
    "brackets": ask("(cat OR dog) -portrait"),
    "a beginning": ask("harb*"),
    "accents folded": ask("cezanne"),
    "a name with an apostrophe": ask("o'keeffe"),
    "a hyphened word": ask("self-portrait"),
    "one letter": ask("x"),
    "a shelf mark": ask("T07799"),
    "a span of years": ask("portrait", r=(1890, 1910)),
    "years before": ask(r=(None, 1600)),
    "a kind without a creator": ask(kind="painting", not_creator="Joseph Mallord William Turner"),
    "newest first": ask("sea", sort="-year", kind="painting"),
}
