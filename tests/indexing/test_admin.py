"""The pipeline's admin pages: read by who may look, worked by who may operate."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.utils import timezone

from searchsvc.indexing.audit import record
from searchsvc.indexing.models import Action, Change, Generation, Refusal, Verification

pytestmark = pytest.mark.django_db
LISTS = ["change", "generation", "verification", "action"]


@pytest.fixture
def rows():
    now = timezone.now()
    Change.objects.all().delete()
    waiting = {"alias": "default", "model": "catalog.item"}
    Change.objects.create(**waiting, object_pk="1")
    Change.objects.create(**waiting, object_pk="2", dead=now, attempts=9, error="Field 'year' takes a whole number.")
    Change.objects.create(**waiting, object_pk="3", done=now)
    Change.objects.create(**waiting, object_pk="4", leased_until=now + timedelta(minutes=1))
    Change.objects.create(**waiting, object_pk="5", attempts=2, due=now + timedelta(minutes=1), error="down")
    made = Generation.objects.create(alias="default", number=7, total=2000, written=1500, by="ann")
    Refusal.objects.create(generation=made, document="catalog.item.2", reason="no title")
    Verification.objects.create(alias="default", generation=7, checked=10, ghost=1)
    record("ann", "rebuild", "default")


@pytest.fixture
def looker(client):
    """Return a client signed in as one who may view and not operate."""
    user = User.objects.create_user("eve", is_staff=True)
    user.user_permissions.set(
        Permission.objects.filter(content_type__app_label="indexing", codename__startswith="view")
    )
    client.force_login(user)
    return client


@pytest.mark.parametrize("model", LISTS)
def test_each_list_opens_and_nothing_can_be_added_changed_or_deleted(admin_client, rows, model):
    page = admin_client.get(f"/admin/indexing/{model}/")
    assert page.status_code == 200
    assert f"/admin/indexing/{model}/add/" not in page.content.decode()
    assert admin_client.get(f"/admin/indexing/{model}/add/").status_code == 403
    assert "delete_selected" not in page.content.decode()


@pytest.mark.parametrize(
    ("state", "pks"), [("waiting", {"1", "4"}), ("retried", {"5"}), ("dead", {"2"}), ("kept", {"3"})]
)
def test_changes_are_told_apart_by_their_state(admin_client, rows, state, pks):
    page = admin_client.get("/admin/indexing/change/", {"state": state})
    assert {change.object_pk for change in page.context["cl"].result_list} == pks


def test_a_dead_letter_shows_why_and_is_requeued_with_one_action(admin_client, rows):
    assert "takes a whole number" in admin_client.get("/admin/indexing/change/?state=dead").content.decode()
    dead = Change.objects.get(object_pk="2")
    asked = {"action": "requeue", "_selected_action": [dead.pk]}
    page = admin_client.post("/admin/indexing/change/", asked, follow=True)
    assert "1 dead letters are tried again" in page.content.decode()
    again = Change.objects.get(pk=dead.pk)
    assert (again.dead, again.attempts) == (None, 0)
    assert Action.objects.filter(what="requeue", who="admin").exists()


def test_who_may_only_look_is_offered_no_requeue(looker, rows):
    page = looker.get("/admin/indexing/change/?state=dead")
    assert page.status_code == 200
    assert "requeue" not in page.content.decode()
    dead = Change.objects.get(object_pk="2")
    looker.post("/admin/indexing/change/", {"action": "requeue", "_selected_action": [dead.pk]})
    assert Change.objects.get(pk=dead.pk).dead is not None


def test_a_generation_shows_how_far_it_is_and_what_it_could_not_write(admin_client, rows):
    assert "1,500 of 2,000" in admin_client.get("/admin/indexing/generation/").content.decode()
    made = Generation.objects.get()
    assert "no title" in admin_client.get(f"/admin/indexing/generation/{made.pk}/change/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_only_who_may_operate_starts_anything(looker, index):
    page = looker.get("/admin/indexing/generation/")
    assert 'data-index="default"' in page.content.decode()
    assert "<button" not in page.content.decode().partition('id="indexes"')[2].partition("</section>")[0]
    asked = looker.post("/admin/indexing/generation/operate/", {"alias": "default", "verb": "rebuild"})
    assert asked.status_code == 403
    assert not Action.objects.exists()


@pytest.mark.parametrize("asked", [{"alias": "nowhere", "verb": "rebuild"}, {"alias": "default", "verb": "clear"}, {}])
def test_what_there_is_not_is_refused(admin_client, index, asked):
    assert admin_client.post("/admin/indexing/generation/operate/", asked).status_code == 400
    assert admin_client.get("/admin/indexing/generation/operate/").status_code == 405


def test_a_rollback_is_asked_about_first(admin_client, index):
    asked = {"alias": "default", "verb": "rollback"}
    page = admin_client.post("/admin/indexing/generation/operate/", asked).content.decode()
    assert "Have the generation before this one answer" in page
    assert not Action.objects.exists()


def test_an_engine_that_does_not_answer_is_said_and_the_page_opens(admin_client, no_index):
    page = admin_client.get("/admin/indexing/generation/").content.decode()
    assert "There is no index yet" in page
