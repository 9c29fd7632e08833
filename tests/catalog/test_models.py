from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils import timezone

from searchsvc.catalog.models import Collection, Contribution, Creator, Item, Subject

pytestmark = pytest.mark.django_db

GOOD = {"key": "test:1", "kind": "book", "title": "A book"}
BAD_ITEMS = {
    "key without a source": {"key": "1"},
    "key that starts with a colon": {"key": ":1"},
    "key that ends with a colon": {"key": "test:"},
    "no title": {"title": ""},
    "no kind": {"kind": ""},
    "years the wrong way round": {"year_from": 1900, "year_to": 1899},
    "latitude alone": {"latitude": 1.0},
    "longitude alone": {"longitude": 1.0},
    "north of the pole": {"latitude": 90.5, "longitude": 0.0},
    "beyond the date line": {"latitude": 0.0, "longitude": -180.5},
    "price below nothing": {"price": Decimal(-1), "currency": "EUR"},
    "price without a currency": {"price": Decimal(1)},
}
BAD_FORMS = {
    "source in capitals": {"key": "Test:1"},
    "key that is too long": {"key": "test:" + "x" * 251},
    "address that cannot be parsed": {"url": "http://[a"},
    "identifier with a line end": {"key": "test:a\nb"},
    "kind with a space": {"kind": "oil painting"},
    "language in words": {"language": "French"},
    "script as an address": {"url": "javascript:alert(1)"},
    "address without a host": {"image_url": "https://"},
    "attribute that is an object": {"attributes": {"a": {"b": 1}}},
    "attribute that is a list of numbers": {"attributes": {"a": [1]}},
    "attribute with a bad name": {"attributes": {"A b": 1}},
    "attributes that are a list": {"attributes": ["a"]},
    "other title that is blank": {"other_titles": [" "]},
    "other title twice": {"other_titles": ["a", "a"]},
    "visible to a text": {"visible_to": "public"},
}


@pytest.mark.parametrize("columns", BAD_ITEMS.values(), ids=BAD_ITEMS)
def test_the_database_refuses(columns):
    with pytest.raises(IntegrityError), transaction.atomic():
        Item.objects.create(**GOOD | columns)


@pytest.mark.parametrize("columns", [*BAD_ITEMS.values(), *BAD_FORMS.values()], ids=[*BAD_ITEMS, *BAD_FORMS])
def test_a_form_refuses(columns):
    with pytest.raises(ValidationError):
        Item(**GOOD | columns).full_clean()


def test_an_item_may_have_all_that_a_catalogue_knows():
    item = Item(
        **GOOD,
        year_from=-500,
        year_to=-500,
        latitude=-90.0,
        longitude=180.0,
        price=Decimal("12.50"),
        currency="EUR",
        language="zh-Hant",
        url="https://example.org/a?b=c",
        attributes={"pages": 12, "weight": 1.5, "is_signed": True, "medium": "ink", "colours": ["red", "black"]},
    )
    item.full_clean()
    item.save()
    assert Item.objects.get() == item


def test_an_item_is_public_unless_it_says_otherwise():
    assert Item.objects.create(**GOOD).visible_to == ["public"]
    assert Item(**GOOD | {"visible_to": []}).visible_to == []


def test_a_key_is_there_once():
    Item.objects.create(**GOOD)
    with pytest.raises(IntegrityError), transaction.atomic():
        Item.objects.create(**GOOD)


def test_a_key_has_a_source_and_an_identifier():
    item = Item(key="tate:a:b/c")
    assert (item.source, item.identifier) == ("tate", "a:b/c")


@pytest.mark.parametrize(
    ("record", "address"),
    [
        (Item(key="tate:T07799"), "/items/tate:T07799"),
        (Item(key="x:a/b c?d"), "/items/x:a%2Fb%20c%3Fd"),
        (Creator(key="demo:紫式部"), "/creators/demo:%E7%B4%AB%E5%BC%8F%E9%83%A8"),
        (Collection(key="demo:all"), "/collections/demo:all"),
    ],
)
def test_an_address_is_the_key_percent_encoded(record, address):
    assert record.get_absolute_url() == address


def test_a_source_is_told_from_one_that_it_begins_and_from_another_case(make_item):
    for key in ("tate:1", "tate-britain:1", "tatee:1", "Tate:1", "demo:tate:1", "t_te:1"):
        Item.objects.create(key=key, kind="book", title="x")
    assert list(Item.objects.of_source("tate").values_list("key", flat=True)) == ["tate:1"]
    assert list(Item.objects.of_source("t_te").values_list("key", flat=True)) == ["t_te:1"]


def test_nothing_is_deleted_from_under_an_item(make_item):
    item = make_item(1)
    for record in (Creator.objects.first(), item.collection, item.subjects.get(depth=3), Subject.objects.get(depth=1)):
        with pytest.raises(ProtectedError):
            record.delete()


def test_an_item_takes_its_own_joins_along(make_item):
    make_item(1).delete()
    assert Contribution.objects.count() == 0
    assert Creator.objects.count() == 2


def test_one_creator_has_each_role_once(make_item):
    item = make_item(1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Contribution.objects.create(item=item, creator=item.contributions.first().creator, role="author")


def test_an_index_build_reads_any_number_of_items_in_three_queries(make_item, django_assert_num_queries):
    for number in range(5):
        make_item(number)
    with django_assert_num_queries(3):
        read = [
            (
                item.collection.title,
                [(made.role, made.creator.name) for made in item.contributions.all()],
                [subject.path for subject in item.subjects.all()],
            )
            for item in Item.objects.with_related().order_by("key")
        ]
    assert read[2] == ("All", [("author", "author 2"), ("editor", "editor 2")], ["A", "A/B", "A/B/2"])


def test_creators_and_collections_are_read_in_one_query(make_item, django_assert_num_queries):
    make_item(1)
    for model in (Creator, Collection):
        with django_assert_num_queries(1):
            assert list(model.objects.with_related())


def test_a_change_moves_updated_and_leaves_created(make_item):
    item = make_item(1)
    Item.objects.update(created=timezone.now() - timedelta(1), updated=timezone.now() - timedelta(1))
    before = Item.objects.get()
    item.save(update_fields=["title", "updated"])
    after = Item.objects.get()
    assert after.created == before.created
    assert after.updated > before.updated


def test_the_migrations_are_complete():
    call_command("makemigrations", "catalog", check=True, dry_run=True, verbosity=0)
