"""The trail: who did and saw what, when, and by what right. It is only ever added to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

if TYPE_CHECKING:
    IntegerLike = models.Field[int, int]
    AnyField = models.Field[Any, Any]
else:
    IntegerLike = AnyField = models.Field


class FromContext(models.Func):
    """A database default that reads who acts from the transaction: `meg.member()`, `meg.partnership()` ..."""

    def __init__(self, function: str, output_field: AnyField | None = None) -> None:
        super().__init__(function=function, output_field=output_field or models.BigIntegerField())


class Xid(IntegerLike):
    """PostgreSQL's own number of the transaction that wrote a row (64 bits, never used twice)."""

    def db_type(self, connection: Any) -> str:
        return "xid8"


class Kind(models.TextChoices):
    """What kind of thing happened."""

    LOOK = "look", "Looked at a record"
    SEARCH = "search", "Searched"
    WRITE = "write", "Changed a record"
    REFUSED = "refused", "Was refused"
    TAKEN_AWAY = "taken_away", "Took a document away"
    FILES_IN = "files_in", "Loaded files"
    FIGURES = "figures", "Computed or read figures"
    ACCESS = "access", "Changed who may see what"
    SIGN_IN = "sign_in", "Signed in or out"


class EntryQuerySet(models.QuerySet["Entry"]):
    def newest_first(self) -> EntryQuerySet:
        return self.order_by("-at", "-id")

    def older_than(self, line: Entry) -> EntryQuerySet:
        """Lines that come after this one in the order of `newest_first`."""
        return self.filter(at__lte=line.at).exclude(at=line.at, id__gte=line.pk)

    def about(self, reference: str) -> EntryQuerySet:
        """Lines about one record, by its reference: also those of a page that listed it among others."""
        return self.filter(models.Q(reference=reference) | models.Q(detail__children__contains=[reference]))


class Entry(models.Model):
    """One line of the trail. The names of children never stand in `sentence`: a reference does."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(db_default=models.Func(function="clock_timestamp"))
    xid = Xid(db_default=models.Func(function="pg_current_xact_id"))
    partnership_id = models.BigIntegerField(null=True, db_default=FromContext("meg.partnership"))
    member_id = models.BigIntegerField(null=True, db_default=FromContext("meg.member"))
    member_name = models.TextField(db_default=FromContext("meg.name", models.TextField()))
    seat = models.TextField(null=True, db_default=FromContext("meg.seat", models.TextField()))
    kind = models.TextField(choices=Kind.choices)
    sentence = models.TextField()
    reference = models.TextField(blank=True, db_default="")
    reason = models.TextField(blank=True, db_default="")
    detail = models.JSONField(db_default={})
    digest = models.BinaryField(db_default=models.Value(b""))

    objects = EntryQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["-at", "-id"], name="trail_by_day"),
            models.Index(fields=["member_id", "-at"], name="trail_by_member"),
            models.Index(fields=["kind", "-at"], name="trail_by_kind"),
            models.Index(fields=["reference", "-at"], name="trail_by_reference", condition=~models.Q(reference="")),
            models.Index(fields=["xid"], name="trail_by_xid"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=Kind.values), name="trail_kind_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.member_name}: {self.sentence}"


class Seal(models.Model):
    """A batch of at most 10,000 lines, sealed: their digests, chained by `hash` to the seal before (`was`).

    No two seals can follow from the same one. `last` is the highest number among its lines.
    """

    id = models.BigAutoField(primary_key=True)
    sealed_at = models.DateTimeField(db_default=Now())
    horizon = Xid()
    lines = ArrayField(models.BigIntegerField())
    last = models.BigIntegerField(db_index=True)
    digests = models.BinaryField()
    was = models.BinaryField(unique=True)
    hash = models.BinaryField(unique=True)
