"""The catalogue in Django's admin, which stays quick with 100,000 rows.

A list page makes the same few queries for any number of rows, sorts by a column with an index, filters only where the
choices are few, and picks related rows by autocompletion. It counts what was searched for, never the whole table too.
"""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest

from searchsvc.catalog.models import Collection, Contribution, Creator, Item, Subject, Topic

if TYPE_CHECKING:
    # Django's classes are generic for the type checker only.
    ModelAdmin = admin.ModelAdmin[Any]
    TabularInline = admin.TabularInline[Any, Any]
else:
    ModelAdmin, TabularInline = admin.ModelAdmin, admin.TabularInline

ROWS = 50


class KindFilter(admin.SimpleListFilter):
    """The kinds that there are, read from the index on `kind`; a field's own filter offers only declared choices."""

    title = "kind"
    parameter_name = "kind"

    def lookups(self, _request: HttpRequest, _model_admin: Any) -> list[tuple[str, str]]:
        kinds = Item.objects.order_by("kind").values_list("kind", flat=True).distinct()
        return [(kind, kind) for kind in kinds]

    def queryset(self, _request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(kind=self.value()) if self.value() else queryset


class ContributionInline(TabularInline):
    model = Contribution
    autocomplete_fields = ("creator",)
    ordering = ("position",)
    extra = 0


class TopicInline(TabularInline):
    model = Topic
    autocomplete_fields = ("subject",)
    ordering = ("subject__path",)
    extra = 0


@admin.register(Item)
class ItemAdmin(ModelAdmin):
    list_display = ("key", "title", "kind", "date_text", "collection", "updated")
    list_select_related = ("collection",)
    list_filter = (KindFilter,)
    search_fields = ("key", "title")
    search_help_text = "Searches keys and titles."
    ordering = ("key",)
    sortable_by = ("key", "kind", "updated")
    autocomplete_fields = ("collection",)
    readonly_fields = ("created", "updated")
    inlines = (ContributionInline, TopicInline)
    show_full_result_count = False
    list_per_page = ROWS


@admin.register(Creator)
class CreatorAdmin(ModelAdmin):
    list_display = ("key", "name", "born", "died", "place")
    search_fields = ("key", "name", "sort_name")
    ordering = ("name",)
    sortable_by = ("key", "name")
    readonly_fields = ("created", "updated")
    show_full_result_count = False
    list_per_page = ROWS


@admin.register(Collection)
class CollectionAdmin(ModelAdmin):
    list_display = ("key", "title")
    search_fields = ("key", "title")
    ordering = ("title",)
    readonly_fields = ("created", "updated")
    show_full_result_count = False
    list_per_page = ROWS


@admin.register(Subject)
class SubjectAdmin(ModelAdmin):
    list_display = ("path", "depth")
    search_fields = ("path",)
    ordering = ("path",)
    list_filter = ("depth",)
    sortable_by = ("path",)
    show_full_result_count = False
    list_per_page = ROWS

    def get_readonly_fields(self, _request: HttpRequest, subject: Subject | None = None) -> tuple[str, ...]:
        """Leave a path as it is once it is there: those of the subjects below it begin with it."""
        return ("path",) if subject else ()
