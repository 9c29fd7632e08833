"""What is compared before a generation may answer, while the catalogue goes on changing."""

from searchsvc.catalog.models import Creator
from searchsvc.indexing.models import Change, Expansion, Generation
from searchsvc.indexing.rebuild.acceptance import examined
from tests.indexing.rebuild.runs import built, works


def wrong() -> list[str]:
    return examined(Generation.objects.get(), "0").wrong


def test_works_whose_creator_has_a_new_name_are_right_as_long_as_that_waits_to_be_expanded(embedded):
    creator = Creator.objects.create(key="t:c", name="Before")
    made = works(3)
    made[0].contributions.create(creator=creator)
    built()
    Change.objects.all().delete()
    assert wrong() == []

    creator.name = "After"
    creator.save()
    assert Expansion.objects.filter(alias="default").exists()
    assert not Change.objects.filter(alias="default").exists()
    assert wrong() == []

    Expansion.objects.all().delete()  # lost, as nothing of ours loses it
    assert wrong() == [f"catalog.item.{made[0].pk}"]


def test_a_work_that_has_new_words_is_not_searched_for_by_them_as_long_as_its_change_waits(embedded):
    made = works(3)
    built()
    Change.objects.all().delete()
    made[0].title = "Quay"
    made[0].save()
    assert examined(Generation.objects.get(), "0").faults() == []

    Change.objects.all().delete()  # as above
    assert examined(Generation.objects.get(), "0").wrong == [f"catalog.item.{made[0].pk}"]
