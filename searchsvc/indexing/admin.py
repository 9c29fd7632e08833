"""The pipeline in Django's admin: what waits, what is dead, generations, comparisons, and who did what.

Everything is read here and nothing is edited: what changes an index goes through the same functions as the commands,
behind the permission `indexing.operate`.
"""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_POST

from searchsvc.catalog.admin import ROWS, ModelAdmin, TabularInline
from searchsvc.indexing.documents import aliases
from searchsvc.indexing.models import WAITING, Action, Change, Generation, Refusal, Verification
from searchsvc.indexing.operate import start
from searchsvc.indexing.overview import WORDS, overview

OPERATE = "indexing.operate"


class ReadOnly:
    """Mixed into what nobody edits."""

    def has_add_permission(self, *_: Any) -> bool:
        return False

    def has_change_permission(self, *_: Any) -> bool:
        return False

    def has_delete_permission(self, *_: Any) -> bool:
        return False


class StateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"
    conditions = {
        "waiting": WAITING & Q(attempts=0),
        "retried": WAITING & Q(attempts__gt=0),
        "dead": Q(dead__isnull=False),
        "kept": Q(done__isnull=False),
    }

    def lookups(self, _request: HttpRequest, _model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("waiting", "Waiting"),
            ("retried", "Tried and failed"),
            ("dead", "Dead letters"),
            ("kept", "Delivered, kept for a generation that lacks it"),
        ]

    def queryset(self, _request: HttpRequest, queryset: Any) -> Any:
        condition = self.conditions.get(self.value() or "")
        return queryset if condition is None else queryset.filter(condition)


@admin.register(Change)
class ChangeAdmin(ReadOnly, ModelAdmin):
    """The outbox, with its dead letters."""

    list_display = ("id", "alias", "document", "state", "made", "attempts", "error")
    list_filter = (StateFilter, "alias")
    search_fields = ("object_pk", "error")
    search_help_text = "Searches primary keys and errors."
    ordering = ("id",)
    actions = ("requeue",)
    show_full_result_count = False
    list_per_page = ROWS

    @admin.display(description="document")
    def document(self, change: Change) -> str:
        return f"{change.model}.{change.object_pk}"

    @admin.display(description="state")
    def state(self, change: Change) -> str:
        if change.dead:
            return "dead"
        if change.done:
            return "kept"
        if change.leased_until and change.leased_until > timezone.now():
            return "being delivered"
        return "waiting" if change.due <= timezone.now() else f"again at {change.due:%H:%M:%S}"

    def has_operate_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(OPERATE)

    @admin.action(description="Try the selected dead letters again", permissions=["operate"])
    def requeue(self, request: HttpRequest, changes: QuerySet[Change]) -> None:
        from searchsvc.indexing.dead import requeue

        count = requeue(list(changes.values_list("pk", flat=True)), request.user.get_username())
        level = messages.SUCCESS if count else messages.WARNING
        self.message_user(
            request, f"{count} dead letters are tried again." if count else "None of these is dead.", level
        )


class RefusalInline(ReadOnly, TabularInline):
    model = Refusal
    extra = 0
    verbose_name_plural = "documents it could not write"


def _shown(request: HttpRequest) -> dict[str, Any]:
    return {"indexes": overview(), "may_operate": request.user.has_perm(OPERATE)}


@admin.register(Generation)
class GenerationAdmin(ReadOnly, ModelAdmin):
    list_display = ("__str__", "state", "progress", "refused", "started", "promoted", "by", "error")
    list_filter = ("alias", "state")
    ordering = ("-started",)
    inlines = (RefusalInline,)
    list_per_page = ROWS
    change_list_template = "admin/indexing/generations.html"

    def get_urls(self) -> list[Any]:
        live = path("live/", self.admin_site.admin_view(self.live), name="indexing_live")
        act = path("operate/", self.admin_site.admin_view(require_POST(self.operate)), name="indexing_operate")
        return [live, act, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        return super().changelist_view(request, {**_shown(request), "title": "Indexes", **(extra_context or {})})

    def live(self, request: HttpRequest) -> HttpResponse:
        """The figures alone, for the page to exchange while it is open."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return TemplateResponse(request, "admin/indexing/overview.html", _shown(request))

    def operate(self, request: HttpRequest) -> HttpResponse:
        """Start what a button says, by who may; a rollback is asked about first."""
        if not request.user.has_perm(OPERATE):
            raise PermissionDenied
        alias, verb = request.POST.get("alias", ""), request.POST.get("verb", "")
        if alias not in aliases() or verb not in WORDS:
            return HttpResponseBadRequest("There is no such index, or nothing of this name to be done with it.")
        if verb == "rollback" and request.POST.get("sure") != "yes":
            question = (
                f"Have the generation before this one answer for '{alias}'? It catches up with all changes first."
            )
            asked = {"question": question, "alias": alias, "verb": verb, "words": WORDS[verb], "title": "Are you sure?"}
            page = {**self.admin_site.each_context(request), **asked}
            return TemplateResponse(request, "admin/indexing/confirm.html", page)
        start(verb, alias, request.user.get_username())
        self.message_user(request, f"Begun: {verb} of '{alias}'. It goes on when this page is closed.")
        return redirect("admin:indexing_generation_changelist")

    @admin.display(description="written")
    def progress(self, generation: Generation) -> str:
        return f"{generation.written:,} of {generation.total:,}"


@admin.register(Verification)
class VerificationAdmin(ReadOnly, ModelAdmin):
    list_display = ("__str__", "is_whole", "checked", "missing", "ghost", "stale", "wrong", "fixed", "finished")
    list_filter = ("alias", "is_whole")
    ordering = ("-started",)
    list_per_page = ROWS


@admin.register(Action)
class ActionAdmin(ReadOnly, ModelAdmin):
    """The audit log."""

    list_display = ("at", "who", "what", "alias", "details")
    list_filter = ("what", "alias")
    search_fields = ("who",)
    ordering = ("-at",)
    show_full_result_count = False
    list_per_page = ROWS
