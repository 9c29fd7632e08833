"""What this project expects of Haystack, whatever engine its settings name."""

from datetime import date, datetime
from io import StringIO

from django.core.cache import cache
from django.core.management import call_command
from django.test import TestCase
from haystack import connections
from haystack.forms import FacetedSearchForm, ModelSearchForm
from haystack.inputs import AutoQuery, Exact
from haystack.query import SQ, RelatedSearchQuerySet, SearchQuerySet
from haystack.utils.highlighting import Highlighter

from notes.models import Author, Note

HARBOUR, BOAT, CAT, LETTER = "Harbour at night", "A boat", "The cat sleeps", "Letter home"


class NotesTest(TestCase):
    @classmethod
    def setUpTestData(cls):
        connections["default"].get_backend().clear()
        ann = Author.objects.create(name="Ann Sew", about="Writes about the sea")
        kit = Author.objects.create(name="Kit Wood", about="Paints")
        for author, title, body, tags, pages, year in (
            (ann, HARBOUR, "Lights over the harbour and the water.", ["sea", "night"], 3, 2001),
            (ann, BOAT, "A boat leaves the harbour early.", ["sea"], 12, 2005),
            (kit, CAT, "Nothing happens here.", ["home"], 1, 2010),
            (kit, LETTER, "Dear all, the voyage went well.", ["home", "sea"], 5, 2010),
        ):
            Note.objects.create(
                author=author, title=title, body=body, tags=tags, pages=pages, is_public=pages < 10,
                written=datetime(year, 5, 6, 7, 8, 9), due=date(year, 6, 1),
            )  # fmt: skip

    def setUp(self):
        call_command("rebuild_index", interactive=False, verbosity=0)

    def titles(self, query):
        return {result.title for result in query.models(Note)}

    # Signals and commands

    def test_a_saved_note_is_found_and_a_deleted_one_is_not(self):
        note = Note.objects.create(
            author=Author.objects.first(), title="Zebra", body="Stripes", written=datetime(2020, 1, 1)
        )
        self.assertEqual(self.titles(SearchQuerySet().filter(content="zebra")), {"Zebra"})
        note.title = "Giraffe"
        note.save()
        self.assertEqual(self.titles(SearchQuerySet().filter(content="zebra")), set())
        self.assertEqual(self.titles(SearchQuerySet().filter(content="giraffe")), {"Giraffe"})
        note.delete()
        self.assertEqual(self.titles(SearchQuerySet().filter(content="giraffe")), set())

    def test_update_index_adds_what_signals_did_not_see(self):
        Note.objects.filter(title=CAT).update(title="The dog barks")
        self.assertEqual(self.titles(SearchQuerySet().filter(content="barks")), set())
        call_command("update_index", verbosity=0)
        self.assertEqual(self.titles(SearchQuerySet().filter(content="barks")), {"The dog barks"})

    def test_update_index_takes_away_what_is_gone_from_the_database(self):
        Note.objects.filter(title=CAT)._raw_delete("default")
        call_command("update_index", remove=True, verbosity=0)
        self.assertEqual(SearchQuerySet().models(Note).count(), 3)

    def test_clear_index_empties_and_rebuild_index_fills(self):
        call_command("clear_index", interactive=False, verbosity=0)
        self.assertEqual(SearchQuerySet().all().count(), 0)
        call_command("rebuild_index", "--noinput", verbosity=0)
        self.assertEqual(SearchQuerySet().all().count(), 6)

    def test_haystack_info_names_the_indexes(self):
        out = StringIO()
        call_command("haystack_info", stdout=out)
        self.assertIn("NoteIndex", out.getvalue())

    def test_a_backend_has_what_projects_call_on_it(self):
        backend = connections["default"].get_backend()
        backend.setup()
        fields = connections["default"].get_unified_index().all_searchfields()
        self.assertEqual(backend.build_schema(fields)[0], backend.content_field_name)
        backend.optimize()
        self.assertEqual(SearchQuerySet().all().count(), 6)
        backend.delete_index()
        self.assertEqual(SearchQuerySet().all().count(), 0)

    # Queries

    def test_words_phrases_and_exclusions_find(self):
        for query, titles in (
            (SearchQuerySet().filter(content="harbour"), {HARBOUR, BOAT}),
            (SearchQuerySet().filter(content="harbour").filter(content="boat"), {BOAT}),
            (SearchQuerySet().filter(content="harbour").exclude(content="boat"), {HARBOUR}),
            (SearchQuerySet().filter(SQ(content="boat") | SQ(content="voyage")), {BOAT, LETTER}),
            (SearchQuerySet().filter(content=Exact("leaves the harbour")), {BOAT}),
            (SearchQuerySet().auto_query("harbour -boat"), {HARBOUR}),
            (SearchQuerySet().filter(content=AutoQuery('"leaves the harbour"')), {BOAT}),
            (SearchQuerySet().filter(title__startswith="harb"), {HARBOUR}),
            (SearchQuerySet().filter(content="nosuchword"), set()),
        ):
            with self.subTest(str(query.query)):
                self.assertEqual(self.titles(query), titles)

    def test_values_filter(self):
        for lookups, titles in (
            ({"pages__gt": 3}, {BOAT, LETTER}),
            ({"pages__lte": 3}, {HARBOUR, CAT}),
            ({"pages__range": (3, 5)}, {HARBOUR, LETTER}),
            ({"pages__in": [1, 12]}, {CAT, BOAT}),
            ({"is_public": False}, {BOAT}),
            ({"written__gte": datetime(2005, 5, 6, 7, 8, 9)}, {BOAT, CAT, LETTER}),
            ({"written__lt": datetime(2005, 5, 6, 7, 8, 9)}, {HARBOUR}),
            ({"tags": "sea"}, {HARBOUR, BOAT, LETTER}),
            ({"tags__in": ["night", "home"]}, {HARBOUR, CAT, LETTER}),
        ):
            with self.subTest(lookups):
                self.assertEqual(self.titles(SearchQuerySet().filter(**lookups)), titles)

    def test_beginnings_complete(self):
        self.assertEqual(self.titles(SearchQuerySet().autocomplete(title_auto="har")), {HARBOUR})
        self.assertEqual(self.titles(SearchQuerySet().autocomplete(title_auto="slee")), {CAT})

    def test_fields_order(self):
        up = [result.title for result in SearchQuerySet().models(Note).order_by("pages")]
        self.assertEqual(up, [CAT, HARBOUR, LETTER, BOAT])
        down = [result.title for result in SearchQuerySet().models(Note).order_by("-pages")]
        self.assertEqual(down, up[::-1])

    def test_two_fields_order_in_mixed_directions(self):
        query = SearchQuerySet().models(Note).order_by("-written", "pages")
        self.assertEqual([result.title for result in query], [CAT, LETTER, BOAT, HARBOUR])

    def test_a_result_carries_what_was_stored(self):
        note = Note.objects.get(title=BOAT)
        result = SearchQuerySet().filter(content="leaves")[0]
        self.assertEqual((result.app_label, result.model_name, result.pk), ("notes", "note", str(note.pk)))
        self.assertEqual(result.object, note)
        self.assertEqual((result.pages, result.is_public, result.written), (12, False, note.written))
        self.assertEqual(result.get_stored_fields()["tags"], ["sea"])

    def test_a_day_in_a_field_of_date_and_time_is_its_midnight(self):
        self.assertEqual(SearchQuerySet().filter(content="leaves")[0].due, datetime(2005, 6, 1))

    def test_the_best_match_is_one_result(self):
        note = Note.objects.get(title=BOAT)
        self.assertEqual(SearchQuerySet().filter(content="leaves").best_match().pk, str(note.pk))

    def test_models_counts_slices_and_values(self):
        self.assertEqual(SearchQuerySet().models(Author).count(), 2)
        self.assertEqual(len(SearchQuerySet().models(Note)), 4)
        self.assertEqual(len(SearchQuerySet().models(Note)[1:3]), 2)
        values = SearchQuerySet().models(Note).order_by("pages").values_list("title", flat=True)
        self.assertEqual(values[:2], [CAT, HARBOUR])
        self.assertEqual([each.object.pages for each in SearchQuerySet().filter(content="leaves").load_all()], [12])

    def test_the_latest_is_the_one_of_the_latest_date(self):
        self.assertEqual(SearchQuerySet().filter(content="harbour").models(Note).latest("written").title, BOAT)

    def test_queries_join(self):
        harbour, voyage = (SearchQuerySet().filter(content=word) for word in ("harbour", "voyage"))
        self.assertEqual(self.titles(harbour | voyage), {HARBOUR, BOAT, LETTER})
        self.assertEqual(self.titles(harbour & SearchQuerySet().filter(content="boat")), {BOAT})
        self.assertEqual((len(harbour.none()), list(harbour.none()), len(harbour | voyage.none())), (0, [], 2))

    def test_a_raw_search_names_fields(self):
        self.assertEqual(self.titles(SearchQuerySet().raw_search("title:harbour")), {HARBOUR})
        self.assertEqual(self.titles(SearchQuerySet().raw_search("harbour AND boat")), {BOAT})

    def test_objects_are_loaded_by_a_queryset_of_the_project_s(self):
        query = RelatedSearchQuerySet().models(Note).filter(content="harbour").order_by("pages").load_all()
        self.assertEqual([each.object.title for each in query], [HARBOUR, BOAT])
        few = query.load_all_queryset(Note, Note.objects.filter(pages__lt=10))
        self.assertEqual([each.object.title for each in few], [HARBOUR])

    def test_a_query_keeps_in_the_cache(self):
        cache.set("query", SearchQuerySet().models(Note).filter(content="harbour").order_by("pages"))
        self.assertEqual([result.title for result in cache.get("query")], [HARBOUR, BOAT])
        cache.set("results", list(SearchQuerySet().filter(content="leaves")))
        self.assertEqual([result.object.title for result in cache.get("results")], [BOAT])

    # Facets and highlights

    def test_facets_count_whole_values(self):
        fields = SearchQuerySet().models(Note).facet("author").facet("tags").facet_counts()["fields"]
        self.assertEqual(dict(fields["author"]), {"Ann Sew": 2, "Kit Wood": 2})
        self.assertEqual(dict(fields["tags"]), {"sea": 3, "home": 2, "night": 1})

    def test_narrow_keeps_one_value(self):
        self.assertEqual(self.titles(SearchQuerySet().narrow('author_exact:"Kit Wood"')), {CAT, LETTER})

    def test_a_highlight_marks_the_word(self):
        result = SearchQuerySet().filter(content="harbour").models(Note).highlight()[0]
        self.assertRegex("".join(result.highlighted["text"]).lower(), "<[^>]+>harbour</")

    # Forms and pages

    def test_forms_search(self):
        self.assertEqual({each.title for each in ModelSearchForm({"q": "voyage"}).search()}, {LETTER})
        chosen = ModelSearchForm({"q": "sea", "models": ["notes.author"]}).search()
        self.assertEqual({each.title for each in chosen}, {"Ann Sew"})
        faceted = FacetedSearchForm({"q": "harbour"}, selected_facets=["author_exact:Ann Sew"]).search()
        self.assertEqual({each.title for each in faceted}, {HARBOUR, BOAT})

    def test_the_search_page_shows_results_with_the_word_marked(self):
        page = self.client.get("/search/", {"q": "harbour"})
        self.assertContains(page, '<span class="highlighted">harbour</span>')
        self.assertContains(page, "2 found, page 1 of 1")
        self.assertContains(self.client.get("/search/", {"q": "nosuchword"}), "Nothing was found.")

    def test_the_search_page_shows_what_is_similar(self):
        page = self.client.get("/search/", {"q": "leaves"})
        self.assertContains(page, f"<aside>{HARBOUR}</aside>")
        self.assertNotContains(page, f"<aside>{BOAT}</aside>")

    def test_a_highlighter_marks_a_text_of_any_origin(self):
        marked = Highlighter("night", html_tag="b", css_class="on").highlight("night and day")
        self.assertEqual(marked, '<b class="on">night</b> and day')

    def test_the_search_page_has_a_second_page(self):
        for at in range(4):
            Note.objects.create(
                author=Author.objects.first(), title=f"Walrus {at}", body="Tusks", written=datetime(2020, 1, 1)
            )
        first, second = (self.client.get("/search/", {"q": "walrus", "page": page}) for page in (1, 2))
        self.assertContains(first, "4 found, page 1 of 2")
        shown = [page.content.decode().count("<article") for page in (first, second)]
        self.assertEqual(shown, [3, 1])

    def test_the_facets_page_counts_and_narrows(self):
        page = self.client.get("/facets/", {"q": "harbour"})
        self.assertContains(page, "<li>Ann Sew=2</li>")
        self.assertContains(page, "<li>sea=2</li>")
        narrowed = self.client.get("/facets/", {"q": "harbour", "selected_facets": "tags_exact:night"})
        self.assertContains(narrowed, f"<h2>{HARBOUR}</h2>")
        self.assertNotContains(narrowed, f"<h2>{BOAT}</h2>")
