import itertools

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from searchsvc.catalog.models import Subject
from searchsvc.catalog.subject import levels_of, paths_of

# A loaded machine is no failure.
steady = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

NAMES = st.text(st.characters(exclude_characters="/", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=9).filter(
    str.strip
)


def test_the_paths_of_a_subject_are_all_above_it_and_itself():
    assert paths_of("Nature/Water/Sea") == ["Nature", "Nature/Water", "Nature/Water/Sea"]


@steady
@given(st.lists(NAMES, min_size=1, max_size=6))
def test_each_path_begins_with_the_one_before(levels):
    paths = paths_of("/".join(levels))
    assert len(paths) == len(levels)
    assert all(longer.startswith(shorter + "/") for shorter, longer in itertools.pairwise(paths))
    assert levels_of(paths[-1]) == [level.strip() for level in levels]


@pytest.mark.parametrize("path", ["", " ", "/", "a/", "/a", "a//b", "a/ /b", "x" * 501])
def test_a_path_without_a_name_at_each_level_is_refused(path):
    with pytest.raises(ValidationError):
        levels_of(path)


@pytest.mark.django_db
def test_for_path_makes_what_is_missing_and_finds_what_is_there():
    sea = Subject.objects.for_path("Nature / Water/Sea")
    assert (sea.path, sea.name, sea.depth, sea.parent.path) == ("Nature/Water/Sea", "Sea", 3, "Nature/Water")
    assert Subject.objects.for_path("Nature/Water/Sea") == sea
    assert Subject.objects.count() == 3
    assert sea.paths() == ["Nature", "Nature/Water", "Nature/Water/Sea"]


@pytest.mark.django_db
def test_a_thousand_paths_cost_a_few_queries(django_assert_max_num_queries):
    paths = [f"{a}/{b}/{c}" for a in range(10) for b in range(10) for c in range(10)]
    with django_assert_max_num_queries(20):
        found = Subject.objects.for_paths(paths)
    assert len(found) == Subject.objects.count() == 1110
    with django_assert_max_num_queries(3):
        assert len(Subject.objects.for_paths(paths)) == 1110


@pytest.mark.django_db
def test_a_saved_subject_gets_its_place_in_the_tree():
    subject = Subject(path=" Arts /Music ")
    subject.save()
    assert (subject.path, subject.name, subject.depth, subject.parent.path) == ("Arts/Music", "Music", 2, "Arts")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "columns",
    [{"path": "a/b", "depth": 2}, {"path": "", "depth": 1}, {"path": "/a", "depth": 1}, {"path": "a/", "depth": 1}],
)
def test_the_database_refuses_a_subject_that_hangs_in_the_air(columns):
    with pytest.raises(IntegrityError), transaction.atomic():
        Subject.objects.bulk_create([Subject(name="x", **columns)])
