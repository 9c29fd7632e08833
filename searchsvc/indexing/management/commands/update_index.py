"""Haystack's `update_index`: documents are read afresh and delivered through the outbox, with Haystack's flags."""

from argparse import ArgumentTypeError
from contextlib import suppress
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError
from django.utils import timezone
from haystack.management.commands import update_index as haystack
from haystack.utils.app_loading import haystack_get_models

from backends.core.errors import SearchError
from searchsvc.indexing.console import FAILED, WRONG_USE
from searchsvc.indexing.console.stock import parted
from searchsvc.indexing.console.update import done, moment
from searchsvc.indexing.documents import Source, sources
from searchsvc.indexing.rebuild.progress import watch
from searchsvc.indexing.rebuild.signals import stopping
from searchsvc.indexing.update import BATCH, BadSelection, NotDelivered, Selection, Updating


class Command(haystack.Command):  # type: ignore[misc] # Haystack carries no types
    help = (
        "Read documents afresh from the database. --workers, --nocommit and --max-retries change nothing: "
        "the outbox delivers, in order, durably, and again where it has to."
    )

    def handle(self, **options: Any) -> None:
        ours, others = parted(options.get("using"))
        if ours:
            self._update(ours, options)
        if others:
            super().handle(**{**options, "using": others})

    def _update(self, ours: tuple[str, ...], options: dict[str, Any]) -> None:
        selection = _selection(options)
        verbosity = int(options.get("verbosity", 1))
        try:
            with stopping() as stop:
                how = Updating(options.get("batchsize") or BATCH, watch(self.stdout, verbosity), stop)
                for source in _sources(ours, options.get("app_label") or []):
                    done(source, _of_age(source, selection, how), how, is_removing=options.get("remove", False))
        except BadSelection as error:
            raise CommandError(str(error), returncode=WRONG_USE) from error
        except (NotDelivered, SearchError) as error:
            raise CommandError(str(error), returncode=FAILED) from error


def _sources(aliases: tuple[str, ...], labels: list[str]) -> list[Source]:
    """What the indexes are made of, of these apps and models, or all. Raises CommandError for one there is not."""
    every = [source for alias in aliases for source in sources(alias)]
    if not labels:
        return every
    try:
        wanted = [set(haystack_get_models(label)) for label in labels]
    except (LookupError, ImproperlyConfigured) as error:
        raise CommandError(str(error), returncode=WRONG_USE) from error
    return [source for models in wanted for source in every if source.model in models]


def _selection(options: dict[str, Any]) -> Selection:
    """Haystack's ways to say since when. Raises CommandError for two of them, and for what is no time."""
    minutes, age, start = options.get("minutes"), options.get("age"), options.get("start_date")
    if sum(given is not None for given in (minutes, age, start)) > 1:
        raise CommandError("Minutes / age / start date options are mutually exclusive", returncode=WRONG_USE)
    since = _time(start)
    if minutes is not None:
        since = timezone.now() - timedelta(minutes=minutes)
    if age is not None:
        since = timezone.now() - timedelta(hours=age)
    return Selection(since=since, until=_time(options.get("end_date")))


def _time(given: str | datetime | None) -> datetime | None:
    """A time as Haystack takes it: any that dateutil can read, where that is installed. Raises CommandError."""
    if given is None or isinstance(given, datetime):
        return given
    try:
        return moment(given)
    except ArgumentTypeError as error:
        with suppress(ImportError, ValueError, OverflowError):
            found: datetime = import_module("dateutil.parser").parse(given)
            return found if found.tzinfo else timezone.make_aware(found)
        raise CommandError(str(error), returncode=WRONG_USE) from error


def _of_age(source: Source, selection: Selection, how: Updating) -> Selection:
    """As Haystack: where the index does not say when a row was changed, all of them."""
    if (selection.since or selection.until) and not source.index.get_updated_field():
        how.watch.say(f"No updated date field found for '{source.name}' - not restricting by age.")
        return Selection()
    return selection
