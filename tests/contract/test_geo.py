"""Locations: circles, boxes and distances on a globe, across the antimeridian and the poles."""

from random import Random
from typing import Any

import pytest

from backends.core.errors import BadValue, UnknownField, UnsupportedQuery
from backends.core.geo import kilometres, origin
from backends.core.nodes import All, And, Lookup, Not
from backends.core.results import Page
from backends.core.store import Store
from tests.contract.conftest import Questions
from tests.contract.corpus import make

PARIS, LONDON = (48.8566, 2.3522), (51.5074, -0.1278)
PLACES: dict[str, Any] = {
    "paris": PARIS, "london": LONDON, "calais": (50.9513, 1.8587), "nadi": (-17.7765, 177.4356),
    "apia": (-13.8507, -171.7514), "line": (0.0, 180.0), "line2": (0.0, -180.0), "pole": (90.0, 0.0),
    "alert": (82.5018, -62.3481), "nagurskoye": (80.8, 47.6), "south": (-90.0, 12.0), "zero": (0.0, 0.0),
    "calais2": "50.9513,1.8587", "nowhere": None, "nowhere2": None,
}  # fmt: skip


@pytest.fixture
def globe(empty: Store) -> Questions:
    rows = [make(name, {"title": f"The {name}", "place": place, "year": len(name)}) for name, place in PLACES.items()]
    generation = empty.current() or 0
    for part in (rows[9:], rows[:9]):  # two commits: places lie in more than one segment
        empty.write(generation, part)
    return Questions(empty)


def near(point: object, km: float) -> Lookup:
    return Lookup("place", "near", (point, km))


def brute(point: tuple[float, float], km: float) -> set[str]:
    found = {name: place for name, place in PLACES.items() if isinstance(place, tuple)}
    names = {name for name, place in found.items() if kilometres(point, place) <= km}
    return names | ({"calais2"} if "calais" in names else set())


def test_distances_are_those_of_the_globe() -> None:
    assert kilometres(PARIS, LONDON) == pytest.approx(343.56, abs=0.05)
    assert kilometres((0, 0), (0, 180)) == pytest.approx(20015.1, abs=0.1)
    assert kilometres((90, 0), (-90, 77)) == pytest.approx(20015.1, abs=0.1)
    assert kilometres((0, 180), (0, -180)) == pytest.approx(0, abs=1e-9)
    assert kilometres(PARIS, PARIS) == 0


@pytest.mark.requires("geo")
@pytest.mark.parametrize(
    ("point", "km", "names"),
    [
        (PARIS, 0, {"paris"}), (PARIS, 236, {"paris", "calais", "calais2"}),
        (PARIS, 343, {"paris", "calais", "calais2"}),
        (PARIS, 344, {"paris", "london", "calais", "calais2"}), ((0, 179.9), 20, {"line", "line2"}),
        ((0, -179.9), 20, {"line", "line2"}), ((0, 180), 0, {"line", "line2"}), ((-16, 180), 1000, {"nadi", "apia"}),
        ((-16, -179), 1000, {"nadi", "apia"}), ((89.99, 170), 900, {"pole", "alert"}),
        ((-89, 0), 200, {"south"}), ((-85, -170), 400, set()), ((81.9, 0), 910, {"pole", "alert", "nagurskoye"}),
        ((0, 0), 20016, set(PLACES) - {"nowhere", "nowhere2"}), ((0, 0), 1e9, set(PLACES) - {"nowhere", "nowhere2"}),
    ],
)  # fmt: skip
def test_a_circle_holds_what_is_within_its_radius(
    globe: Questions, point: tuple[float, float], km: float, names: set[str]
) -> None:
    assert globe.found(near(point, km)) == names


@pytest.mark.requires("geo")
def test_any_circle_holds_what_the_formula_says(globe: Questions) -> None:
    rng = Random(4)
    for _ in range(60):
        point = (rng.uniform(-90, 90), rng.uniform(-180, 180))
        km = kilometres(point, rng.choice([place for place in PLACES.values() if isinstance(place, tuple)]))
        for radius in (km, km * (1 + 1e-9), km * (1 - 1e-9) - 1e-9):
            assert globe.found(near(point, radius)) == brute(point, radius), (point, radius)


@pytest.mark.requires("geo")
def test_circles_are_conditions_like_others(globe: Questions) -> None:
    everything = set(PLACES)
    around = near(PARIS, 344)
    assert globe.found(Not(around)) == everything - {"paris", "london", "calais", "calais2"}
    assert globe.found(And((around, near(LONDON, 200)))) == {"london", "calais", "calais2"}
    assert globe.found("calais2", filters=(around,)) == {"calais2"}
    assert globe.counts("year", around) == [(6, 2), (5, 1), (7, 1)]
    assert globe.page(around, size=1).total == 4


