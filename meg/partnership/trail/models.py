"""The trail: who did and saw what, when, and by what right. It is only ever added to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.models.expressions import RawSQL
from django.db.models.functions import Now

from meg.partnership.seats import Seat

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


ABOUT = '"trail_entry"."id" = ANY (ARRAY(SELECT meg.lines_about(%s)))'

# Each member who stands in a partnership's trail, by one step through the index for each, with their latest name.
PEOPLE = """WITH RECURSIVE one AS (
  (SELECT member_id, member_name FROM trail_entry WHERE partnership_id = %(here)s AND member_id IS NOT NULL
   ORDER BY member_id, at DESC LIMIT 1)
  UNION ALL
  SELECT n.member_id, n.member_name FROM one o CROSS JOIN LATERAL (
    SELECT e.member_id, e.member_name FROM trail_entry e WHERE e.partnership_id = %(here)s AND e.member_id > o.member_id
    ORDER BY e.member_id, e.at DESC LIMIT 1) n
) SELECT member_id, member_name FROM one ORDER BY member_name, member_id"""


class EntryQuerySet(models.QuerySet["Entry"]):
    def newest_first(self) -> EntryQuerySet:
        return self.order_by("-at", "-id")

    def people(self, partnership: int) -> list[tuple[int, str]]:
        """The members who stand in a partnership's trail, by name; fast however long it is."""
        with connection.cursor() as cursor:
            cursor.execute(PEOPLE, {"here": partnership})
            return [(int(member), str(name)) for member, name in cursor.fetchall()]

    def older_than(self, line: Entry) -> EntryQuerySet:
        """Lines that come after this one in the order of `newest_first`."""
        return self.filter(at__lte=line.at).exclude(at=line.at, id__gte=line.pk)

    def about(self, reference: str) -> EntryQuerySet:
        """Lines about one record, by its reference: also those of a page that listed it among others."""
        return self.filter(RawSQL(ABOUT, [reference], models.BooleanField()))


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
            models.Index(fields=["partnership_id", "-at", "-id"], name="trail_by_day"),
            models.Index(fields=["partnership_id", "member_id", "-at"], name="trail_by_member"),
            models.Index(fields=["partnership_id", "kind", "-at"], name="trail_by_kind"),
            models.Index(fields=["reference", "-at"], name="trail_by_reference", condition=~models.Q(reference="")),
            models.Index(fields=["xid"], name="trail_by_xid"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=Kind.values), name="trail_kind_is_known"),
        ]

    @property
    def seat_label(self) -> str:
        """The seat it was done in, in words; empty where there was none."""
        return Seat(self.seat).label if self.seat in {seat.value for seat in Seat} else ""

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
