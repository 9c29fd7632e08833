"""What the pipeline from the catalogue to the indexes remembers. All of it lives in the catalogue's own database.

`alias` is always a Haystack connection: one index. `model` is 'app_label.model_name', `object_pk` a primary key as
text. Times are UTC.
"""

from django.db import models
from django.db.models import Q
from django.utils import timezone

ALIAS, MODEL, PK = 64, 100, 255  # characters
WAITING = Q(done__isnull=True, dead__isnull=True)


class Change(models.Model):
    """The outbox: a document that has to be read afresh and brought to one index.

    Written in the transaction that changes the catalogue, and only ever added there: several rows of a document are
    delivered as one. A row goes when each generation that is written has the document. It is kept, `done`, while there
    is a generation that may have missed it (one being filled, or an old one kept for a rollback); `dead` it waits for
    a person.
    """

    alias = models.CharField(max_length=ALIAS)
    model = models.CharField(max_length=MODEL)
    object_pk = models.CharField(max_length=PK)
    made = models.DateTimeField(default=timezone.now)
    due = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease = models.UUIDField(null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    done = models.DateTimeField(null=True, blank=True)
    dead = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True, default="")

    class Meta:
        verbose_name_plural = "changes and dead letters"
        indexes = [
            models.Index(fields=["alias", "due", "id"], name="change_waiting", condition=WAITING),
            models.Index(fields=["alias", "model", "object_pk"], name="change_document"),
            models.Index(fields=["alias", "id"], name="change_done", condition=Q(done__isnull=False)),
            models.Index(fields=["alias", "id"], name="change_dead", condition=Q(dead__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.model}.{self.object_pk} in '{self.alias}'"


class Expansion(models.Model):
    """A record changed on which documents of an index depend: one row, however many they are.

    It is turned into changes in chunks, by key; `after` is the last document's primary key that has its change.
    `lookup` is the way from the document to the record, as in a filter.
    """

    alias = models.CharField(max_length=ALIAS)
    model = models.CharField(max_length=MODEL)  # of the documents
    lookup = models.CharField(max_length=200)
    object_pk = models.CharField(max_length=PK)  # of the record
    after = models.CharField(max_length=PK, blank=True, default="")
    made = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["alias", "id"], name="expansion_alias")]

    def __str__(self) -> str:
        return f"{self.lookup}={self.object_pk} in '{self.alias}'"


class Lane(models.Model):
    """One a connection. Its row is locked while changes are claimed; of an embedded index one batch alone is written.

    `holder` is that batch's lease. After a failure of the engine nothing is claimed before `due`; `failures` are those
    in a row, `error` and `failed` tell of the last one, also when it is over.
    """

    alias = models.CharField(primary_key=True, max_length=ALIAS)
    holder = models.UUIDField(null=True, blank=True)
    held_until = models.DateTimeField(null=True, blank=True)
    due = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)
    failed = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True, default="")

    def __str__(self) -> str:
        return self.alias


class State(models.TextChoices):
    """Of a generation. Which of the promoted ones answers is the store's to say; the others are kept for a rollback.

    FILLING: chunks are written into it, and changes too. REPLAYING: it catches up with what changed meanwhile. READY:
    it is verified, and may answer. RETURNING: an old one catches up, to answer again.
    """

    FILLING = "filling"
    REPLAYING = "replaying"
    READY = "ready"
    PROMOTED = "promoted"
    RETURNING = "returning"
    FAILED = "failed"


WRITTEN = (State.FILLING, State.REPLAYING, State.READY, State.RETURNING)
"""The states in which changes are delivered to a generation beside the one that answers."""


class Generation(models.Model):
    """A generation that a rebuild makes, and how far it is. One that something else made has no row."""

    alias = models.CharField(max_length=ALIAS)
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.FILLING)
    started = models.DateTimeField(default=timezone.now)
    promoted = models.DateTimeField(null=True, blank=True)
    by = models.CharField(max_length=150, blank=True, default="")
    total = models.PositiveBigIntegerField(default=0)
    written = models.PositiveBigIntegerField(default=0)
    skipped = models.PositiveBigIntegerField(default=0)  # rows that the index has no document of
    refused = models.PositiveBigIntegerField(default=0)
    options = models.JSONField(default=dict, blank=True)
    error = models.TextField(blank=True, default="")
    # The process that rebuilds it; whoever finds the time past may go on.
    runner = models.UUIDField(null=True, blank=True)
    runs_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "indexes and generations"
        constraints = [
            models.UniqueConstraint(fields=["alias", "number"], name="generation_is_known_once"),
            # Two rebuilds of an index cannot collide: the second finds this constraint in its way.
            models.UniqueConstraint(
                fields=["alias"],
                condition=Q(state__in=["filling", "replaying", "ready", "returning"]),
                name="one_generation_is_built",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.alias} g{self.number}"


class Chunk(models.Model):
    """A range of primary keys of one model, `low` < pk <= `high`, to be written into a generation. '' is no bound."""

    generation = models.ForeignKey(Generation, on_delete=models.CASCADE, related_name="chunks")
    model = models.CharField(max_length=MODEL)
    low = models.CharField(max_length=PK, blank=True, default="")
    high = models.CharField(max_length=PK, blank=True, default="")
    done = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.model} {self.low}..{self.high}"


class Refusal(models.Model):
    """A document that a rebuild could not write, and why."""

    generation = models.ForeignKey(Generation, on_delete=models.CASCADE, related_name="refusals")
    document = models.CharField(max_length=MODEL + PK + 1)
    reason = models.TextField()

    def __str__(self) -> str:
        return self.document


class Verification(models.Model):
    """One comparison of database and index: what was looked at, and what did not agree."""

    alias = models.CharField(max_length=ALIAS)
    generation = models.PositiveIntegerField()
    started = models.DateTimeField(default=timezone.now)
    finished = models.DateTimeField(null=True, blank=True)
    is_whole = models.BooleanField(default=True)
    checked = models.PositiveBigIntegerField(default=0)
    missing = models.PositiveBigIntegerField(default=0)
    ghost = models.PositiveBigIntegerField(default=0)
    stale = models.PositiveBigIntegerField(default=0)
    wrong = models.PositiveBigIntegerField(default=0)
    refused = models.PositiveBigIntegerField(default=0)  # cannot be prepared, and are not in the index: no drift
    fixed = models.PositiveBigIntegerField(default=0)
    first = models.JSONField(default=list, blank=True)  # the first documents found, as [id, what, why]
    # How far a rolling run is: what it compares next, and the last key it has compared.
    place = models.JSONField(default=dict, blank=True)

    class Meta:
        indexes = [models.Index(fields=["alias", "-started"], name="verification_latest")]

    def __str__(self) -> str:
        return f"{self.alias} g{self.generation}, {self.started:%Y-%m-%d %H:%M}"


class Action(models.Model):
    """Who did what to an index: the audit log. Rows are added and read, never changed."""

    at = models.DateTimeField(default=timezone.now, db_index=True)
    who = models.CharField(max_length=150)
    what = models.CharField(max_length=40)
    alias = models.CharField(max_length=ALIAS, blank=True, default="")
    details = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name_plural = "audit log"
        default_permissions = ("view",)
        permissions = [("operate", "Can rebuild, verify, swap, roll back and requeue")]

    def __str__(self) -> str:
        return f"{self.who}: {self.what} {self.alias}".strip()
