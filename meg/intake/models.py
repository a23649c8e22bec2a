"""What agencies send: deliveries of files, and the rows that need a person."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from meg.partnership.access.models import Member
from meg.partnership.agencies.models import PartnershipRow
from meg.partnership.trail.models import FromContext


class BatchQuerySet(models.QuerySet["Batch"]):
    def newest_first(self) -> BatchQuerySet:
        return self.order_by("-id")


class Batch(PartnershipRow):
    """One delivery: files sent together. It is in whole or not at all, and can be taken back."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        LOADING = "loading", "Loading"
        PREVIEWED = "previewed", "To be looked at before it is loaded"
        LOADED = "loaded", "Loaded"
        REFUSED = "refused", "Not loaded"
        UNDONE = "undone", "Taken back"

    dataset = models.TextField()
    year = models.CharField(max_length=7, blank=True)  # of a return; a sheet has none
    mapping = models.TextField(blank=True, db_default="")  # how its columns were read, as it was sent
    state = models.TextField(choices=State.choices, default=State.WAITING)
    sent_by = models.ForeignKey(
        Member, on_delete=models.PROTECT, null=True, related_name="+", db_default=FromContext("meg.member")
    )
    sent_by_name = models.TextField(db_default=FromContext("meg.name", models.TextField()))
    sent_at = models.DateTimeField(db_default=Now())
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    step = models.TextField(blank=True)
    done = models.PositiveSmallIntegerField(default=0)  # per cent, while it is loading
    rows_read = models.PositiveIntegerField(default=0)
    accepted = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    withdrawn = models.PositiveIntegerField(default=0)
    left_alone = ArrayField(models.TextField(), default=list, blank=True)
    refusal = models.TextField(blank=True)
    preview = models.JSONField(null=True, blank=True)  # what loading a sheet from a page would do
    again_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by_name = models.TextField(blank=True)

    objects = BatchQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "batches"
        indexes = [models.Index(fields=["partnership", "-id"], name="batch_newest_first")]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state="loaded")
                | models.Q(rows_read=models.F("accepted") + models.F("unchanged") + models.F("rejected")),
                name="batch_numbers_add_up",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="loaded") | models.Q(accepted=models.F("created") + models.F("changed")),
                name="batch_accepted_adds_up",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="refused", refusal=""), name="batch_refusal_has_a_sentence"
            ),
        ]

    def __str__(self) -> str:
        return f"Batch {self.pk}"


class File(PartnershipRow):
    """One file of a batch, kept as it was sent."""

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="files")
    name = models.TextField()
    table = models.TextField(blank=True)
    rows = models.PositiveIntegerField(default=0)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()


NOT_IN = (Batch.State.REFUSED, Batch.State.UNDONE)


class RowQuerySet(models.QuerySet["Row"]):
    def rejected(self) -> RowQuerySet:
        return self.filter(state=Row.State.REJECTED)

    def to_correct(self) -> RowQuerySet:
        """Rejected rows that were not sent again, or whose second sending is not in."""
        nowhere = models.Q(sent_again=None) | models.Q(sent_again__state__in=NOT_IN)
        return self.rejected().filter(nowhere)

    def to_send(self) -> RowQuerySet:
        """Rows that were corrected and are to be sent again."""
        return self.to_correct().exclude(corrected=None)

    def in_file_order(self) -> RowQuerySet:
        return self.order_by("table", "number")


class Row(PartnershipRow):
    """A row that broke a rule, as it was sent; or one that changed a record, with what the record was before.

    A rejected row can be corrected here: `corrected` is the row as it should be, until `sent_again`, in a batch of its own.
    """

    class State(models.TextChoices):
        REJECTED = "rejected", "Rejected"
        FLAGGED = "flagged", "Stored, and breaks a rule"
        CHANGED = "changed", "Changed a record"

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="rows")
    table = models.TextField()
    number = models.PositiveIntegerField()
    child = models.TextField(blank=True)
    state = models.TextField(choices=State.choices)
    sent = models.JSONField(default=dict)
    issues = models.JSONField(default=list)
    record = models.BigIntegerField(null=True, blank=True)
    before = models.JSONField(null=True, blank=True)
    corrected = models.JSONField(null=True, blank=True)
    corrected_by_name = models.TextField(blank=True, db_default="")
    sent_again = models.ForeignKey(Batch, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = RowQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["batch", "state", "table", "number"], name="row_of_batch")]
