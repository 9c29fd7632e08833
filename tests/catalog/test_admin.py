"""Each list page costs the same queries for few rows and for many."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

LISTS = ["item", "creator", "collection", "subject"]
SEARCHES = [*LISTS, "item/?q=work", "item/?kind=book", "creator/?q=editor", "subject/?q=a&depth=3", "collection/?q=all"]


@pytest.fixture
def queries_of(admin_client):
    def count(path: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            reply = admin_client.get(f"/admin/catalog/{path}")
        assert reply.status_code == 200, path
        return len(queries)

    return count


@pytest.mark.parametrize("path", [path if "?" in path else f"{path}/" for path in SEARCHES])
def test_a_list_page_costs_the_same_queries_for_any_number_of_rows(path, queries_of, make_item):
    make_item(0)
    queries_of(path)  # the first view of all also looks up content types
    few = queries_of(path)
    for number in range(1, 30):
        make_item(number)
    assert queries_of(path) == few <= 6


def test_a_list_page_counts_only_what_was_searched_for(admin_client, make_item):
    make_item(1)
    page = admin_client.get("/admin/catalog/item/?q=Work").content.decode()
    assert "Show all" in page
    assert "total" not in page.split('id="changelist-search"')[1].split("</form>")[0]


@pytest.mark.parametrize(
    ("model", "field", "term", "expected"),
    [
        ("contribution", "creator", "editor 7", "editor 7"),
        ("topic", "subject", "A/B/7", "A/B/7"),
        ("item", "collection", "all", "All"),
    ],
)
def test_related_rows_are_found_by_typing(admin_client, make_item, model, field, term, expected):
    make_item(7)
    asked = {"app_label": "catalog", "model_name": model, "field_name": field, "term": term}
    found = admin_client.get("/admin/autocomplete/", asked).json()["results"]
    assert [one["text"] for one in found] == [expected]


def test_an_item_can_be_opened_and_a_subjects_path_cannot_be_changed(admin_client, make_item):
    item = make_item(1)
    assert admin_client.get(f"/admin/catalog/item/{item.pk}/change/").status_code == 200
    page = admin_client.get(f"/admin/catalog/subject/{item.subjects.first().pk}/change/").content.decode()
    assert 'name="path"' not in page
    assert 'name="path"' in admin_client.get("/admin/catalog/subject/add/").content.decode()


def test_a_subject_added_in_the_admin_gets_its_ancestors(admin_client):
    assert admin_client.post("/admin/catalog/subject/add/", {"path": "Arts/Dance/Ballet"}).status_code == 302
    assert "Arts/Dance" in admin_client.get("/admin/catalog/subject/").content.decode()