@pytest.mark.parametrize(
    ("corners", "names"),
    [
        (((48, 0), (51, 3)), {"paris", "calais", "calais2"}), (((51, 0), (48, 3)), {"paris", "calais", "calais2"}),
        (((-20, 170), (5, -170)), {"nadi", "apia", "line", "line2"}), (((-1, -180), (1, -170)), {"line", "line2"}),
        (((-1, 170), (1, 180)), {"line", "line2"}), (((-90, -180), (-80, 180)), {"south"}),
        (((52, 0), (53, 1)), set()),
    ],
)  # fmt: skip
def test_a_box_goes_from_west_to_east(globe: Questions, corners: Any, names: set[str]) -> None:
    assert globe.found(Lookup("place", "within", corners)) == names


def ordered(ask: Questions, order: tuple[str, ...], **asked: Any) -> Page:
    return ask.page(All(), order_by=order, origin=origin("place", PARIS), **asked)


def names_of(page: Page) -> list[str]:
    return [result.key.removeprefix("t:") for result in page.results]


@pytest.mark.requires("geo")
def test_nearest_come_first_and_what_is_nowhere_last_in_both_directions(globe: Questions) -> None:
    points = {name: place for name, place in PLACES.items() if isinstance(place, tuple)} | {
        "calais2": (50.9513, 1.8587)
    }
    up = sorted(points, key=lambda name: (kilometres(PARIS, points[name]), name))
    down = sorted(points, key=lambda name: (-kilometres(PARIS, points[name]), name))
    assert names_of(ordered(globe, ("distance",))) == [*up, "nowhere", "nowhere2"]
    assert names_of(ordered(globe, ("-distance",))) == [*down, "nowhere", "nowhere2"]
    assert up[:4] == ["paris", "calais", "calais2", "london"]


@pytest.mark.requires("geo")
@pytest.mark.requires("keyset")
@pytest.mark.parametrize("order", [("distance",), ("-distance",), ("year", "distance"), ("distance", "-year")])
def test_pages_by_distance_make_the_whole_forwards_and_back(globe: Questions, order: tuple[str, ...]) -> None:
    whole = names_of(ordered(globe, order))
    walked, after, firsts = [], None, []
    while True:
        page = ordered(globe, order, size=4, after=after)
        walked += names_of(page)
        firsts.append(page.results[0].sort)
        if not page.more:
            break
        after = page.results[-1].sort
    assert walked == whole
    assert names_of(ordered(globe, order, size=4, offset=4)) == whole[4:8]
    back = ordered(globe, order, size=4, after=firsts[2], backwards=True)
    assert (names_of(back), back.more) == (whole[4:8], True)
    assert ordered(globe, order, size=0).total == len(PLACES)


@pytest.mark.requires("geo")
def test_every_result_says_how_far_it_is(globe: Questions) -> None:
    for page in (ordered(globe, ("distance",)), ordered(globe, ("year",)), ordered(globe, ())):
        far = {result.key.removeprefix("t:"): result.distance for result in page.results}
        assert far["paris"] == 0
        assert far["london"] == pytest.approx(343.56, abs=0.05)
        assert far["nowhere"] is None
    assert [result.distance for result in globe.page(All()).results] == [None] * len(PLACES)
    first = ordered(globe, ("distance",)).results[3]
    assert first.sort == (pytest.approx(first.distance, rel=1e-12), "t:london")


@pytest.mark.requires("geo")
def test_deleted_and_moved_documents_are_where_they_are_now(globe: Questions) -> None:
    generation = globe.store.current() or 0
    globe.store.delete(generation, ["tests.work.london"])
    globe.store.write(generation, [make("paris", {"title": "Paris, Texas", "place": (33.66, -95.55)})])
    assert globe.found(near(PARIS, 400)) == {"calais", "calais2"}
    assert names_of(ordered(globe, ("distance",)))[:2] == ["calais", "calais2"]


def test_less_than_no_distance_finds_nothing(globe: Questions) -> None:
    assert globe.found(near(PARIS, -1)) == set()


@pytest.mark.parametrize("point", [(91, 0), (0, 181), (float("nan"), 0), "Paris", None, (1, 2, 3)])
def test_what_is_no_point_is_named(globe: Questions, point: Any) -> None:
    with pytest.raises(BadValue, match="place"):
        globe.page(near(point, 5))
    with pytest.raises(BadValue, match="place"):
        origin("place", point)


@pytest.mark.parametrize("km", [float("inf"), float("nan"), "5", None, True])
def test_what_is_no_distance_is_named(globe: Questions, km: Any) -> None:
    with pytest.raises(BadValue, match="kilometres"):
        globe.page(near(PARIS, km))


def test_distances_need_a_point_and_a_location(globe: Questions) -> None:
    with pytest.raises(UnsupportedQuery, match=r"near\(\)"):
        globe.page(All(), order_by=("distance",))
    with pytest.raises(UnsupportedQuery, match="year"):
        globe.page(All(), order_by=("distance",), origin=origin("year", PARIS))
    with pytest.raises(UnknownField, match="place"):
        globe.page(All(), order_by=("-distance",), origin=origin("palce", PARIS))
    with pytest.raises(UnsupportedQuery, match="near"):
        globe.page(Lookup("year", "near", (PARIS, 1)))
